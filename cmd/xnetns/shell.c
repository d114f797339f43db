/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell: a shell in the namespaces of the anchor, where ip(8) sees the user's names. */
#include <stdlib.h>

#include "applet.h"
#include "base/diag.h"
#include "kernel/caller.h"
#include "plan/step.h"
#include "xnetns/anchor.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

int xnetns_shell(const struct xnetns *request)
{
	struct plan plan = { .n = 0 };
	struct caller caller;
	struct diag diag;
	char *argv[] = { NULL, NULL };
	struct step *step;
	int status;

	if (!request->store || !request->store->entered) {
		diag_set(&diag, 0, request->store ? "the anchor of your networks has ended"
						  : "'shell' is for the networks of an ordinary user");
		diag_hint(&diag, request->store ? "remove what it left: xnetns gc"
						: "as root: xnetns exec NAME sh");
		return xnetns_fail(&diag);
	}
	if (anchor_enter(&request->store->home, true, &diag) < 0 ||
	    caller_read(&caller, CALLER_SHELL, &diag) < 0)
		return xnetns_fail(&diag);
	argv[0] = caller.shell;
	step = plan_add(&plan, STEP_EXEC);
	step->exec.path = argv[0];
	step->exec.argv = request->n_operands ? request->operands : argv;
	if (request->n_operands)
		step->exec.path = request->operands[0];
	status = applet_apply(&plan);
	plan_free(&plan);
	caller_free(&caller);
	return status;
}
