/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command lines of tests/unit/golden/xunshare.txt, and the plans that are made of them. */
#ifndef XNS_UNIT_GOLDEN_H
#define XNS_UNIT_GOLDEN_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/user.h"
#include "kernel/caller.h"
#include "plan/step.h"
#include "xunshare/xunshare.h"

enum { GOLDEN_ARGS_MAX = 64 };

struct golden {
	char *name;
	char *command; /* after "$ " */
	char *caller;  /* after "caller ", or NULL */
	char *expected;
};

/* The result: a plan that borrows from the rest, or a diagnosis. */
struct golden_plan {
	char command[1024];
	char *argv[GOLDEN_ARGS_MAX];
	struct xunshare request;
	struct caller caller;
	struct user user; /* of --run-as; owns nothing */
	unsigned facts;
	struct plan plan;
	struct diag diag;
	bool prints; /* --help or --version: there is no plan */
	int rc;
};

/* All cases, read once from below XNS_SRCDIR; ends the program if it cannot. */
const struct golden *golden_read(size_t *ret_n);

void golden_plan(const struct golden *golden, struct golden_plan *ret);
void golden_free(struct golden_plan *made);

#endif
