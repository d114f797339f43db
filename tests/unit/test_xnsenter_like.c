/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --like-target: in what the program cannot be like the target, and the plan if it can. */
#include <linux/capability.h>

#include "diag_unit.h"
#include "xnsenter_unit.h"

#define CAP(name) (UINT64_C(1) << (name))
#define ALL (UINT64_MAX >> 23)
#define ALIKE "the program could not be like process 7: "

enum like_change {
	NOTHING,
	OTHER_NS,
	OTHER_UID,
	OTHER_GID,
	SEVERAL_UIDS,
	SEVERAL_GIDS,
	OTHER_GROUPS,
	FEWER_BOUNDING,
	FEWER_OURS,
	LOST_BY_EXEC,
	GAINED_BY_EXEC,
	KEPT_BY_NNP,
	FEWER_EFFECTIVE,
	OURS_NNP,
	HIGHER_LIMIT,
	OTHER_V1,
	OTHER_V2,
	OTHER_LABEL,
	OURS_FILTERED,
	FILTERED,
	NO_SETPCAP,
	NOT_INITIAL,
	UNMAPPED,
	GROUP_UNMAPPED,
	DENIED_GROUPS,
	GROUPS_INSIDE,
};

static void change_ids(struct attributes *theirs, enum like_change what)
{
	static gid_t others[] = { 3, 4 };

	switch (what) {
	case OTHER_UID:
		for (int i = 0; i < ATTRIBUTE_IDS; i++)
			theirs->uids[i] = 5;
		theirs->permitted = theirs->effective = 0;
		break;
	case OTHER_GID:
		for (int i = 0; i < ATTRIBUTE_IDS; i++)
			theirs->gids[i] = 5;
		break;
	case SEVERAL_UIDS:
		theirs->uids[2] = 5;
		break;
	case SEVERAL_GIDS:
		theirs->gids[3] = 5;
		break;
	case OTHER_GROUPS:
		theirs->groups = others;
		theirs->n_groups = 2;
		break;
	default:
		break;
	}
}

static void change_rights(struct attributes *ours, struct attributes *theirs, enum like_change what)
{
	switch (what) {
	case FEWER_BOUNDING:
		ours->bounding = ALL & ~CAP(CAP_KILL);
		break;
	case FEWER_OURS:
		ours->permitted = ALL & ~CAP(CAP_KILL);
		break;
	case LOST_BY_EXEC:
		theirs->bounding = ALL & ~CAP(CAP_KILL);
		break;
	case GAINED_BY_EXEC:
		theirs->permitted = theirs->effective = ALL & ~CAP(CAP_KILL);
		break;
	case KEPT_BY_NNP:
		theirs->permitted = theirs->effective = ALL & ~CAP(CAP_KILL);
		theirs->no_new_privs = true;
		break;
	case FEWER_EFFECTIVE:
		theirs->effective = 0;
		break;
	case OURS_NNP:
		ours->no_new_privs = true;
		break;
	case NO_SETPCAP:
		theirs->bounding = theirs->permitted = theirs->effective = ALL & ~CAP(CAP_KILL);
		break;
	default:
		break;
	}
}

static void change_rest(struct like *like, enum like_change what)
{
	struct attributes *ours = &like->ours, *theirs = &like->theirs;

	switch (what) {
	case HIGHER_LIMIT:
		theirs->limits[RLIMIT_NOFILE].rlim_max = 9;
		break;
	case OTHER_V1:
		theirs->cgroups = (char *)"1:cpu:/y\n0::/a\n";
		break;
	case OTHER_V2:
		theirs->cgroups = (char *)"1:cpu:/x\n0::/b\n";
		break;
	case OTHER_LABEL:
		theirs->label = (char *)"a_t";
		break;
	case OURS_FILTERED:
		ours->seccomp = 2;
		break;
	case FILTERED:
		theirs->seccomp = 2;
		break;
	case NOT_INITIAL:
		theirs->limits[RLIMIT_NOFILE].rlim_max = 9;
		like->is_initial = false;
		break;
	default:
		break;
	}
}

/* The target is in a user namespace whose maps are known. */
static void change_inside(struct like *like, enum like_change what)
{
	static gid_t others[] = { 3, 4 }, unknown[] = { 65534 };
	static struct extent extents[] = { { 0, 1000, 1 }, { 1, 100000, 10 } };
	struct attributes *theirs = &like->theirs;

	like->is_ns_known = true;
	like->uid_map = like->gid_map = (struct idmap){ .extents = extents, .n = 2 };
	for (int i = 0; what != UNMAPPED && i < ATTRIBUTE_IDS; i++)
		theirs->uids[i] = theirs->gids[i] = 1000;
	if (what == UNMAPPED)
		theirs->permitted = theirs->effective = 0;
	theirs->groups = what == GROUP_UNMAPPED ? unknown : others;
	theirs->n_groups = what == UNMAPPED ? 0 : what == GROUP_UNMAPPED ? 1 : 2;
	like->denies_setgroups = what == DENIED_GROUPS;
	others[0] = what == GROUPS_INSIDE ? 100000 : 3;
	others[1] = what == GROUPS_INSIDE ? 100005 : 4;
}

/* rights: the caller's effective capabilities. */
static void change(struct made *made, enum like_change what, uint64_t rights)
{
	struct like *like = &made->facts.like;
	struct attributes *ours = &like->ours, *theirs = &like->theirs;

	*theirs = *ours = (struct attributes){ .permitted = ALL,
					       .effective = ALL,
					       .bounding = ALL,
					       .cgroups = (char *)"1:cpu:/x\n0::/a\n",
					       .label = (char *)"" };
	ours->effective = rights;
	like->all_caps = ALL;
	like->is_initial = true;
	made->facts.compared[NS_USER] = what == OTHER_NS ? COMPARED_OTHER : COMPARED_SAME;
	change_ids(theirs, what);
	change_rights(ours, theirs, what);
	change_rest(like, what);
	if (what == UNMAPPED || what == GROUP_UNMAPPED || what == DENIED_GROUPS ||
	    what == GROUPS_INSIDE)
		change_inside(like, what);
}

static const struct {
	const char *name, *command;
	enum like_change change;
	uint64_t rights;
	const char *message; /* NULL: it is like it */
} rows[] = {
	{ "the same", "-t 7 --like-target true", NOTHING, ALL, NULL },
	{ "another user namespace", "-t 7 -u --like-target true", OTHER_NS, ALL,
	  "process 7 is in another user namespace, so the program could not be like it" },
	{ "a user namespace of a file", "-t 7 -U/f --like-target true", NOTHING, ALL,
	  "process 7 is in another user namespace, so the program could not be like it" },
	{ "another uid", "-t 7 --like-target true", OTHER_UID, ALL, NULL },
	{ "another uid, without the right", "-t 7 --like-target true", OTHER_UID, 0,
	  ALIKE "its uid is 5" },
	{ "another gid", "-t 7 --like-target true", OTHER_GID, ALL, NULL },
	{ "another gid, without the right", "-t 7 --like-target true", OTHER_GID, 0,
	  ALIKE "its gid is 5" },
	{ "several uids", "-t 7 --like-target true", SEVERAL_UIDS, ALL,
	  ALIKE "its real, effective and saved ids differ" },
	{ "several gids", "-t 7 --like-target true", SEVERAL_GIDS, ALL,
	  ALIKE "its real, effective and saved ids differ" },
	{ "other groups", "-t 7 --like-target true", OTHER_GROUPS, ALL, NULL },
	{ "other groups, without the right", "-t 7 --like-target true", OTHER_GROUPS, 0,
	  ALIKE "its supplementary groups are others" },
	{ "our bounding set has less", "-t 7 --like-target true", FEWER_BOUNDING, ALL,
	  ALIKE "our bounding set lacks CAP_KILL" },
	{ "we have less", "-t 7 --like-target true", FEWER_OURS, ALL, ALIKE "we lack CAP_KILL" },
	{ "exec takes", "-t 7 --like-target true", LOST_BY_EXEC, ALL,
	  ALIKE "exec would take CAP_KILL" },
	{ "exec gives", "-t 7 --like-target true", GAINED_BY_EXEC, ALL,
	  ALIKE "exec would give CAP_KILL" },
	{ "exec gives nothing with no_new_privs", "-t 7 --like-target true", KEPT_BY_NNP, ALL,
	  NULL },
	{ "fewer effective", "-t 7 --like-target true", FEWER_EFFECTIVE, ALL,
	  ALIKE "its effective capabilities are not its permitted ones" },
	{ "the bounding set cannot be limited", "-t 7 --like-target true", NO_SETPCAP, 0,
	  ALIKE "without CAP_SETPCAP our bounding set keeps CAP_KILL" },
	{ "the bounding set can", "-t 7 --like-target true", NO_SETPCAP, ALL, NULL },
	{ "our no_new_privs", "-t 7 --like-target true", OURS_NNP, ALL,
	  ALIKE "we have no_new_privs" },
	{ "a higher limit", "-t 7 --like-target true", HIGHER_LIMIT, ALL, NULL },
	{ "a higher limit, without the right", "-t 7 --like-target true", HIGHER_LIMIT,
	  ALL & ~CAP(CAP_SYS_RESOURCE), ALIKE "its hard limit of open files is above ours" },
	{ "a higher limit, in a user namespace", "-t 7 --like-target true", NOT_INITIAL, ALL,
	  ALIKE "its hard limit of open files is above ours" },
	{ "another cgroup of version 1", "-t 7 --like-target true", OTHER_V1, ALL,
	  ALIKE "its cgroups of version 1 are others" },
	{ "another cgroup", "-t 7 --like-target true", OTHER_V2, ALL, NULL },
	{ "another label", "-t 7 --like-target true", OTHER_LABEL, ALL,
	  ALIKE "its security label is 'a_t'" },
	{ "another label, which is taken", "-t 7 -Z --like-target true", OTHER_LABEL, ALL, NULL },
	{ "a filter of ours", "-t 7 --like-target true", OURS_FILTERED, ALL,
	  ALIKE "we have a seccomp filter" },
	{ "a filter of ours, which does not matter", "-t 7 --like-target=no-seccomp true",
	  OURS_FILTERED, ALL, NULL },
	{ "a filter", "-t 7 --like-target true", FILTERED, ALL,
	  "process 7 has a seccomp filter, which the program would not have" },
	{ "a filter that is copied", "-t 7 --like-target=seccomp true", FILTERED, ALL, NULL },
	{ "a filter that is left out", "-t 7 --like-target=no-seccomp true", FILTERED, ALL, NULL },
	{ "ids that are not mapped", "-t 7 -U --like-target true", UNMAPPED, ALL,
	  ALIKE
	  "its user namespace does not map its uid 0; its user namespace does not map its gid 0" },
	{ "a group that is not mapped, set outside", "-t 7 -U --like-target true", GROUP_UNMAPPED,
	  ALL, NULL },
	{ "a group that is not mapped", "-t 7 -U --like-target true", GROUP_UNMAPPED, 0,
	  ALIKE "its group 65534 is not mapped" },
	{ "groups that may not be set inside", "-t 7 -U --like-target true", DENIED_GROUPS, 0,
	  ALIKE "its supplementary groups are others" },
	{ "groups that are set inside", "-t 7 -U --like-target true", GROUPS_INSIDE, 0, NULL },
};

static void is_like(void **state)
{
	const __typeof__(*rows) *row = *state;
	struct diag diag = { .err = 0 };
	struct made made;
	int rc;

	read_command(&made, row->command);
	find_facts(&made, true);
	change(&made, row->change, row->rights);
	xnsenter_choose(&made.request, &made.facts, &made.choice);
	rc = xnsenter_check_like(&made.request, &made.choice, &made.facts, &diag);
	if (row->message)
		assert_message(&diag, row->message);
	assert_int_equal(rc < 0, row->message != NULL);
	assert_int_equal(diag.hint[0] != '\0', row->message != NULL);
}

/* --- plans ---------------------------------------------------------------------------------------- */

#define HIDE "prctl(PR_SET_DUMPABLE, 0)\n"
#define IDS(uid) "setresgid(0)\nsetresuid(" uid ")\ncapset()\n"
#define END "prlimit(0, RESOURCE, LIMIT)\nexecvp(true)\n"

static const struct {
	const char *name, *command;
	enum like_change change;
	const char *calls;
} plans[] = {
	{ "alike", "-t 7 -u --like-target true", NOTHING,
	  HIDE "setns(PIDFD, CLONE_NEWUTS)\ncapset()\n" IDS("0") END },
	{ "groups first, while all are mapped", "-t 7 -u --like-target true", OTHER_GROUPS,
	  "setgroups(GROUPS)\n" HIDE "setns(PIDFD, CLONE_NEWUTS)\ncapset()\n" IDS("0") END },
	{ "inheritable before the bounding set", "-t 7 -u --like-target true", NO_SETPCAP,
	  HIDE "setns(PIDFD, CLONE_NEWUTS)\ncapset()\nprctl(PR_CAPBSET_DROP, CAP_KILL)\n" IDS("0")
		  END },
	{ "hard limits first, the rest last", "-t 7 -u --like-target true", HIGHER_LIMIT,
	  "prlimit(0, RESOURCE, LIMIT)\n" HIDE "setns(PIDFD, CLONE_NEWUTS)\ncapset()\n" IDS("0")
		  END },
	{ "no_new_privs after the capabilities", "-t 7 -u --like-target true", KEPT_BY_NNP,
	  HIDE
	  "setns(PIDFD, CLONE_NEWUTS)\ncapset()\n" IDS("0") "prctl(PR_SET_NO_NEW_PRIVS, 1)\n" END },
	{ "another user", "-t 7 -u --like-target true", OTHER_UID,
	  HIDE "setns(PIDFD, CLONE_NEWUTS)\ncapset()\n" IDS("5") END },
};

static void plan_is(void **state)
{
	const __typeof__(*plans) *row = *state;
	char text[2048] = "";
	struct made made;

	read_command(&made, row->command);
	find_facts(&made, true);
	change(&made, row->change, ALL);
	xnsenter_choose(&made.request, &made.facts, &made.choice);
	xnsenter_plan(&made.request, &made.choice, &made.facts, &made.plan);
	for (size_t i = 0; i < made.plan.n; i++) {
		char call[256];

		step_call(&made.plan.steps[i], call, sizeof(call));
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s\n", call);
	}
	assert_string_equal(text, row->calls);
	plan_free(&made.plan);
}

/* The trampoline executes another file first, so CAP_SYS_ADMIN has to come through that. */
static void filters_need_a_capability_until_exec(void **state)
{
	static unsigned char image[12] = { 1 };
	struct made made;
	const struct step *caps;

	(void)state;
	for (int trampoline = 0; trampoline <= 1; trampoline++)
		for (int user = 0; user <= 1; user++) {
			uint64_t admin = CAP(CAP_SYS_ADMIN);

			read_command(&made, trampoline ? "-t 7 -m --like-target=seccomp true"
						       : "-t 7 -u --like-target=seccomp true");
			find_facts(&made, true);
			change(&made, user ? OTHER_UID : NOTHING, ALL);
			made.facts.like.theirs.bounding &= ~admin;
			made.facts.like.filters = (struct filters){ .image = image, .size = 12 };
			xnsenter_choose(&made.request, &made.facts, &made.choice);
			xnsenter_plan(&made.request, &made.choice, &made.facts, &made.plan);
			caps = plan_find(&made.plan, STEP_SET_CAPS);
			assert_true(caps->set_caps.until_exec == admin);
			assert_true(caps->set_caps.ambient == (trampoline && user ? admin : 0));
			caps = plan_find(&made.plan, STEP_INHERIT_CAPS);
			assert_true(caps->inherit_caps.set == (trampoline ? admin : 0));
			assert_true(plan_find(&made.plan, STEP_COPIED_FILTERS)
					    ->copied_filters.lowers_admin);
			plan_free(&made.plan);
		}
}

int main(void)
{
	UNIT_ADD_ROWS(is_like, rows);
	UNIT_ADD_ROWS(plan_is, plans);
	UNIT_ADD(filters_need_a_capability_until_exec);
	return unit_run("xnsenter_like");
}
