/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target that is named: "unit:ssh.service", "container:web". */
#include <errno.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "workload/find.h"
#include "xnsenter/xnsenter.h"

unsigned xnsenter_target_kinds(const struct xnsenter *request)
{
	unsigned kinds = 0;

	for (int k = 0; k < NS_COUNT; k++)
		if (request->choice[k].source == FROM_TARGET ||
		    (request->choice[k].source == FROM_NOWHERE && opt_given(&request->given, OPT_ALL)))
			kinds |= 1u << k;
	/* Its root and its files are those of its mount namespace. */
	if (opt_given(&request->given, OPT_ROOT) && !request->root)
		kinds |= 1u << NS_MNT;
	return kinds;
}

bool xnsenter_runs_theirs(const struct xnsenter *request, const struct target *target)
{
	bool user = opt_given(&request->given, OPT_ALL) || opt_given(&request->given, OPT_NS + NS_USER) ||
		    opt_given(&request->given, OPT_USER_PARENT);
	_cleanup_close_ int theirs = -1, dir = -1, owner = -1, ours = -1;
	struct diag ignored;
	bool same = true;

	if (user || !(xnsenter_target_kinds(request) >> NS_MNT & 1))
		return false;
	theirs = target_open_ns(target, NS_MNT);
	dir = proc_open_own(&ignored);
	if (theirs < 0 || dir < 0)
		return false;
	ours = proc_open_ns(dir, ns_types[NS_MNT].name);
	if (ours < 0 || nsref_same(theirs, ours, &same) < 0 || same)
		return false;
	cleanup_close(&ours);
	ours = proc_open_ns(dir, ns_types[NS_USER].name);
	owner = sys_ioctl(theirs, NS_GET_USERNS, NULL);
	return ours >= 0 && owner >= 0 && nsref_same(owner, ours, &same) == 0 && !same;
}

int xnsenter_open_named(const struct xnsenter *request, struct xnsenter_facts *facts,
			struct diag *diag)
{
	int rc = workload_open_target(request->target_name, xnsenter_target_kinds(request),
				      &facts->target, facts->how, diag);

	if (rc < 0 || !facts->privileged || !xnsenter_runs_theirs(request, &facts->target))
		return rc;
	diag_set(diag, 0, "'%s' is process %d, whose mount namespace another user namespace owns: its "
		 "programs would run with your rights", request->target_name, (int)facts->target.pid);
	diag_hint(diag, "enter that user namespace too, with --user; or name the process by its PID");
	return -EPERM;
}
