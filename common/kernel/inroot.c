/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One component at a time, by descriptors and without following any link, on every kernel.
 * openat2(2) with RESOLVE_IN_ROOT would not do: after pivot_root(".", ".") the old root is mounted
 * over the new one, and for openat2() ".." leads from a directory of the new root into that mount
 * (fs/namei.c, handle_dots()). Here ".." leads back to the directory that we came from.
 */
#include "kernel/inroot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

enum {
	DEPTH_MAX = PATH_MAX / 2,
	LINKS_MAX = 40, /* as in path_resolution(7) */
};

struct walk {
	int root;             /* borrowed */
	int below[DEPTH_MAX]; /* the files from below the root down to where we are (owned) */
	size_t depth;
	unsigned links;
	const char *at; /* the part of rest that is still to be looked up */
	char rest[PATH_MAX];
};

static int current(const struct walk *walk)
{
	return walk->depth ? walk->below[walk->depth - 1] : walk->root;
}

static void climb_to(struct walk *walk, size_t depth)
{
	while (walk->depth > depth)
		cleanup_close(&walk->below[--walk->depth]);
}

/*
 * The links of procfs that do not lead where their text says are in directories of processes; those
 * in its root directory ("self", "mounts") are ordinary ones (proc(5)).
 */
static int is_magic_link(int dir, int link)
{
	struct statfs fs;
	struct stat st;
	int rc = sys_fstatfs(link, &fs);

	if (rc < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return rc;
	rc = sys_fstat(dir, &st);
	return rc < 0 ? rc : st.st_ino != PROC_ROOT_INO;
}

/* Puts the text of the link in front of what follows it in the path. */
static int follow(struct walk *walk, int link, const char *after)
{
	size_t left = strlen(after) + 1;
	int rc = is_magic_link(current(walk), link);
	char text[PATH_MAX];
	ssize_t len;

	if (rc != 0)
		return rc < 0 ? rc : -EXDEV;
	if (walk->links++ == LINKS_MAX)
		return -ELOOP;
	len = io_read_link(link, "", text, sizeof(text));
	if (len < 0)
		return (int)len;
	if ((size_t)len + left > sizeof(walk->rest))
		return -ENAMETOOLONG;
	memmove(walk->rest + len, after, left);
	memcpy(walk->rest, text, (size_t)len);
	walk->at = walk->rest;
	if (*text == '/')
		climb_to(walk, 0);
	return 0;
}

static int enter(struct walk *walk, const char *name, const char *after)
{
	_cleanup_close_ int fd = sys_openat(current(walk), name, O_PATH | O_NOFOLLOW, 0);
	struct stat st;
	int rc = fd < 0 ? fd : sys_fstat(fd, &st);

	if (rc < 0)
		return rc;
	if (S_ISLNK(st.st_mode))
		return follow(walk, fd, after);
	if (*after && !S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (walk->depth == DEPTH_MAX)
		return -ENAMETOOLONG;
	walk->below[walk->depth++] = take_fd(&fd);
	walk->at = after;
	return 0;
}

static int take_component(struct walk *walk)
{
	char name[NAME_MAX + 1];
	size_t len = strcspn(walk->at, "/");
	const char *after = walk->at + len;

	if (len >= sizeof(name))
		return -ENAMETOOLONG;
	memcpy(name, walk->at, len);
	name[len] = '\0';
	if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
		return enter(walk, name, after);
	if (strcmp(name, "..") == 0 && walk->depth > 0)
		climb_to(walk, walk->depth - 1);
	walk->at = after;
	return 0;
}

/* The descriptor of where we are, for the caller. */
static int leave(struct walk *walk, int flags)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int rc;

	/* "." does not lead into what is mounted over the root. */
	if (walk->depth == 0)
		return sys_openat(walk->root, ".", O_PATH | O_DIRECTORY, 0);
	fd = walk->below[--walk->depth];
	rc = flags & O_DIRECTORY ? sys_fstat(fd, &st) : 0;
	if (rc < 0)
		return rc;
	return flags & O_DIRECTORY && !S_ISDIR(st.st_mode) ? -ENOTDIR : take_fd(&fd);
}

int inroot_open(int root, const char *path, int flags)
{
	struct walk walk = { .root = root };
	int rc = *path ? 0 : -ENOENT;

	if (strlen(path) >= sizeof(walk.rest))
		return -ENAMETOOLONG;
	strcpy(walk.rest, path);
	walk.at = walk.rest;
	while (rc == 0 && *(walk.at += strspn(walk.at, "/")))
		rc = take_component(&walk);
	if (rc == 0)
		rc = leave(&walk, flags);
	climb_to(&walk, 0);
	return rc;
}

int inroot_open_own(const char *path, int flags)
{
	_cleanup_close_ int root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	char whole[PATH_MAX];
	ssize_t len;

	if (root < 0)
		return root;
	if (!*path || *path == '/')
		return inroot_open(root, path, flags);
	len = sys_getcwd(whole, sizeof(whole)); /* with the NUL */
	if (len < 0)
		return (int)len;
	/* "(unreachable)" (getcwd(2)): there is no way to it inside the root. */
	if (*whole != '/')
		return -ENOENT;
	if ((size_t)snprintf(whole + len - 1, sizeof(whole) - (size_t)len + 1, "/%s", path) >=
	    sizeof(whole) - (size_t)len + 1)
		return -ENAMETOOLONG;
	return inroot_open(root, whole, flags);
}

int inroot_is_same_file(int left, int right)
{
	struct stat here, there;
	int rc = sys_fstat(left, &here);

	if (rc == 0)
		rc = sys_fstat(right, &there);
	return rc < 0 ? rc : here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

int inroot_is_same_place(int left, int right)
{
	uint64_t here = 0, there = 0;
	int rc = inroot_is_same_file(left, right);

	if (rc <= 0 || sys_mount_id(left, STATX_MNT_ID, &here) < 0 ||
	    sys_mount_id(right, STATX_MNT_ID, &there) < 0)
		return rc;
	return here == there;
}
