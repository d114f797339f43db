/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of --view, --etc and --mount-proc: mounts that only the program sees. Pure. */
#include <sys/mount.h>

#include "plan/step.h"
#include "xnsenter/xnsenter.h"

static void add_namespace(struct plan *plan)
{
	struct step *step;

	plan_add(plan, STEP_UNSHARE)->unshare.flags = ns_types[NS_MNT].flag;
	step = plan_add(plan, STEP_PROPAGATION);
	step->propagation.flag = MS_PRIVATE;
	step->propagation.word = "private";
}

void xnsenter_add_view(const struct xnsenter *request, const struct xnsenter_facts *facts,
		       struct plan *plan)
{
	struct step *step;

	if (!request->view)
		return;
	add_namespace(plan);
	step = plan_add(plan, STEP_VIEW);
	step->view.path = request->view;
	step->view.pid = facts->target.pid;
	step->view.writable = request->view_writable;
	step->view.init = facts->init;
	step->view.root = facts->view_root;
	step->view.mounts = facts->view_mounts;
}

void xnsenter_add_mounts(const struct xnsenter *request, const struct xnsenter_facts *facts,
			 struct plan *plan)
{
	bool etc = opt_given(&request->given, OPT_ETC);
	struct step *step;

	if (!etc && !opt_given(&request->given, OPT_MOUNT_PROC))
		return;
	if (!request->view)
		add_namespace(plan);
	if (etc && facts->etc) {
		plan_add(plan, STEP_ETC)->etc.path = facts->etc;
	} else if (etc) {
		step = plan_add(plan, STEP_TAKE_ETC);
		step->take_etc.pid = facts->target.pid;
		step->take_etc.resolv_conf = facts->resolv_conf;
		step->take_etc.hosts = facts->hosts;
	}
}

void xnsenter_add_proc(const struct xnsenter *request, struct plan *plan)
{
	struct step *step;

	if (!opt_given(&request->given, OPT_MOUNT_PROC))
		return;
	step = plan_add(plan, STEP_MOUNT);
	step->mount.path = "/proc";
	step->mount.type = "proc";
}
