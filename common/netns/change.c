/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creates and removes names in their directory, under its lock. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <time.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"
#include "netns/leftover.h"
#include "netns/store.h"

enum { STACKED_MAX = 64 }; /* the most mounts on one name that are removed */

/*
 * A path for mount(2) to NAME in the directory that is open, whatever is now at the directory's
 * path.
 */
static void path_in(int dir, const char *name, char *buf, size_t size)
{
	snprintf(buf, size, "%s/%s", FD_PATH(dir), name);
}

enum { PATH_IN_MAX = 32 + NAME_MAX };

/*
 * An old time stamp, so that our file is never taken for one that another program is about to mount
 * on.
 */
static int stamp(int fd, time_t seconds)
{
	const struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };

	return sys_futimens(fd, times);
}

/* Only this process knows the file so far, so the lock is free. */
static int lock_and_stamp(int fd)
{
	int rc = sys_flock(fd, LOCK_EX | LOCK_NB);

	return rc < 0 ? rc : stamp(fd, STAMP_NOT_MOUNTED);
}

/*
 * Creates the file to mount on, with no mode bits, as iproute2 does. linkat(2) makes it appear with
 * its lock and its time stamp: after a crash it is stale at once, while an empty file of iproute2
 * counts as pending for two seconds. The descriptor, which holds the lock, or -errno.
 */
static int make_placeholder(int dir, const char *name)
{
	_cleanup_close_ int fd = sys_openat(dir, ".", O_TMPFILE | O_WRONLY, 0);
	int rc;

	if (fd < 0) { /* no O_TMPFILE, as on overlayfs before Linux 6.3 */
		fd = sys_openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0);
		rc = fd < 0 ? fd : lock_and_stamp(fd);
		return rc < 0 ? rc : take_fd(&fd);
	}
	rc = lock_and_stamp(fd);
	if (rc == 0)
		rc = sys_linkat(AT_FDCWD, FD_PATH(fd), dir, name, AT_SYMLINK_FOLLOW);
	return rc < 0 ? rc : take_fd(&fd);
}

/* The bind mount keeps the namespace alive without a process (namespaces(7)). */
static int mount_on(int dir, const char *name, int ns)
{
	_cleanup_close_ int target = sys_openat(dir, name, O_PATH | O_NOFOLLOW, 0);

	return target < 0 ? target : nsref_mount(ns, target);
}

static int remove_failed(int rc, const char *name, struct diag *diag)
{
	diag_set(diag, -rc, "cannot remove namespace file \"" STORE_DIR "/%s\"", name);
	if (rc == -EBUSY)
		diag_hint(diag,
			  "see /proc/self/mountinfo: a namespace is mounted on it under another "
			  "mount at " STORE_DIR);
	return rc;
}

/* Removes a stale file in the way of a new name. -EEXIST if it is not known to be stale. */
static int clear_empty(struct store *store, const char *name, struct diag *diag)
{
	char clause[PRESENCE_TEXT], advice[PRESENCE_TEXT + NAME_MAX];
	struct sought sought;
	int rc = leftover_remove_stale(store->dir, name, false, &sought);

	if (rc == -EBUSY)
		return remove_failed(rc, name, diag);
	if (rc < 0 && rc != -ENOENT)
		diag_set(diag, -rc, "cannot create namespace file \"" STORE_DIR "/%s\"", name);
	if (rc == -EEXIST) {
		presence_clause(&sought, clause, sizeof(clause));
		leftover_advice(&sought, advice, sizeof(advice));
		diag_hint(diag, "%s; %s", clause, advice);
	}
	return rc;
}

/* Removes a stale name. -EBUSY if another mount of the directory hides the namespace. */
static int remove_empty(struct store *store, const char *name, struct diag *diag)
{
	char clause[PRESENCE_TEXT];
	struct sought sought;
	int rc = leftover_remove_stale(store->dir, name, true, &sought);

	if (rc == -EEXIST && sought.own)
		rc = -EBUSY;
	if (rc == -EEXIST) {
		presence_clause(&sought, clause, sizeof(clause));
		diag_set(diag, 0, "cannot remove namespace file \"" STORE_DIR "/%s\": %s", name, clause);
		leftover_hint(&sought, diag);
		return rc;
	}
	return rc < 0 ? remove_failed(rc, name, diag) : 0;
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
		return diag_set(diag, EAGAIN, "cannot create namespace file \"" STORE_DIR "/%s\"", name);
	case ENTRY_EMPTY:
	case ENTRY_DANGLING:
		rc = clear_empty(store, name, diag);
		*ret_repaired = rc == 0;
		return rc == -ENOENT ? 0 : rc;
	default:
		diag_set(diag, EEXIST, "cannot create namespace file \"" STORE_DIR "/%s\"", name);
		if (entry.kind == ENTRY_OTHER)
			diag_hint(diag, "it is %s, not a network namespace", entry_type(&entry));
		return -EEXIST;
	}
}

/*
 * After a crash from here on, only a search of all mount namespaces shows whether the file is
 * stale.
 */
static int stamp_and_mount(int dir, const char *name, int file, int ns)
{
	int rc = stamp(file, STAMP_MAY_BE_MOUNTED);

	return rc < 0 ? rc : mount_on(dir, name, ns);
}

int store_mount(struct store *store, const char *name, int ns, struct diag *diag)
{
	_cleanup_close_ int file = make_placeholder(store->dir, name);
	int rc;

	if (file < 0)
		return store_refused(diag_set(diag, -file, "cannot create namespace file \"" STORE_DIR "/%s\"", name),
				     diag);
	rc = stamp_and_mount(store->dir, name, file, ns);
	if (rc == 0)
		return 0;
	diag_set(diag, -rc, "cannot mount the network namespace on " STORE_DIR "/%s", name);
	sys_unlinkat(store->dir, name, 0); /* if that fails too, the name is stale */
	return rc;
}

/*
 * umount2(2) takes the topmost mount, so it is repeated while that is a network namespace. EINVAL:
 * it is no mount of our mount namespace (can_umount(), fs/namespace.c), or locked, since it came
 * from a more privileged one (mount_namespaces(7)).
 */
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
			diag_hint(diag, "delete it in the mount namespace that it was mounted in");
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
	/* Checked first: on a read-only /run, or without permission, only the unmount would
	 * succeed. */
	if (rc == 0)
		rc = sys_faccessat(store->dir, ".", W_OK);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot remove namespace file \"" STORE_DIR "/%s\"", name);
	if (S_ISLNK(entry.mode) && !entry.leads_to_mount) {
		rc = sys_unlinkat(store->dir, name, 0);
		return rc < 0 ? remove_failed(rc, name, diag) : 0;
	}
	if (S_ISLNK(entry.mode) || entry.kind == ENTRY_OTHER) {
		diag_set(diag, 0,
			 "cannot remove namespace file \"" STORE_DIR "/%s\": it is %s, not a network namespace", name,
			 entry_type(&entry));
		diag_hint(diag, "remove it with %s; another program created it",
			  entry.is_other_ns ? "umount and rm" : "rm or rmdir");
		return -EINVAL;
	}
	if (entry.kind == ENTRY_EMPTY || entry.kind == ENTRY_PENDING)
		return remove_empty(store, name, diag);
	rc = unmount_all(store, name, &entry, diag);
	if (rc < 0)
		return rc;
	rc = sys_unlinkat(store->dir, name, 0);
	return rc < 0 ? remove_failed(rc, name, diag) : 0;
}

/*
 * Unmounts redundant bind mounts of the directory over itself. Returns their number; 0 on failure.
 */
static int unmount_redundant(struct store *store, struct diag *diag)
{
	char path[PATH_MAX];
	int rc = mounts_path_of(store->lock, path, sizeof(path));

	if (rc == 0)
		rc = mounts_unmount_redundant(path, false, diag);
	if (rc <= 0)
		return 0;
	cleanup_close(&store->dir);
	return store_reopen(store, diag) < 0 ? 0 : rc;
}

int store_remove(struct store *store, const char *name, struct diag *diag)
{
	struct diag ignored; /* remove_name() has already said what is wrong */
	int rc = remove_name(store, name, diag);

	/* unlink(2) fails with EBUSY if something is mounted on the file in our mount namespace,
	 * here in a mount of the directory that a redundant one hides. */
	if (rc == -EBUSY && unmount_redundant(store, &ignored) > 0)
		rc = remove_name(store, name, diag);
	return rc;
}
