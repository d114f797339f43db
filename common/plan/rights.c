/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/rights.h"

#include "base/capability.h"
#include "base/diag.h"
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
