/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plans of xnsenter: some in full; and the rules that hold in every plan, for all combinations
 * of types, their sources, and the options that change the order.
 */
#include <stdio.h>
#include <string.h>

#include "base/kernel.h"
#include "plan/step.h"
#include "unit.h"
#include "xnsenter_unit.h"
#include "xnsenter_goldens.h"

enum { TEXT = 4096, ALL_TYPES = 1 << NS_COUNT };

/* --- from a command line to a plan -------------------------------------------------------------- */

/* A descriptor, 100 + kind, for each type that is not entered as the target's. */
static void open_chosen(struct made *made)
{
	for (int k = 0; k < NS_COUNT; k++) {
		enum ns_source source = made->choice.source[k];

		made->facts.fds[k] = source == FROM_NOWHERE || source == FROM_TARGET ? -1 : 100 + k;
	}
}

static void make(struct made *made, const char *command, bool privileged)
{
	read_command(made, command);
	find_facts(made, privileged);
	xnsenter_choose(&made->request, &made->facts, &made->choice);
	open_chosen(made);
	xnsenter_plan(&made->request, &made->choice, &made->facts, &made->plan);
}

/* --- whole plans: the calls in their order; "?" is tried and may fail ---------------------------- */

static bool may_fail(const struct step *step)
{
	return step->tentative || (step->kind == STEP_DROP_GROUPS &&
				   step->drop_groups.flags & DROP_GROUPS_TRY);
}

/* step_call() prints "FD", but here the number matters. */
static void render(const struct plan *plan, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < plan->n; i++) {
		const struct step *step = &plan->steps[i];
		const member_FD *number = step_value(step, MEMBER_FD);
		char call[512], *fd;

		step_call(step, call, sizeof(call));
		fd = number ? strstr(call, "FD") : NULL;
		used += (size_t)snprintf(buf + used, size - used, "%.*s",
					 (int)(fd ? fd + 2 - call : (long)strlen(call)), call);
		if (fd)
			used += (size_t)snprintf(buf + used, size - used, " %d%s", *number, fd + 2);
		used += (size_t)snprintf(buf + used, size - used, "%s\n", may_fail(step) ? "?" : "");
	}
}

static void plan_is_golden(void **state)
{
	const struct golden *row = *state;
	char text[TEXT];
	struct made made;

	make(&made, row->command, row->privileged);
	render(&made.plan, text, sizeof(text));
	assert_string_equal(text, row->calls);
}

/* --- what holds in every plan -------------------------------------------------------------------- */

/*
 * The phases that a plan goes through, from the properties of plan/steps.def. Kinds without such a property have
 * none; the first attempt at the groups is made outside, before everything.
 */
enum phase { NO_PHASE, ATTEMPT, NAMESPACES, ROOT, DIRECTORY, ENVIRONMENT, CHILD, RIGHTS };

static enum phase phase_of(const struct step *step, bool entered)
{
	static const struct {
		unsigned property;
		enum phase phase;
	} phases[] = {
		{ PROP_ENTERS_NS, NAMESPACES },
		{ PROP_ENTERS_ROOT, ROOT },
		{ PROP_WAITER_FOLLOWS, DIRECTORY },
		{ PROP_WAITER_FORGETS, ENVIRONMENT },
		{ PROP_FORKS, CHILD },
		{ PROP_WAITER_REPEATS, RIGHTS },
	};

	if (may_fail(step) && !entered)
		return ATTEMPT;
	/* The process that waits enters nothing. */
	if (step->kind == STEP_FORK && step->fork.flags & FORK_OUTSIDE)
		return ATTEMPT;
	for (size_t i = 0; i < ARRAY_LEN(phases); i++)
		if (step_properties(step->kind) & phases[i].property)
			return phases[i].phase;
	return NO_PHASE;
}

/* Orders that no property expresses: if a plan has both, the first comes before the second. */
static const struct {
	enum step_kind first, second;
} orders[] = {
	{ STEP_GUARD, STEP_PTY },   /* some architectures start the command line again for it */
	{ STEP_PTY, STEP_ENTER },   /* /dev/ptmx is the caller's only before */
	{ STEP_PTY, STEP_SETNS },
	{ STEP_EXEC_CONTEXT, STEP_UNDUMPABLE }, /* whose files in /proc are root's (proc(5)) */
	{ STEP_UNDUMPABLE, STEP_ENTER }, /* nobody inside may trace us */
	{ STEP_UNDUMPABLE, STEP_SETNS },
	{ STEP_ENTER, STEP_JOIN_CGROUP },
	{ STEP_SETNS, STEP_JOIN_CGROUP },
	{ STEP_ROOT_FD, STEP_JOIN_CGROUP },
	{ STEP_UNDUMPABLE, STEP_FORK },
	{ STEP_FORK, STEP_JOIN_CGROUP }, /* whose ruler could freeze the parent */
	{ STEP_FORK, STEP_TERMINAL }, /* a session of the child's own */
	{ STEP_SETGID, STEP_SETUID }, /* which may take the right to the other */
	{ STEP_SETUID, STEP_AMBIENT_CAPS }, /* which it clears (capabilities(7)) */
	{ STEP_CAP_BOUND, STEP_SETUID }, /* which may take CAP_SETPCAP */
	{ STEP_SETUID, STEP_LIMIT_CAPS },
	{ STEP_LIMIT_CAPS, STEP_AMBIENT_CAPS }, /* of what is left */
	{ STEP_AMBIENT_CAPS, STEP_TERMINAL },
	{ STEP_TERMINAL, STEP_EXEC },
};

static void check_order(const struct plan *plan)
{
	enum phase last = NO_PHASE;
	bool entered = false;

	assert_in_range(plan->n, 1, PLAN_STEPS_FEW);
	for (size_t i = 0; i < plan->n; i++) {
		enum phase now;

		entered = entered || (step_properties(plan->steps[i].kind) & PROP_ENTERS_NS &&
				      !plan->steps[i].tentative);
		now = phase_of(&plan->steps[i], entered);
		if (now != NO_PHASE) {
			assert_true(now >= last);
			last = now;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		const struct step *second = plan_find(plan, orders[i].second);

		for (const struct step *step = second; step && step < plan->steps + plan->n; step++)
			assert_int_not_equal(step->kind, orders[i].first);
	}
	assert_ptr_equal(plan_find(plan, STEP_EXEC), &plan->steps[plan->n - 1]);
}

/* Each requested type is entered once; the user namespace comes before types that need its capabilities. */
static void check_namespaces(const struct made *made, int wanted)
{
	int entered = 0, tried = 0, with_user = 0;

	for (size_t i = 0; i < made->plan.n; i++) {
		const struct step *step = &made->plan.steps[i];
		int flags = step_properties(step->kind) & PROP_ENTERS_NS ? step_ns_flags(step) : 0;

		if (step->tentative) {
			/* Before the user namespace only, and never that itself. */
			assert_int_equal(entered, 0);
			assert_int_equal(flags & CLONE_NEWUSER, 0);
			assert_int_equal(tried & flags, 0);
			tried |= flags;
			continue;
		}
		assert_int_equal(entered & flags, 0);
		if (flags & CLONE_NEWUSER) {
			assert_int_equal(entered, 0);
			with_user = flags;
		}
		entered |= flags;
	}
	assert_int_equal(entered, wanted);
	assert_int_equal(tried, wanted & CLONE_NEWUSER ? wanted & ~with_user : 0);
}

static bool has(const struct made *made, enum step_kind kind)
{
	return plan_find(&made->plan, kind) != NULL;
}

static void check_rest(const struct made *made, int wanted)
{
	const struct opt_set *given = &made->request.given;
	bool user = wanted & CLONE_NEWUSER && !opt_given(given, OPT_PRESERVE_CREDENTIALS);
	bool foreign = wanted & (CLONE_NEWNS | CLONE_NEWPID);
	bool keep = opt_given(given, OPT_KEEP_CAPS) && wanted & CLONE_NEWUSER;

	assert_int_equal(has(made, STEP_UNDUMPABLE), wanted != 0);
	assert_int_equal(has(made, STEP_GUARD), made->facts.privileged && foreign);
	assert_int_equal(has(made, STEP_FORK),
			 opt_given(given, OPT_PTY) ||
			 (wanted & CLONE_NEWPID && !opt_given(given, OPT_NO_FORK)));
	assert_int_equal(has(made, STEP_SETUID), user || opt_given(given, OPT_SETUID));
	assert_int_equal(has(made, STEP_SETGID), user || opt_given(given, OPT_SETGID));
	assert_int_equal(has(made, STEP_DROP_GROUPS), user || opt_given(given, OPT_SETGID));
	assert_int_equal(has(made, STEP_AMBIENT_CAPS), keep);
	if (has(made, STEP_SETUID))
		assert_int_equal(plan_find(&made->plan, STEP_SETUID)->setuid.keep_caps, keep);
}

/* The source of each type of a mask: the target, a file, an id. */
static const char *const sources[] = { "", "=/f", "=:5" };

static const char *const variants[] = {
	"", "--preserve-credentials", "-F", "-S 1", "-S follow -G follow", "-r -w -c -e -Z", "-W/x",
	"--keep-caps", "--cap-drop all --no-new-privs --clear-env --close-fds", "-F -G 1 --preserve-credentials", "--pty", "--pty -Z -c -r -w -e --keep-caps",
};

/* Bit k of own: type k is not the target's, but one of its own. */
static void check_one(int mask, int own, size_t source, const char *variant, bool privileged,
		      bool parent)
{
	char command[512] = "-t 7 -S 0";
	struct made made;
	int wanted = parent ? CLONE_NEWUSER : 0;

	for (int k = 0; k < NS_COUNT; k++) {
		char option[64];

		if (!(mask & 1 << k))
			continue;
		snprintf(option, sizeof(option), "--%s%s", ns_types[k].option,
			 sources[own & 1 << k ? source : 0]);
		strcat(strcat(command, " "), option);
		wanted |= ns_types[k].flag;
	}
	if (parent)
		strcat(command, " --user-parent");
	strcat(strcat(strcat(command, " "), variant), " true");
	make(&made, command, privileged);
	check_order(&made.plan);
	check_namespaces(&made, wanted);
	check_rest(&made, wanted);
	plan_free(&made.plan);
}

/* All types from the target, all from files or ids, and every mix with one exception. */
static void every_combination_is_in_order(void **state)
{
	const char *variant = *(const char *const *)*state;

	for (int mask = 0; mask < ALL_TYPES; mask++)
		for (size_t source = 0; source < ARRAY_LEN(sources); source++)
			for (int odd = -1; odd < NS_COUNT; odd++)
				for (int privileged = 0; privileged < 2; privileged++) {
					int all = source ? ALL_TYPES - 1 : 0;
					int own = odd < 0 ? all : all ^ 1 << odd;

					check_one(mask, own, source ? source : 1, variant,
						  privileged, false);
					if (mask && odd < 0)
						check_one(mask, own, source ? source : 1, variant,
							  privileged, true);
				}
}

static void all_and_single_types_mix(void **state)
{
	struct made made;

	(void)state;
	make(&made, "-t 7 -a --net=/f --user=/u true", true);
	check_order(&made.plan);
	check_namespaces(&made, CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET |
				CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWCGROUP | CLONE_NEWTIME);
	assert_int_equal(plan_find(&made.plan, STEP_ENTER)->enter.optional,
			 plan_find(&made.plan, STEP_ENTER)->enter.flags);
	make(&made, "-t 7 -n true", true);
	assert_int_equal(plan_find(&made.plan, STEP_ENTER)->enter.optional, 0);
}

static void working_directory_is_kept_only_without_another(void **state)
{
	struct made made;

	(void)state;
	make(&made, "-t 7 -r true", false);
	assert_int_equal(plan_find(&made.plan, STEP_ROOT_FD)->root_fd.cwd_follows, 0);
	make(&made, "-t 7 -r -w true", false);
	assert_int_equal(plan_find(&made.plan, STEP_ROOT_FD)->root_fd.cwd_follows, 1);
	make(&made, "-t 7 -r -W/x true", false);
	assert_int_equal(plan_find(&made.plan, STEP_ROOT_FD)->root_fd.cwd_follows, 1);
}

int main(void)
{
	UNIT_ADD_ROWS(plan_is_golden, goldens);
	for (size_t i = 0; i < ARRAY_LEN(variants); i++)
		unit_add(*variants[i] ? variants[i] : "no other option",
			 every_combination_is_in_order, &variants[i]);
	UNIT_ADD(all_and_single_types_mix);
	UNIT_ADD(working_directory_is_kept_only_without_another);
	return unit_run("xnsenter_plan");
}
