/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process whose namespaces, root, environment and ids are looked at. One pidfd is opened and
 * serves for everything, so that a recycled PID can never stand in for the process that was meant.
 */
#ifndef XNS_TARGET_H
#define XNS_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/ns.h"

struct diag;

struct target {
	pid_t pid;
	int pidfd; /* -1 before Linux 5.3, and where /proc is of another pid namespace (owned) */
	int dir;   /* /proc/PID, O_PATH, of the same process as the pidfd (owned) */
	bool foreign_proc; /* /proc is that of another pid namespace, and so is the PID */
};

/* What to tell who may have meant a process of our own pid namespace, where /proc is not that's. */
#define FOREIGN_PROC \
	"this /proc is that of another pid namespace, and numbers processes as that does"
#define FOREIGN_PROC_REMEDY "mount that of your own: mount -t proc proc /proc"

/* Behind HIDING_PROC; wants the PID. */
#define HIDING_PROC_REMEDY "run it as the user of process %d, or as root"

#define TARGET_NONE { .pid = 0, .pidfd = -1, .dir = -1 }

/*
 * Opens the process with this PID. inode, if not NULL, is the inode number that its pidfd must have
 * (pidfs, Linux 6.9): a process that has got the PID since is refused. -errno with the diagnosis
 * filled; ESRCH: no such process.
 */
int target_open(struct target *target, pid_t pid, const uint64_t *inode, struct diag *diag);

void target_close(struct target *target);

/* The letter of the state in /proc/PID/stat (proc(5)), 'X' where there is none. Pure. */
char target_parse_state(const char *text);

/*
 * Whether the process is still there (a zombie is not). Whatever was read by its PID before is its
 * own only if it is. 0, or -ESRCH with the diagnosis filled.
 */
int target_check(const struct target *target, struct diag *diag);

/*
 * Opens one of its namespaces, by ioctl on the pidfd (Linux 6.11), else /proc/PID/ns. The caller
 * owns the descriptor. No diagnosis: -ENOENT where the kernel has no such type, -ESRCH if the
 * process has gone, -EACCES if we may not look at it.
 */
int target_open_ns(const struct target *target, enum ns_type type);

/*
 * Whether it starts its children in another pid namespace than its own, as unshare(1) does while it
 * waits. *ret_child is the child that is in that one, 0 if none is found.
 */
bool target_starts_elsewhere(const struct target *target, pid_t *ret_child);

/* Opens its "root" or "cwd" directory (O_PATH). -errno with the diagnosis filled. */
int target_open_dir(const struct target *target, const char *name, struct diag *diag);

/*
 * Reads a file of /proc/PID, terminated, of at most BOUNDED_TEXT bytes (EFBIG). The caller owns it.
 * 0, or -errno with the diagnosis filled.
 */
int target_read(const struct target *target, const char *name, char **ret_text, size_t *ret_len,
		struct diag *diag);

/* Its effective ids as seen from the user namespace that we are in. 0 or -errno: ESRCH if it has
 * ended. */
int target_ids(const struct target *target, uid_t *ret_uid, gid_t *ret_gid);

/* Its network namespace by the socket behind its descriptor number (Linux 5.6). An owned
 * descriptor, or -errno with the diagnosis filled. */
int target_open_socket_ns(const struct target *target, int fd, struct diag *diag);

/*
 * Opens cgroup.procs of its cgroup in the cgroup2 hierarchy, mounted at /sys/fs/cgroup or, beside
 * version 1, at /sys/fs/cgroup/unified. An owned descriptor, or -errno with the diagnosis filled.
 */
int target_open_cgroup(const struct target *target, struct diag *diag);

#endif
