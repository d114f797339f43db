/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target that is named: "unit:ssh.service", "container:web". */
#include <errno.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "workload/find.h"
#include "xnsenter/xnsenter.h"

/* Whether files are found by the root directory of the target. */
static bool takes_root(const struct xnsenter *request)
{
	return (opt_given(&request->given, OPT_ROOT) && !request->root) ||
	       (request->run_as && !opt_given(&request->given, OPT_ROOT) &&
		request->choice[NS_MNT].source == FROM_TARGET);
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

/* Whether a namespace is neither our own nor one that our user namespace owns. 1, 0 or -errno. */
static int is_others(int ns, enum ns_type type)
{
	_cleanup_close_ int owner = -1;
	int rc = xnsenter_is_ours(ns, type);

	if (rc != 0 || type == NS_USER)
		return rc < 0 ? rc : !rc;
	owner = sys_ioctl(ns, NS_GET_USERNS, NULL);
	/* The owner is above or beside our user namespace (ioctl_nsfs(2)). */
	if (owner == -EPERM)
		return 1;
	rc = owner < 0 ? owner : xnsenter_is_ours(owner, NS_USER);
	return rc < 0 ? rc : !rc;
}

/* Whether the program is one of the target's, and is not confined to a user namespace that is entered. */
static bool executes_theirs(const struct xnsenter *request)
{
	bool user = opt_given(&request->given, OPT_ALL) ||
		    opt_given(&request->given, OPT_NS + NS_USER) ||
		    opt_given(&request->given, OPT_USER_PARENT);

	return !user && !request->view && (xnsenter_target_kinds(request) >> NS_MNT & 1);
}

/* Whether others control the files: 1, 0 or -errno. */
static int is_controlled(const struct xnsenter *request, const struct target *target, int mounts)
{
	_cleanup_close_ int user = -1;
	int rc = is_others(mounts, NS_MNT);

	if (rc != 0 || !takes_root(request))
		return rc;
	user = target_open_ns(target, NS_USER);
	/* Without user namespaces nobody has rights in another one. */
	return user == -ENOENT ? 0 : user < 0 ? user : is_others(user, NS_USER);
}

bool xnsenter_runs_theirs(const struct xnsenter *request, const struct target *target)
{
	_cleanup_close_ int mounts = executes_theirs(request) ? target_open_ns(target, NS_MNT) : -1;

	return mounts >= 0 && is_controlled(request, target, mounts) > 0;
}

int xnsenter_open_named(const struct xnsenter *request, struct xnsenter_facts *facts,
			struct diag *diag)
{
	return workload_open_target(request->target_name, xnsenter_target_kinds(request),
				    &facts->target, facts->how, diag);
}

int xnsenter_check_named(const struct xnsenter *request, struct xnsenter_facts *facts, struct diag *diag)
{
	bool enters = request->choice[NS_MNT].source == FROM_TARGET;
	_cleanup_close_ int opened = -1;
	int mounts = enters ? facts->fds[NS_MNT] : -1, rc;

	if (!facts->privileged || !executes_theirs(request))
		return 0;
	if (mounts < 0)
		mounts = opened = target_open_ns(&facts->target, NS_MNT);
	rc = mounts < 0 ? mounts : is_controlled(request, &facts->target, mounts);
	if (rc < 0 && target_check(&facts->target, diag) < 0)
		return -ESRCH;
	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine the namespaces of process %d",
				(int)facts->target.pid);
	if (rc == 0 && enters && opened >= 0)
		facts->fds[NS_MNT] = take_fd(&opened);
	if (rc == 0)
		return 0;
	diag_set(diag, 0,
		 "'%s' is process %d, whose files another user namespace controls: its "
		 "programs would run with your rights",
		 request->target_name, (int)facts->target.pid);
	diag_hint(diag,
		  "enter that user namespace too, with --user; or name the process by its PID");
	return -EPERM;
}
