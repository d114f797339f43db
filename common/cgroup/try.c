/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cgroup/try.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/macros.h"
#include "cgroup/facts.h"

const char *const cgroup_usual[] = { "memory", "pids", "cpu", NULL };

int cgroup_can_use(const struct cgroup_facts *facts, enum cgroup_where where, const char *name,
		   struct diag *diag)
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

int cgroup_try(const char *given, const char *controller, char *how, struct diag *diag)
{
	_cleanup_free_ struct cgroup_facts *facts = malloc(sizeof(*facts));
	enum cgroup_where where = CGROUP_GIVEN;
	int rc = facts ? cgroup_read_facts(given, facts, diag)
		       : diag_set(diag, ENOMEM, "cannot examine the cgroups");

	if (rc == 0)
		rc = cgroup_choose(facts, &where, diag);
	if (rc == 0)
		rc = cgroup_can_use(facts, where, controller, diag);
	if (rc == 0 && where == CGROUP_SCOPE)
		snprintf(how, CGROUP_HOW, "in a new scope of systemd");
	else if (rc == 0)
		snprintf(how, CGROUP_HOW, "below %.*s", CGROUP_HOW - 16,
			 cgroup_chosen(facts, where)->path);
	return rc;
}
