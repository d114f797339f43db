/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declarations shared by the files that carry out steps. */
#ifndef XNS_XNETNS_APPLY_H
#define XNS_XNETNS_APPLY_H

#include <stdbool.h>

#include "kernel/netlink.h"
#include "netns/store.h"
#include "xnetns/holders.h"

struct diag;
struct netns_plan;
struct netns_step;
struct results;
struct user_store;
struct xnetns;

/* The state of a plan while it is carried out. */
struct netns_run {
	bool has_warned;         /* of who holds the directory's lock */
	struct store store;      /* owned; open after the step that locks it */
	bool no_store;           /* the directory of names does not exist, and no step creates it */
	struct holders holders;  /* owned: the namespaces whose names were removed */
	struct results *results; /* borrowed: the output of gc */
	struct netlink sockets[2]; /* owned: one in each namespace of connect or disconnect */
	int pair[2]; /* the indices of the ends that connect has made, each in its namespace; 0: none */
	struct user_store *user; /* borrowed: the user's store, or NULL for the system's */
	int status;              /* of a step that has already reported its failures */
};

/*
 * Carries out a step. 0; STEP_SKIP_NAME if the remaining steps for this name are not needed; or
 * -errno with the diagnosis filled: then the remaining steps for this name are skipped, or all if
 * the step has no name.
 */
enum { STEP_SKIP_NAME = 1 };
typedef int netns_do(struct netns_run *run, const struct netns_step *step, struct diag *diag);

/* Ends the uplink of a name that was removed, if it has one. */
void netns_end_uplink(const struct netns_run *run, const char *name);

/* Removes the record of a user's name whose anchor was killed. Returns false if no record is there. */
bool netns_forget_stale(struct netns_run *run, const char *name);

#define STEP(kind, name, words, call, function) netns_do function;
#include "xnetns/steps.def"
#undef STEP

/*
 * Explains the plan if the request says so; otherwise carries it out and reports each failure.
 * results is the output of a command that prints, or NULL. Returns the exit status.
 */
int netns_carry_out(const struct xnetns *request, const struct netns_plan *plan,
		    struct results *results);

#endif
