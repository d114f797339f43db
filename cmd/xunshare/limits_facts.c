/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the place for the cgroup of the limits. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "cgroup/facts.h"
#include "cgroup/leftover.h"
#include "cgroup/try.h"
#include "kernel/sys.h"
#include "xunshare/limits.h"

static int plan_scope(struct limits *limits, const char *applet, char *const *argv,
		      struct diag *diag)
{
	limits->asks_user = sys_geteuid() != 0;
	limits->knows_expansion = cgroup_run_knows("--expand-environment=no");
	/* The name that systemd will give the scope's cgroup is not known yet. */
	snprintf(limits->parent, sizeof(limits->parent), "%s.scope", limits->name);
	if (limits_build_scope(limits, applet, argv) < 0)
		return diag_set(diag, ENOMEM, "cannot make a scope");
	return 0;
}

static int locate(struct limits *limits, struct cgroup_facts *facts, struct diag *diag)
{
	int rc = cgroup_read_facts(limits->given, facts, diag);

	if (rc == 0)
		rc = cgroup_choose(facts, &limits->where, diag);
	for (size_t i = 0; rc == 0 && i < limits->n; i++) {
		char controller[LIMIT_CONTROLLER];

		limit_controller(limits->list[i].file, controller);
		rc = cgroup_can_use(facts, limits->where, controller, diag);
	}
	if (rc == 0 && limits->where != CGROUP_SCOPE)
		snprintf(limits->parent, sizeof(limits->parent), "%s",
			 cgroup_chosen(facts, limits->where)->path);
	return rc;
}

int limits_locate(struct limits *limits, const char *applet, char *const *argv, struct diag *diag)
{
	struct cgroup_facts *facts = malloc(sizeof(*facts));
	int rc = facts ? cgroup_own_name(limits->name) : -ENOMEM;

	if (rc < 0)
		rc = diag_set(diag, -rc, "cannot name the cgroup of the limits");
	else
		rc = locate(limits, facts, diag);
	free(facts);
	return rc == 0 && limits->where == CGROUP_SCOPE ? plan_scope(limits, applet, argv, diag)
							: rc;
}
