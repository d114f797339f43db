/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans of xunshare against golden texts: every case of tests/unit/golden/xunshare.txt is a test.
 * The format stands at that file's head. XNS_GOLDEN_WRITE=FILE writes what the plans are today to
 * FILE, to be compared and reviewed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "base/parse.h"
#include "golden.h"
#include "unit.h"

enum { TEXT = 16384 };

static const struct golden *cases;
static size_t n_cases;

/* --- a plan as text: every member that is set -------------------------------------------------- */

static const char *render_program(const char *program)
{
	if (strcmp(program, NEWUIDMAP_PATH) == 0)
		return "NEWUIDMAP";
	return strcmp(program, NEWGIDMAP_PATH) == 0 ? "NEWGIDMAP" : program;
}

static void render_member(const struct step *step, const struct step_member *member, FILE *out)
{
	char text[512];

	step_render(step, member, true, text, sizeof(text));
	if (member->type == MEMBER_FORK_FLAGS)
		snprintf(text, sizeof(text), "%s%s%s",
			 step->fork.flags & FORK_FORWARD ? "FORWARD," : "",
			 step->fork.flags & FORK_INIT ? "INIT," : "",
			 step->fork.flags & FORK_DEATH_CHECK ? "DEATH_CHECK," : "");
	text[strlen(text) - (strlen(text) > 0 && text[strlen(text) - 1] == ',')] = '\0';
	if (text[0])
		fprintf(out, " %s=%s", member->name,
			member->type == MEMBER_PROGRAM ? render_program(text) : text);
}

static void render_step(const struct step *step, FILE *out)
{
	fprintf(out, "%s%s", step->by_helper ? "helper: " : "", step_name(step->kind));
	for (size_t i = 0; i < step_n_members; i++)
		if (step_members[i].kind == step->kind)
			render_member(step, &step_members[i], out);
	fprintf(out, "%s\n", step->inside ? " inside" : "");
}

static void render_facts(unsigned facts, FILE *out)
{
	static const char *const names[] = { "shell", "subuids", "subgids", "uid_map", "gid_map", NULL,
					     "outbound" };

	/* The login shell is a form of the shell. */
	if (!(facts & ~(unsigned)CALLER_LOGIN_SHELL))
		return;
	fputs("facts:", out);
	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (names[i] && facts & 1U << i)
			fprintf(out, " %s", names[i]);
	fputc('\n', out);
}

static void render_failure(int rc, const struct diag *diag, FILE *out)
{
	char text[2 * DIAG_TEXT];

	diag_render(diag, text, sizeof(text));
	fprintf(out, "%s: %s\n", diag->usage ? "usage" : "failure", text);
	if (*diag->hint)
		fprintf(out, "hint: %s\n", diag->hint);
	assert_in_range(-rc, 1, 4095);
	assert_int_equal(diag_status(diag), EXIT_FAILURE);
}

/* Renders the result of the command line: a plan, or a diagnosis. */
static void render(const struct golden *golden, FILE *out)
{
	struct golden_plan made;

	golden_plan(golden, &made);
	if (made.prints)
		fputs(opt_given(&made.request.given, OPT_HELP) ? "help\n" : "version\n", out);
	render_facts(made.facts, out);
	if (made.rc < 0)
		render_failure(made.rc, &made.diag, out);
	for (size_t i = 0; made.rc == 0 && i < made.plan.n; i++)
		render_step(&made.plan.steps[i], out);
	golden_free(&made);
}

static void make_text(const struct golden *golden, char *text)
{
	FILE *out = fmemopen(text, TEXT, "w");

	if (!out)
		abort();
	render(golden, out);
	fclose(out);
}

static void plan_is_golden(void **state)
{
	const struct golden *golden = *state;
	char text[TEXT] = "";

	assert_non_null(golden->command);
	make_text(golden, text);
	if (strcmp(text, golden->expected) != 0)
		fail_msg("xunshare %s\n--- expected:\n%s--- but planned:\n%s", golden->command,
			 golden->expected, text);
}

static void write_cases(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		abort();
	for (size_t i = 0; i < n_cases; i++) {
		char text[TEXT] = "";

		make_text(&cases[i], text);
		fprintf(file, "\n[%s]\n$ %s\n", cases[i].name, cases[i].command);
		if (cases[i].caller)
			fprintf(file, "caller %s\n", cases[i].caller);
		fputs(text, file);
	}
	fclose(file);
}

/* --- what holds for all of them ---------------------------------------------------------------- */

/* If a file had the same name twice, the log could not tell the two cases apart. */
static void names_are_unique(void **state)
{
	(void)state;
	assert_true(n_cases > 100);
	for (size_t i = 0; i < n_cases; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(cases[i].name, cases[j].name) == 0)
				fail_msg("two cases are called '%s'", cases[i].name);
}

/* Every option stands in some case, by its long name or its letter. */
static void every_option_is_used(void **state)
{
	(void)state;
	for (const struct opt *row = xunshare_options; row->id || row->help; row++) {
		bool used = !row->name;
		char by_name[64], by_letter[3] = { '-', row->letter, '\0' };

		snprintf(by_name, sizeof(by_name), "--%s", row->name ? row->name : "");
		for (size_t i = 0; !used && i < n_cases; i++)
			used = strstr(cases[i].command, by_name) ||
			       (row->letter && strstr(cases[i].command, by_letter));
		if (!used)
			fail_msg("no case uses --%s", row->name);
	}
}

int main(void)
{
	const char *write_to = getenv("XNS_GOLDEN_WRITE");

	cases = golden_read(&n_cases);
	if (write_to) {
		write_cases(write_to);
		return 0;
	}
	for (size_t i = 0; i < n_cases; i++)
		unit_add(cases[i].name, plan_is_golden, &cases[i]);
	UNIT_ADD(names_are_unique);
	UNIT_ADD(every_option_is_used);
	return unit_run("plan");
}
