/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set: an nsid for a name, or for the network namespace of a process. */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/netnsid.h"
#include "netns/store.h"
#include "xnetns/apply.h"
#include "xnetns/nsid.h"
#include "xnetns/process.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

/*
 * Opens the namespace of this name. If no namespace has it, the text may be the PID of a process in one.
 * Returns the descriptor, which the caller closes, or -errno with the diagnosis filled.
 */
static int open_ns(const char *name, bool *ret_of_process, struct diag *diag)
{
	struct diag other;
	int fd = store_open_ns(name, &other);
	pid_t pid;

	*ret_of_process = fd == -ENOENT && parse_pid(name, &pid) == 0;
	if (!*ret_of_process) {
		cleanup_close(&fd);
		return xnetns_open_ns(name, diag);
	}
	return process_open_ns(pid, diag);
}

int xnetns_set(const struct xnetns *request)
{
	const char *name = request->operands[0], *id = request->operands[1];
	struct netns_plan plan = { .n = 0 };
	_cleanup_close_ int ns = -1;
	int32_t nsid = NETNSID_NONE;
	bool of_process = false;
	struct diag diag;
	int status, rc = 0;

	if (strcmp(id, "auto") != 0)
		rc = nsid_parse("nsid", id, &nsid, &diag);
	if (rc == 0)
		rc = ns = open_ns(name, &of_process, &diag);
	if (rc < 0)
		return xnetns_fail(&diag);
	netns_plan_set(request, nsid, ns, of_process, &plan);
	status = netns_carry_out(request, &plan, NULL);
	netns_plan_free(&plan);
	return status;
}
