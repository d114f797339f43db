/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths inside a root directory that a stranger may have prepared, and may be changing. */
#ifndef XNS_INROOT_H
#define XNS_INROOT_H

/*
 * Opens PATH (O_PATH) as a process whose root directory is root would find it: absolute links, and
 * ".." in the root, stay inside. flags may be O_DIRECTORY. The caller owns the descriptor. -errno;
 * EXDEV for a link of procfs that leads to an open file or to a process's directory.
 */
int inroot_open(int root, const char *path, int flags);

/* The same in the process's own root, a relative path from the working directory. */
int inroot_open_own(const char *path, int flags);

/* Whether both are the same directory or file, by device and inode number. -errno. */
int inroot_is_same_file(int left, int right);

/*
 * Whether both are the same directory or file of the same mount. Linux before 5.8 does not report
 * the mount of a descriptor, and there the file decides. -errno.
 */
int inroot_is_same_place(int left, int right);

#endif
