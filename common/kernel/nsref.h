/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns a file, a process or an id into a checked descriptor of a namespace. */
#ifndef XNS_NSREF_H
#define XNS_NSREF_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/ns.h"

struct diag;

enum nsref_flags {
	NSREF_NOFOLLOW = 1, /* fails with ELOOP if the last component is a symbolic link */
	/* Only root can replace the file between check and open, so it need not be opened through
	 * /proc. The first use of /proc takes longer than all other opens of a start together. */
	NSREF_ROOTS_DIR = 2,
};

/*
 * Opens a namespace file: a bind mount such as /run/netns/NAME, or a link below /proc. dir as for
 * openat(2); any type if type is NS_NONE. Refuses other files and types, and checks before it
 * opens, so a FIFO or a device neither blocks nor has an effect. The caller owns the descriptor.
 * -errno with the diagnosis filled.
 */
int nsref_open_file(int dir, const char *path, enum ns_type type, unsigned flags,
		    struct diag *diag);

/*
 * Opens the namespace with this 64-bit id (NS_GET_ID, Linux 6.18) by its nsfs file handle. Linux
 * 6.18 needs also the type and inode number in the handle; if it refuses the short form of 6.19,
 * all processes in /proc are searched for the id. The caller owns the descriptor. -errno with the
 * diagnosis filled.
 */
int nsref_open_id(uint64_t id, enum ns_type type, struct diag *diag);

/* Opens the namespace by the id alone, without that search (Linux 6.19). -errno. */
int nsref_open_handle(uint64_t id);

/*
 * Whether the namespace with this id and inode number still exists; only its owner and root can
 * ask. 1, 0, or -errno if the kernel cannot answer (before Linux 6.18).
 */
int nsref_is_alive(uint64_t id, enum ns_type type, ino_t ino);

/*
 * Opens a namespace of a process by ioctl(2) on its pidfd. The caller owns the descriptor. -errno:
 * ENOTTY before Linux 6.11, EOPNOTSUPP if the kernel lacks the type, ESRCH for a zombie.
 */
int nsref_open_member(int pidfd, enum ns_type type);

/* Bind-mounts an open namespace on an open file (O_PATH suffices). 0 or -errno. */
int nsref_mount(int ns, int target);

/* Names the type of a file in messages: "a directory", "a FIFO". Static storage. */
const char *nsref_file_type(mode_t mode);

/*
 * Whether an open file (O_PATH will do) is a namespace file, and its attributes. Asks the file system only
 * if the file looks like one of nsfs, as a remote one may never answer. 1, 0, or -errno.
 */
int nsref_examine(int fd, struct stat *ret);

/* The type of an open namespace file (NS_GET_NSTYPE, Linux 4.11); NS_NONE if the file is none. */
enum ns_type nsref_kind(int fd);

/*
 * Whether two open files are the same namespace: device and inode number are equal (namespaces(7)).
 * 0 or -errno.
 */
int nsref_same(int a, int b, bool *ret_same);

#endif
