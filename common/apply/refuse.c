/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/refuse.h"

#include "apply/internal.h"
#include "base/diag.h"
#include "cause/cause.h"

/* The step's first member of this type, or NULL if its kind has none. */
#define VALUE(step, TYPE) ((const member_##TYPE *)step_value(step, MEMBER_##TYPE))
#define VALUE_OR(step, TYPE, none) (VALUE(step, TYPE) ? *VALUE(step, TYPE) : (none))

static void describe_step(const struct step *step, struct refusal *ret)
{
	char *const *argv = VALUE_OR(step, ARGV, NULL);

	ret->operation = step->kind;
	ret->flags = step_ns_flags(step);
	ret->fd = VALUE_OR(step, FD, -1);
	ret->path = VALUE_OR(step, PATH, NULL);
	ret->word = VALUE_OR(step, WORD, NULL);
	ret->program = VALUE_OR(step, PROGRAM, NULL);
	ret->map = VALUE_OR(step, MAP, NULL);
	ret->target = VALUE_OR(step, TARGET, NULL);
	ret->uid = VALUE(step, UID);
	ret->gid = VALUE(step, GID);
	ret->add = step->kind == STEP_LIMIT_CAPS ? step->limit_caps.add : 0;
	ret->outside = step->by_helper;
	ret->no_program = argv && !argv[0];
}

/* Records whether an earlier step changed the root directory in which paths are looked up. */
static void describe_place(const struct step *step, struct refusal *ret)
{
	unsigned properties = step_properties(step->kind);
	const member_PATH *path = VALUE(step, PATH);
	pid_t pid = VALUE_OR(step, PID, 0);
	bool of_others = VALUE(step, FD) || VALUE(step, PID);

	if (properties & PROP_ENTERS_ROOT && !of_others)
		ret->root = *path;
	if (properties & PROP_ENTERS_NS && !(step_ns_flags(step) & ns_types[NS_MNT].flag))
		return;
	if (!(properties & (PROP_ENTERS_ROOT | PROP_ENTERS_NS)) || !of_others)
		return;
	ret->entered.root = properties & PROP_ENTERS_ROOT;
	ret->entered.path = path ? *path : NULL;
	ret->entered.pid = pid;
}

/* Whether the plan runs programs from the mounts of a user namespace that it does not enter. */
static bool runs_theirs(const struct plan *plan)
{
	bool theirs = false;

	for (size_t i = 0; i < plan->n; i++) {
		const struct step *step = &plan->steps[i];
		unsigned properties = step_properties(step->kind);
		int flags = properties & PROP_ENTERS_NS ? step_ns_flags(step) : 0;

		if (flags & ns_types[NS_USER].flag)
			return false;
		theirs = theirs || flags & ns_types[NS_MNT].flag ||
			 (properties & PROP_ENTERS_ROOT && VALUE(step, FD));
	}
	return theirs;
}

void apply_refusal(const struct plan *plan, const struct step *failed, int err, struct refusal *ret)
{
	const struct step *made = plan_find(plan, STEP_UNSHARE);

	*ret = (struct refusal){
		.err = err,
		.enters = plan_find(plan, STEP_ENTER) || plan_find(plan, STEP_SETNS),
		.makes_user_ns = made && made->unshare.flags & ns_types[NS_USER].flag,
		.runs_theirs = runs_theirs(plan),
		.takes_environ = plan_find(plan, STEP_TAKE_ENVIRON),
		.parent_waits = plan_find(plan, STEP_FORK),
	};
	describe_step(failed, ret);
	for (const struct step *step = plan->steps; step < failed; step++)
		describe_place(step, ret);
}

void apply_find_cause(const struct apply *apply, const struct step *failed, struct diag *diag)
{
	struct refusal refusal;

	apply_refusal(apply->plan, failed, diag->err, &refusal);
	cause_explain(&refusal, apply->proc, diag);
}
