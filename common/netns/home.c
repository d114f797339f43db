/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "netns/home.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/diag.h"
#include "base/idmap.h"
#include "base/macros.h"
#include "base/remedy.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/home_record.h"

enum { LOCK_ATTEMPTS = 100 }; /* another command may remove the directory, and the next create it */

/* ---- where ---- */

/* Whether the variable may be trusted: the directory is the user's, and no link, and closed to others' writes. */
static bool is_ours(const char *path)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	struct stat st;

	return fd >= 0 && sys_fstat(fd, &st) == 0 && st.st_uid == sys_geteuid() &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/*
 * Our uid outside: inside the anchor we are root, and uid_map has the uid of its parent user
 * namespace (user_namespaces(7)).
 */
static uint32_t outer_uid(void)
{
	struct diag ignored;
	_cleanup_close_ int self = -1;
	struct idmap map = { .n = 0 };
	uint32_t uid = sys_geteuid();

	if (uid != 0)
		return uid;
	self = proc_open_own(&ignored);
	if (self >= 0 && proc_read_map(self, "uid", &map) == 0)
		idmap_outer(&map, 0, &uid);
	idmap_free(&map);
	return uid;
}

bool home_user_dir(const char *variable, const char *below, char *buf, size_t size)
{
	const char *dir = sys_getuid() == sys_geteuid() ? getenv(variable) : NULL;

	return dir && dir[0] == '/' && is_ours(dir) &&
	       (size_t)snprintf(buf, size, "%s/%s", dir, below) < size;
}

static void locate(struct home *home)
{
	home->in_tmp = !home_user_dir("XDG_RUNTIME_DIR", "xns", home->path, sizeof(home->path));
	if (home->in_tmp)
		snprintf(home->path, sizeof(home->path), "/tmp/xns-%" PRIu32, outer_uid());
}

/* ---- the directory ---- */

static int check(const struct home *home, int fd, struct diag *diag)
{
	struct stat st;
	int rc = sys_fstat(fd, &st);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine %s", home->path);
	if (st.st_uid == sys_geteuid() && !(st.st_mode & (S_IRWXG | S_IRWXO)))
		return 0;
	diag_set(diag, 0, "cannot use %s: %s", home->path,
		 st.st_uid == sys_geteuid() ? "others may enter it" : "it belongs to another user");
	if (st.st_uid == sys_geteuid())
		remedy_hint(diag, REMEDY_CLOSE_TO_OTHERS, home->path);
	else if (home->in_tmp)
		diag_hint(diag, "set XDG_RUNTIME_DIR to a directory that only you may write to");
	return -EPERM;
}

static int open_dir(struct home *home, bool create, struct diag *diag)
{
	_cleanup_close_ int fd = -1;
	int rc = create ? sys_mkdirat(AT_FDCWD, home->path, 0700) : 0;

	if (rc < 0 && rc != -EEXIST)
		return diag_set(diag, -rc, "cannot make the directory %s", home->path);
	fd = sys_openat(AT_FDCWD, home->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd == -ENOENT)
		return fd;
	if (fd == -EACCES) {
		diag_set(diag, 0, "cannot use %s: it belongs to another user", home->path);
		return -EPERM;
	}
	if (fd < 0)
		return diag_set(diag, fd == -ELOOP ? ENOTDIR : -fd, "cannot use %s", home->path);
	rc = check(home, fd, diag);
	return rc < 0 ? rc : take_fd(&fd);
}

/* 0 if the path still leads to the directory that is open, -ENOENT if not, or another -errno. */
static int check_current(const struct home *home)
{
	struct stat here, there;
	int rc = sys_fstat(home->dir, &here);

	if (rc == 0)
		rc = sys_fstatat(AT_FDCWD, home->path, &there, AT_SYMLINK_NOFOLLOW);
	if (rc < 0)
		return rc;
	return here.st_dev == there.st_dev && here.st_ino == there.st_ino ? 0 : -ENOENT;
}

int home_lock(struct home *home, struct diag *diag)
{
	int rc = home->locked ? 0 : sys_flock(home->dir, LOCK_EX);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot lock %s", home->path);
	home->locked = true;
	rc = check_current(home);
	if (rc == 0)
		return home_read_anchor(home, diag);
	home_unlock(home);
	return rc == -ENOENT ? rc : diag_set(diag, -rc, "cannot examine %s", home->path);
}

void home_unlock(struct home *home)
{
	if (home->locked)
		sys_flock(home->dir, LOCK_UN); /* fails for no open directory */
	home->locked = false;
}

int home_open(struct home *home, unsigned flags, struct diag *diag)
{
	int rc = -ENOENT;

	*home = (struct home)HOME_CLOSED;
	locate(home);
	for (int i = 0; i < LOCK_ATTEMPTS; i++) {
		rc = home->dir = open_dir(home, flags & HOME_CREATE, diag);
		if (rc >= 0)
			rc = flags & HOME_LOCK ? home_lock(home, diag) : home_read_anchor(home, diag);
		if (rc >= 0)
			return 0;
		home_close(home);
		if (rc != -ENOENT && flags & HOME_CREATE) /* fails if it is in use */
			sys_unlinkat(AT_FDCWD, home->path, AT_REMOVEDIR);
		if (rc != -ENOENT || !(flags & HOME_CREATE))
			return rc;
	}
	return diag_set(diag, EBUSY, "cannot lock %s: it is replaced again and again", home->path);
}

void home_close(struct home *home)
{
	home_unlock(home);
	cleanup_close(&home->dir);
}
