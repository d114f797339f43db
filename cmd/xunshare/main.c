/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xunshare: runs a program in new namespaces. */
#include <linux/capability.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "kernel/caller.h"
#include "kernel/user_read.h"
#include "output/diag.h"
#include "plan/step.h"
#include "xunshare/check.h"
#include "xunshare/xunshare.h"

static const char synopsis[] = "[OPTION...] [PROGRAM [ARGUMENT...]]";
static const char purpose[] = "Run a program in new namespaces.";
static const char tail[] =
	"With FILE, the new namespace is bind-mounted on FILE, and stays alive without processes. "
	"Without PROGRAM, your shell is executed. Without privileges, add --user or "
	"--map-root-user; the options for other types do not imply them. xunshare(1) has "
	"examples.";

/* Warns before a shell prints "fork: Cannot allocate memory", which says nothing of the reason. */
static void warn_about_fork(const struct xunshare *request)
{
	if (opt_given(&request->given, OPT_NS + NS_PID) && !opt_given(&request->given, OPT_FORK) &&
	    isatty(STDERR_FILENO))
		diag_warn(applet_name(),
			  "the program itself stays outside the new pid namespace; its first "
			  "child is PID 1 there, and after that has ended no other can be created: "
			  "use --fork");
}

/* Whether exec leaves the program the capabilities over the mount namespace. */
static bool keeps_caps(const struct xunshare *request, const struct caller *caller)
{
	bool user_ns = opt_given(&request->given, OPT_NS + NS_USER);

	if (opt_given(&request->given, OPT_DROP) || opt_given(&request->given, OPT_RUN_AS) ||
	    rights_lost(&request->rights) & UINT64_C(1) << CAP_SYS_ADMIN)
		return false;
	if (opt_given(&request->given, OPT_KEEP_CAPS) && user_ns)
		return true;
	if (opt_given(&request->given, OPT_SETUID))
		return request->uid == 0;
	if (user_ns && request->users.single == SINGLE_ID)
		return request->users.id == 0;
	/* The id stays, unless it is not mapped. */
	return caller->uid == 0 && (!user_ns || request->users.single == SINGLE_CURRENT);
}

static void warn_about_read_only(const struct xunshare *request, const struct caller *caller)
{
	if (opt_given(&request->given, OPT_RO_BIND) && keeps_caps(request, caller) &&
	    !applet_is_drop_in() && isatty(STDERR_FILENO))
		diag_warn(applet_name(),
			  "--ro-bind does not bind this program: it has CAP_SYS_ADMIN, so it may "
			  "mount again or unmount; add --drop, or use --map-current-user");
}

/* Makes the plan, and prints it or carries it out. Returns the exit status. */
static int run(struct xunshare *request, char *const *argv)
{
	struct user user = { .uid = 0 };
	struct caller caller;
	struct plan plan = { .n = 0 };
	struct diag diag;
	int rc = caller_read(&caller, xunshare_facts(request), &diag), status;

	if (rc == 0 && request->run_as)
		rc = user_read(request->run_as, &user, &diag);
	if (rc == 0 && limits_wanted(&request->given))
		rc = limits_locate(&request->limits, applet_name(), argv, &diag);
	if (rc == 0)
		rc = mounts_facts(request, &diag);
	if (rc == 0)
		rc = xunshare_plan(request, &caller, user.name ? &user : NULL, &plan, &diag);
	if (rc < 0) {
		status = applet_fail(&diag);
	} else if (opt_given(&request->given, OPT_EXPLAIN)) {
		status = applet_explain(&plan, request->json);
	} else {
		warn_about_fork(request);
		warn_about_read_only(request, &caller);
		status = applet_apply(&plan);
	}
	plan_free(&plan);
	caller_free(&caller);
	user_free(&user);
	return status;
}

int xunshare_main(int argc, char **argv)
{
	struct xunshare request;
	struct diag diag;
	int rc = xunshare_parse(argc, argv, &request, &diag), status;

	if (rc == 0 && opt_given(&request.given, OPT_HELP))
		return applet_help(xunshare_options, synopsis, purpose, tail);
	if (rc == 0 && opt_given(&request.given, OPT_VERSION))
		return applet_version();
	if (rc == 0)
		rc = xunshare_apply_rules(&request, &diag);
	if (rc < 0)
		status = applet_fail(&diag);
	else if (opt_given(&request.given, OPT_CHECK))
		status = xunshare_check(&request);
	else
		status = run(&request, argv);
	xunshare_free(&request);
	return status;
}
