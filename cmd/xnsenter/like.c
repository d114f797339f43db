/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --like-target: which attributes of the target the program takes, and in which it cannot be like it.
 * Pure.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <string.h>

#include "base/capability.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "plan/step.h"
#include "xnsenter/xnsenter.h"

#define CAP(name) (UINT64_C(1) << (name))

/* The kernel shows an id that our user namespace does not map as this one (user_namespaces(7)). */
enum { OVERFLOW_ID = 65534 };

/* ---- ids ---- */

static bool inner_id(const struct idmap *map, bool is_ns_known, uint32_t outer, uint32_t *ret)
{
	*ret = outer;
	return !is_ns_known || idmap_inner(map, outer, ret);
}

static bool inner_uid(const struct like *like, uint32_t *ret)
{
	return inner_id(&like->uid_map, like->is_ns_known, like->theirs.uids[0], ret);
}

static bool inner_gid(const struct like *like, uint32_t *ret)
{
	return inner_id(&like->gid_map, like->is_ns_known, like->theirs.gids[0], ret);
}

static bool is_one(const uint32_t ids[ATTRIBUTE_IDS])
{
	for (size_t i = 1; i < ATTRIBUTE_IDS; i++)
		if (ids[i] != ids[0])
			return false;
	return true;
}

static bool has_same_groups(const struct like *like)
{
	const struct attributes *ours = &like->ours, *theirs = &like->theirs;

	return ours->n_groups == theirs->n_groups &&
	       (ours->n_groups == 0 ||
		memcmp(ours->groups, theirs->groups, ours->n_groups * sizeof(*ours->groups)) == 0);
}

static bool is_root(const struct like *like)
{
	uint32_t uid;

	return inner_uid(like, &uid) && uid == 0;
}

/* ---- what exec makes of capabilities (capabilities(7)) ---- */

/* The permitted set after exec; the effective one is the same. */
static uint64_t after_exec(const struct like *like)
{
	const struct attributes *theirs = &like->theirs;
	uint64_t gained = theirs->inheritable | theirs->bounding;

	if (!is_root(like))
		return theirs->ambient;
	return theirs->no_new_privs ? gained & theirs->permitted : gained;
}

/* With a filter and without no_new_privs, CAP_SYS_ADMIN is needed until exec. */
static uint64_t until_exec(const struct like *like)
{
	return like->filters.size && !like->theirs.no_new_privs ? CAP(CAP_SYS_ADMIN) : 0;
}

/*
 * The trampoline loads the filters, after an exec: root keeps what is inheritable, another user what is
 * ambient. The trampoline takes it out of both.
 */
static uint64_t ambient_until_exec(const struct like *like)
{
	return is_root(like) ? 0 : until_exec(like) & ~like->theirs.ambient;
}

/* ---- differences ---- */

struct differences {
	char *buf;
	size_t size;
	uint64_t all_caps;
};

#define DIFFER(list, ...) text_join((list)->buf, (list)->size, "; ", __VA_ARGS__)

/* If the set has most of the kernel's capabilities, a list of the others is shorter. */
static void differ_caps(const struct differences *list, const char *text, uint64_t set)
{
	char names[1024], others[1024];

	capability_render(set, names, sizeof(names));
	capability_render(set | ~list->all_caps, others, sizeof(others));
	if (set)
		DIFFER(list, "%s %s", text, strlen(others) < strlen(names) ? others : names);
}

static void compare_ids(const struct like *like, const struct differences *list)
{
	const struct attributes *ours = &like->ours, *theirs = &like->theirs;
	bool others = !like->is_ns_known;
	uint32_t ignored;

	if (!is_one(theirs->uids) || !is_one(theirs->gids))
		DIFFER(list, "its real, effective and saved ids differ");
	if (!inner_uid(like, &ignored))
		DIFFER(list, "its user namespace does not map its uid %" PRIu32, theirs->uids[0]);
	if (!inner_gid(like, &ignored))
		DIFFER(list, "its user namespace does not map its gid %" PRIu32, theirs->gids[0]);
	if (others && theirs->uids[0] != ours->uids[0] && !(ours->effective & CAP(CAP_SETUID)))
		DIFFER(list, "its uid is %" PRIu32, theirs->uids[0]);
	if (others && theirs->gids[0] != ours->gids[0] && !(ours->effective & CAP(CAP_SETGID)))
		DIFFER(list, "its gid is %" PRIu32, theirs->gids[0]);
}

bool like_sets_groups_before(const struct xnsenter_facts *facts)
{
	const struct like *like = &facts->like;

	return !has_same_groups(like) && like->ours.effective & CAP(CAP_SETGID);
}

/* Groups are set outside, if we may, where all are mapped; or else in the user namespace. */
static void compare_groups(const struct xnsenter_facts *facts, const struct differences *list)
{
	const struct like *like = &facts->like;
	bool before = like_sets_groups_before(facts);

	if (has_same_groups(like))
		return;
	if (!before && (!like->is_ns_known || like->denies_setgroups)) {
		DIFFER(list, "its supplementary groups are others");
		return;
	}
	for (size_t i = 0; i < like->theirs.n_groups; i++) {
		uint32_t group = like->theirs.groups[i];

		if (before ? !like->is_initial && group == OVERFLOW_ID
			   : !idmap_has_outer(&like->gid_map, group))
			DIFFER(list, "its group %" PRIu32 " is not mapped", group);
	}
}

static void compare_caps(const struct like *like, const struct differences *list)
{
	const struct attributes *ours = &like->ours, *theirs = &like->theirs;
	uint64_t gets = after_exec(like);
	/* A process that enters a user namespace has all capabilities in it. */
	uint64_t bounding = like->is_ns_known ? like->all_caps : ours->bounding;
	uint64_t permitted = like->is_ns_known ? like->all_caps : ours->permitted;

	differ_caps(list, "our bounding set lacks", theirs->bounding & ~bounding);
	differ_caps(list, "we lack",
		    (theirs->inheritable | theirs->ambient | gets) & ~permitted &
			    ~(theirs->bounding & ~bounding));
	differ_caps(list, "exec would give", gets & ~theirs->permitted);
	differ_caps(list, "exec would take", theirs->permitted & ~gets);
	if (theirs->permitted == gets && theirs->effective != gets)
		DIFFER(list, "its effective capabilities are not its permitted ones");
	if (ours->bounding & ~theirs->bounding && !like->is_ns_known &&
	    !(ours->effective & CAP(CAP_SETPCAP)))
		differ_caps(list, "without CAP_SETPCAP our bounding set keeps",
			    ours->bounding & ~theirs->bounding);
	differ_caps(list, "with a filter it cannot keep inheritable",
		    ambient_until_exec(like) & theirs->inheritable);
	if (ours->no_new_privs && !theirs->no_new_privs)
		DIFFER(list, "we have no_new_privs");
}

static const char *limit_name(size_t resource)
{
	static const char *const names[RLIM_NLIMITS] = {
		[RLIMIT_AS] = "address space",
		[RLIMIT_CORE] = "core file",
		[RLIMIT_CPU] = "CPU time",
		[RLIMIT_DATA] = "data",
		[RLIMIT_FSIZE] = "file size",
		[RLIMIT_LOCKS] = "locks",
		[RLIMIT_MEMLOCK] = "locked memory",
		[RLIMIT_MSGQUEUE] = "message queues",
		[RLIMIT_NICE] = "nice",
		[RLIMIT_NOFILE] = "open files",
		[RLIMIT_NPROC] = "processes",
		[RLIMIT_RSS] = "resident set",
		[RLIMIT_RTPRIO] = "real-time priority",
		[RLIMIT_RTTIME] = "real-time run",
		[RLIMIT_SIGPENDING] = "pending signals",
		[RLIMIT_STACK] = "stack",
	};

	return names[resource];
}

static bool raises_limits(const struct like *like)
{
	for (size_t i = 0; i < RLIM_NLIMITS; i++)
		if (like->theirs.limits[i].rlim_max > like->ours.limits[i].rlim_max)
			return true;
	return false;
}

/* The kernel wants CAP_SYS_RESOURCE in the initial user namespace for that. */
static void compare_limits(const struct like *like, const struct differences *list)
{
	if (like->is_initial && like->ours.effective & CAP(CAP_SYS_RESOURCE))
		return;
	for (size_t i = 0; i < RLIM_NLIMITS; i++)
		if (like->theirs.limits[i].rlim_max > like->ours.limits[i].rlim_max)
			DIFFER(list, "its hard limit of %s is above ours", limit_name(i));
}

static const char *after_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

/* The line of cgroup version 2 begins with "0::" (cgroups(7)). */
static const char *skip_v2(const char *line)
{
	return strncmp(line, "0::", 3) == 0 ? after_line(line) : line;
}

static bool has_same_v1(const char *left, const char *right)
{
	while (*(left = skip_v2(left)) && *(right = skip_v2(right))) {
		size_t len = strcspn(left, "\n");

		if (strcspn(right, "\n") != len || memcmp(left, right, len) != 0)
			return false;
		left = after_line(left);
		right = after_line(right);
	}
	return *skip_v2(left) == *skip_v2(right);
}

static void compare_rest(const struct xnsenter *request, const struct xnsenter_facts *facts,
			 const struct differences *list)
{
	const struct like *like = &facts->like;
	const struct attributes *ours = &like->ours, *theirs = &like->theirs;

	if (!has_same_v1(theirs->cgroups, ours->cgroups))
		DIFFER(list, "its cgroups of version 1 are others");
	if (!facts->context && strcmp(theirs->label, ours->label) != 0)
		DIFFER(list, "its security label is '%s'", theirs->label);
	if (request->like_filters != LIKE_FILTERS_LEFT && ours->seccomp)
		DIFFER(list, "we have a seccomp filter");
}

int xnsenter_check_like(const struct xnsenter *request, const struct xnsenter_choice *choice,
			const struct xnsenter_facts *facts, struct diag *diag)
{
	const struct like *like = &facts->like;
	char text[DIAG_TEXT - 64] = "";
	const struct differences list = { text, sizeof(text), like->all_caps };

	if (choice->source[NS_USER] != FROM_TARGET && (choice->source[NS_USER] != FROM_NOWHERE ||
						       facts->compared[NS_USER] != COMPARED_SAME)) {
		diag_set(diag, 0,
			 "process %d is in another user namespace, so the program could not be "
			 "like it",
			 (int)facts->target.pid);
		diag_hint(diag, "add --user to enter that, too");
		return -EPERM;
	}
	compare_ids(like, &list);
	compare_groups(facts, &list);
	compare_caps(like, &list);
	compare_limits(like, &list);
	compare_rest(request, facts, &list);
	if (*text) {
		diag_set(diag, 0, "the program could not be like process %d: %s",
			 (int)facts->target.pid, text);
		diag_hint(diag,
			  "leave out --like-target, and give the options for what is possible: "
			  "--join-cgroup, --cap-drop, --no-new-privs, -S follow -G follow");
		return -EPERM;
	}
	if (like->theirs.seccomp && request->like_filters == LIKE_FILTERS_REFUSED) {
		diag_set(diag, 0,
			 "process %d has a seccomp filter, which the program would not have",
			 (int)facts->target.pid);
		diag_hint(diag,
			  "--like-target=seccomp copies it, as root, and stops that process for a "
			  "moment: system calls like epoll_wait(2) then return EINTR; "
			  "--like-target=no-seccomp leaves it out");
		return -EPERM;
	}
	return 0;
}

/* ---- steps ---- */

static void add_groups(const struct xnsenter_facts *facts, const gid_t *groups, struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_USER_GROUPS);

	step->user_groups.user = "the target";
	step->user_groups.groups = groups;
	step->user_groups.n_groups = facts->like.theirs.n_groups;
}

void like_add_before(const struct xnsenter_facts *facts, struct plan *plan)
{
	struct step *step;

	if (like_sets_groups_before(facts))
		add_groups(facts, facts->like.theirs.groups, plan);
	if (!raises_limits(&facts->like))
		return;
	step = plan_add(plan, STEP_RAISE_LIMITS);
	step->raise_limits.pid = facts->target.pid;
	step->raise_limits.limits = facts->like.theirs.limits;
}

void like_add_ids(const struct xnsenter_facts *facts, struct plan *plan)
{
	const struct like *like = &facts->like;
	const struct attributes *theirs = &like->theirs;
	uint64_t needed = until_exec(like), lost = like->all_caps & ~theirs->bounding;
	const struct step *guard = plan_find(plan, STEP_GUARD);
	bool trampoline = guard && !guard->guard.copies && facts->has_image;
	struct step *step;
	uint32_t uid = 0, gid = 0;

	inner_uid(like, &uid);
	inner_gid(like, &gid);
	plan_add(plan, STEP_INHERIT_CAPS)->inherit_caps.set =
		theirs->inheritable | (trampoline ? needed : 0);
	if (lost & (like->is_ns_known ? like->all_caps : like->ours.bounding))
		plan_add(plan, STEP_CAP_BOUND)->cap_bound.drop = lost;
	if (!has_same_groups(like) && !like_sets_groups_before(facts))
		add_groups(facts, like->inner_groups, plan);
	plan_add(plan, STEP_SETGID)->setgid.gid = gid;
	step = plan_add(plan, STEP_SETUID);
	step->setuid.uid = uid;
	step->setuid.keep_caps = true;
	step = plan_add(plan, STEP_SET_CAPS);
	step->set_caps.permitted = theirs->permitted;
	step->set_caps.ambient = theirs->ambient | (trampoline ? ambient_until_exec(like) : 0);
	step->set_caps.until_exec = needed;
}

void like_add_last(const struct xnsenter_facts *facts, struct plan *plan)
{
	const struct like *like = &facts->like;
	struct step *step;

	if (like->filters.size) {
		step = plan_add(plan, STEP_COPIED_FILTERS);
		step->copied_filters.pid = facts->target.pid;
		step->copied_filters.filters = &like->filters;
		step->copied_filters.lowers_admin = until_exec(like) & ~like->theirs.inheritable;
	}
	step = plan_add(plan, STEP_TAKE_LIMITS);
	step->take_limits.pid = facts->target.pid;
	step->take_limits.limits = like->theirs.limits;
}
