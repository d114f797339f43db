/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xunshare: run a program in new namespaces. Options to plan to apply. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "applet.h"
#include "apply.h"
#include "caller.h"
#include "diag.h"
#include "explain.h"
#include "step.h"
#include "xunshare.h"
#include "xunshare_check.h"

static const char synopsis[] = "xunshare [OPTION...] [PROGRAM [ARGUMENT...]]";
static const char purpose[] = "Run a program in new namespaces.";
static const char tail[] =
	"Without PROGRAM your shell is run. None of the other types implies a user namespace: without "
	"privileges, add --user or --map-root-user. xunshare(1) has examples.";

static int fail(const struct diag *diag)
{
	diag_print("xunshare", diag);
	return diag_status(diag);
}

static int output_result(int rc)
{
	struct diag diag;

	if (rc == 0)
		return EXIT_SUCCESS;
	diag_set(&diag, -rc, "cannot write to standard output");
	return fail(&diag);
}

static int print_version(void)
{
	if (printf("xunshare from %s\n", PACKAGE_STRING) < 0 || fflush(stdout) != 0)
		return output_result(-errno);
	return EXIT_SUCCESS;
}

/* The shell's user sees this before the first "fork: Cannot allocate memory". */
static void warn_about_fork(const struct xunshare *request)
{
	if (opt_has(&request->given, OPT_NS + NS_PID) && !opt_has(&request->given, OPT_FORK) &&
	    isatty(STDERR_FILENO))
		diag_warn("xunshare", "the program itself stays outside the new pid namespace; its "
				      "first child is PID 1 there, and when that ends no more can "
				      "be started: use --fork");
}

static int run(const struct xunshare *request)
{
	struct caller caller;
	struct plan plan = { .n = 0 };
	struct diag diag;
	bool explain = opt_has(&request->given, OPT_EXPLAIN), ran = false;
	int rc = caller_read(&caller, xunshare_facts(request), &diag), status = EXIT_FAILURE;

	if (rc == 0)
		rc = xunshare_plan(request, &caller, &plan, &diag);
	if (rc == 0 && explain) {
		status = output_result(request->json ? explain_json(&plan, stdout) :
						       explain_text(&plan, stdout));
	} else if (rc == 0) {
		warn_about_fork(request);
		rc = apply(&plan, &diag, &status);
		ran = rc == 0;
	}
	if (rc < 0)
		status = fail(&diag);
	plan_free(&plan);
	caller_free(&caller);
	if (ran)
		end_as(status);
	return status;
}

int xunshare_main(int argc, char **argv)
{
	struct xunshare request;
	struct diag diag;
	int rc = xunshare_parse(argc, argv, &request, &diag), status;

	if (rc == 0 && opt_has(&request.given, OPT_HELP))
		return output_result(opt_help(xunshare_options, synopsis, purpose, tail));
	if (rc == 0 && opt_has(&request.given, OPT_VERSION))
		return print_version();
	if (rc == 0)
		rc = xunshare_settle(&request, &diag);
	if (rc < 0)
		status = fail(&diag);
	else if (opt_has(&request.given, OPT_CHECK))
		status = xunshare_check(&request);
	else
		status = run(&request);
	xunshare_free(&request);
	return status;
}
