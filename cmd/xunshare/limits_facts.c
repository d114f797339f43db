/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the place for the cgroup of the limits. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "cgroup/facts.h"
#include "cgroup/leftover.h"
#include "kernel/sys.h"
#include "xunshare/limits.h"

static int check_controller(const struct cgroup_facts *facts, enum cgroup_where where,
			    const char *name, struct diag *diag)
{
	const struct cgroup_dir *parent = cgroup_chosen(facts, where);
	struct controller controller = { .name = "" };

	/* In a scope we look again. */
	if (!parent)
		return 0;
	snprintf(controller.name, sizeof(controller.name), "%s", name);
	cgroup_read_controller(facts, parent, &controller);
	return cgroup_check_controller(parent, where, &controller, diag);
}

int limits_try(const char *controller, enum cgroup_where *ret_where, struct diag *diag)
{
	struct cgroup_facts *facts = malloc(sizeof(*facts));
	int rc = facts ? cgroup_read_facts(NULL, facts, diag)
		       : diag_set(diag, ENOMEM, "cannot examine the cgroups");

	if (rc == 0)
		rc = cgroup_choose(facts, ret_where, diag);
	if (rc == 0)
		rc = check_controller(facts, *ret_where, controller, diag);
	free(facts);
	return rc;
}

static int plan_scope(struct limits *limits, const char *applet, char *const *argv,
		      struct diag *diag)
{
	limits->asks_user = sys_geteuid() != 0;
	limits->knows_expansion = cgroup_run_knows("--expand-environment=no");
	/* What systemd will call the scope's cgroup is not known yet. */
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
		rc = check_controller(facts, limits->where, controller, diag);
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
