/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolves paths inside a root directory that a stranger may have prepared and may be changing. */
#ifndef XNS_INROOT_H
#define XNS_INROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Opens PATH (O_PATH) as a process would find it whose root directory is root: absolute links and
 * ".." stay inside. flags may be O_DIRECTORY. The caller owns the descriptor. -errno; EXDEV for a
 * magic link of procfs.
 */
int inroot_open(int root, const char *path, int flags);

/* A file, in the mount through which it was reached. */
struct inroot_place {
	dev_t dev;
	ino_t ino;
	uint64_t mount; /* as in mountinfo; 0 if unknown */
};

/* The places that a path leads through, without the root. All zero is an empty way. */
struct inroot_way {
	struct inroot_place *places; /* owned */
	size_t n, room;
};

/* Adds the place of a descriptor. 0 or -errno. */
int inroot_way_add(struct inroot_way *way, int fd);
/* Whether the way leads through the place of the descriptor. 1, 0 or -errno. */
int inroot_way_has(const struct inroot_way *way, int fd);
void inroot_way_free(struct inroot_way *way);

struct inroot_walk {
	/* Makes a missing component, the last one of the path or a directory. 0 or -errno. May be
	 * NULL. */
	int (*make)(void *arg, int dir, const char *name, bool last);
	/* Whether a symbolic link of dir may be followed. 0 or -errno. May be NULL. */
	int (*may_follow)(void *arg, int dir, int link);
	void *arg;
	struct inroot_way *way; /* gets the places that the path leads through; or NULL */
};

/* inroot_open() with these extras. */
int inroot_walk(int root, const char *path, int flags, const struct inroot_walk *walk);

/* Does the same in our own root; a relative path begins in the working directory. */
int inroot_open_own(const char *path, int flags);

/* Whether both descriptors are the same file, by device and inode number. 1, 0 or -errno. */
int inroot_is_same_file(int left, int right);

/*
 * Whether both descriptors are the same file in the same mount. Before Linux 5.8 the kernel does
 * not report the mount of a descriptor; then the same file suffices. 1, 0 or -errno.
 */
int inroot_is_same_place(int left, int right);

#endif
