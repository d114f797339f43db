/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the cause of a refusal, and its remedy, by looking at the system. Only called after a
 * failure: nobody pays for it before. A search changes nothing in the system; what has to be tried
 * is tried in a child process, which is reaped before the search goes on.
 */
#ifndef XNS_CAUSE_H
#define XNS_CAUSE_H

#include <stdbool.h>

#include <sys/types.h>

#include "base/idmap.h"
#include "plan/step.h"

struct diag;
struct target;

/* What was refused, or would be. Pointers are borrowed. */
struct refusal {
	enum step_kind operation; /* the row of plan/steps.def that has its causes */
	int err;                  /* errno value; 0: it has not been tried yet */

	/* What it was about, as far as an operation of its kind is about such a thing. */
	int flags;            /* CLONE_NEW* */
	int fd;               /* of a namespace, or -1 */
	const char *path;
	const char *word;     /* the first of the step's: "uid", "proc", "deny" */
	const char *program;  /* that was to do it; for a map newuidmap(1) */
	const struct idmap *map;
	const struct target *target;
	const uint32_t *uid, *gid; /* to become */
	bool outside;         /* done from outside the new namespaces, by the helper */
	bool no_program;      /* none was named, so it is the caller's shell */

	/* What belongs to it: what came before, or was to come in the same command. */
	bool enters;          /* namespaces of others */
	bool makes_user_ns;
	bool runs_theirs;     /* programs in the mounts of a user namespace that is not entered */
	bool takes_environ;   /* the target's */
	bool parent_waits;    /* our parent is one of ours, and has kept the old root */
	const char *root;     /* the new root directory that was entered, or NULL */
	struct {
		bool root;        /* a root directory, not a mount namespace */
		const char *path; /* where that of others was found that was entered, or NULL */
		pid_t pid;        /* whose it was, or 0 */
	} entered;
};

enum { FINDING_TEXT = 480 };

/* Why it was refused. No pointers, so that it can be handed from process to process. */
struct finding {
	char cause[24];           /* a word for programs: "limit", "seccomp" */
	bool replaces_error;      /* why says what the errno's text says, and more exactly */
	int types;                /* CLONE_NEW*: those at fault, where more were asked for; or 0 */
	char why[FINDING_TEXT];
	char remedy[FINDING_TEXT]; /* empty where none is known */
};

/*
 * The cause of a refusal. To be called by a process in the state in which the operation failed.
 * proc is an open /proc directory to look into, or -1: then it is opened here. False if no cause
 * was found.
 */
bool cause_search(const struct refusal *refusal, int proc, struct finding *ret);

/*
 * The same for a message: adds the hint to the diagnosis, which holds the failure. A hint that it
 * has already stays.
 */
void cause_explain(const struct refusal *refusal, int proc, struct diag *diag);

/*
 * The same where something of the target's could not be opened or read: EACCES or EPERM. runs_theirs:
 * a program is to be run in the target's mounts, and not in its user namespace.
 */
void cause_explain_target(const struct target *target, bool runs_theirs, struct diag *diag);

#endif
