/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set: assigns an nsid to the namespace of a name. */
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/netnsid.h"
#include "netns/store.h"
#include "xnetns/apply.h"
#include "xnetns/nsid.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

int xnetns_set(const struct xnetns *request)
{
	const char *name = request->operands[0], *id = request->operands[1];
	struct netns_plan plan = { .n = 0 };
	_cleanup_close_ int ns = -1;
	int32_t nsid = NETNSID_NONE;
	struct diag diag;
	int status, rc = xnetns_check_name(name, &diag);

	if (rc == 0 && strcmp(id, "auto") != 0)
		rc = nsid_parse("nsid", id, &nsid, &diag);
	if (rc == 0)
		rc = ns = store_open_ns(name, &diag);
	if (rc < 0)
		return xnetns_fail(&diag);
	netns_plan_set(request, nsid, ns, &plan);
	status = netns_carry_out(request, &plan, NULL);
	netns_plan_free(&plan);
	return status;
}
