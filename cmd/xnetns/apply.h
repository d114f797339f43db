/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that carry out steps. */
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
struct xnetns;

/* The state of a plan that is being carried out. */
struct netns_run {
	struct store store;      /* owned; open after the step that locks it */
	bool no_store;           /* there is no directory of names, and none is made */
	struct holders holders;  /* owned: of namespaces whose names were removed */
	struct results *results; /* borrowed: of gc */
	struct netlink sockets[2]; /* owned: in the namespaces that connect and disconnect are about */
	int status;              /* of a step that has reported its failures itself */
};

/*
 * Carries a step out. 0; STEP_SKIP_NAME: the further steps for this name are not needed; or -errno
 * with the diagnosis filled: the further steps for this name, or without a name all, are left out.
 */
enum { STEP_SKIP_NAME = 1 };
typedef int netns_do(struct netns_run *run, const struct netns_step *step, struct diag *diag);

#define STEP(kind, name, words, call, function) netns_do function;
#include "xnetns/steps.def"
#undef STEP

/*
 * Explains the plan, if the request says so; else carries it out and reports each failure. results is
 * of a command that prints, or NULL. The exit status.
 */
int netns_carry_out(const struct xnetns *request, const struct netns_plan *plan,
		    struct results *results);

#endif
