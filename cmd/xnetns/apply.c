/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop over the steps. */
#include "xnetns/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "base/macros.h"
#include "explain.h"
#include "xnetns/step.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

static netns_do *const actions[NETNS_KINDS] = {
#define STEP(kind, name, words, call, function) [NETNS_##kind] = (function),
#include "xnetns/steps.def"
#undef STEP
};

static int explain(const struct netns_plan *plan, bool json)
{
	struct explanation explanation;

	explain_begin(&explanation, json, plan->target, stdout);
	for (size_t i = 0; i < plan->n; i++) {
		char words[EXPLAIN_TEXT], call[EXPLAIN_TEXT];

		netns_step_describe(&plan->steps[i], words, sizeof(words));
		netns_step_call(&plan->steps[i], call, sizeof(call));
		explain_step(&explanation, netns_step_name(plan->steps[i].kind), "self", words,
			     call);
	}
	return applet_written(explain_end(&explanation));
}

/*
 * Skips the remaining steps for this name. Names are compared by address, so in "delete a a" the
 * second stays.
 */
static void skip_name(const struct netns_plan *plan, size_t from, bool *skip)
{
	for (size_t i = from; i < plan->n; i++)
		if (plan->steps[i].name == plan->steps[from].name)
			skip[i] = true;
}

/*
 * Whether any steps are left to do. Steps without a name only prepare for later ones that have one.
 */
static bool has_more(const struct netns_plan *plan, size_t from, const bool *skip)
{
	bool named = false;

	for (size_t i = from; i < plan->n; i++) {
		named = named || plan->steps[i].name;
		if (plan->steps[i].name && !skip[i])
			return true;
	}
	return !named;
}

static int run_steps(struct netns_run *run, const struct netns_plan *plan, bool *skip)
{
	int status = EXIT_SUCCESS;
	struct diag diag;

	for (size_t i = 0; i < plan->n; i++) {
		const struct netns_step *step = &plan->steps[i];
		bool locked = run->store.dir >= 0;
		int rc;

		if (skip[i])
			continue;
		if (!step->name && !has_more(plan, i, skip))
			break;
		rc = actions[step->kind](run, step, &diag);
		if (rc < 0)
			status = xnetns_fail(&diag);
		/* If the lock was lost, no further name may be changed. */
		if (rc < 0 && (!step->name || (locked && run->store.dir < 0)))
			break;
		if (rc != 0)
			skip_name(plan, i, skip);
	}
	return status;
}

/* The user's anchor was killed: STORE_DIR is not his, and there are only records. */
static bool user_is_lost(const struct xnetns *request)
{
	return request->store && !request->store->entered && !(request->command->flags & COMMAND_ADDS);
}

int netns_carry_out(const struct xnetns *request, const struct netns_plan *plan,
		    struct results *results)
{
	struct netns_run run = { .store = STORE_CLOSED, .results = results, .user = request->store,
				 .no_store = user_is_lost(request),
				 .sockets = { NETLINK_CLOSED, NETLINK_CLOSED } };
	_cleanup_free_ bool *skip = calloc(plan->n + 1, sizeof(*skip));
	struct diag diag;
	int status;

	if (plan->incomplete || !skip) {
		diag_set(&diag, ENOMEM, "cannot remember the names");
		return xnetns_fail(&diag);
	}
	if (opt_given(&request->given, OPT_EXPLAIN))
		return explain(plan, request->explain_json);
	status = run_steps(&run, plan, skip);
	netlink_close(&run.sockets[0]);
	netlink_close(&run.sockets[1]);
	store_unlock(&run.store);
	if (xnetns_is_detailed(request, STDERR_FILENO))
		holders_report(&run.holders);
	holders_free(&run.holders);
	return status ? status : run.status;
}
