/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for a child as a shell's user expects: signals, stops and the exit status go through. */
#ifndef XNS_WATCH_H
#define XNS_WATCH_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct pty;

struct watch {
	pid_t child; /* our own, not yet reaped, so its PID cannot be reused */
	int report;  /* where an init reports wait statuses of the program, or -1 (borrowed) */
	int report_to; /* where we, as the init, report them, or -1 (borrowed) */
	struct pty *pty; /* the program's terminal, proxied to ours; or NULL (borrowed) */
	bool forward;  /* pass signals on to the child; else SIGINT and SIGTERM are discarded */
};

/*
 * The signals that watch_child() takes; the caller blocks them before the fork, so that none is
 * lost. forward: all that can be caught; else SIGCHLD, SIGINT, SIGTERM and those that stop.
 */
void watch_signals(bool forward, sigset_t *ret);

/*
 * Waits until the child has ended, and reaps every other child meanwhile. A child that stops stops
 * us, continuing us continues it. Returns 0 with the wait status (of the program, where an init
 * reported it), or -errno.
 */
int watch_child(const struct watch *watch, int *ret_status);

#endif
