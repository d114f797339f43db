/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks up one component at a time, by descriptor, and never lets the kernel follow a link.
 * openat2(2) with RESOLVE_IN_ROOT does not suffice: after pivot_root(".", ".") the old root is
 * mounted over the new one, and openat2() follows ".." from a directory of the new root into that
 * mount (fs/namei.c, handle_dots()). Here ".." returns to the directory that we came from.
 */
#include "kernel/inroot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

enum {
	DEPTH_MAX = PATH_MAX / 2,
	LINKS_MAX = 40, /* as in path_resolution(7) */
};

struct lookup {
	int root;             /* borrowed */
	const struct inroot_walk *walk;
	int below[DEPTH_MAX]; /* components from the root to the current one (owned) */
	size_t depth;
	unsigned links;
	const char *at; /* the part of rest that has not been looked up yet */
	char rest[PATH_MAX];
};

static int current(const struct lookup *lookup)
{
	return lookup->depth ? lookup->below[lookup->depth - 1] : lookup->root;
}

static void climb_to(struct lookup *lookup, size_t depth)
{
	while (lookup->depth > depth)
		cleanup_close(&lookup->below[--lookup->depth]);
}

/*
 * In procfs, only the directories of processes have magic links, which lead elsewhere than their
 * text says; links in its root directory ("self", "mounts") are ordinary ones (proc(5)).
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

/* Puts the text of the link in front of the rest of the path. */
static int follow(struct lookup *lookup, int link, const char *after)
{
	size_t left = strlen(after) + 1;
	const struct inroot_walk *walk = lookup->walk;
	int rc = is_magic_link(current(lookup), link);
	char text[PATH_MAX];
	ssize_t len;

	if (rc != 0)
		return rc < 0 ? rc : -EXDEV;
	rc = walk->may_follow ? walk->may_follow(walk->arg, current(lookup), link) : 0;
	if (rc < 0)
		return rc;
	if (lookup->links++ == LINKS_MAX)
		return -ELOOP;
	len = io_read_link(link, "", text, sizeof(text));
	if (len < 0)
		return (int)len;
	if ((size_t)len + left > sizeof(lookup->rest))
		return -ENAMETOOLONG;
	memmove(lookup->rest + len, after, left);
	memcpy(lookup->rest, text, (size_t)len);
	lookup->at = lookup->rest;
	if (*text == '/')
		climb_to(lookup, 0);
	return 0;
}

/* Opens a component. If it is missing, the walk may make it. */
static int open_component(const struct lookup *lookup, const char *name, const char *after)
{
	const struct inroot_walk *walk = lookup->walk;
	int fd = sys_openat(current(lookup), name, O_PATH | O_NOFOLLOW, 0), rc;

	if (fd != -ENOENT || !walk->make)
		return fd;
	rc = walk->make(walk->arg, current(lookup), name, !after[strspn(after, "/")]);
	return rc < 0 ? rc : sys_openat(current(lookup), name, O_PATH | O_NOFOLLOW, 0);
}

static int enter(struct lookup *lookup, const char *name, const char *after)
{
	_cleanup_close_ int fd = open_component(lookup, name, after);
	struct stat st;
	int rc = fd < 0 ? fd : sys_fstat(fd, &st);

	if (rc < 0)
		return rc;
	if (S_ISLNK(st.st_mode))
		return follow(lookup, fd, after);
	if (*after && !S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (lookup->depth == DEPTH_MAX)
		return -ENAMETOOLONG;
	lookup->below[lookup->depth++] = take_fd(&fd);
	lookup->at = after;
	return 0;
}

static int take_component(struct lookup *lookup)
{
	char name[NAME_MAX + 1];
	size_t len = strcspn(lookup->at, "/");
	const char *after = lookup->at + len;

	if (len >= sizeof(name))
		return -ENAMETOOLONG;
	memcpy(name, lookup->at, len);
	name[len] = '\0';
	if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
		return enter(lookup, name, after);
	if (strcmp(name, "..") == 0 && lookup->depth > 0)
		climb_to(lookup, lookup->depth - 1);
	lookup->at = after;
	return 0;
}

/* Hands the caller a descriptor of the last component. */
static int leave(struct lookup *lookup, int flags)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int rc;

	/* Unlike an absolute path, "." does not enter a mount that lies over the root. */
	if (lookup->depth == 0)
		return sys_openat(lookup->root, ".", O_PATH | O_DIRECTORY, 0);
	fd = lookup->below[--lookup->depth];
	rc = flags & O_DIRECTORY ? sys_fstat(fd, &st) : 0;
	if (rc < 0)
		return rc;
	return flags & O_DIRECTORY && !S_ISDIR(st.st_mode) ? -ENOTDIR : take_fd(&fd);
}

/* Adds the places of all components below the root. */
static int remember(const struct lookup *lookup, struct inroot_way *way)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < lookup->depth; i++)
		rc = inroot_way_add(way, lookup->below[i]);
	return rc;
}

int inroot_walk(int root, const char *path, int flags, const struct inroot_walk *walk)
{
	struct lookup lookup = { .root = root, .walk = walk };
	int rc = *path ? 0 : -ENOENT;

	if (strlen(path) >= sizeof(lookup.rest))
		return -ENAMETOOLONG;
	memcpy(lookup.rest, path, strlen(path) + 1);
	lookup.at = lookup.rest;
	while (rc == 0 && *(lookup.at += strspn(lookup.at, "/")))
		rc = take_component(&lookup);
	if (rc == 0 && walk->way)
		rc = remember(&lookup, walk->way);
	if (rc == 0)
		rc = leave(&lookup, flags);
	climb_to(&lookup, 0);
	return rc;
}

int inroot_open(int root, const char *path, int flags)
{
	return inroot_walk(root, path, flags, &(struct inroot_walk){ .make = NULL });
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
	len = sys_getcwd(whole, sizeof(whole)); /* counts the NUL */
	if (len < 0)
		return (int)len;
	/* "(unreachable)" (getcwd(2)): no path leads there inside the root. */
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

/* --- ways ------------------------------------------------------------------------------------- */

static int find_place(int fd, struct inroot_place *ret)
{
	struct stat st;
	int rc = sys_fstat(fd, &st);

	if (rc < 0)
		return rc;
	*ret = (struct inroot_place){ .dev = st.st_dev, .ino = st.st_ino };
	/* Before Linux 5.8 only /proc shows the mount. Without it, the file alone counts. */
	if (sys_mount_id(fd, STATX_MNT_ID, &ret->mount) < 0) {
		int id = proc_mount_of(fd);

		ret->mount = id < 0 ? 0 : (uint64_t)id;
	}
	return 0;
}

int inroot_way_add(struct inroot_way *way, int fd)
{
	struct inroot_place *grown =
		array_reserve(way->places, way->n + 1, &way->room, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	way->places = grown;
	return find_place(fd, &grown[way->n++]);
}

int inroot_way_has(const struct inroot_way *way, int fd)
{
	struct inroot_place place;
	int rc = find_place(fd, &place);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < way->n; i++)
		if (way->places[i].dev == place.dev && way->places[i].ino == place.ino &&
		    way->places[i].mount == place.mount)
			return 1;
	return 0;
}

void inroot_way_free(struct inroot_way *way)
{
	free(way->places);
	*way = (struct inroot_way){ .n = 0 };
}
