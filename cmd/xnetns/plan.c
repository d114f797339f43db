/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec: facts to plan. Pure. */
#include <stddef.h>
#include <sys/mount.h>

#include "base/ns.h"
#include "plan/step.h"
#include "xnetns/exec.h"
#include "xnetns/xnetns.h"

static void plan_mounts(const struct xnetns *request, const struct exec_facts *facts,
			struct plan *plan)
{
	bool sysfs = !opt_given(&request->given, OPT_NO_SYSFS);
	struct step *step;

	/* On a host with thousands of mounts, a copy of them takes longer than all the rest. */
	if (!sysfs && !facts->etc[0])
		return;
	plan_add(plan, STEP_UNSHARE)->flags = ns_types[NS_MNT].flag;
	step = plan_add(plan, STEP_PROPAGATION);
	step->flags = MS_SLAVE;
	step->text = "slave";
	if (sysfs)
		plan_add(plan, STEP_SYSFS)->path = "/sys";
	if (facts->etc[0])
		plan_add(plan, STEP_ETC)->path = facts->etc;
}

static void plan_user(const struct exec_user *user, struct plan *plan)
{
	struct step *step;

	if (!user->given)
		return;
	step = plan_add(plan, STEP_SET_GROUPS);
	step->text = user->name;
	step->groups = user->groups;
	step->n_groups = (size_t)user->n_groups;
	plan_add(plan, STEP_SETGID)->id = user->gid;
	plan_add(plan, STEP_SETUID)->id = user->uid;
}

void exec_plan(const struct xnetns *request, const struct exec_facts *facts, char *const *argv,
	       struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_SETNS);

	step->fd = facts->ns;
	step->ns = NS_NET;
	step->path = facts->path;
	plan_mounts(request, facts, plan);
	plan_user(facts->user, plan);
	step = plan_add(plan, STEP_EXEC);
	step->path = argv[0];
	step->argv = argv;
}
