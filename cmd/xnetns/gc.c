/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gc: removes what crashes have left behind, and reports it. */
#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"
#include "xnetns/apply.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

static int check_request(const struct xnetns *request, bool unseen, struct diag *diag)
{
	if (unseen && request->n_operands == 0)
		return diag_usage(diag, "option '--unseen' needs a name");
	if (!unseen && request->n_operands > 0) {
		diag_usage(diag, "unexpected argument '%s'", request->operands[0]);
		diag_hint(diag, "add --unseen to remove these names");
		return -EINVAL;
	}
	for (int i = 0; i < request->n_operands; i++)
		if (xnetns_check_name(request->operands[i], diag) < 0)
			return -EINVAL;
	return 0;
}

int xnetns_gc(const struct xnetns *request)
{
	struct netns_plan plan = { .n = 0 };
	struct results results;
	struct diag diag;
	int status;

	if (check_request(request, opt_given(&request->given, OPT_UNSEEN), &diag) < 0)
		return xnetns_fail(&diag);
	netns_plan_gc(request, &plan);
	if (opt_given(&request->given, OPT_EXPLAIN)) {
		status = netns_carry_out(request, &plan, NULL);
	} else {
		results = results_begin(request);
		status = netns_carry_out(request, &plan, &results);
		results_end(&results);
	}
	netns_plan_free(&plan);
	return status;
}
