/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

enum { LINKS_MAX = 40 }; /* as in path_resolution(7) */

struct way {
	int at;   /* the directory that we are in (owned) */
	unsigned links;
	const char *next; /* the part of rest that is still to be looked up */
	char rest[PATH_MAX];
};

static void move_to(struct way *way, int *fd)
{
	cleanup_close(&way->at);
	way->at = take_fd(fd);
}

/* The owner of "/" could have replaced whatever lies below it. */
static bool is_trusted(uid_t owner)
{
	struct stat root;

	return owner == 0 || owner == sys_geteuid() ||
	       (sys_fstatat(AT_FDCWD, "/", &root, 0) == 0 && owner == root.st_uid);
}

/* In a sticky directory only its owner and that of the link can replace it (inode(7)). */
static int check_link(const struct stat *link, int dir)
{
	struct stat st;
	int rc = sys_fstat(dir, &st);

	if (rc < 0)
		return rc;
	if (st.st_mode & S_IWOTH && !(st.st_mode & S_ISVTX))
		return -EXDEV;
	return is_trusted(link->st_uid) && is_trusted(st.st_uid) ? 0 : -EXDEV;
}

/* Puts the text of the link in front of what follows it in the path. */
static int follow(struct way *way, int link, const char *after)
{
	size_t left = strlen(after) + 1;
	_cleanup_close_ int root = -1;
	char text[PATH_MAX];
	ssize_t len;

	if (way->links++ == LINKS_MAX)
		return -ELOOP;
	len = io_read_link(link, "", text, sizeof(text));
	if (len < 0)
		return (int)len;
	if ((size_t)len + left > sizeof(way->rest))
		return -ENAMETOOLONG;
	memmove(way->rest + len, after, left);
	memcpy(way->rest, text, (size_t)len);
	way->next = way->rest;
	if (*text != '/')
		return 0;
	root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	if (root < 0)
		return root;
	move_to(way, &root);
	return 0;
}

static int enter(struct way *way, char name[NAME_MAX + 1])
{
	size_t len = strcspn(way->next, "/");
	const char *after = way->next + len;
	_cleanup_close_ int fd = -1;
	struct stat st;
	int rc;

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, way->next, len);
	name[len] = '\0';
	fd = sys_openat(way->at, name, O_PATH | O_NOFOLLOW, 0);
	rc = fd < 0 ? fd : sys_fstat(fd, &st);
	if (rc == 0 && *after && S_ISLNK(st.st_mode)) {
		rc = check_link(&st, way->at);
		return rc < 0 ? rc : follow(way, fd, after);
	}
	if (rc == 0 && *after && !S_ISDIR(st.st_mode))
		rc = -ENOTDIR;
	if (rc < 0)
		return rc;
	move_to(way, &fd);
	way->next = after;
	return 0;
}

static int walk(const char *path, char ret_link[NAME_MAX + 1])
{
	struct way way = { .at = -1, .next = way.rest };
	int rc = *path ? 0 : -ENOENT;

	if (strlen(path) >= sizeof(way.rest))
		return -ENAMETOOLONG;
	memcpy(way.rest, path, strlen(path) + 1);
	if (rc == 0)
		rc = way.at = sys_openat(AT_FDCWD, *path == '/' ? "/" : ".", O_PATH | O_DIRECTORY, 0);
	while (rc >= 0 && *(way.next += strspn(way.next, "/")))
		rc = enter(&way, ret_link);
	if (rc < 0)
		cleanup_close(&way.at);
	return rc < 0 ? rc : way.at;
}

int trusted_check_link(int dir, int link)
{
	struct stat st;
	int rc = sys_fstat(link, &st);

	return rc < 0 ? rc : check_link(&st, dir);
}

/* The walk is for paths with links, and for Linux before 5.6. */
int trusted_open(const char *path, char ret_link[NAME_MAX + 1])
{
	const struct kernel_open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS,
	};
	int fd = sys_openat2(AT_FDCWD, path, &how);

	return fd == -ELOOP || fd == -ENOSYS || fd == -EPERM ? walk(path, ret_link) : fd;
}

int trusted_open_directory(const char *path, struct diag *diag)
{
	char inside[PATH_MAX], link[NAME_MAX + 1];
	int rc = -ENAMETOOLONG;

	/* The dot, because trusted_open() does not follow a link that comes last. */
	if (!*path)
		rc = -ENOENT;
	else if ((size_t)snprintf(inside, sizeof(inside), "%s/.", path) < sizeof(inside))
		rc = sys_geteuid() == 0 ? trusted_open(inside, link) :
					  sys_openat(AT_FDCWD, inside, O_PATH | O_DIRECTORY, 0);
	if (rc == -EXDEV) {
		diag_set(diag, 0, "cannot open the directory '%s': the symbolic link '%s' is another user's",
			 path, link);
		diag_hint(diag, "as root, name a path without links that others can replace");
		return rc;
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot open the directory '%s'", path) : rc;
}

static bool is_root_of_tree(const struct stat *st, const struct stat *above)
{
	return st->st_dev == above->st_dev && st->st_ino == above->st_ino;
}

int trusted_check_owners(int dir, bool sticky_ok)
{
	_cleanup_close_ int at = sys_openat(dir, ".", O_PATH | O_DIRECTORY, 0);
	struct stat st;
	int rc = at < 0 ? at : sys_fstat(at, &st);

	while (rc == 0) {
		_cleanup_close_ int up = -1;
		struct stat above;

		if (!is_trusted(st.st_uid) ||
		    (st.st_mode & (S_IWGRP | S_IWOTH) && !(sticky_ok && st.st_mode & S_ISVTX)))
			return -EPERM;
		up = sys_openat(at, "..", O_PATH | O_DIRECTORY, 0);
		rc = up < 0 ? up : sys_fstat(up, &above);
		if (rc < 0 || is_root_of_tree(&st, &above))
			return rc;
		cleanup_close(&at);
		at = take_fd(&up);
		st = above;
		sticky_ok = true;
	}
	return rc;
}
