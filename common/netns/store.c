/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "netns/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/leftover.h"

enum {
	LOCK_ATTEMPTS = 10, /* other processes may replace the directory meanwhile */
};

/* ---- reading ---- */

int store_open_dir(struct diag *diag)
{
	int fd = sys_openat(AT_FDCWD, STORE_DIR, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0 && fd != -ENOENT)
		diag_set(diag, -fd, "cannot open the directory " STORE_DIR);
	return fd;
}

int store_open_list(DIR **ret, struct diag *diag)
{
	int rc = io_open_dir(AT_FDCWD, STORE_DIR, ret);

	if (rc < 0 && rc != -ENOENT)
		diag_set(diag, -rc, "cannot open the directory " STORE_DIR);
	return rc;
}

const char *store_next(DIR *list, int *rc, struct diag *diag)
{
	int failed = 0;
	const char *name = io_next_name(list, &failed);

	if (failed < 0)
		*rc = diag_set(diag, -failed, "cannot read the directory " STORE_DIR);
	return name;
}

/* Reports why a name with an empty file cannot be opened. */
static void report_unmounted(const char *name, const struct entry *entry, struct diag *diag)
{
	struct sought sought = { .name = name, .never_mounted = entry->never_mounted };
	struct diag ignored; /* if the directory has gone meanwhile, the name is unknown */
	_cleanup_close_ int dir = store_open_dir(&ignored);
	char clause[PRESENCE_TEXT];

	presence_search(dir, &sought, 1);
	if (sought.state == PRESENCE_STALE) {
		diag_set(diag, 0,
			 "the name '%s' is stale: no namespace is mounted on " STORE_DIR "/%s",
			 name, name);
		diag_hint(diag, "create it again with 'xnetns add', or remove it with 'xnetns gc'");
	} else {
		presence_clause(&sought, clause, sizeof(clause));
		diag_set(diag, 0, "cannot open the name '%s': %s", name, clause);
		leftover_hint(&sought, diag);
	}
}

static void hint_dangling(const char *name, const struct entry *entry, struct diag *diag)
{
	struct sought sought = { .name = name, .link = entry->link };

	link_look(&sought);
	if (sought.state == PRESENCE_STALE)
		diag_hint(diag, "it is a link to a process, which has ended; 'xnetns gc' removes it");
	else if (entry->link == DANGLING_PROCESS)
		diag_hint(diag, "it is a link to a process that this /proc does not show");
	else
		diag_hint(diag, "it is a link to a path that does not exist here");
}

int store_open_ns(const char *name, struct diag *diag)
{
	bool ignored;

	return store_open_any(name, &ignored, diag);
}

int store_open_any(const char *name, bool *ret_own, struct diag *diag)
{
	char path[sizeof(STORE_DIR) + 1 + NAME_MAX];
	struct entry entry;
	int fd;

	snprintf(path, sizeof(path), STORE_DIR "/%s", name);
	fd = nsref_open_file(AT_FDCWD, path, NS_NET, NSREF_ROOTS_DIR, diag);
	*ret_own = fd == -ENOENT && sys_geteuid() != 0;
	if (*ret_own)
		fd = home_open_ns(name, diag);
	if (fd == -ENOENT) /* in the words of ip(8), which scripts search for */
		diag_set(diag, ENOENT, "cannot open network namespace \"%s\"", name);
	if (fd >= 0 || entry_examine(AT_FDCWD, path, &entry) < 0)
		return fd;
	if (entry.kind == ENTRY_EMPTY || entry.kind == ENTRY_PENDING)
		report_unmounted(name, &entry, diag);
	else if (entry.kind == ENTRY_DANGLING)
		hint_dangling(name, &entry, diag);
	return fd;
}

/* ---- the lock ---- */

/* Whether the directory at the path is still the one that is open. */
static bool is_current(int fd)
{
	struct stat here, there;

	return sys_fstat(fd, &here) == 0 &&
	       sys_fstatat(AT_FDCWD, STORE_DIR, &there, 0) == 0 && here.st_dev == there.st_dev &&
	       here.st_ino == there.st_ino;
}

/*
 * In a user namespace the owner of the host's /run is not mapped, so root there may not write to
 * it: its capabilities count only for files with mapped ids (user_namespaces(7)).
 */
int store_refused(int rc, struct diag *diag)
{
	if (rc == -EACCES && sys_geteuid() != 0)
		diag_hint(diag, "only root may change " STORE_DIR ": run it as root");
	else if (rc == -EACCES)
		diag_hint(diag, "in a user namespace, give it a /run of its own: "
				"mount -t tmpfs tmpfs /run");
	return rc;
}

/* If made is not NULL, creates the directory if it is missing; *made says whether it was. */
static int lock_directory(bool *made, struct store *store, struct diag *diag)
{
	for (int i = 0; i < LOCK_ATTEMPTS; i++) {
		int rc = made ? sys_mkdirat(AT_FDCWD, STORE_DIR, 0755) : 0;
		_cleanup_close_ int fd = -1;

		if (rc < 0 && rc != -EEXIST)
			return store_refused(
				diag_set(diag, -rc, "cannot make the directory " STORE_DIR), diag);
		if (made)
			*made = rc == 0;
		fd = store_open_dir(diag);
		if (fd == -ENOENT && made)
			continue;
		if (fd < 0)
			return fd;
		rc = store_lock_directory(store, fd, diag);
		if (rc < 0)
			return rc;
		if (is_current(fd)) {
			store->lock = take_fd(&fd);
			return 0;
		}
	}
	return diag_set(diag, EBUSY, "cannot lock " STORE_DIR ": it is replaced again and again");
}

int store_reopen(struct store *store, struct diag *diag)
{
	int fd = store_open_dir(diag);

	store->dir = fd < 0 ? -1 : fd;
	if (fd == -ENOENT)
		diag_set(diag, ENOENT, "cannot open the directory " STORE_DIR);
	return fd < 0 ? fd : 0;
}

int store_lock(struct store *store, struct diag *diag)
{
	char path[PATH_MAX];
	bool made = false;
	int rc = store_lock_own(store, diag);

	if (rc == 0)
		rc = lock_directory(&made, store, diag);
	if (rc < 0) {
		store_unlock(store);
		return rc;
	}
	rc = mounts_path_of(store->lock, path, sizeof(path));
	if (rc < 0)
		rc = diag_set(diag, -rc, "cannot find out where " STORE_DIR " is");
	if (rc == 0)
		rc = mounts_prepare(path, diag);
	if (rc == 0)
		rc = store_reopen(store, diag);
	if (rc < 0 && made)
		sys_unlinkat(AT_FDCWD, STORE_DIR, AT_REMOVEDIR); /* fails if it is in use */
	if (rc < 0)
		store_unlock(store);
	return rc;
}

int store_lock_existing(struct store *store, struct diag *diag)
{
	_cleanup_close_ int there = store_open_dir(diag);
	int rc = there < 0 ? there : store_lock_own(store, diag);

	if (rc == 0)
		rc = lock_directory(NULL, store, diag);
	if (rc == 0)
		rc = store_reopen(store, diag);
	if (rc < 0)
		store_unlock(store);
	return rc;
}

void store_unlock(struct store *store)
{
	cleanup_close(&store->dir);
	cleanup_close(&store->lock);
	cleanup_close(&store->own);
}
