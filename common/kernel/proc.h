/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything below /proc, relative to one directory descriptor that was checked once. Covered
 * files and a /proc that is none are refused, never written to.
 */
#ifndef XNS_PROC_H
#define XNS_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/ns.h"

struct diag;
struct idmap;

/* fs/proc/internal.h: the inode number of a procfs's root directory. */
enum { PROC_ROOT_INO = 1 };

/*
 * Opens /proc (O_PATH) and checks that it is the root of a procfs. The caller owns the descriptor.
 * -errno, with the diagnosis filled.
 */
int proc_open_root(struct diag *diag);

/*
 * Opens the directory of the calling process through the root's "self", so that it is the right one
 * also where the process's own getpid() means another process in this /proc (a procfs of an
 * ancestor pid namespace). The descriptor stays with this process: a reused PID makes it fail with
 * ESRCH. ret_pid (may be NULL) is the PID by which this /proc knows us.
 */
int proc_open_self(int root, pid_t *ret_pid, struct diag *diag);

/* The same where nothing else of /proc is needed. */
int proc_open_own(struct diag *diag);

/* The PID by which this /proc knows us, or -errno. */
pid_t proc_self_pid(int root);

/*
 * Whether this /proc numbers processes as our own pid namespace does. In a pid namespace without a
 * proc of its own it does not: there a PID is what the user saw in /proc, and no pidfd fits it.
 */
bool proc_is_own(int root);

/*
 * Whether this /proc hides processes of others from us (proc(5), hidepid=2 or 4), as far as the
 * first one tells.
 */
bool proc_hides(int root);

/* What to tell then. */
#define HIDING_PROC "this /proc hides the processes of others (hidepid, see proc(5))"

/* Opens PATH below a directory of procfs. A file that something is mounted over is -EXDEV. */
int proc_open_file(int dir, const char *path, int flags);

/*
 * Reads a whole file below dir, at most size - 1 bytes, and terminates it. Returns the length or
 * -errno; -EFBIG if the file is longer.
 */
ssize_t proc_read_file(int dir, const char *path, char *buf, size_t size);

/* Writes text with exactly one write(2), as the kernel wants map files written. 0 or -errno. */
int proc_write_file(int dir, const char *path, const char *text);

/* The id map of a process, by its directory; kind is "uid" or "gid". 0 or -errno, ret untouched. */
int proc_read_map(int dir, const char *kind, struct idmap *ret);

/*
 * Opens the namespace file dir/ns/NAME ("net", "pid_for_children") and checks that it is on nsfs.
 * The caller owns the descriptor. -errno: ENOENT where the kernel has no such namespaces.
 */
int proc_open_ns(int dir, const char *name);

/* A decimal number alone in the file ("0\n"), as below /proc/sys. 0 or -errno. */
int proc_read_number(int dir, const char *path, long long *ret);

#endif
