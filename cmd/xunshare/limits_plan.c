/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps that limit the program. Pure. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/kernel.h"
#include "plan/step.h"
#include "xunshare/limits.h"

/*
 * systemd-run waits until systemd has moved it into the scope, and then executes us, with our PID,
 * terminal and exit status. The unit has our PID and start time, so that we recognise it, and start
 * it only once.
 */
int limits_build_scope(struct limits *limits, const char *applet, char *const *argv)
{
	static const char *const fixed[] = { SYSTEMD_RUN_PATH, "--scope", "--quiet", "--collect",
					     "-p", "Delegate=yes" };
	size_t n = 0, own = 0;

	while (argv[own])
		own++;
	limits->scope = calloc(sizeof(fixed) / sizeof(*fixed) + own + 8, sizeof(*limits->scope));
	if (!limits->scope)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		limits->scope[n++] = (char *)fixed[i];
	snprintf(limits->unit, sizeof(limits->unit), "--unit=%s.scope", limits->name);
	limits->scope[n++] = limits->unit;
	if (limits->asks_user)
		limits->scope[n++] = (char *)"--user";
	if (limits->knows_expansion)
		limits->scope[n++] = (char *)"--expand-environment=no";
	limits->scope[n++] = (char *)"--";
	limits->scope_self = n;
	limits->scope[n++] = (char *)"/proc/self/exe";
	limits->scope[n++] = (char *)applet;
	for (size_t i = 1; i < own; i++)
		limits->scope[n++] = argv[i];
	return 0;
}

void limits_plan_make(const struct limits *limits, struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_CGROUP);

	step->cgroup.parent = limits->parent;
	step->cgroup.name = limits->name;
	step->cgroup.moves_us = limits->where == CGROUP_OWN || limits->where == CGROUP_SCOPE;
	step->by_helper = true;
	for (size_t i = 0; i < limits->n; i++) {
		step = plan_add(plan, STEP_LIMIT);
		step->limit.file = limits->list[i].file;
		step->limit.value = limits->list[i].value;
		step->by_helper = true;
	}
}

void limits_plan_enter(struct plan *plan, bool own_ns)
{
	plan_add(plan, STEP_CONFINE)->by_helper = true;
	/* Here, since the cgroup in which we create the namespace is its root (cgroup_namespaces(7)). */
	if (own_ns)
		plan_add(plan, STEP_UNSHARE)->unshare.flags = CLONE_NEWCGROUP;
}
