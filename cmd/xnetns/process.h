/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes and their network namespaces. */
#ifndef XNS_XNETNS_PROCESS_H
#define XNS_XNETNS_PROCESS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "workload/find.h"

struct diag;

/*
 * Opens the network namespace of a process; pid 0: ours. The caller owns the descriptor. -errno
 * with the diagnosis filled.
 */
int process_open_ns(pid_t pid, struct diag *diag);

/* The same for the name of a unit, container, machine or cgroup; how says how it became a PID. */
int process_open_named(const char *text, pid_t *ret_pid, char how[WORKLOAD_HOW], struct diag *diag);

typedef int process_seen(pid_t pid, ino_t net, void *arg);

/*
 * Calls seen for every process whose network namespace we may read, in ascending order of PIDs,
 * until seen returns less than 0. Returns that result, 0, or -errno with the diagnosis filled.
 * ret_unreadable may be NULL; otherwise it is the number of processes that could not be read.
 */
int process_scan(process_seen *seen, void *arg, size_t *ret_unreadable, struct diag *diag);

/*
 * Signals all processes in the network namespace except ourselves, including new ones, and waits
 * until they have ended. 0; -ETIMEDOUT after that many seconds, with the PIDs of some in the
 * diagnosis; -EPERM for the namespace that we or PID 1 are in; or another -errno.
 */
int process_end_all(ino_t net, int sig, uint64_t seconds, const char *name, struct diag *diag);

#endif
