/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The uplink of a network namespace: a child of the helper runs pasta(1). */
#ifndef XNS_APPLY_UPLINK_H
#define XNS_APPLY_UPLINK_H

#include <stdbool.h>
#include <sys/types.h>

struct apply;
struct diag;
struct step;
struct uplink;

/* The running pasta, in the helper. */
struct uplink_run {
	pid_t pid; /* our child; 0 if there is none */
	int pidfd; /* readable once it has ended; -1 if there is none (owned) */
	int dir;   /* its private directory (owned) */
};

/* --- apply/uplink.c ---------------------------------------------------------------------------- */

/* Ends pasta, and reaps it. */
void uplink_stop(struct apply *apply);
/* Prints that pasta has ended before the program, and reaps it. */
void uplink_report_end(struct apply *apply);

/* --- apply/uplink_start.c ---------------------------------------------------------------------- */

/*
 * If we are root, becomes nobody, but keeps the capabilities. 1 if so, 0 if we are not root or if this
 * user namespace has no nobody, or -errno.
 */
int uplink_become_nobody(void);
/*
 * Starts pasta with this command line for the network namespace. user_ns is the namespace that owns it,
 * or -1 if that is ours. Returns once pasta has been executed. 0 with *ret filled, or -errno with the
 * diagnosis filled.
 */
int uplink_start(char *const *argv, int net_ns, int user_ns, struct uplink_run *ret,
		 struct diag *diag);
/* Ends this process as pasta: resets what a caller may have made of the signals. Returns -errno. */
int uplink_exec(char *const *argv);

/* --- apply/uplink_probe.c ---------------------------------------------------------------------- */

/* Whether pasta is there, knows the options, and may open what it needs. 0 or -errno, see above. */
int uplink_probe(char *const *argv, bool host_loopback, struct diag *diag);

/* --- apply/uplink_ports.c ---------------------------------------------------------------------- */

/* Whether each port can be bound. 0 or -errno with the diagnosis filled. */
int uplink_try_ports(const struct uplink *uplink, struct diag *diag);
/* Whether it is pasta that listens on each port, and nobody else. The same. */
int uplink_check_ports(const struct uplink *uplink, int proc, pid_t pasta, struct diag *diag);

#endif
