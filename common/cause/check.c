/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A child tries to create each type of namespace, and searches for the cause if that is refused. In
 * a user namespace it also tries to map an id, because without a map the namespace is of little
 * use. Block maps are only examined, because newuidmap(1) would log an attempt.
 */
#include "cause/check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "cause/child.h"
#include "ids/maps.h"
#include "kernel/caller.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

struct attempt {
	int flags;
	enum check_map map;
	int proc;
};

struct outcome {
	int err;
	bool unmapped; /* created, and it is the map that was refused */
	struct finding finding;
};

static void set_reason(struct finding *finding, const char *cause, const char *why)
{
	snprintf(finding->cause, sizeof(finding->cause), "%s", cause);
	snprintf(finding->why, sizeof(finding->why), "%s", why);
}

static void explain(const struct refusal *refusal, int proc, struct outcome *ret)
{
	ret->err = refusal->err;
	if (ret->err && !cause_search(refusal, proc, &ret->finding))
		set_reason(&ret->finding, "error", strerror(ret->err));
}

static int write_uid_map(int self, const struct extent *extent)
{
	char line[64];

	snprintf(line, sizeof(line), "%u %u %u\n", extent->inner, extent->outer, extent->count);
	return proc_write_file(self, "uid_map", line);
}

/* Runs in the child. */
static void try_types(const void *arg, void *answer)
{
	const struct attempt *attempt = arg;
	struct extent root = { .inner = 0, .outer = sys_geteuid(), .count = 1 };
	struct idmap map = { .extents = &root, .n = 1 };
	struct outcome *outcome = answer;
	_cleanup_close_ int self = -1;
	struct refusal refusal = { .operation = STEP_UNSHARE,
				   .fd = -1,
				   .flags = attempt->flags,
				   .makes_user_ns = attempt->flags & CLONE_NEWUSER };
	struct diag ignored;

	*outcome = (struct outcome){ .err = 0 };
	refusal.err = -sys_unshare(attempt->flags);
	explain(&refusal, attempt->proc, outcome);
	if (outcome->err || !refusal.makes_user_ns || attempt->proc < 0 ||
	    attempt->map == CHECK_MAP_NONE)
		return;
	self = proc_open_self(attempt->proc, NULL, &ignored);
	if (self < 0)
		return;
	refusal = (struct refusal){
		.operation = STEP_MAP, .fd = -1, .word = "uid", .map = &map, .makes_user_ns = true
	};
	refusal.err = -write_uid_map(self, &root);
	explain(&refusal, attempt->proc, outcome);
	outcome->unmapped = outcome->err;
}

/* Whether the namespaces can be created. A refused map that is not needed does not count. */
static bool is_created(const struct outcome *outcome, enum check_map map)
{
	return !outcome->err || (outcome->unmapped && map == CHECK_MAP_TRIED &&
				 strcmp(outcome->finding.cause, "setfcap") == 0);
}

static struct outcome try_in_child(int flags, enum check_map map, int proc)
{
	const struct attempt attempt = { .flags = flags, .map = map, .proc = proc };
	struct outcome outcome;
	int sig, rc = child_try(try_types, &attempt, &outcome, sizeof(outcome), &sig);

	if (rc == 0)
		return outcome;
	outcome = (struct outcome){ .err = -rc };
	if (sig == SIGSYS)
		set_reason(&outcome.finding, "seccomp",
			   "a seccomp filter kills a process that tries");
	else if (rc == -ETIMEDOUT)
		set_reason(&outcome.finding, "error", "the process that tries was stopped");
	else
		set_reason(&outcome.finding, "error", strerror(-rc));
	return outcome;
}

/* Tries the type alone, and if that is refused with a user namespace, which gives the right. */
void check_type(struct check_row *row, enum ns_type type, bool with_user, enum check_map map,
		int proc)
{
	struct outcome alone = try_in_child(ns_types[type].flag, map, proc), both;

	row->name = ns_types[type].name;
	row->answer = is_created(&alone, map) ? CHECK_YES : CHECK_NO;
	row->finding = alone.finding;
	if (alone.err == 0 || type == NS_USER)
		return;
	both = try_in_child(CLONE_NEWUSER | ns_types[type].flag, map, proc);
	row->needs_user = is_created(&both, map);
	if (row->needs_user && with_user)
		row->answer = CHECK_WITH_USER;
	/* If both lack privileges, the user must know why the user namespace is refused. */
	if (!row->needs_user && strcmp(alone.finding.cause, "capability") == 0)
		row->finding = both.finding;
}

/* Searches for a cause that would refuse the map, without writing the map. */
static void search_map(struct check_row *row, const struct id_kind *kind, const struct idmap *map,
		       const struct caller *caller, int proc)
{
	struct refusal refusal = {
		.operation = STEP_MAP,
		.fd = -1,
		.word = kind->name,
		.map = map,
		.program = caller->uid != 0 ? kind->program : NULL,
		.outside = true,
		.makes_user_ns = true,
	};

	if (refusal.program)
		refusal.err = -sys_faccessat(AT_FDCWD, refusal.program, X_OK);
	if (!cause_search(&refusal, proc, &row->finding) && !refusal.err)
		row->answer = CHECK_YES;
	if (refusal.err)
		snprintf(row->finding.why, FINDING_TEXT, "%s: %s", refusal.program,
			 strerror(refusal.err));
}

static void say_no(struct check_row *row, int rc, const struct diag *diag)
{
	char text[FINDING_TEXT];

	diag_render(diag, text, sizeof(text));
	set_reason(&row->finding, rc == -ENOENT ? "no-subordinate-ids" : "error", text);
	snprintf(row->finding.remedy, sizeof(row->finding.remedy), "%.*s", FINDING_TEXT - 1,
		 diag->hint);
}

/* Builds the map as xunshare would; a failure, as without subordinate ids, is the reason. */
static void check_map(struct check_row *row, const struct id_kind *kind,
		      const struct map_request *request, int proc)
{
	static const struct map_request none;
	bool gid = kind == &gid_kind;
	struct caller caller;
	struct idmap map = { .n = 0 };
	struct diag diag;
	int rc = caller_read(&caller, maps_facts(gid ? &none : request, gid ? request : &none),
			     &diag);

	row->answer = CHECK_NO;
	if (rc == 0)
		rc = maps_build(kind, request, gid ? caller.gid : caller.uid, &caller, &map, &diag);
	if (rc < 0)
		say_no(row, rc, &diag);
	else
		search_map(row, kind, &map, &caller, proc);
	idmap_free(&map);
	caller_free(&caller);
}

static void check_blocks(struct check_row *row, const struct id_kind *kind,
			 const struct map_request *wanted, int proc)
{
	struct block automatic = { .source = BLOCK_AUTO };
	bool asked = wanted && wanted->n > 0;
	struct map_request request = { .blocks = asked ? wanted->blocks : &automatic,
				       .n = asked ? wanted->n : 1 };

	row->name = kind == &gid_kind ? "gid-blocks" : "uid-blocks";
	row->asked = asked;
	check_map(row, kind, &request, proc);
}

void check_all(const struct check_request *request, struct check_table *table)
{
	int flags = request->flags;
	bool with_user = !flags || flags & CLONE_NEWUSER;
	struct check_row *user = NULL;
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored);

	*table = (struct check_table){ .n = 0 };
	for (int k = 0; k < NS_COUNT; k++) {
		struct check_row *row = &table->rows[table->n];

		if (flags && !(flags & ns_types[k].flag))
			continue;
		row->asked = true;
		check_type(row, (enum ns_type)k, with_user, request->map, proc);
		if (k == NS_USER)
			user = row;
		table->n++;
	}
	for (int gid = 0; user && gid <= 1; gid++) {
		struct check_row *row = &table->rows[table->n++];

		check_blocks(row, gid ? &gid_kind : &uid_kind,
			     gid ? request->groups : request->users, proc);
		if (user->answer == CHECK_YES)
			continue;
		row->answer = CHECK_NO;
		row->finding = user->finding;
	}
}
