/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/rights.h"

#include "base/capability.h"
#include "base/diag.h"
#include "base/user.h"
#include "plan/step.h"

uint64_t rights_lost(const struct rights *rights)
{
	return rights->drop_all ? ~rights->add : rights->drop;
}

int rights_check(const struct rights *rights, struct diag *diag)
{
	uint64_t both = rights->drop & rights->add;
	unsigned capability = 0;

	if (!both)
		return 0;
	while (!(both >> capability & 1))
		capability++;
	return diag_usage(diag, "options '--cap-drop' and '--cap-add' exclude each other: both name %s",
			  capability_name(capability));
}

bool rights_keep_caps(const struct rights *rights)
{
	return rights->add || rights->until_exec;
}

void rights_add_bound(const struct rights *rights, struct plan *plan)
{
	if (rights_lost(rights))
		plan_add(plan, STEP_CAP_BOUND)->cap_bound.drop = rights_lost(rights);
}

void rights_add_limit(const struct rights *rights, struct plan *plan)
{
	struct step *step;

	if (!rights_lost(rights) && !rights_keep_caps(rights))
		return;
	step = plan_add(plan, STEP_LIMIT_CAPS);
	step->limit_caps.drop = rights_lost(rights);
	step->limit_caps.add = rights->add;
	step->limit_caps.until_exec = rights->until_exec;
}

void rights_add_user(const struct user *user, bool keep_caps, struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_USER_GROUPS);

	step->user_groups.user = user->name;
	step->user_groups.groups = user->groups;
	step->user_groups.n_groups = user->n_groups;
	plan_add(plan, STEP_SETGID)->setgid.gid = user->gid;
	step = plan_add(plan, STEP_SETUID);
	step->setuid.uid = user->uid;
	step->setuid.keep_caps = keep_caps;
}

void rights_add_home(const struct user *user, struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_USER_ENVIRON);

	step->user_environ.user = user->name;
	step->user_environ.home = user->home;
}
