/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the cause of a refusal, and its remedy, by looking at the system. Only called after a
 * failure: nobody pays for it before. A search changes nothing in the system; what has to be tried
 * is tried in a child process, which is reaped before the search goes on.
 */
#ifndef XNS_HINT_H
#define XNS_HINT_H

#include <stdbool.h>

struct diag;
struct plan;
struct step;
struct target;

enum { FINDING_TEXT = 480 };

/* Why a step was refused. No pointers, so that it can be handed from process to process. */
struct finding {
	char cause[24];           /* a word for programs: "limit", "seccomp" */
	bool replaces_error;      /* why says what the errno's text says, and more exactly */
	int types;                /* CLONE_NEW*: those at fault, where more were asked for; or 0 */
	char why[FINDING_TEXT];
	char remedy[FINDING_TEXT]; /* empty where none is known */
};

/*
 * The cause for which the step failed with the errno value err. To be called by a process in the
 * state in which it failed. proc is an open /proc directory to look into, or -1: then it is opened
 * here. False where no cause was found.
 */
bool hint_search(const struct plan *plan, const struct step *failed, int err, int proc,
		 struct finding *ret);

/*
 * The same for a message: adds the hint to the diagnosis, which holds the failure. A hint that it
 * has already stays.
 */
void hint_find(const struct plan *plan, const struct step *failed, int proc, struct diag *diag);

/*
 * The same where something of the target's could not be opened or read: EACCES or EPERM. runs_theirs:
 * a program is to be run in the target's mounts, and not in its user namespace.
 */
void hint_target(const struct target *target, bool runs_theirs, struct diag *diag);

/*
 * Runs try(arg, answer) in a child and copies the answer of size bytes (at most 4096) back. 0, or
 * -errno: -EPROTO if the child was killed, with ret_signal (may be NULL) set.
 */
int hint_try(void (*try)(const void *arg, void *answer), const void *arg, void *answer,
	     unsigned size, int *ret_signal);

#endif
