/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pure half of xnsenter: from options and facts to the plan. */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "plan/step.h"
#include "xnsenter/xnsenter.h"

/* ---- which namespaces to enter, and how ---- */

/*
 * --all enters every type that no option names, except our own user namespace, which cannot be
 * entered again (setns(2)). Without privileges it skips all namespaces that are already ours,
 * because the kernel would refuse to enter them.
 */
static bool leaves_ours_out(enum ns_type type, bool privileged)
{
	return type == NS_USER || !privileged;
}

/*
 * With --view the program keeps our root, and so our pid and user namespace: a process inside that may
 * trace it would reach our files by its root directory.
 */
static bool stays_ours(const struct xnsenter *request, enum ns_type type)
{
	return request->view && (type == NS_MNT || type == NS_PID || type == NS_USER);
}

unsigned xnsenter_compared(const struct xnsenter *request, bool privileged)
{
	bool all = opt_given(&request->given, OPT_ALL);
	unsigned types = 0;

	for (int k = 0; all && k < NS_COUNT; k++)
		if (request->choice[k].source == FROM_NOWHERE && !stays_ours(request, (enum ns_type)k) &&
		    leaves_ours_out((enum ns_type)k, privileged))
			types |= 1u << k;
	if (opt_given(&request->given, OPT_LIKE_TARGET))
		types |= 1u << NS_USER;
	/* stays_outside() */
	if (privileged && !request->view && (request->choice[NS_PID].source == FROM_TARGET ||
			   (all && request->choice[NS_PID].source == FROM_NOWHERE)))
		types |= 1u << NS_PID;
	return types;
}

static void choose_all(const struct xnsenter *request, const struct xnsenter_facts *facts,
		       struct xnsenter_choice *ret)
{
	for (int k = 0; k < NS_COUNT; k++) {
		bool ours = facts->compared[k] == COMPARED_SAME &&
			    leaves_ours_out((enum ns_type)k, facts->privileged);

		if (ret->source[k] != FROM_NOWHERE || ours || stays_ours(request, (enum ns_type)k) ||
		    facts->compared[k] == COMPARED_NO_TYPE)
			continue;
		ret->source[k] = FROM_TARGET;
		ret->optional_flags |= ns_types[k].flag;
	}
}

static enum ns_type first_entered(const struct xnsenter_choice *choice)
{
	for (int k = 0; k < NS_COUNT; k++)
		if (choice->source[k] != FROM_NOWHERE)
			return (enum ns_type)k;
	return NS_NONE;
}

/*
 * --user-parent selects the parent of --user's namespace. Without --user, it selects the owner of
 * the first namespace that is entered, or, if none is, the parent of the target's user namespace.
 */
static void choose_parent(const struct xnsenter *request, struct xnsenter_choice *ret)
{
	enum ns_type first = first_entered(ret);
	bool named = request->choice[NS_USER].source != FROM_NOWHERE;

	ret->is_owner = !named && first != NS_NONE;
	ret->parent_of = ret->is_owner ? first : NS_USER;
	/* If a file or an id gives the child, facts.c opens that first. */
	if (!named || ret->source[NS_USER] == FROM_TARGET)
		ret->source[NS_USER] = FROM_PARENT;
}

/* The name of an ordinary user, whose rights are in the user namespace of the anchor only. */
static void choose_owner_of_net(struct xnsenter_choice *ret)
{
	ret->is_owner = true;
	ret->parent_of = NS_NET;
	ret->source[NS_USER] = FROM_PARENT;
}

static bool enters(const struct xnsenter_choice *choice, enum ns_type type)
{
	return choice->source[type] != FROM_NOWHERE;
}

const char *xnsenter_link(const struct xnsenter *request, enum ns_type type)
{
	const struct ns_type_info *info = &ns_types[type];

	return info->for_children && opt_given(&request->given, OPT_CHILDREN) ? info->for_children :
										info->name;
}

/* Those of the children have no descriptor in a pidfd's namespaces: setns(2) enters the process's own. */
static void choose_children(const struct xnsenter *request, struct xnsenter_choice *ret)
{
	for (int k = 0; k < NS_COUNT; k++) {
		if (ret->source[k] != FROM_TARGET ||
		    xnsenter_link(request, (enum ns_type)k) == ns_types[k].name)
			continue;
		ret->source[k] = FROM_CHILDREN;
		ret->optional_flags &= ~ns_types[k].flag;
	}
}

void xnsenter_choose(const struct xnsenter *request, const struct xnsenter_facts *facts,
		     struct xnsenter_choice *ret)
{
	*ret = (struct xnsenter_choice){ .parent_of = NS_NONE };
	for (int k = 0; k < NS_COUNT; k++)
		ret->source[k] = request->choice[k].source;
	/* Those that it has, unless an option names another. */
	for (int k = 0; request->pins && k < NS_COUNT; k++)
		if (ret->source[k] == FROM_NOWHERE && facts->fds[k] >= 0)
			ret->source[k] = FROM_PINS;
	if (opt_given(&request->given, OPT_ALL))
		choose_all(request, facts, ret);
	choose_children(request, ret);
	if (opt_given(&request->given, OPT_USER_PARENT))
		choose_parent(request, ret);
	else if (facts->own_net && !enters(ret, NS_USER))
		choose_owner_of_net(ret);
	ret->keeps_ids = enters(ret, NS_USER) &&
			 opt_given(&request->given, OPT_PRESERVE_CREDENTIALS) &&
			 !opt_given(&request->given, OPT_KEEP_OUTSIDE_IDS);
}

/* ---- the plan ---- */

/* CLONE_NEW* of the namespaces that are entered from the target, but for those that are open. */
static int target_flags(const struct xnsenter_choice *choice, const struct xnsenter_facts *facts)
{
	int flags = 0;

	for (int k = 0; k < NS_COUNT; k++)
		if (choice->source[k] == FROM_TARGET && facts->fds[k] < 0)
			flags |= ns_types[k].flag;
	return flags;
}

static void add_target(const struct xnsenter_choice *choice, const struct xnsenter_facts *facts,
		       struct plan *plan, bool tentative)
{
	int flags = target_flags(choice, facts);
	struct step *step;

	if (!flags)
		return;
	step = plan_add(plan, STEP_ENTER);
	step->enter.flags = flags;
	step->enter.optional = choice->optional_flags;
	step->tentative = tentative;
	step->enter.target = &facts->target;
	step->enter.pid = facts->target.pid;
	/*
	 * It may meanwhile follow others into their user namespace, and mount what we then execute as root; or make
	 * one with other maps than those by which our ids were judged.
	 */
	if (facts->privileged && *facts->stays_in)
		step->enter.stays_in = facts->stays_in;
}

static void add_file(const struct xnsenter *request, const struct xnsenter_choice *choice,
		     const struct xnsenter_facts *facts, enum ns_type type, struct plan *plan,
		     bool tentative)
{
	enum ns_source source = choice->source[type];
	struct step *step;

	if (source == FROM_NOWHERE || (source == FROM_TARGET && facts->fds[type] < 0))
		return;
	step = plan_add(plan, STEP_SETNS);
	step->setns.ns = type;
	step->setns.fd = facts->fds[type];
	step->tentative = tentative;
	step->setns.path = source == FROM_PARENT   ? "--user-parent"
			   : source == FROM_SOCKET ? "--net-socket"
			   : source == FROM_CHILDREN ? "--children"
			   : source == FROM_PINS ? request->pins
			   : source == FROM_TARGET ? (request->target_name ? request->target_name : "--target")
						   : request->choice[type].path;
}

static void add_others(const struct xnsenter *request, const struct xnsenter_choice *choice,
		       const struct xnsenter_facts *facts, struct plan *plan, bool tentative)
{
	if (choice->source[NS_USER] != FROM_TARGET)
		add_target(choice, facts, plan, tentative);
	for (int k = 0; k < NS_COUNT; k++)
		if (k != NS_USER)
			add_file(request, choice, facts, (enum ns_type)k, plan, tentative);
}

/*
 * A caller with capabilities loses them on entering the user namespace, so the others come first; a
 * caller without gains them there, so the others come after it. There is no need to know which:
 * each is tried before, and what failed is tried again after it. All namespaces of the target are
 * one step, because the kernel enters them together, whatever their order (setns(2), Linux 5.8).
 */
static void add_namespaces(const struct xnsenter *request, const struct xnsenter_choice *choice,
			   const struct xnsenter_facts *facts, struct plan *plan)
{
	if (enters(choice, NS_USER))
		add_others(request, choice, facts, plan, true);
	if (choice->source[NS_USER] == FROM_TARGET)
		add_target(choice, facts, plan, false);
	add_file(request, choice, facts, NS_USER, plan, false);
	add_others(request, choice, facts, plan, false);
}

static void add_surroundings(const struct xnsenter *request, const struct xnsenter_facts *facts,
			     struct plan *plan)
{
	struct step *step;

	if (facts->root >= 0) {
		step = plan_add(plan, STEP_ROOT_FD);
		step->root_fd.fd = facts->root;
		step->root_fd.path = request->root ? request->root : "the target's";
		step->root_fd.pid = request->root ? 0 : facts->target.pid;
		step->root_fd.cwd_follows =
			opt_given(&request->given, OPT_WD) || opt_given(&request->given, OPT_WDNS);
	}
	if (opt_given(&request->given, OPT_WDNS))
		plan_add(plan, STEP_CHDIR)->chdir.path =
			request->wdns ? request->wdns : facts->wdns;
	if (facts->wd >= 0) {
		step = plan_add(plan, STEP_CHDIR_FD);
		step->chdir_fd.fd = facts->wd;
		step->chdir_fd.path = request->wd ? request->wd : "the target's";
	}
	if (opt_given(&request->given, OPT_CLEAR_ENV))
		plan_add(plan, STEP_ENVIRON)->environ.keep = "";
	if (facts->environ) {
		step = plan_add(plan, STEP_TAKE_ENVIRON);
		step->take_environ.variables = facts->environ;
	}
	if (request->run_as)
		rights_add_home(&facts->user, plan);
}

/*
 * The program's old ids mean nothing in a user namespace that is entered, so uid and gid become 0
 * unless options say otherwise.
 */
static void add_ids(const struct xnsenter *request, const struct xnsenter_choice *choice,
		    const struct xnsenter_facts *facts, struct plan *plan)
{
	bool user = enters(choice, NS_USER) && !request->run_as &&
		    !opt_given(&request->given, OPT_PRESERVE_CREDENTIALS);
	bool setgid = user || opt_given(&request->given, OPT_SETGID);
	bool setuid = user || opt_given(&request->given, OPT_SETUID);
	bool keep_caps = opt_given(&request->given, OPT_KEEP_CAPS) && enters(choice, NS_USER);
	/* The anchor's user namespace, which nobody has named, may deny setgroups(2); `xnetns exec` keeps them, too. */
	bool unnamed = facts->own_net && choice->is_owner && !opt_given(&request->given, OPT_USER_PARENT);
	struct step *step;

	rights_add_bound(&request->rights, plan);
	if (request->run_as)
		rights_add_user(&facts->user, keep_caps || rights_keep_caps(&request->rights), plan);
	if (setgid) {
		step = plan_add(plan, STEP_DROP_GROUPS);
		step->drop_groups.flags = user && !unnamed ? DROP_GROUPS_AGAIN : DROP_GROUPS_TRY;
		step = plan_add(plan, STEP_SETGID);
		step->setgid.gid = request->gid;
		step->setgid.target = request->follow_gid ? &facts->target : NULL;
		step->setgid.pid = request->follow_gid ? facts->target.pid : 0;
	}
	if (setuid) {
		step = plan_add(plan, STEP_SETUID);
		step->setuid.uid = request->uid;
		step->setuid.target = request->follow_uid ? &facts->target : NULL;
		step->setuid.pid = request->follow_uid ? facts->target.pid : 0;
		step->setuid.keep_caps = keep_caps || rights_keep_caps(&request->rights);
	}
	rights_add_limit(&request->rights, plan);
	if (keep_caps)
		plan_add(plan, STEP_AMBIENT_CAPS);
}

/*
 * A program inside may be a link to /proc/self/exe, so that root would execute xnsenter, which a
 * process inside could then open for writing. An ordinary user risks only files of the same user.
 */
static bool needs_guard(const struct xnsenter_choice *choice, const struct xnsenter_facts *facts)
{
	return facts->privileged && (enters(choice, NS_MNT) || enters(choice, NS_PID));
}

/* The program is a child: who enters a pid namespace is not in it. */
static bool forks(const struct xnsenter *request, const struct xnsenter_choice *choice)
{
	return opt_given(&request->given, OPT_PTY) ||
	       (enters(choice, NS_PID) && !opt_given(&request->given, OPT_NO_FORK));
}

/*
 * A user who may trace all processes of a container could open the file that one of them executes, and
 * overwrite it. So none of ours is in a pid namespace that root enters. Our own has nothing to hide.
 * But only a process inside can mount its proc: for that, all of us runs from a sealed copy.
 */
static bool stays_outside(const struct xnsenter *request, const struct xnsenter_choice *choice,
			  const struct xnsenter_facts *facts)
{
	return facts->privileged && facts->has_image && enters(choice, NS_PID) &&
	       !opt_given(&request->given, OPT_MOUNT_PROC) &&
	       !((choice->source[NS_PID] == FROM_TARGET || choice->source[NS_PID] == FROM_CHILDREN) &&
		 facts->compared[NS_PID] == COMPARED_SAME) &&
	       !opt_given(&request->given, OPT_NO_FORK);
}

void xnsenter_plan(const struct xnsenter *request, const struct xnsenter_choice *choice,
		   const struct xnsenter_facts *facts, struct plan *plan)
{
	bool outside = stays_outside(request, choice, facts);
	bool like = opt_given(&request->given, OPT_LIKE_TARGET);
	struct step *step;

	/* It precedes the terminal, because some architectures start the whole command line again
	 * for it. */
	if (needs_guard(choice, facts)) {
		step = plan_add(plan, STEP_GUARD);
		step->guard.argv = request->argv;
		step->guard.copies = opt_given(&request->given, OPT_MOUNT_PROC);
	}
	/* Once the mount namespace has changed, /dev/ptmx may belong to others. */
	if (opt_given(&request->given, OPT_PTY))
		plan_add(plan, STEP_PTY);
	if (facts->context) {
		step = plan_add(plan, STEP_EXEC_CONTEXT);
		step->exec_context.context = facts->context;
		step->exec_context.apparmor = facts->like.is_apparmor;
	}
	if (like)
		like_add_before(facts, plan);
	else if (enters(choice, NS_USER) && !opt_given(&request->given, OPT_PRESERVE_CREDENTIALS))
		plan_add(plan, STEP_DROP_GROUPS)->drop_groups.flags = DROP_GROUPS_TRY;
	if (first_entered(choice) != NS_NONE || request->view)
		plan_add(plan, STEP_UNDUMPABLE);
	xnsenter_add_view(request, facts, plan);
	if (outside)
		plan_add(plan, STEP_FORK)->fork.flags = FORK_FORWARD | FORK_OUTSIDE;
	if (facts->new_keyring)
		plan_add(plan, STEP_KEYRING);
	add_namespaces(request, choice, facts, plan);
	xnsenter_add_mounts(request, facts, plan);
	add_surroundings(request, facts, plan);
	if (!outside && forks(request, choice))
		plan_add(plan, STEP_FORK)->fork.flags = FORK_FORWARD;
	xnsenter_add_proc(request, plan);
	/* The owner of that cgroup could freeze it, so no process that waits goes there. */
	if (facts->cgroup >= 0) {
		step = plan_add(plan, STEP_JOIN_CGROUP);
		step->join_cgroup.fd = facts->cgroup;
		step->join_cgroup.pid = facts->target.pid;
	}
	if (like)
		like_add_ids(facts, plan);
	else
		add_ids(request, choice, facts, plan);
	if (opt_given(&request->given, OPT_PTY))
		plan_add(plan, STEP_TERMINAL);
	if (opt_given(&request->given, OPT_CLOSE_FDS))
		plan_add(plan, STEP_CLOSE_FDS);
	if (opt_given(&request->given, OPT_NO_NEW_PRIVS) || (like && facts->like.theirs.no_new_privs))
		plan_add(plan, STEP_NO_NEW_PRIVS);
	if (like)
		like_add_last(facts, plan);
	step = plan_add(plan, STEP_EXEC);
	step->exec.argv = request->program;
	step->exec.path = request->program[0] ? request->program[0] : facts->shell;
}
