/* SPDX-License-Identifier: GPL-2.0-or-later */
/* add: creates network namespaces with names. */
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/proc.h"
#include "xnetns/apply.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

int xnetns_add(const struct xnetns *request)
{
	struct netns_plan plan = { .n = 0 };
	_cleanup_close_ int self = -1;
	struct diag diag;
	int status;

	for (int i = 0; i < request->n_operands; i++)
		if (xnetns_check_name(request->operands[i], &diag) < 0)
			return xnetns_fail(&diag);
	self = proc_open_own(&diag);
	if (self < 0)
		return xnetns_fail(&diag);
	netns_plan_new(request, self, &plan);
	status = netns_carry_out(request, &plan, NULL);
	netns_plan_free(&plan);
	return status;
}
