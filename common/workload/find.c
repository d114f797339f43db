/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a name to the cgroup that it means. */
#include "workload/find.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "base/text.h"
#include "kernel/caller.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"
#include "workload/find_internal.h"

#define NAMES "xnsls -o +UNIT,CONTAINER,CGROUP lists the names that there are"

enum { FEW = 4 }; /* so many are named, of those that a name may mean */

static bool is_same_group(const struct find_group *group, const struct workload *workload, size_t end)
{
	return group->end == end && strcmp(group->workload->hierarchy, workload->hierarchy) == 0 &&
	       memcmp(group->workload->cgroup, workload->cgroup, end) == 0;
}

/* The index of the group, which is added if it is new, or -ENOMEM. */
static int64_t find_group(struct find *find, const struct workload *workload, size_t end,
			  enum spec_match match)
{
	struct find_group *groups;

	for (size_t i = 0; i < find->n_groups; i++)
		if (is_same_group(&find->groups[i], workload, end))
			return (int64_t)i;
	groups = array_reserve(find->groups, find->n_groups + 1, &find->groups_room,
			       sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	find->groups = groups;
	groups[find->n_groups] = (struct find_group){ workload, end, match };
	return (int64_t)find->n_groups++;
}

static int add_member(struct find *find, pid_t pid, const struct workload *workload, size_t end,
		      enum spec_match match)
{
	int64_t group = find_group(find, workload, end, match);
	struct find_member *members;

	if (group < 0)
		return (int)group;
	members = array_reserve(find->members, find->n_members + 1, &find->members_room,
				sizeof(*members));
	if (!members)
		return -ENOMEM;
	find->members = members;
	members[find->n_members++] = (struct find_member){
		.pid = pid,
		.group = (uint32_t)group,
		.workload = workload,
		.is_own = strlen(workload->cgroup) == end,
	};
	return 0;
}

/*
 * Whether a process may be left out: it has ended, its own doing makes it unreadable, which must not hide others, or
 * /proc hides it from an ordinary user (proc(5), hidepid). Any other might be the one that is meant, and another
 * would be taken in its place.
 */
static bool is_nothing(const struct find *find, int rc)
{
	if (rc == -ESRCH || rc == -ENOENT || rc == -ENODATA || find_is_their_doing(rc))
		return true;
	return find->spec.viewer != 0 && (rc == -EACCES || rc == -EPERM);
}

static int examine(struct find *find, pid_t pid)
{
	const struct workload *workload;
	size_t end = 0;
	enum spec_match match;
	int rc = workload_of_pid(&find->workloads, find->proc, pid, &workload);

	if (find_is_their_doing(rc))
		find->too_long = pid;
	if (rc < 0)
		return is_nothing(find, rc) ? 0 : rc;
	match = spec_match(&find->spec, workload, &end);
	switch (match) {
	case MATCH_NONE:
		return 0;
	case MATCH_OTHERS:
		find->others = find->spec.kind == SPEC_UNIT ? workload->path.unit.owner :
							      workload->path.container.owner;
		return 0;
	case MATCH_UNSEEN:
		find->has_unseen = true;
		return 0;
	default:
		return add_member(find, pid, workload, end, match);
	}
}

static int examine_all(struct find *find, struct diag *diag)
{
	const char *name;
	DIR *list;
	pid_t pid;
	int rc = io_open_dir(find->proc, ".", &list);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot list /proc");
	while (rc == 0 && (name = io_next_name(list, &rc)))
		if (parse_pid(name, &pid) == 0)
			rc = examine(find, pid);
	closedir(list);
	return rc < 0 ? diag_set(diag, -rc, "cannot look for '%s' in /proc", find->text) : 0;
}

/* ---- messages ---- */

static int no_match(const struct find *find, struct diag *diag)
{
	const struct state_trouble *trouble = &find->workloads.states.trouble;
	const char *kind = spec_kind_name(find->spec.kind);

	diag_set(diag, 0, "no process is in a %s '%s'%s%s", kind, find->spec.name,
		 find->spec.user[0] ? " of user " : "", find->spec.user);
	if (find->has_unseen)
		diag_hint(diag, "whose it is cannot be seen: the cgroup tree is not mounted here");
	if (find->others != WORKLOAD_ANY_OWNER)
		diag_hint(diag, "user %u has one: %s:%u/%s", find->others, kind, find->others,
			  find->spec.name);
	if (find->spec.kind != SPEC_CGROUP && trouble->rc != 0)
		diag_hint(diag, "'%s' is not believed: %s", trouble->file, state_trouble_text(trouble));
	if (find->too_long)
		diag_hint(diag, NAMES "; those of process %d cannot be read: its cgroup's path is too long",
			  (int)find->too_long);
	diag_hint(diag, NAMES);
	return -ESRCH;
}

/* Adds the name that tells one of several groups from the others. */
static void add_group(const struct find *find, const struct workload *workload, char *names, size_t size)
{
	switch (find->spec.kind) {
	case SPEC_CGROUP:
		text_join(names, size, ", ", "in the hierarchy %s",
			  *workload->hierarchy ? workload->hierarchy : "of version 2");
		break;
	case SPEC_UNIT:
		text_join(names, size, ", ", "cgroup:%.*s", (int)workload->path.unit.end,
			  workload->cgroup);
		break;
	default:
		if (strcmp(workload->container, workload->id) == 0)
			text_join(names, size, ", ", "%s", workload->id);
		else
			text_join(names, size, ", ", "%s (%.*s)", workload->container,
				  WORKLOAD_SHORT_ID, workload->id);
		break;
	}
}

static int ambiguous(const struct find *find, enum spec_match best, struct diag *diag)
{
	char names[DIAG_TEXT / 2] = "";
	size_t n = 0;

	for (size_t i = 0; i < find->n_groups; i++)
		if (find->groups[i].match == best && n++ < FEW)
			add_group(find, find->groups[i].workload, names, sizeof(names));
	diag_set(diag, 0, "'%s' may mean %zu of them: %s%s", find->text, n, names,
		 n > FEW ? ", ..." : "");
	if (find->spec.kind == SPEC_CONTAINER || find->spec.kind == SPEC_MACHINE)
		diag_hint(diag, "name it by more of its id, or by its cgroup: cgroup:PATH");
	return -EINVAL;
}

/* ---- the search ---- */

static int look_up_user(struct spec *spec, struct diag *diag)
{
	int rc = spec->user[0] ? caller_user_id(spec->user, &spec->owner) : 0;

	return rc < 0 ? diag_set(diag, 0, "there is no user '%s'", spec->user) : 0;
}

static int choose_group(const struct find *find, uint32_t *ret, struct diag *diag)
{
	enum spec_match best = MATCH_NONE;
	size_t n = 0;

	for (size_t i = 0; i < find->n_groups; i++) {
		if (find->groups[i].match < best)
			continue;
		n = find->groups[i].match > best ? 1 : n + 1;
		best = find->groups[i].match;
		*ret = (uint32_t)i;
	}
	if (n == 0)
		return no_match(find, diag);
	return n > 1 ? ambiguous(find, best, diag) : 0;
}

static void release(struct find *find)
{
	workloads_free(&find->workloads);
	free(find->groups);
	free(find->members);
	cleanup_close(&find->proc);
}

int workload_open_target(const char *name, unsigned types, struct target *ret, char how[WORKLOAD_HOW],
			 struct diag *diag)
{
	__attribute__((cleanup(release))) struct find find = {
		.text = name,
		.types = types,
		.workloads = WORKLOADS_NONE,
		.others = WORKLOAD_ANY_OWNER,
		.proc = -1,
	};
	uint32_t group = 0;
	int rc = spec_parse(name, sys_geteuid(), &find.spec, diag);

	if (rc == 0)
		rc = look_up_user(&find.spec, diag);
	/* Root names a user's container: so his files are read. */
	find.workloads.states.with_users = find.spec.user[0] != '\0';
	if (rc == 0)
		rc = find.proc = proc_open_root(diag);
	if (rc >= 0)
		rc = examine_all(&find, diag);
	if (rc == 0)
		rc = choose_group(&find, &group, diag);
	return rc < 0 ? rc : find_pick(&find, group, ret, how, diag);
}
