/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of an uplink, and what they need. Pure. */
#include <errno.h>

#include "base/diag.h"
#include "kernel/caller.h"
#include "plan/step.h"
#include "xunshare/xunshare.h"

/* An ordinary user has rights only in a user namespace, and only mapped ids can make files there. */
int xunshare_check_uplink(const struct xunshare *request, const struct caller *caller,
			  const struct plan *plan, struct diag *diag)
{
	bool user_ns = opt_given(&request->given, OPT_NS + NS_USER);

	if (!opt_given(&request->given, OPT_UPLINK))
		return 0;
	if ((!user_ns && caller->uid == 0) ||
	    (user_ns && plan->uid_map.n > 0 && plan->gid_map.n > 0))
		return uplink_check_route(&request->uplink, caller->outbound, diag);
	diag_set(diag, 0, "an uplink needs %s",
		 user_ns ? "a user namespace with maps of user and group ids"
			 : "root or a user namespace");
	diag_hint(diag, "add --map-root-user or --map-current-user");
	return -EPERM;
}

int xunshare_add_uplink(const struct xunshare *request, const struct caller *caller, struct plan *plan,
			struct diag *diag)
{
	struct step *step;

	if (!opt_given(&request->given, OPT_UPLINK))
		return 0;
	plan->command = pasta_command(&request->uplink, caller->outbound);
	if (!plan->command)
		return diag_set(diag, ENOMEM, "cannot remember the command of the uplink");
	step = plan_add(plan, STEP_UPLINK);
	step->uplink.argv = plan->command;
	step->uplink.ns = NS_NET;
	step->uplink.wants = &request->uplink;
	step->by_helper = true;
	return 0;
}

void xunshare_add_resolver(const struct xunshare *request, struct plan *plan)
{
	if (opt_given(&request->given, OPT_UPLINK))
		plan_add(plan, STEP_RESOLVER)->resolver.address = PASTA_DNS;
}
