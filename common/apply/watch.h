/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for a child, and passes on signals, stops and the exit status, as shells expect. */
#ifndef XNS_WATCH_H
#define XNS_WATCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct pty;

/*
 * Memory that an init shares with its parent, to report that the program stopped or ended. A pipe
 * would not do, because the program could take it from the init (pidfd_getfd(2)).
 */
struct watch_report {
	uint32_t bell; /* changes with each report and signal; the parent waits on it by futex(2) */
	uint32_t count; /* number of reports */
	int status;     /* the wait status of the latest report (waitpid(2)) */
};

struct watch {
	/* The caller owns all pointers and descriptors. */
	pid_t child;                    /* not yet reaped, so its PID cannot be reused */
	struct watch_report *report;    /* our child, an init, reports here; or NULL */
	struct watch_report *report_to; /* we, an init, report here; or NULL */
	struct pty *pty;                /* the program's terminal, which we proxy; or NULL */
	bool forward; /* forward signals to the child; if not, discard SIGINT and SIGTERM */
	/*
	 * The descriptor on which the child asks whether the program may start, or -1.
	 * watch_child() then closes its own descriptors and calls answer() once, which returns
	 * the child of ours that is the program, 0 if it is still the same, or -errno.
	 */
	int asked;
	pid_t (*answer)(void *arg);
	void *arg;
	bool has_heir; /* answer() may return another child, so none is reaped before */
};

/*
 * The signals that watch_child() takes. The caller blocks them before the fork, so that none is
 * lost. With forward these are all signals, otherwise SIGCHLD, SIGINT, SIGTERM and the terminal's
 * stop signals.
 */
void watch_signals(bool forward, sigset_t *ret);

/*
 * Waits until the child has ended, and reaps every other child meanwhile. When the child stops,
 * this process stops; SIGCONT continues both. After the program has started, no descriptor is open
 * unless there is a pty. Returns 0 with the wait status of the program if an init reported it,
 * otherwise of the child; or -errno.
 */
int watch_child(const struct watch *watch, int *ret_status);

#endif
