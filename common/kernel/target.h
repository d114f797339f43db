/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process whose namespaces, root, environment and ids are read. All go through one pidfd, so that
 * another process with a reused PID is never taken for it.
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
	int pidfd; /* -1 before Linux 5.3, and if foreign_proc (owned) */
	int dir;   /* /proc/PID, O_PATH, of the same process as the pidfd (owned) */
	bool foreign_proc; /* /proc and the PID belong to another pid namespace than ours */
};

/* The hint if the user may have meant a PID of our own pid namespace. */
#define FOREIGN_PROC \
	"this /proc belongs to another pid namespace and shows its PIDs"
/* The remedy. A proc cannot be mounted if an outer user namespace owns the mount namespace. */
const char *target_proc_remedy(void);

/* Follows HIDING_PROC in a hint; its argument is the PID. */
#define HIDING_PROC_REMEDY "run it as the user of process %d, or as root"

#define TARGET_NONE { .pid = 0, .pidfd = -1, .dir = -1 }

/*
 * Opens the process with this PID. If inode is not NULL, its pidfd must have this inode number
 * (pidfs, Linux 6.9): the PID may have been reused. -errno with the diagnosis filled; ESRCH: no
 * such process.
 */
int target_open(struct target *target, pid_t pid, const uint64_t *inode, struct diag *diag);

void target_close(struct target *target);

/* The letter of the state in a text of /proc/PID/stat (proc(5)); 'X' if it has none. Pure. */
char target_parse_state(const char *text);

/*
 * Whether the process still lives (a zombie does not). Until this has succeeded, data read by its
 * PID may be another process's. 0, or -ESRCH with the diagnosis filled.
 */
int target_check(const struct target *target, struct diag *diag);

/*
 * Opens one of its namespaces, by ioctl(2) on the pidfd (Linux 6.11) or from /proc/PID/ns. The
 * caller owns the descriptor. Fills no diagnosis: -ENOENT if the kernel lacks the type, -ESRCH if
 * the process has gone, -EACCES if we may not access it.
 */
int target_open_ns(const struct target *target, enum ns_type type);

/*
 * Whether its children start in another pid namespace than its own, as those of a waiting
 * unshare(1) do. *ret_child is its child in that namespace, 0 if none is found.
 */
bool target_starts_elsewhere(const struct target *target, pid_t *ret_child);

/*
 * Opens its "root" or "cwd" directory (O_PATH). The caller owns the descriptor. -errno with the
 * diagnosis filled.
 */
int target_open_dir(const struct target *target, const char *name, struct diag *diag);

/*
 * Reads a file of /proc/PID of at most BOUNDED_TEXT bytes (EFBIG), and terminates it. The caller
 * frees it. 0, or -errno with the diagnosis filled.
 */
int target_read(const struct target *target, const char *name, char **ret_text, size_t *ret_len,
		struct diag *diag);

/* Its effective ids as our user namespace maps them. 0 or -errno: ESRCH if it has ended. */
int target_ids(const struct target *target, uid_t *ret_uid, gid_t *ret_gid);

/*
 * Opens the network namespace of the socket that is its descriptor fd (pidfd_getfd(2), Linux 5.6).
 * The caller owns the descriptor. -errno with the diagnosis filled.
 */
int target_open_socket_ns(const struct target *target, int fd, struct diag *diag);

/*
 * Opens cgroup.procs of its cgroup in the cgroup2 hierarchy, mounted at /sys/fs/cgroup or, next to
 * version 1, at /sys/fs/cgroup/unified. The caller owns the descriptor. -errno with the diagnosis
 * filled.
 */
int target_open_cgroup(const struct target *target, struct diag *diag);

#endif
