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

static bool takes_root(const struct xnsenter *request)
{
	return opt_given(&request->given, OPT_ROOT) && !request->root;
}

unsigned xnsenter_target_kinds(const struct xnsenter *request)
{
	unsigned kinds = 0;

	/* The files of its mount namespace are looked at. */
	if (request->view)
		kinds |= 1u << NS_MNT;
	for (int k = 0; k < NS_COUNT; k++)
		if (request->choice[k].source == FROM_TARGET ||
		    (request->choice[k].source == FROM_NOWHERE &&
		     opt_given(&request->given, OPT_ALL)))
			kinds |= 1u << k;
	/*
	 * Its root and its files are those of its mount namespace. But in a user namespace of its own it may have
	 * called chroot(2), and chosen them itself.
	 */
	if (takes_root(request))
		kinds |= 1u << NS_MNT | 1u << NS_USER;
	return kinds;
}

/* Whether a namespace of the target is neither our own nor one that our user namespace owns. */
static bool is_others(const struct target *target, int self, enum ns_type kind)
{
	_cleanup_close_ int theirs = target_open_ns(target, kind), ours = -1, owner = -1;
	bool same = true;

	if (theirs < 0)
		return false;
	ours = proc_open_ns(self, ns_types[kind].name);
	if (ours < 0 || nsref_same(theirs, ours, &same) < 0 || same)
		return false;
	if (kind == NS_USER)
		return true;
	cleanup_close(&ours);
	ours = proc_open_ns(self, ns_types[NS_USER].name);
	owner = sys_ioctl(theirs, NS_GET_USERNS, NULL);
	return ours >= 0 && owner >= 0 && nsref_same(owner, ours, &same) == 0 && !same;
}

bool xnsenter_runs_theirs(const struct xnsenter *request, const struct target *target)
{
	bool user = opt_given(&request->given, OPT_ALL) ||
		    opt_given(&request->given, OPT_NS + NS_USER) ||
		    opt_given(&request->given, OPT_USER_PARENT);
	_cleanup_close_ int self = -1;
	struct diag ignored;

	if (user || request->view || !(xnsenter_target_kinds(request) >> NS_MNT & 1))
		return false;
	self = proc_open_own(&ignored);
	if (self < 0)
		return false;
	return is_others(target, self, NS_MNT) ||
	       (takes_root(request) && is_others(target, self, NS_USER));
}

int xnsenter_open_named(const struct xnsenter *request, struct xnsenter_facts *facts,
			struct diag *diag)
{
	return workload_open_target(request->target_name, xnsenter_target_kinds(request),
				    &facts->target, facts->how, diag);
}

int xnsenter_check_named(const struct xnsenter *request, const struct xnsenter_facts *facts,
			 struct diag *diag)
{
	if (!facts->privileged || !xnsenter_runs_theirs(request, &facts->target))
		return 0;
	diag_set(diag, 0,
		 "'%s' is process %d, whose files another user namespace controls: its "
		 "programs would run with your rights",
		 request->target_name, (int)facts->target.pid);
	diag_hint(diag,
		  "enter that user namespace too, with --user; or name the process by its PID");
	return -EPERM;
}
