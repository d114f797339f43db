/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns_store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include "diag.h"
#include "io.h"
#include "kernel.h"
#include "macros.h"
#include "ns.h"
#include "nsref.h"
#include "sys.h"
#include "xnetns_clock.h"

enum {
	LOCK_MS = 60000,
	LOCK_POLL_MS = 2,
	LOCK_ATTEMPTS = 10,   /* the directory may be removed and made again under our hands */
	STACKED_MAX = 64,     /* mounts on one name */
};

/* ---- looking ---- */

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

int store_open_ns(const char *name, struct diag *diag)
{
	char path[sizeof(STORE_DIR) + 1 + NAME_MAX];
	struct entry entry;
	int fd;

	snprintf(path, sizeof(path), STORE_DIR "/%s", name);
	fd = nsref_open_file(AT_FDCWD, path, NS_NET, NSREF_ROOTS_DIR, diag);
	if (fd >= 0 || entry_examine(AT_FDCWD, path, &entry) < 0)
		return fd;
	if (entry.kind == ENTRY_STALE || entry.kind == ENTRY_PENDING) {
		diag_set(diag, 0, "the name '%s' is stale: no namespace is mounted on %s", name,
			 path);
		diag_hint(diag, "'xnetns add' makes it anew, 'xnetns gc' removes it");
	}
	return fd;
}

/* ---- the lock ---- */

/* Who holds the lock on this directory: a PID from /proc/locks, or 0. */
static int lock_holder(int fd)
{
	FILE *locks = fopen("/proc/locks", "re");
	char line[256];
	struct stat st;
	int found = 0;

	if (!locks || sys_fstat(fd, &st) < 0) {
		if (locks)
			fclose(locks);
		return 0;
	}
	while (!found && fgets(line, sizeof(line), locks)) {
		unsigned long long ino;
		int pid;

		if (sscanf(line, "%*d: FLOCK %*s %*s %d %*x:%*x:%llu", &pid, &ino) == 2 &&
		    ino == st.st_ino)
			found = pid;
	}
	fclose(locks);
	return found;
}

/* With a limit: whoever holds the lock may be stopped. */
static int take_lock(int fd, struct diag *diag)
{
	const int64_t deadline = clock_ms() + LOCK_MS;
	int rc, pid;

	while ((rc = sys_flock(fd, LOCK_EX | LOCK_NB)) == -EWOULDBLOCK && clock_ms() < deadline)
		clock_wait_ms(LOCK_POLL_MS);
	if (rc != -EWOULDBLOCK)
		return rc < 0 ? diag_set(diag, -rc, "cannot lock " STORE_DIR) : 0;
	pid = lock_holder(fd);
	diag_set(diag, 0, "cannot lock " STORE_DIR ": somebody else has held the lock for %d s",
		 LOCK_MS / 1000);
	if (pid > 0)
		diag_hint(diag, "the lock is held by process %d", pid);
	return -ETIMEDOUT;
}

/* Whether the directory that we have open is still the one at its path. */
static bool is_current(int fd)
{
	struct stat here, there;

	return sys_fstat(fd, &here) == 0 &&
	       sys_fstatat(AT_FDCWD, STORE_DIR, &there, 0) == 0 && here.st_dev == there.st_dev &&
	       here.st_ino == there.st_ino;
}

/* In a user namespace /run belongs to a user who is not mapped. */
static int refused(int rc, struct diag *diag)
{
	if (rc == -EACCES && sys_geteuid() == 0)
		diag_hint(diag, "in a user namespace, give it a /run of its own: "
				"mount -t tmpfs tmpfs /run");
	return rc;
}

/* made: where the directory is made if it is missing, and whether it was; or NULL. */
static int lock_directory(bool *made, int *ret, struct diag *diag)
{
	for (int i = 0; i < LOCK_ATTEMPTS; i++) {
		int rc = made ? sys_mkdirat(AT_FDCWD, STORE_DIR, 0755) : 0;
		_cleanup_close_ int fd = -1;

		if (rc < 0 && rc != -EEXIST)
			return refused(diag_set(diag, -rc, "cannot make the directory " STORE_DIR),
				       diag);
		if (made)
			*made = rc == 0;
		fd = store_open_dir(diag);
		if (fd == -ENOENT && made)
			continue;
		if (fd < 0)
			return fd;
		rc = take_lock(fd, diag);
		if (rc < 0)
			return rc;
		if (is_current(fd)) {
			*ret = take_fd(&fd);
			return 0;
		}
	}
	return diag_set(diag, EBUSY, "cannot lock " STORE_DIR ": it is replaced again and again");
}

/* The directory once more: a mount may lie on it now that did not when it was opened. */
static int reopen(struct store *store, struct diag *diag)
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
	int rc = lock_directory(&made, &store->lock, diag);

	if (rc < 0)
		return rc;
	rc = mounts_path_of(store->lock, path, sizeof(path));
	if (rc < 0)
		rc = diag_set(diag, -rc, "cannot find out where " STORE_DIR " is");
	if (rc == 0)
		rc = mounts_prepare(path, diag);
	if (rc == 0)
		rc = reopen(store, diag);
	if (rc < 0 && made)
		sys_unlinkat(AT_FDCWD, STORE_DIR, AT_REMOVEDIR); /* in use meanwhile: it stays */
	if (rc < 0)
		store_unlock(store);
	return rc;
}

int store_lock_existing(struct store *store, struct diag *diag)
{
	int rc = lock_directory(NULL, &store->lock, diag);

	if (rc == 0)
		rc = reopen(store, diag);
	if (rc < 0)
		store_unlock(store);
	return rc;
}

void store_unlock(struct store *store)
{
	cleanup_close(&store->dir);
	cleanup_close(&store->lock);
}

/* ---- changing ---- */

/* A path for mount(2) to NAME in this very directory. */
static void path_in(int dir, const char *name, char *buf, size_t size)
{
	snprintf(buf, size, "%s/%s", FD_PATH(dir), name);
}

enum { PATH_IN_MAX = 32 + NAME_MAX };

/* Long ago: a file of ours is never taken for one that somebody is about to mount on. */
static const struct timespec long_ago[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

/*
 * The file to mount on, without any mode bit as iproute2 makes it. It appears with its time stamp
 * in one step: cut short, it is seen as stale at once, while a file of iproute2's gets two seconds.
 */
static int make_placeholder(int dir, const char *name)
{
	_cleanup_close_ int fd = sys_openat(dir, ".", O_TMPFILE | O_WRONLY, 0);
	int rc;

	if (fd < 0) { /* a file system that cannot, such as overlayfs before Linux 6.3 */
		fd = sys_openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0);
		return fd < 0 ? fd : sys_futimens(fd, long_ago);
	}
	rc = sys_futimens(fd, long_ago);
	return rc < 0 ? rc : sys_linkat(AT_FDCWD, FD_PATH(fd), dir, name, AT_SYMLINK_FOLLOW);
}

static int mount_on(int dir, const char *name, int ns)
{
	_cleanup_close_ int target = sys_openat(dir, name, O_PATH | O_NOFOLLOW, 0);

	return target < 0 ? target : nsref_mount(ns, target);
}

static int remove_file(struct store *store, const char *name, struct diag *diag)
{
	int rc = sys_unlinkat(store->dir, name, 0);

	if (rc < 0)
		diag_set(diag, -rc, "cannot remove " STORE_DIR "/%s", name);
	if (rc == -EBUSY)
		diag_hint(diag, "a namespace is mounted on it under another mount at " STORE_DIR
				"; see /proc/self/mountinfo");
	return rc;
}

int store_clear(struct store *store, const char *name, bool *ret_repaired, struct diag *diag)
{
	struct entry entry;
	int rc = entry_examine(store->dir, name, &entry);

	*ret_repaired = false;
	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine " STORE_DIR "/%s", name);
	switch (entry.kind) {
	case ENTRY_NONE:
		return 0;
	case ENTRY_PENDING:
		return diag_set(diag, EAGAIN, "cannot create " STORE_DIR "/%s", name);
	case ENTRY_STALE:
		rc = remove_file(store, name, diag);
		*ret_repaired = rc == 0;
		return rc == -ENOENT ? 0 : rc;
	default:
		diag_set(diag, EEXIST, "cannot create " STORE_DIR "/%s", name);
		if (entry.kind == ENTRY_OTHER)
			diag_hint(diag, "it is %s, not a network namespace", entry_type(&entry));
		return -EEXIST;
	}
}

int store_mount(struct store *store, const char *name, int ns, struct diag *diag)
{
	int rc = make_placeholder(store->dir, name);

	if (rc < 0)
		return refused(diag_set(diag, -rc, "cannot create " STORE_DIR "/%s", name), diag);
	rc = mount_on(store->dir, name, ns);
	if (rc == 0)
		return 0;
	diag_set(diag, -rc, "cannot mount the network namespace on " STORE_DIR "/%s", name);
	sys_unlinkat(store->dir, name, 0); /* a failure leaves a stale name, which is known */
	return rc;
}

/* Several may lie on one another; as long as the topmost is a namespace it goes. */
static int unmount_all(struct store *store, const char *name, struct entry *entry,
		       struct diag *diag)
{
	char path[PATH_IN_MAX];

	path_in(store->dir, name, path, sizeof(path));
	for (int i = 0; i < STACKED_MAX && entry->kind == ENTRY_NETNS; i++) {
		int rc = sys_umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);

		if (rc < 0)
			diag_set(diag, -rc, "cannot unmount " STORE_DIR "/%s", name);
		if (rc == -EINVAL)
			diag_hint(diag, "it was mounted in another mount namespace: delete it there");
		if (rc < 0)
			return rc;
		rc = entry_examine(store->dir, name, entry);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot examine " STORE_DIR "/%s", name);
	}
	return 0;
}

static int remove_name(struct store *store, const char *name, struct diag *diag)
{
	struct entry entry;
	int rc = entry_examine(store->dir, name, &entry);

	if (rc == 0 && entry.kind == ENTRY_NONE)
		rc = -ENOENT;
	/* Else a namespace is unmounted, and its name stays: on a read-only /run, without the right. */
	if (rc == 0)
		rc = sys_faccessat(store->dir, ".", W_OK);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot remove " STORE_DIR "/%s", name);
	if (S_ISLNK(entry.mode) || entry.kind == ENTRY_OTHER) {
		diag_set(diag, 0, "cannot remove " STORE_DIR "/%s: it is %s, not a network namespace",
			 name, entry_type(&entry));
		diag_hint(diag, "it was made by something else; remove it with %s",
			  entry.is_other_ns ? "umount and rm" : "rm or rmdir");
		return -EINVAL;
	}
	rc = unmount_all(store, name, &entry, diag);
	if (rc < 0)
		return rc;
	return remove_file(store, name, diag);
}

/* Takes off what lies on the directory needlessly. More than 0 if anything did. */
static int uncover(struct store *store, struct diag *diag)
{
	char path[PATH_MAX];
	int rc = mounts_path_of(store->lock, path, sizeof(path));

	if (rc == 0)
		rc = mounts_undo_layers(path, false, diag);
	if (rc <= 0)
		return 0;
	cleanup_close(&store->dir);
	return reopen(store, diag) < 0 ? 0 : rc;
}

int store_remove(struct store *store, const char *name, struct diag *diag)
{
	struct diag ignored; /* the removal says what is wrong */
	int rc = remove_name(store, name, diag);

	/* A file is busy while something is mounted on it where we cannot see it: in a mount of
	 * the directory under the one that we look into. */
	if (rc == -EBUSY && uncover(store, &ignored) > 0)
		rc = remove_name(store, name, diag);
	return rc;
}
