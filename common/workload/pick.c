/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a cgroup to the process in it that a name means. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/text.h"
#include "kernel/bounded.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"
#include "workload/find_internal.h"

/* ---- what a process is ---- */

bool find_is_their_doing(int rc)
{
	return rc == -ENAMETOOLONG || rc == -EFBIG;
}

/* 0 or -errno: ESRCH or ENOENT if it has ended. */
static int read_start(int dir, const char *file, uint64_t *ret)
{
	char text[1024];
	ssize_t len = proc_read_file(dir, file, text, sizeof(text));

	return len < 0 ? (int)len : workload_parse_start(text, ret);
}

/* 0 or -errno. The groups stand before NSpid in the file: up to 65536 of them (setgroups(2)). */
static int read_leader(int proc, const char *file, bool *ret)
{
	_cleanup_close_ int fd = proc_open_file(proc, file, O_RDONLY);
	char *text;
	size_t len;
	int rc = fd < 0 ? fd : bounded_read(fd, BOUNDED_TEXT, &text, &len);

	if (rc < 0)
		return rc;
	*ret = workload_is_leader(text);
	free(text);
	return 0;
}

static int read_member(int proc, struct find_member *member)
{
	char file[32];
	int rc;

	snprintf(file, sizeof(file), "%d/stat", (int)member->pid);
	rc = read_start(proc, file, &member->start);
	if (rc < 0)
		return rc;
	snprintf(file, sizeof(file), "%d/status", (int)member->pid);
	return read_leader(proc, file, &member->is_leader);
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

/* The members of one group, in the order in which they are tried. Their number, or -errno. */
static ssize_t sort_members(struct find *find, uint32_t group)
{
	bool is_unit = find->spec.kind == SPEC_UNIT || find->spec.kind == SPEC_CGROUP;
	size_t n = 0;

	for (size_t i = 0; i < find->n_members; i++) {
		struct find_member *member = &find->members[i];
		int rc;

		if (member->group != group)
			continue;
		rc = read_member(find->proc, member);
		if (rc == -ESRCH || rc == -ENOENT)
			continue;
		if (rc < 0)
			return rc;
		if (is_unit)
			member->is_leader = false;
		else
			member->is_own = false;
		find->members[n++] = *member;
	}
	qsort(find->members, n, sizeof(*find->members), by_rank);
	return (ssize_t)n;
}

/* ---- whether it is what the path promises: each 1 or 0, or -errno if that is unknown ---- */

static int same_ns(int left, int right)
{
	bool same = false;
	int rc = nsref_same(left, right, &same);

	return rc < 0 ? rc : same;
}

/*
 * Whether a namespace is our own or belongs to our user namespace, in which only root makes one. Everyone
 * may create a user namespace, so there its creator has to be root.
 */
static int is_ours(const struct target *target, const struct target *self, enum ns_type type)
{
	_cleanup_close_ int theirs = target_open_ns(target, type), ours = -1, owner = -1, user = -1;
	uid_t creator;
	int rc;

	if (theirs < 0)
		return theirs == -ENOENT ? 1 : theirs;
	ours = target_open_ns(self, type);
	rc = ours < 0 ? ours : same_ns(theirs, ours);
	if (rc != 0)
		return rc;
	if (type == NS_USER) {
		rc = sys_ioctl(theirs, NS_GET_OWNER_UID, &creator);
		return rc < 0 ? rc : creator == sys_geteuid();
	}
	owner = sys_ioctl(theirs, NS_GET_USERNS, NULL);
	/* It is above or beside our own (ioctl_nsfs(2)). */
	if (owner == -EPERM)
		return 0;
	user = owner < 0 ? owner : target_open_ns(self, NS_USER);
	return user < 0 ? user : same_ns(owner, user);
}

static int has_roots_namespaces(const struct find *find, const struct target *target)
{
	struct target self = TARGET_NONE;
	struct diag ignored;
	int fits = 1;

	if (!find->types)
		return fits;
	self.dir = proc_open_self(find->proc, &self.pid, &ignored);
	if (self.dir < 0)
		return self.dir;
	for (int k = 0; fits == 1 && k < NS_COUNT; k++)
		if (find->types >> k & 1)
			fits = is_ours(target, &self, (enum ns_type)k);
	target_close(&self);
	return fits;
}

/* The user's own process, or one in a user namespace of his. */
static int is_users(const struct target *target, uint32_t user)
{
	_cleanup_close_ int ns = -1;
	uid_t uid, creator;
	gid_t gid;
	int rc = target_ids(target, &uid, &gid);

	if (rc < 0 || uid == user)
		return rc < 0 ? rc : 1;
	ns = target_open_ns(target, NS_USER);
	rc = ns < 0 ? ns : sys_ioctl(ns, NS_GET_OWNER_UID, &creator);
	return rc < 0 ? rc : creator == user;
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

static int is_trusted(struct find *find, const struct find_group *group, const struct target *target)
{
	uint32_t owner = owner_of(find, group);
	bool is_container = find->spec.kind == SPEC_CONTAINER || find->spec.kind == SPEC_MACHINE;

	/* The kernel lets an ordinary user enter only what is his. */
	if (find->spec.viewer != 0 || (is_container && owner == 0))
		return 1;
	if (owner == 0 || owner == WORKLOAD_ANY_OWNER)
		return has_roots_namespaces(find, target);
	return is_users(target, owner);
}

/* Whether the open process is still the one that was found: PIDs are reused, and processes move. */
static int is_same(struct find *find, const struct find_member *member, const struct target *target)
{
	const struct workload *now;
	struct diag ignored;
	uint64_t start;
	int rc = read_start(target->dir, "stat", &start);

	if (rc == 0)
		rc = workload_of(&find->workloads, target->dir, &now);
	/* Of a path that is too long, it has moved since it was found. */
	if (rc == -ESRCH || rc == -ENOENT || find_is_their_doing(rc))
		return 0;
	if (rc < 0)
		return rc;
	return start == member->start && now == member->workload &&
	       target_check(target, &ignored) == 0;
}

/* One after the other, as the second need not be asked if the first says no. */
static int fits(struct find *find, const struct find_group *group, const struct find_member *member,
		const struct target *target, bool *ret_same)
{
	int rc = is_same(find, member, target);

	*ret_same = rc == 1;
	if (rc == 1)
		rc = is_trusted(find, group, target);
	/* The process has ended, so its cgroup no longer matters. */
	return rc == -ESRCH ? 0 : rc;
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

/* Opens a member and examines it. 1 with ret set, 0 if it is another or has ended, or -errno. */
static int open_member(struct find *find, const struct find_group *group,
		       const struct find_member *member, struct target *ret, bool *ret_same,
		       struct diag *diag)
{
	struct target target = TARGET_NONE;
	int rc = target_open(&target, member->pid, NULL, diag);

	*ret_same = false;
	if (rc < 0)
		return rc == -ESRCH ? 0 : rc;
	rc = fits(find, group, member, &target, ret_same);
	if (rc == 1)
		*ret = target;
	else
		target_close(&target);
	return rc < 0 ? diag_set(diag, -rc, "cannot examine process %d", (int)member->pid) : rc;
}

/* Opens the first member that is still there and fits. */
static int open_first(struct find *find, const struct find_group *group, size_t n, struct target *ret,
		      char how[WORKLOAD_HOW], struct diag *diag)
{
	char passed[256] = "";

	for (size_t i = 0; i < n; i++) {
		bool same;
		int rc = open_member(find, group, &find->members[i], ret, &same, diag);

		if (rc < 0)
			return rc;
		if (rc == 1) {
			explain(find, group, &find->members[i], how);
			return 0;
		}
		if (same)
			text_join(passed, sizeof(passed), ", ", "%d", (int)find->members[i].pid);
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
	ssize_t n = sort_members(find, group);
	const struct find_group *chosen = &find->groups[group];

	if (n < 0)
		return diag_set(diag, (int)-n, "cannot examine the processes of '%s'", find->text);
	if (chosen->workload->is_by_hand && find->spec.kind == SPEC_CONTAINER)
		return open_by_hand(find, chosen, (size_t)n, ret, how, diag);
	return open_first(find, chosen, (size_t)n, ret, how, diag);
}
