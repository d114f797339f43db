/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attach: gives a name to the network namespace of a process. */
#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "opt/arg.h"
#include "xnetns/apply.h"
#include "xnetns/process.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

int xnetns_attach(const struct xnetns *request)
{
	struct netns_plan plan = { .n = 0 };
	_cleanup_close_ int ns = -1;
	struct diag diag;
	pid_t pid;
	int status, rc = xnetns_check_name(request->operands[0], &diag);

	if (rc == 0 && parse_pid(request->operands[1], &pid) < 0) {
		rc = diag_set(&diag, 0, "'%s' is not a process id", request->operands[1]);
		arg_hint_pid(request->operands[1], &diag);
	}
	if (rc == 0)
		rc = ns = process_open_ns(pid, &diag);
	if (rc < 0)
		return xnetns_fail(&diag);
	netns_plan_attach(request, pid, ns, &plan);
	status = netns_carry_out(request, &plan, NULL);
	netns_plan_free(&plan);
	return status;
}
