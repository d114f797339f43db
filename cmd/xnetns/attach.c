/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attach: gives a name to the network namespace of a process. */
#include <errno.h>

#include "base/diag.h"
#include "base/macros.h"
#include "opt/arg.h"
#include "workload/spec.h"
#include "xnetns/apply.h"
#include "xnetns/nsid.h"
#include "xnetns/process.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

/* A process, or another namespace; then *ret_pid is 0. The descriptor, or -errno. */
static int open_ns(const char *text, int32_t *ret_pid, char how[WORKLOAD_HOW], struct diag *diag)
{
	int fd;

	*ret_pid = 0;
	*how = '\0';
	if (spec_is(text))
		return process_open_named(text, ret_pid, how, diag);
	if (number_parse(text, ret_pid) == 0 && *ret_pid > 0)
		return process_open_ns(*ret_pid, diag);
	fd = xnetns_open_ns(text, diag);
	if (fd == -ENOENT || fd == -EINVAL) {
		diag_set(diag, 0, "'%s' is not a process id", text);
		arg_hint_pid(text, diag);
	}
	return fd;
}

int xnetns_attach(const struct xnetns *request)
{
	struct netns_plan plan = { .n = 0 };
	_cleanup_close_ int ns = -1;
	char how[WORKLOAD_HOW];
	struct diag diag;
	int32_t pid;
	int status, rc = xnetns_check_name(request->operands[0], &diag);

	if (rc == 0)
		rc = ns = open_ns(request->operands[1], &pid, how, &diag);
	if (rc < 0)
		return xnetns_fail(&diag);
	netns_plan_attach(request, pid, ns, &plan);
	plan.target = *how ? how : NULL;
	status = netns_carry_out(request, &plan, NULL);
	netns_plan_free(&plan);
	return status;
}
