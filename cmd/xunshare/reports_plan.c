/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/step.h"
#include "xunshare/mounts.h"
#include "xunshare/reports.h"
#include "xunshare/xunshare.h"

bool reports_keep_helper(const struct xunshare *request)
{
	return limits_wanted(&request->given) || opt_given(&request->given, OPT_UPLINK) ||
	       opt_given(&request->given, OPT_PIDFILE) ||
	       opt_given(&request->given, OPT_START_FD) ||
	       opt_given(&request->given, OPT_STATUS_FD) || mounts_want_lock(request);
}

/* First, because the helper takes steps back last step first: it reports the end when all is clean. */
void reports_add_status(const struct xunshare *request, struct plan *plan)
{
	struct step *step;

	if (!opt_given(&request->given, OPT_STATUS_FD))
		return;
	step = plan_add(plan, STEP_STATUS_FD);
	step->status_fd.fd = request->status_fd;
	step->by_helper = true;
}

/* By the helper, since the program may take descriptors of all other processes. */
void reports_add(const struct xunshare *request, struct plan *plan)
{
	struct step *step;

	if (opt_given(&request->given, OPT_START_FD)) {
		step = plan_add(plan, STEP_START_FD);
		step->start_fd.fd = request->start_fd;
		step->by_helper = true;
	}
	if (request->pidfile) {
		step = plan_add(plan, STEP_PIDFILE);
		step->pidfile.path = request->pidfile;
		step->by_helper = true;
	}
}
