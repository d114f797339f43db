/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes and the network namespaces they are in. */
#ifndef XNS_XNETNS_PROCESS_H
#define XNS_XNETNS_PROCESS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct diag;

/* The network namespace of a process, 0: of this one. -errno with the diagnosis filled. */
int process_open_ns(pid_t pid, struct diag *diag);

typedef int process_seen(pid_t pid, ino_t net, void *arg);

/*
 * Calls seen for every process whose network namespace we may know, ascending by PID as /proc lists
 * them, until it returns less than 0. That, or -errno with the diagnosis filled.
 */
int process_scan(process_seen *seen, void *arg, struct diag *diag);

/*
 * Sends a signal to all processes in the network namespace but ourselves, also to those born
 * meanwhile, and waits until they are gone, for so many seconds at most; then -ETIMEDOUT with the
 * diagnosis naming some of them.
 */
int process_end_all(ino_t net, int sig, uint64_t seconds, const char *name, struct diag *diag);

#endif
