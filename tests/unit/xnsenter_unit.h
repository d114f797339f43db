/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line of xnsenter, read, and made-up facts: what the tests of its choice and plan share. */
#ifndef XNS_UNIT_XNSENTER_UNIT_H
#define XNS_UNIT_XNSENTER_UNIT_H

#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "plan/step.h"
#include "unit.h"
#include "xnsenter/xnsenter.h"

enum { ARGS_MAX = 32 };

struct made {
	struct xnsenter request;
	struct xnsenter_facts facts;
	struct xnsenter_choice choice;
	struct plan plan;
	char words[512];
	char *argv[ARGS_MAX];
};

/* Fills in what facts.c would have found. */
static void find_facts(struct made *made, bool privileged)
{
	static char *variables[] = { (char *)"A=1", NULL };
	const struct opt_set *given = &made->request.given;

	static gid_t groups[] = { 78, 79 };

	made->facts = (struct xnsenter_facts){
		.user = { (char *)made->request.run_as, (char *)"/home/x", 77, 78, groups, 2 },
		.target = { .pid = made->request.pid, .pidfd = 3, .dir = 4 },
		.privileged = privileged,
		.has_image = true,
		.root = opt_given(given, OPT_ROOT) ? 5 : -1,
		.wd = opt_given(given, OPT_WD) ? 6 : -1,
		.cgroup = opt_given(given, OPT_JOIN_CGROUP) ? 7 : -1,
		.view_root = made->request.view ? 8 : -1,
		.view_mounts = made->request.view ? 9 : -1,
		.wdns = (char *)"/there",
		.environ = opt_given(given, OPT_ENV) ? variables : NULL,
		.context = (char *)(opt_given(given, OPT_FOLLOW_CONTEXT) ? "a_t" : NULL),
		.shell = (char *)"/bin/sh",
		.user_ns = -1,
	};
	for (int k = 0; k < NS_COUNT; k++)
		made->facts.fds[k] = -1;
}

static void read_command(struct made *made, const char *command)
{
	char *state = NULL;
	struct diag diag;
	int argc = 0;

	*made = (struct made){ .plan = { .n = 0 } };
	snprintf(made->words, sizeof(made->words), "xnsenter %s", command);
	for (char *word = strtok_r(made->words, " ", &state); word;
	     word = strtok_r(NULL, " ", &state))
		made->argv[argc++] = word;
	if (xnsenter_parse(argc, made->argv, &made->request, &diag) < 0 ||
	    xnsenter_apply_rules(&made->request, &diag) < 0)
		fail_msg("%s: %s", command, diag.what);
}

#endif
