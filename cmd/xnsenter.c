/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsenter: run a program in the namespaces of others. Options to facts to plan to apply. */
#include <unistd.h>

#include "applet.h"
#include "diag.h"
#include "step.h"
#include "xnsenter.h"

static const char name[] = "xnsenter";
static const char synopsis[] = "xnsenter [OPTION...] [PROGRAM [ARGUMENT...]]";
static const char purpose[] = "Run a program in the namespaces of others.";
static const char tail[] =
	"Without PROGRAM your shell is run. xnsenter(1) has examples.\n";

/* From outside, the target's own cgroup would be shown as "/../..". */
static void warn_about_cgroup(const struct xnsenter *request, const struct xnsenter_facts *facts)
{
	bool cgroup = facts->target_flags & ns_types[NS_CGROUP].flag;

	if (cgroup && opt_has(&request->given, ENTER_NS + NS_CGROUP) &&
	    !opt_has(&request->given, ENTER_JOIN_CGROUP) && isatty(STDERR_FILENO))
		diag_warn(name, "the program stays in our own cgroup, which lies outside the cgroup "
				"namespace: --join-cgroup moves it");
}

static int run(const struct xnsenter *request)
{
	struct xnsenter_facts facts;
	struct plan plan = { .n = 0 };
	struct diag diag;
	int status;

	if (xnsenter_facts_read(request, &facts, &diag) < 0) {
		status = applet_fail(name, &diag);
	} else {
		xnsenter_plan(request, &facts, &plan);
		if (opt_has(&request->given, ENTER_EXPLAIN)) {
			status = applet_explain(name, &plan, request->json);
		} else {
			warn_about_cgroup(request, &facts);
			status = applet_apply(name, &plan);
		}
	}
	plan_free(&plan);
	xnsenter_facts_free(&facts);
	return status;
}

int xnsenter_main(int argc, char **argv)
{
	struct xnsenter request;
	struct diag diag;
	int rc = xnsenter_parse(argc, argv, &request, &diag);

	if (rc == 0 && opt_has(&request.given, ENTER_HELP))
		return applet_written(name, opt_help(xnsenter_options, synopsis, purpose, tail));
	if (rc == 0 && opt_has(&request.given, ENTER_VERSION))
		return applet_version(name);
	if (rc == 0)
		rc = xnsenter_settle(&request, &diag);
	return rc < 0 ? applet_fail(name, &diag) : run(&request);
}
