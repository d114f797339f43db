/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Which namespace": from a file, a process or an id to an open descriptor that was checked. */
#ifndef XNS_NSREF_H
#define XNS_NSREF_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/ns.h"

struct diag;

enum nsref_flags {
	NSREF_NOFOLLOW = 1, /* a symbolic link in the last component is an error (ELOOP) */
	/* Nobody but root can put something else in its place between two looks, so /proc is not
	 * needed, whose first use costs a start more than all its other opens. */
	NSREF_ROOTS_DIR = 2,
};

/*
 * Opens a namespace file: a bind mount such as /run/netns/NAME, or a link below /proc. It is looked
 * at before it is opened, so that a FIFO or a device in its place neither blocks nor reacts; what
 * is no namespace file, or one of another type, is refused. dir as for openat(2). type may be
 * NS_NONE: any type will do. The caller owns the descriptor. -errno with the diagnosis filled.
 */
int nsref_open_file(int dir, const char *path, enum ns_type type, unsigned flags,
		    struct diag *diag);

/*
 * Opens the namespace with this 64-bit id (NS_GET_ID, Linux 6.18) by its nsfs file handle. Linux
 * 6.18 wants the type and the inode number in the handle as well, so where 6.19's short form is
 * refused, the namespaces of all processes in /proc are searched for the id. -errno with the
 * diagnosis filled.
 */
int nsref_open_id(uint64_t id, enum ns_type type, struct diag *diag);

/* The same from the id alone (Linux 6.19) or not at all: -errno. */
int nsref_open_handle(uint64_t id);

/*
 * Whether the namespace with this id and inode number still is, for its owner or root: 1 or 0, or
 * -errno where the kernel cannot tell (before Linux 6.18).
 */
int nsref_is_alive(uint64_t id, enum ns_type type, ino_t ino);

/*
 * Opens a namespace of a process by ioctl(2) on its pidfd. The caller owns the descriptor. -errno:
 * ENOTTY before Linux 6.11, EOPNOTSUPP where the type is not configured, ESRCH of a zombie.
 */
int nsref_open_member(int pidfd, enum ns_type type);

/* Mounts an open namespace on an open file (O_PATH will do). 0 or -errno. */
int nsref_mount(int ns, int target);

/* What a file is that is no namespace file, for messages: "a directory", "a FIFO". Static. */
const char *nsref_file_type(mode_t mode);

/* The type of an open namespace file (NS_GET_NSTYPE, Linux 4.11), NS_NONE if it is none. */
enum ns_type nsref_kind(int fd);

/* Whether two open files are the same namespace (namespaces(7): device and inode). 0 or -errno. */
int nsref_same(int a, int b, bool *ret_same);

#endif
