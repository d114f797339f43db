/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The uplink of a network namespace: a child of the helper runs pasta(1). */
#ifndef XNS_APPLY_UPLINK_H
#define XNS_APPLY_UPLINK_H

#include <limits.h>
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
	int ready; /* pasta writes its PID there when all is there (owned) */
	int log;   /* (owned) */
};

#define UPLINK_NONE { .pidfd = -1, .ready = -1, .log = -1 }

enum { UPLINK_SERVER = 46 /* INET6_ADDRSTRLEN */ };

/* The network namespace that gets the uplink. */
struct uplink_target {
	int net_ns; /* borrowed */
	/* Paths to it and to its user namespace, if an ordinary user's pasta has to enter that; or "" */
	char net_path[PATH_MAX], user_path[PATH_MAX];
	char server[UPLINK_SERVER]; /* the name server that pasta asks; "": as resolv.conf says */
};

/* --- apply/uplink.c ---------------------------------------------------------------------------- */

/* Starts pasta and waits until it is ready. argv: see pasta_command(). 0, or -errno diagnosed. */
int uplink_begin(const struct uplink *wants, char *const *argv, const struct uplink_target *target, int proc,
	       struct uplink_run *ret, struct diag *diag);
/* Ends pasta, and reaps it. */
void uplink_stop(struct uplink_run *run);
/* Prints that pasta has ended before the program, and reaps it. */
void uplink_report_end(struct apply *apply);

/* --- apply/uplink_start.c ---------------------------------------------------------------------- */

/*
 * If we are root, becomes nobody, but keeps the capabilities. 1 if so, 0 if we are not root or if this
 * user namespace has no nobody, or -errno.
 */
int uplink_become_nobody(void);
/*
 * Starts pasta with this command line for the network namespace. Returns once pasta has been executed. 0, or
 * -errno with the diagnosis filled; in either case *ret is what uplink_stop() has to end.
 */
int uplink_start(char *const *argv, const struct uplink_target *target, struct uplink_run *ret,
		 struct diag *diag);
/*
 * After uplink_become_nobody() with 1: leaves pasta the capabilities that it requires, so that no other
 * process of nobody may trace it. 0 or -errno.
 */
int uplink_keep_caps(void);
/* In a session of its own, and killed when the parent ends. 0 or -errno. */
int uplink_die_with(pid_t parent);
/* Ends this process as pasta: resets what a caller may have made of the signals. Returns -errno. */
int uplink_exec(char *const *argv);

/* --- apply/uplink_server.c --------------------------------------------------------------------- */

/*
 * The first name server that systemd-resolved(8) asks, if that is the host's: pasta's sockets, bound to an
 * interface, do not reach it on the loopback. Otherwise "".
 */
void uplink_find_server(char ret[UPLINK_SERVER]);

/* --- apply/uplink_probe.c ---------------------------------------------------------------------- */

/* Whether pasta is there, knows the options, and may open what it needs. 0 or -errno, see above. */
int uplink_probe(char *const *argv, bool host_loopback, struct diag *diag);

/* --- apply/uplink_ports.c ---------------------------------------------------------------------- */

/* Whether each port can be bound. 0 or -errno with the diagnosis filled. */
int uplink_try_ports(const struct uplink *uplink, struct diag *diag);
/* Whether it is pasta that listens on each port, and nobody else. The same. */
int uplink_check_ports(const struct uplink *uplink, int proc, pid_t pasta, struct diag *diag);

#endif
