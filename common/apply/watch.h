/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for a child as a shell's user expects: signals, stops and the exit status go through. */
#ifndef XNS_WATCH_H
#define XNS_WATCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct pty;

/*
 * Memory that an init shares with its parent, in which it reports what became of the program. The
 * program could take a pipe from the init (pidfd_getfd(2)); here there is nothing to take.
 */
struct watch_report {
	uint32_t bell;  /* changes with each report, and with signals; the parent sleeps on it */
	uint32_t count; /* of reports */
	int status;     /* the latest, as from waitpid(2) */
};

struct watch {
	pid_t child;                    /* our own, not yet reaped, so its PID cannot be reused */
	struct watch_report *report;    /* where our child, an init, reports; or NULL (borrowed) */
	struct watch_report *report_to; /* where we, as the init, report; or NULL (borrowed) */
	struct pty *pty; /* the program's terminal, proxied to ours; or NULL (borrowed) */
	bool forward;    /* pass signals on to the child; else SIGINT and SIGTERM are discarded */
	/*
	 * The descriptor on which the child asks, or -1 (borrowed): may the program start? Then no
	 * descriptor of watch_child() is open any more, and answer() is called once.
	 */
	int asked;
	void (*answer)(void *arg);
	void *arg;
};

/*
 * The signals that watch_child() takes; the caller blocks them before the fork, so that none is
 * lost. forward: all that can be caught; else SIGCHLD, SIGINT, SIGTERM and those that stop.
 */
void watch_signals(bool forward, sigset_t *ret);

/*
 * Waits until the child has ended, and reaps every other child meanwhile. A child that stops stops
 * us, continuing us continues it. Without a pty it waits without any descriptor once the program
 * has started. Returns 0 with the wait status (of the program, if an init reported it), or -errno.
 */
int watch_child(const struct watch *watch, int *ret_status);

#endif
