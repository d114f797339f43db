/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsenter's pure half: from options, and what was found and opened, to a plan. */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "plan/step.h"
#include "xnsenter/xnsenter.h"

static bool enters(const struct xnsenter_facts *facts, enum ns_kind kind)
{
	return facts->target_flags & ns_types[kind].flag || facts->fds[kind] >= 0;
}

static void add_target(const struct xnsenter_facts *facts, struct plan *plan, bool tentative)
{
	struct step *step;

	if (!facts->target_flags)
		return;
	step = plan_add(plan, STEP_ENTER);
	step->flags = facts->target_flags;
	step->optional = facts->optional_flags;
	step->tentative = tentative;
	step->target = &facts->target;
	step->pid = facts->target.pid;
}

static void add_file(const struct xnsenter *request, const struct xnsenter_facts *facts,
		     enum ns_kind kind, struct plan *plan, bool tentative)
{
	const struct ns_choice *choice = &request->choice[kind];
	struct step *step;

	if (facts->fds[kind] < 0)
		return;
	step = plan_add(plan, STEP_SETNS);
	step->ns = kind;
	step->fd = facts->fds[kind];
	step->tentative = tentative;
	step->path = choice->path ? choice->path :
		     kind == NS_USER ? "--user-parent" : "--net-socket";
}

static void add_others(const struct xnsenter *request, const struct xnsenter_facts *facts,
		       struct plan *plan, bool tentative)
{
	if (!(facts->target_flags & CLONE_NEWUSER))
		add_target(facts, plan, tentative);
	for (int k = 0; k < NS_COUNT; k++)
		if (k != NS_USER)
			add_file(request, facts, (enum ns_kind)k, plan, tentative);
}

/*
 * A caller with capabilities gives them up when it enters the user namespace, so that comes last;
 * one without gains them there, so it comes first. Which of the two we are need not be asked: what
 * could not be entered before is tried again behind it. All of the target's namespaces are one
 * step: the kernel takes them together, whatever the order (setns(2), Linux 5.8).
 */
static void add_namespaces(const struct xnsenter *request, const struct xnsenter_facts *facts,
			   struct plan *plan)
{
	if (enters(facts, NS_USER))
		add_others(request, facts, plan, true);
	if (facts->target_flags & CLONE_NEWUSER)
		add_target(facts, plan, false);
	add_file(request, facts, NS_USER, plan, false);
	add_others(request, facts, plan, false);
}

static void add_surroundings(const struct xnsenter *request, const struct xnsenter_facts *facts,
			     struct plan *plan)
{
	struct step *step;

	if (facts->root >= 0) {
		step = plan_add(plan, STEP_ROOT_FD);
		step->fd = facts->root;
		step->path = request->root ? request->root : "the target's";
		step->target = request->root ? NULL : &facts->target;
		step->flags =
			opt_given(&request->given, OPT_WD) || opt_given(&request->given, OPT_WDNS);
	}
	if (opt_given(&request->given, OPT_WDNS))
		plan_add(plan, STEP_CHDIR)->path = request->wdns ? request->wdns : facts->wdns;
	if (facts->wd >= 0) {
		step = plan_add(plan, STEP_CHDIR_FD);
		step->fd = facts->wd;
		step->path = request->wd ? request->wd : "the target's";
	}
	if (facts->environ) {
		step = plan_add(plan, STEP_TAKE_ENVIRON);
		step->argv = facts->environ;
	}
}

/*
 * Who enters a user namespace has no ids in it that mean anything, so they become 0 and 0 unless
 * something else is asked for.
 */
static void add_ids(const struct xnsenter *request, const struct xnsenter_facts *facts,
		    struct plan *plan)
{
	bool user = enters(facts, NS_USER) && !opt_given(&request->given, OPT_PRESERVE_CREDENTIALS);
	bool setgid = user || opt_given(&request->given, OPT_SETGID);
	bool setuid = user || opt_given(&request->given, OPT_SETUID);
	bool keep_caps = opt_given(&request->given, OPT_KEEP_CAPS) && enters(facts, NS_USER);
	struct step *step;

	if (setgid) {
		step = plan_add(plan, STEP_DROP_GROUPS);
		step->flags = user ? DROP_GROUPS_AGAIN : DROP_GROUPS_TRY;
		step = plan_add(plan, STEP_SETGID);
		step->id = request->gid;
		step->target = request->follow_gid ? &facts->target : NULL;
		step->pid = request->follow_gid ? facts->target.pid : 0;
	}
	if (setuid) {
		step = plan_add(plan, STEP_SETUID);
		step->id = request->uid;
		step->target = request->follow_uid ? &facts->target : NULL;
		step->pid = request->follow_uid ? facts->target.pid : 0;
		step->flags = keep_caps;
	}
	if (keep_caps)
		plan_add(plan, STEP_AMBIENT_CAPS);
}

/*
 * A program inside may be made so that it executes /proc/self/exe, and then opens it for writing:
 * that must not be a binary that root runs. An ordinary user shares the trust of whom he enters.
 */
static bool needs_guard(const struct xnsenter_facts *facts)
{
	return facts->privileged && (enters(facts, NS_MNT) || enters(facts, NS_PID));
}

void xnsenter_plan(const struct xnsenter *request, const struct xnsenter_facts *facts,
		   struct plan *plan)
{
	bool any = facts->target_flags != 0;
	struct step *step;

	for (int k = 0; k < NS_COUNT; k++)
		any = any || facts->fds[k] >= 0;
	/* Before the terminal: some architectures start the whole command line again for it. */
	if (needs_guard(facts))
		plan_add(plan, STEP_GUARD)->argv = request->argv;
	/* /dev/ptmx is ours only here. */
	if (opt_given(&request->given, OPT_PTY))
		plan_add(plan, STEP_PTY);
	if (facts->context)
		plan_add(plan, STEP_EXEC_CONTEXT)->text = facts->context;
	if (enters(facts, NS_USER) && !opt_given(&request->given, OPT_PRESERVE_CREDENTIALS))
		plan_add(plan, STEP_DROP_GROUPS)->flags = DROP_GROUPS_TRY;
	if (any)
		plan_add(plan, STEP_UNDUMPABLE);
	add_namespaces(request, facts, plan);
	add_surroundings(request, facts, plan);
	if (facts->cgroup >= 0) {
		step = plan_add(plan, STEP_JOIN_CGROUP);
		step->fd = facts->cgroup;
		step->id = (uint32_t)request->pid;
	}
	if (opt_given(&request->given, OPT_PTY) ||
	    (enters(facts, NS_PID) && !opt_given(&request->given, OPT_NO_FORK)))
		plan_add(plan, STEP_FORK)->flags = FORK_FORWARD;
	add_ids(request, facts, plan);
	if (opt_given(&request->given, OPT_PTY))
		plan_add(plan, STEP_TERMINAL);
	step = plan_add(plan, STEP_EXEC);
	step->argv = request->program;
	step->path = request->program[0] ? request->program[0] : facts->shell;
}
