/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a cgroup to the process in it that a name means. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/text.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"
#include "workload/find_internal.h"

enum { STATUS_TEXT = 4096 }; /* NSpid stands in the first kilobyte */

/* ---- what a process is ---- */

static uint64_t read_start(int dir, const char *file)
{
	char text[1024];
	uint64_t start;

	if (proc_read_file(dir, file, text, sizeof(text)) < 0 ||
	    workload_parse_start(text, &start) < 0)
		return 0;
	return start;
}

static void read_member(int proc, struct find_member *member)
{
	char file[32], text[STATUS_TEXT];

	snprintf(file, sizeof(file), "%d/stat", (int)member->pid);
	member->start = read_start(proc, file);
	snprintf(file, sizeof(file), "%d/status", (int)member->pid);
	member->is_leader = proc_read_file(proc, file, text, sizeof(text)) > 0 &&
			    workload_is_leader(text);
}

/* Of a container the first process of its pid namespace; of a unit one of its own cgroup; else the oldest. */
static int by_rank(const void *left, const void *right)
{
	const struct find_member *a = left, *b = right;

	if (a->is_leader != b->is_leader)
		return a->is_leader ? -1 : 1;
	if (a->is_own != b->is_own)
		return a->is_own ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->pid > b->pid) - (a->pid < b->pid);
}

/* The members of one group, in the order in which they are tried. Returns their number. */
static size_t sort_members(struct find *find, uint32_t group)
{
	bool is_unit = find->spec.kind == SPEC_UNIT || find->spec.kind == SPEC_CGROUP;
	size_t n = 0;

	for (size_t i = 0; i < find->n_members; i++) {
		struct find_member *member = &find->members[i];

		if (member->group != group)
			continue;
		read_member(find->proc, member);
		if (is_unit)
			member->is_leader = false;
		else
			member->is_own = false;
		if (member->start != 0)
			find->members[n++] = *member;
	}
	qsort(find->members, n, sizeof(*find->members), by_rank);
	return n;
}

/* ---- whether it is what the path promises ---- */

/*
 * Whether a namespace is our own or belongs to our user namespace, in which only root makes one. Everyone
 * may create a user namespace, so there its creator has to be root.
 */
static bool is_ours(const struct target *target, const struct target *self, enum ns_type kind)
{
	_cleanup_close_ int theirs = target_open_ns(target, kind), ours = -1, owner = -1, user = -1;
	uid_t creator;
	bool same = false;

	if (theirs == -ENOENT)
		return true;
	ours = target_open_ns(self, kind);
	if (theirs < 0 || ours < 0 || nsref_same(theirs, ours, &same) < 0)
		return false;
	if (same)
		return true;
	if (kind == NS_USER)
		return sys_ioctl(theirs, NS_GET_OWNER_UID, &creator) == 0 && creator == sys_geteuid();
	owner = sys_ioctl(theirs, NS_GET_USERNS, NULL);
	user = target_open_ns(self, NS_USER);
	return owner >= 0 && user >= 0 && nsref_same(owner, user, &same) == 0 && same;
}

static bool has_roots_namespaces(const struct find *find, const struct target *target)
{
	struct target self = TARGET_NONE;
	struct diag ignored;
	bool fits = true;

	if (!find->kinds)
		return true;
	self.dir = proc_open_self(find->proc, &self.pid, &ignored);
	if (self.dir < 0)
		return false;
	for (int k = 0; fits && k < NS_COUNT; k++)
		if (find->kinds >> k & 1)
			fits = is_ours(target, &self, (enum ns_type)k);
	target_close(&self);
	return fits;
}

/* The user's own process, or one in a user namespace of his. */
static bool is_users(const struct target *target, uint32_t user)
{
	_cleanup_close_ int ns = -1;
	uid_t uid, creator;
	gid_t gid;

	if (target_ids(target, &uid, &gid) == 0 && uid == user)
		return true;
	ns = target_open_ns(target, NS_USER);
	return ns >= 0 && sys_ioctl(ns, NS_GET_OWNER_UID, &creator) == 0 && creator == user;
}

/* Whose the cgroup is on whose word the process is entered. */
static uint32_t owner_of(struct find *find, const struct find_group *group)
{
	struct owners_tree *tree;

	switch (find->spec.kind) {
	case SPEC_UNIT:
		return group->workload->path.unit.owner;
	case SPEC_CGROUP:
		tree = owners_tree(&find->workloads.owners, group->workload->hierarchy);
		return tree ? workload_path_owner(group->workload->cgroup, group->end, owners_ask, tree) :
			      WORKLOAD_ANY_OWNER;
	default:
		return group->workload->path.container.owner;
	}
}

static bool is_trusted(struct find *find, const struct find_group *group, const struct target *target)
{
	uint32_t owner = owner_of(find, group);
	bool is_container = find->spec.kind == SPEC_CONTAINER || find->spec.kind == SPEC_MACHINE;

	/* The kernel lets an ordinary user enter only what is his. */
	if (find->spec.viewer != 0)
		return true;
	if (owner == 0 || owner == WORKLOAD_ANY_OWNER)
		return is_container || has_roots_namespaces(find, target);
	return is_users(target, owner);
}

/* Whether the open process is still the one that was found: PIDs are reused, and processes move. */
static bool is_same(struct find *find, const struct find_member *member, const struct target *target)
{
	const struct workload *now;
	struct diag ignored;

	return read_start(target->dir, "stat") == member->start &&
	       workload_of(&find->workloads, target->dir, &now) == 0 && now == member->workload &&
	       target_check(target, &ignored) == 0;
}

/* ---- the choice ---- */

static void explain(const struct find *find, const struct find_group *group,
		    const struct find_member *member, char how[WORKLOAD_HOW])
{
	const struct workload *workload = group->workload;

	snprintf(how, WORKLOAD_HOW, "'%s' is process %d, %s", find->text, (int)member->pid,
		 workload->is_by_hand ? "which its state file names" :
		 member->is_leader    ? "the first of its pid namespace" :
		 member->is_own	      ? "the oldest in its cgroup" :
					"the oldest in its cgroups");
	text_join(how, WORKLOAD_HOW, "", ", started at %" PRIu64 " ticks after boot; cgroup '%.*s'",
		  member->start, (int)group->end, workload->cgroup);
	if (workload->file && (find->spec.kind == SPEC_CONTAINER || find->spec.kind == SPEC_MACHINE))
		text_join(how, WORKLOAD_HOW, "; ", "state file '%s'", workload->file);
}

static int refuse(const struct find *find, const char *passed, struct diag *diag)
{
	diag_set(diag, 0, "no process in '%s' can be entered by that name: process%s %s %s", find->text,
		 strchr(passed, ',') ? "es" : "", passed,
		 strchr(passed, ',') ? "belong to another user, or are in namespaces of one" :
				       "belongs to another user, or is in namespaces of one");
	diag_hint(diag, "if you trust such a process, name it by its PID");
	return -EPERM;
}

/* Opens the first member that is still there and fits. */
static int open_first(struct find *find, const struct find_group *group, size_t n, struct target *ret,
		      char how[WORKLOAD_HOW], struct diag *diag)
{
	char passed[256] = "";

	for (size_t i = 0; i < n; i++) {
		const struct find_member *member = &find->members[i];
		struct target target = TARGET_NONE;
		int rc = target_open(&target, member->pid, NULL, diag);

		if (rc < 0 && rc != -ESRCH)
			return rc;
		if (rc == 0 && is_same(find, member, &target)) {
			if (is_trusted(find, group, &target)) {
				explain(find, group, member, how);
				*ret = target;
				return 0;
			}
			text_join(passed, sizeof(passed), ", ", "%d", (int)member->pid);
		}
		target_close(&target);
	}
	if (*passed)
		return refuse(find, passed, diag);
	diag_set(diag, 0, "the processes of '%s' have ended", find->text);
	return -ESRCH;
}

/* crun and runc by hand: the file names the process, which must be that which it was then. */
static int open_by_hand(struct find *find, const struct find_group *group, size_t n, struct target *ret,
			char how[WORKLOAD_HOW], struct diag *diag)
{
	const struct workload *workload = group->workload;

	for (size_t i = 0; i < n; i++) {
		struct find_member *member = &find->members[i];

		if (member->pid != workload->pid)
			continue;
		if (member->start != workload->start)
			break;
		if (strlen(member->workload->cgroup) != group->end)
			break;
		find->members[0] = *member;
		return open_first(find, group, 1, ret, how, diag);
	}
	diag_set(diag, 0, "'%s' is stale: process %d, which it names, is not in '%s' or started at another time",
		 workload->file, (int)workload->pid, find->text);
	diag_hint(diag, "if you trust a process in it, name it by its PID");
	return -ESRCH;
}

int find_pick(struct find *find, uint32_t group, struct target *ret, char how[WORKLOAD_HOW],
	      struct diag *diag)
{
	size_t n = sort_members(find, group);
	const struct find_group *chosen = &find->groups[group];

	if (chosen->workload->is_by_hand && find->spec.kind == SPEC_CONTAINER)
		return open_by_hand(find, chosen, n, ret, how, diag);
	return open_first(find, chosen, n, ret, how, diag);
}
