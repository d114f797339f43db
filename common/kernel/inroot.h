/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolves paths inside a root directory that a stranger may have prepared and may be changing. */
#ifndef XNS_INROOT_H
#define XNS_INROOT_H

/*
 * Opens PATH (O_PATH) as a process would find it whose root directory is root: absolute links and
 * ".." stay inside. flags may be O_DIRECTORY. The caller owns the descriptor. -errno; EXDEV for a
 * magic link of procfs.
 */
int inroot_open(int root, const char *path, int flags);

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
