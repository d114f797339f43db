/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths for effects of root's, in directories in which others may put links. */
#ifndef XNS_TRUSTED_H
#define XNS_TRUSTED_H

#include <limits.h>
#include <stdbool.h>

struct diag;

/*
 * Opens PATH (O_PATH). A symbolic link as its last component is not followed, and another one only if it and
 * the directory that it lies in belong to root, to us, or to the owner of "/", who stands for root in a user
 * namespace that does not map root; nor in a directory in which others may replace it. The caller owns the
 * descriptor. -errno; -EXDEV with the name of the link if that is not followed.
 */
int trusted_open(const char *path, char ret_link[NAME_MAX + 1]);

/*
 * Opens a directory (O_PATH), also through a link that comes last; as root only through links that trusted_open()
 * follows. The caller owns the descriptor. -errno with the diagnosis filled.
 */
int trusted_open_directory(const char *path, struct diag *diag);

/* Whether trusted_open() would follow this link, which lies in dir. 0, or -EXDEV, or another -errno. */
int trusted_check_link(int dir, int link);

/*
 * Whether only root can replace what lies in this directory: it and all above it belong to root, or to the owner of
 * "/", and others cannot write to them, but to a sticky one (inode(7)) if the directory below it is root's. sticky_ok:
 * also to this one. 0, or -EPERM, or another -errno.
 */
int trusted_check_owners(int dir, bool sticky_ok);

#endif
