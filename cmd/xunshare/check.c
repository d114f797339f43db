/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each type is tried in a child, which looks for the cause where it is refused: the same search as
 * after a failure. A user namespace is only worth something if ids can be mapped in it, so that is
 * tried too. Maps in blocks are not tried, but looked at: newuidmap(1) writes to a log.
 */
#include "xunshare/check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "applet.h"
#include "base/diag.h"
#include "base/escape.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "cause/cause.h"
#include "kernel/caller.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "output/json.h"
#include "plan/step.h"
#include "xunshare/xunshare.h"

static const char *const answers[] = {
	[CHECK_NO] = "no", [CHECK_WITH_USER] = "with --user", [CHECK_YES] = "yes",
};

/* What a child is to try, and what it says. */
struct attempt {
	int flags;
	int proc;
};

struct outcome {
	int err;
	struct finding finding;
};

static void set_reason(struct finding *finding, const char *cause, const char *why)
{
	snprintf(finding->cause, sizeof(finding->cause), "%s", cause);
	snprintf(finding->why, sizeof(finding->why), "%s", why);
}

static void explain(const struct plan *plan, const struct step *step, int err, int proc,
		    struct outcome *ret)
{
	ret->err = err;
	if (err && !hint_search(plan, step, err, proc, &ret->finding))
		set_reason(&ret->finding, "error", strerror(err));
}

static int write_uid_map(int self, const struct extent *extent)
{
	char line[64];

	snprintf(line, sizeof(line), "%u %u %u\n", extent->inner, extent->outer, extent->count);
	return proc_write_file(self, "uid_map", line);
}

/* The child's part. */
static void try_types(const void *arg, void *answer)
{
	const struct attempt *attempt = arg;
	struct extent root = { .inner = 0, .outer = sys_geteuid(), .count = 1 };
	struct idmap map = { .extents = &root, .n = 1 };
	struct outcome *outcome = answer;
	_cleanup_close_ int self = -1;
	struct plan plan = { .n = 0 };
	struct step *step = plan_add(&plan, STEP_UNSHARE);
	struct diag ignored;

	*outcome = (struct outcome){ .err = 0 };
	step->flags = attempt->flags;
	explain(&plan, step, -sys_unshare(step->flags), attempt->proc, outcome);
	if (outcome->err || !(step->flags & CLONE_NEWUSER) || attempt->proc < 0)
		return;
	self = proc_open_self(attempt->proc, NULL, &ignored);
	if (self < 0)
		return;
	step = plan_add(&plan, STEP_MAP);
	step->text = "uid";
	step->map = &map;
	explain(&plan, step, -write_uid_map(self, &root), attempt->proc, outcome);
}

static struct outcome try_in_child(int flags, int proc)
{
	const struct attempt attempt = { .flags = flags, .proc = proc };
	struct outcome outcome;
	int sig, rc = hint_try(try_types, &attempt, &outcome, sizeof(outcome), &sig);

	if (rc == 0)
		return outcome;
	outcome = (struct outcome){ .err = -rc };
	if (sig == SIGSYS)
		set_reason(&outcome.finding, "seccomp", "a seccomp filter kills whoever tries");
	else
		set_reason(&outcome.finding, "error", strerror(-rc));
	return outcome;
}

/* Alone, then together with a user namespace, which gives the right to create the others. */
void xunshare_check_type(struct check_row *row, enum ns_kind kind, bool with_user, int proc)
{
	struct outcome alone = try_in_child(ns_types[kind].flag, proc), both;

	row->name = ns_types[kind].name;
	row->answer = alone.err ? CHECK_NO : CHECK_YES;
	row->finding = alone.finding;
	if (alone.err == 0 || kind == NS_USER)
		return;
	both = try_in_child(CLONE_NEWUSER | ns_types[kind].flag, proc);
	row->needs_user = both.err == 0;
	if (row->needs_user && with_user)
		row->answer = CHECK_WITH_USER;
	/* For want of privilege there are two ways: to be root, and this one, which is barred. */
	if (both.err && strcmp(alone.finding.cause, "capability") == 0)
		row->finding = both.finding;
}

/*
 * The plan for a block map, as it would be made. What it lacks, subordinate ids, is the reason;
 * whether it could be carried out is seen by a search for what could refuse it.
 */
static void check_plan(struct check_row *row, const struct xunshare *request, int proc)
{
	struct plan plan = { .n = 0 };
	struct caller caller;
	struct diag diag;
	const struct step *step;
	int rc = caller_read(&caller, xunshare_facts(request), &diag);

	row->answer = CHECK_NO;
	if (rc == 0)
		rc = xunshare_plan(request, &caller, &plan, &diag);
	if (rc < 0) {
		char text[FINDING_TEXT];

		diag_render(&diag, text, sizeof(text));
		set_reason(&row->finding, rc == -ENOENT ? "no-subordinate-ids" : "error", text);
		snprintf(row->finding.remedy, sizeof(row->finding.remedy), "%.*s",
			 FINDING_TEXT - 1, diag.hint);
	} else {
		step = plan_find(&plan, STEP_MAP);
		rc = step->program ? sys_faccessat(AT_FDCWD, step->program, X_OK) : 0;
		if (!hint_search(&plan, step, -rc, proc, &row->finding) && rc == 0)
			row->answer = CHECK_YES;
		if (rc < 0)
			snprintf(row->finding.why, FINDING_TEXT, "%s: %s", step->program,
				 strerror(-rc));
	}
	plan_free(&plan);
	caller_free(&caller);
}

static void check_blocks(struct check_row *row, const struct xunshare *request, bool gid, int proc)
{
	const struct map_request *wanted = gid ? &request->groups : &request->users;
	struct block automatic = { .source = BLOCK_AUTO };
	char *no_program[] = { (char *)"true", NULL };
	struct xunshare only = { .program = no_program };
	struct map_request *map = gid ? &only.groups : &only.users;

	row->name = gid ? "gid-blocks" : "uid-blocks";
	row->asked = wanted->n > 0;
	map->blocks = wanted->n ? wanted->blocks : &automatic;
	map->n = wanted->n ? wanted->n : 1;
	opt_put(&only.given, OPT_NS + NS_USER);
	check_plan(row, &only, proc);
}

void xunshare_check_all(const struct xunshare *request, struct check_table *table)
{
	int flags = xunshare_flags(request);
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
		xunshare_check_type(row, (enum ns_kind)k, with_user, proc);
		if (k == NS_USER)
			user = row;
		table->n++;
	}
	for (int gid = 0; user && gid <= 1; gid++) {
		struct check_row *row = &table->rows[table->n++];

		check_blocks(row, request, gid, proc);
		if (user->answer == CHECK_YES)
			continue;
		row->answer = CHECK_NO;
		row->finding = user->finding;
	}
}

static bool is_possible(const struct check_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		if (table->rows[i].asked && table->rows[i].answer == CHECK_NO)
			return false;
	return true;
}

static int print_json(const struct check_table *table)
{
	struct json json = { .out = stdout };

	json_open(&json, NULL, '{');
	json_bool(&json, "possible", is_possible(table));
	json_open(&json, "checks", '[');
	for (size_t i = 0; i < table->n; i++) {
		const struct check_row *row = &table->rows[i];
		const struct finding *finding = &row->finding;

		json_open(&json, NULL, '{');
		json_string(&json, "type", row->name);
		json_bool(&json, "asked", row->asked);
		json_bool(&json, "possible", row->answer != CHECK_NO);
		json_bool(&json, "needs_user", row->needs_user);
		json_string(&json, "cause", finding->cause[0] ? finding->cause : NULL);
		json_string(&json, "reason", finding->why[0] ? finding->why : NULL);
		json_string(&json, "remedy", finding->remedy[0] ? finding->remedy : NULL);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	return json_end(&json);
}

/* A reason may quote a profile or a file name, so it is escaped. */
static void escaped(const char *text, char *buf, size_t size)
{
	escape_text(*text ? text : "-", *text ? strlen(text) : 1, buf, size);
}

static int print_table(const struct check_table *table)
{
	char why[CHECK_ROWS][4 * FINDING_TEXT], remedy[4 * FINDING_TEXT];
	int width = (int)strlen("REASON");

	for (size_t i = 0; i < table->n; i++) {
		escaped(table->rows[i].finding.why, why[i], sizeof(why[i]));
		if ((int)strlen(why[i]) > width)
			width = (int)strlen(why[i]);
	}
	printf("%-10s  %-11s  %-*s  %s\n", "TYPE", "POSSIBLE", width, "REASON", "REMEDY");
	for (size_t i = 0; i < table->n; i++) {
		const struct check_row *row = &table->rows[i];

		escaped(row->finding.remedy, remedy, sizeof(remedy));
		printf("%-10s  %-11s  %-*s  %s\n", row->name, answers[row->answer], width, why[i],
		       remedy);
	}
	return io_flush(stdout);
}

int xunshare_check(const struct xunshare *request)
{
	struct check_table table;
	int status;

	xunshare_check_all(request, &table);
	status = applet_written(request->json ? print_json(&table) : print_table(&table));
	return status ? status : is_possible(&table) ? EXIT_SUCCESS : EXIT_FAILURE;
}
