/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec: runs a command in one network namespace, or in all that have names. */
#include "xnetns/exec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "applet.h"
#include "apply/apply.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/user.h"
#include "output/diag.h"
#include "plan/step.h"
#include "xnetns/jobs.h"
#include "xnetns/names.h"
#include "xnetns/xnetns.h"

/* The exit status if the command was not started: that of the diagnosis, or STATUS_USAGE. */
static int fail_before(struct diag *diag)
{
	if (diag->status == 0)
		diag->status = STATUS_USAGE;
	return xnetns_fail(diag);
}

/* The command that runs in each namespace. */
struct command {
	const struct xnetns *request;
	const struct user *user;
	char *const *argv;
};

/* Replaces the hint if the command is not found and looks like an option. */
static void hint_option(char *const *argv, struct diag *diag)
{
	if (argv[0][0] != '-' || diag->err != ENOENT)
		return;
	diag->hint[0] = '\0';
	diag_hint(diag, "options of exec stand before the name: xnetns exec %s... NAME COMMAND", argv[0]);
}

/* Carries out some of the steps, which no program follows yet. 0, or -errno with the diagnosis filled. */
static int apply_part(const struct plan *plan, size_t first, size_t n, struct diag *diag)
{
	struct plan part = *plan; /* borrows what the plan owns */
	int wait_status;

	part.steps += first;
	part.n = n;
	return apply("xnetns", applet_fail, &part, diag, &wait_status);
}

/*
 * Returns only after a failure. An ordinary user may be unable to mount a sysfs, because a part of the
 * host's is covered, as in a container (mount_too_revealing() in fs/namespace.c).
 */
static int apply_all(const struct xnetns *request, const struct plan *plan, struct diag *diag)
{
	const struct step *sysfs = plan_find(plan, STEP_SYSFS);
	size_t at = sysfs ? (size_t)(sysfs - plan->steps) : 0;
	int rc;

	if (!request->store || !sysfs)
		return apply_part(plan, 0, plan->n, diag);
	rc = apply_part(plan, 0, at, diag);
	if (rc < 0)
		return rc;
	rc = apply_part(plan, at, 1, diag);
	if (rc == -EPERM)
		diag_warn("xnetns", "/sys shows the devices of the host: a user's sysfs may not be mounted here");
	else if (rc < 0)
		return rc;
	return apply_part(plan, at + 1, plan->n - at - 1, diag);
}

/* Runs the command in one namespace. Returns only after a failure, with the exit status. */
static int run_in(const char *name, const void *arg)
{
	const struct command *command = arg;
	const struct xnetns *request = command->request;
	struct plan plan = { .n = 0 };
	struct exec_facts facts;
	struct diag diag;
	int status, rc = exec_read_facts(request, name, &facts, &diag);

	if (rc < 0)
		return fail_before(&diag);
	facts.user = command->user;
	exec_plan(request, &facts, command->argv, &plan);
	if (opt_given(&request->given, OPT_EXPLAIN)) {
		status = applet_explain(&plan, request->explain_json);
	} else {
		fflush(stdout);
		/* A success does not return. */
		apply_all(request, &plan, &diag);
		hint_option(command->argv, &diag);
		status = fail_before(&diag);
	}
	plan_free(&plan);
	cleanup_close(&facts.ns);
	return status;
}

static int run_in_all(const struct command *command)
{
	struct names names = { 0 };
	struct diag diag;
	int status, rc = names_of_request(command->request, 0, &names, &diag);

	if (rc < 0)
		return xnetns_fail(&diag);
	status = jobs_run(&names, command->request->jobs, run_in, command);
	names_free(&names);
	return status;
}

int xnetns_exec(const struct xnetns *request)
{
	bool all = opt_given(&request->given, OPT_ALL);
	struct user user;
	struct command command = { request, &user, request->operands + !all };
	struct diag diag;
	int status;

	if (!all && request->n_operands == 0)
		diag_usage(&diag, "'exec' needs a name and a command");
	else if (request->n_operands < (all ? 1 : 2))
		diag_usage(&diag, "'exec' needs a command");
	else if (opt_given(&request->given, OPT_JOBS) && !all)
		diag_usage(&diag, "option '--jobs' needs '--all'");
	else if (exec_read_user(request, &user, &diag) == 0) {
		status = all ? run_in_all(&command) : run_in(request->operands[0], &command);
		user_free(&user);
		return status;
	}
	return xnetns_fail(&diag);
}
