/* SPDX-License-Identifier: GPL-2.0-or-later */
/* delete: removes names; with --kill, first ends the processes in their namespaces. */
#include "base/diag.h"
#include "xnetns/apply.h"
#include "xnetns/names.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

int xnetns_delete(const struct xnetns *request)
{
	struct netns_plan plan = { .n = 0 };
	struct names names = { 0 };
	struct diag diag;
	int status;

	if (names_of_request(request, request->n_operands, &names, &diag) < 0)
		return xnetns_fail(&diag);
	netns_plan_delete(request, &names, &plan);
	status = netns_carry_out(request, &plan, NULL);
	netns_plan_free(&plan);
	names_free(&names);
	return status;
}
