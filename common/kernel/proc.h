/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes below /proc, relative to one directory descriptor that was checked once. Refuses
 * files that something is mounted over, and a /proc that is no procfs.
 */
#ifndef XNS_PROC_H
#define XNS_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/ns.h"

struct diag;
struct idmap;

/* the inode number of a procfs's root directory (fs/proc/internal.h) */
enum { PROC_ROOT_INO = 1 };

/*
 * Opens /proc (O_PATH) and checks that it is the root of a procfs. The caller owns the descriptor.
 * -errno with the diagnosis filled.
 */
int proc_open_root(struct diag *diag);

/*
 * Opens our directory through "self", which is right even if our getpid() means another process in
 * this /proc (one of an ancestor pid namespace). The caller owns the descriptor; it fails with
 * ESRCH after we have ended. *ret_pid (may be NULL) is our PID in this /proc. -errno with the
 * diagnosis filled.
 */
int proc_open_self(int root, pid_t *ret_pid, struct diag *diag);

/* Does the same for a caller that needs nothing else of /proc. */
int proc_open_own(struct diag *diag);

/* Our PID in this /proc, or -errno. */
pid_t proc_self_pid(int root);

/*
 * Whether this /proc is that of our own pid namespace. If not, because we have no proc mount of our
 * own, users mean the PIDs that this /proc shows, and pidfd_open(2) would open other processes.
 */
bool proc_is_own(int root);

/*
 * Whether this /proc hides other users' processes from us (proc(5), hidepid=2 or 4): it hides
 * process 1.
 */
bool proc_hides(int root);

/* The hint if proc_hides(). */
#define HIDING_PROC "this /proc hides the processes of others (hidepid, see proc(5))"

/*
 * Opens PATH below a directory of procfs. The caller owns the descriptor. -errno: EXDEV if
 * something is mounted over the file.
 */
int proc_open_file(int dir, const char *path, int flags);

/*
 * Reads a whole file below dir, at most size - 1 bytes, and terminates it. Returns the length or
 * -errno; -EFBIG if the file is longer.
 */
ssize_t proc_read_file(int dir, const char *path, char *buf, size_t size);

/*
 * Writes text with exactly one write(2), as the kernel requires for id maps (user_namespaces(7)). 0
 * or -errno.
 */
int proc_write_file(int dir, const char *path, const char *text);

/*
 * Reads the id map of the process with this directory; kind is "uid" or "gid". 0 or -errno, ret
 * untouched.
 */
int proc_read_map(int dir, const char *kind, struct idmap *ret);

/*
 * Opens the namespace file dir/ns/NAME ("net", "pid_for_children") and checks that it is on nsfs.
 * The caller owns the descriptor. -errno: ENOENT if the kernel lacks the type.
 */
int proc_open_ns(int dir, const char *name);

/* Reads a file with one decimal number ("0\n"), as below /proc/sys. 0 or -errno. */
int proc_read_number(int dir, const char *path, long long *ret);

/* The id of the mount that the descriptor was opened on (proc_pid_fdinfo(5)); -1 if unknown. */
int proc_mount_of(int fd);

#endif
