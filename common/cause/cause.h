/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the cause of a refusal, and its remedy, by looking at the system after the failure, so that
 * a run that succeeds does not pay for it. A search changes nothing in the system: it makes its
 * attempts in child processes, and reaps them.
 */
#ifndef XNS_CAUSE_H
#define XNS_CAUSE_H

#include <stdbool.h>

#include <sys/types.h>

#include "base/idmap.h"
#include "plan/step.h"

struct diag;
struct target;

/* An operation that was refused, or would be. The caller owns what the pointers lead to. */
struct refusal {
	enum step_kind operation; /* the row of plan/steps.def that has its causes */
	int err;                  /* errno value; 0 if it has not been tried yet */

	/* The operation's arguments. A kind of operation sets those that it has. */
	int flags;            /* CLONE_NEW* */
	int fd;               /* of a namespace, or -1 */
	const char *path;
	const char *word;     /* the step's first MEMBER_WORD: "uid", "proc", "deny" */
	const char *program;  /* was to carry it out, as newuidmap(1) for a map */
	const struct idmap *map;
	const struct target *target;
	const uint32_t *uid, *gid; /* ids to take */
	uint64_t add;         /* capabilities to keep through exec */
	bool outside;         /* the helper does it, outside the new namespaces */
	bool no_program;      /* the user named no program, so it is the user's shell */

	/* The other steps of the same command. */
	bool enters;          /* enters existing namespaces */
	bool makes_user_ns;
	bool runs_theirs;     /* runs programs of a user namespace that is not entered */
	bool takes_environ;   /* takes the target's environment */
	const char *within;   /* how to run it in a user namespace; NULL: by an option, "": impossible */
	bool parent_waits;    /* our parent is a process of ours that still has the old root */
	const char *root;     /* the new root directory that was entered, or NULL */
	struct {
		bool root;        /* a root directory was entered, not a mount namespace */
		const char *path; /* the path that led to it, or NULL */
		pid_t pid;        /* the process that it was taken from, or 0 */
	} entered;
};

enum { FINDING_TEXT = 480 };

/* The cause of a refusal. It has no pointers, so that a child process can send it. */
struct finding {
	char cause[24];           /* a word for programs: "limit", "seccomp" */
	bool replaces_error;      /* why is more exact than the errno's text and replaces it */
	int types;                /* CLONE_NEW* of the types at fault, if not all were; or 0 */
	char why[FINDING_TEXT];
	char remedy[FINDING_TEXT]; /* empty if unknown */
};

/*
 * Searches for the cause of a refusal, in a process that is still in the state in which the
 * operation failed. proc is an open /proc, or -1 to open it here. Returns false if no cause was
 * found.
 */
bool cause_search(const struct refusal *refusal, int proc, struct finding *ret);

/* Searches, and adds a hint to the diagnosis of the failure, unless it has one already. */
void cause_explain(const struct refusal *refusal, int proc, struct diag *diag);

/*
 * Adds a hint if a file of the target could not be opened or read (EACCES, EPERM). flags are the
 * CLONE_NEW* to be entered, 0 for none. runs_theirs: a program will be run in the target's mounts,
 * but not in its user namespace.
 */
void cause_explain_target(const struct target *target, int flags, bool runs_theirs,
			  struct diag *diag);

#endif
