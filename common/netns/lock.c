/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The locks of the store. Any user can lock the directory of names, since flock(2) takes a descriptor for
 * reading. So the lock that counts is that of a file which only root can open. The directory is locked as
 * well, for iproute2, which knows no other lock.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/bounded.h"
#include "kernel/clock.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"
#include "netns/store.h"

enum {
	OWN_MS = 60000,
	NEIGHBOUR_MS = 5000,
	SEARCH_MS = 200,
};

#define LOCK_DIR STORE_RUN_DIR
#define LOCK_NAME "netns.lock"

/*
 * Whether a line of /proc/locks (proc_locks(5)) is a lock on this file, and by which process. Any user can lock
 * a file that has the same number on another file system.
 */
static bool is_holder(const char *line, const struct stat *file, int *ret_pid)
{
	unsigned long long ino;
	unsigned major, minor;

	return sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%llu", ret_pid, &major, &minor, &ino) == 4 &&
	       makedev(major, minor) == file->st_dev && ino == file->st_ino;
}

/* Whether this descriptor is one of the file. Its file system, which may be the process itself, is not asked. */
static bool is_of_file(int pid, const char *number, const struct stat *file)
{
	_cleanup_close_ int fd = -1;
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, number);
	fd = sys_openat(AT_FDCWD, path, O_PATH, 0);
	return fd >= 0 && sys_stat_known(fd, &st) == 0 && st.st_dev == file->st_dev &&
	       st.st_ino == file->st_ino;
}

/* Whether this descriptor of the process has the lock (proc_pid_fdinfo(5)). */
static bool has_lock(int dir, const char *number, const struct stat *file)
{
	_cleanup_close_ int fd = sys_openat(dir, number, O_RDONLY, 0);
	_cleanup_lines_ struct bounded_lines lines = { .fd = fd };
	static const char label[] = "lock:";
	char *line;
	int ignored;

	while (fd >= 0 && bounded_next_line(&lines, &line) > 0)
		if (strncmp(line, label, strlen(label)) == 0 && is_holder(line + strlen(label), file, &ignored))
			return true;
	return false;
}

/*
 * Whether the process still has the lock. /proc/locks names the one that took it, which may have
 * ended and left the descriptor to a child; its PID may be another process's by now. The search has
 * a limit, since we hold our own lock meanwhile: a process may have a million descriptors, and the
 * kernel takes seconds to write the fdinfo of one of epoll(7).
 */
static bool holds(int pid, const struct stat *file)
{
	const int64_t deadline = clock_ms() + SEARCH_MS;
	char path[32];
	const char *name;
	bool found = false;
	DIR *list;
	int rc = 0;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo", pid);
	if (io_open_dir(AT_FDCWD, path, &list) < 0)
		return false;
	while (!found && clock_ms() < deadline && (name = io_next_name(list, &rc)))
		found = is_of_file(pid, name, file) && has_lock(dirfd(list), name, file);
	closedir(list);
	return found;
}

/* The process that holds the lock on this file (proc_locks(5)), or 0. */
static int lock_holder(int fd)
{
	_cleanup_close_ int locks = sys_openat(AT_FDCWD, "/proc/locks", O_RDONLY, 0);
	_cleanup_lines_ struct bounded_lines lines = { .fd = locks };
	struct stat st;
	char *line;
	int pid;

	if (locks < 0 || sys_fstat(fd, &st) < 0)
		return 0;
	while (bounded_next_line(&lines, &line) > 0)
		if (is_holder(line, &st, &pid))
			return pid > 0 && holds(pid, &st) ? pid : 0;
	return 0;
}

static int take_lock(int fd, const char *path, struct diag *diag)
{
	int rc = clock_wait_lock(fd, OWN_MS), pid;

	if (rc != -EWOULDBLOCK)
		return rc < 0 ? diag_set(diag, -rc, "cannot lock %s", path) : 0;
	pid = lock_holder(fd);
	diag_set(diag, 0, "cannot lock %s: somebody else has held the lock for %d s", path,
		 OWN_MS / 1000);
	if (pid > 0)
		diag_hint(diag, "wait for process %d, which holds the lock", pid);
	return -ETIMEDOUT;
}

/* ---- the file ---- */

/*
 * Whether it is root's. In an anchor the host's root is not mapped: the kernel shows all unmapped owners
 * as one, the overflow uid (user_namespaces(7)), which also has "/".
 */
static bool is_roots(const struct stat *st)
{
	struct stat root;

	return st->st_uid == 0 ||
	       (sys_fstatat(AT_FDCWD, "/", &root, 0) == 0 && st->st_uid == root.st_uid);
}

/* Whether nobody but us can have made or replaced it. -EACCES without a diagnosis: it is root's. */
static int check_ours(int fd, mode_t type, const char *path, struct diag *diag)
{
	struct stat st;
	int rc = sys_fstat(fd, &st);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine %s", path);
	if ((st.st_mode & S_IFMT) != type) {
		diag_set(diag, 0, "cannot use %s: it is %s", path, nsref_file_type(st.st_mode));
		return -EINVAL;
	}
	if (st.st_uid == sys_geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	/* An ordinary user learns from the directory of names that only root may change it. */
	if (st.st_uid != sys_geteuid() && is_roots(&st))
		return -EACCES;
	diag_set(diag, 0, "cannot use %s: others may have created it, or may change it", path);
	diag_hint(diag, "as root: chown 0 %s; chmod go-w %s", path, path);
	return -EPERM;
}

int store_open_made_run_dir(struct diag *diag)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, LOCK_DIR, O_PATH | O_NOFOLLOW, 0);
	int rc;

	if (dir == -ENOENT)
		return dir;
	if (dir < 0)
		return diag_set(diag, -dir, "cannot open the directory " LOCK_DIR);
	rc = check_ours(dir, S_IFDIR, LOCK_DIR, diag);
	return rc < 0 ? rc : take_fd(&dir);
}

int store_open_run_dir(struct diag *diag)
{
	int rc = sys_mkdirat(AT_FDCWD, LOCK_DIR, 0755), dir;

	if (rc < 0 && rc != -EEXIST)
		return diag_set(diag, -rc, "cannot make the directory " LOCK_DIR);
	dir = store_open_made_run_dir(diag);
	return dir == -ENOENT ? diag_set(diag, ENOENT, "cannot open the directory " LOCK_DIR) : dir;
}

/* O_NONBLOCK: no FIFO or device in its place makes the open wait (open(2)). */
static int open_lock(struct diag *diag)
{
	_cleanup_close_ int dir = store_open_run_dir(diag);
	int fd;

	if (dir < 0)
		return dir;
	fd = sys_openat(dir, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
	return fd < 0 ? diag_set(diag, -fd, "cannot open " LOCK_DIR "/" LOCK_NAME) : fd;
}

/*
 * If /run is read-only or belongs to another user, but the directory of names is ours, the lock of that
 * directory is the only one, as it is for iproute2.
 */
int store_lock_own(struct store *store, struct diag *diag)
{
	_cleanup_close_ int fd = open_lock(diag);
	int rc = fd;

	if (fd == -EROFS || fd == -EACCES)
		return 0;
	if (rc >= 0)
		rc = check_ours(fd, S_IFREG, LOCK_DIR "/" LOCK_NAME, diag);
	if (rc == -EACCES)
		return 0;
	if (rc == 0)
		rc = take_lock(fd, LOCK_DIR "/" LOCK_NAME, diag);
	if (rc < 0)
		return rc;
	store->own = take_fd(&fd);
	return 0;
}

/* ---- the directory ---- */

int store_lock_directory(struct store *store, int fd, struct diag *diag)
{
	int rc;

	if (store->own < 0)
		return take_lock(fd, STORE_DIR, diag);
	/* Waits for the same process only once. */
	rc = clock_wait_lock(fd, store->is_held ? 0 : NEIGHBOUR_MS);
	if (rc < 0 && rc != -EWOULDBLOCK)
		return diag_set(diag, -rc, "cannot lock " STORE_DIR);
	if (rc == -EWOULDBLOCK && !store->is_held) {
		store->is_held = true;
		store->holder = lock_holder(fd);
	}
	return 0;
}
