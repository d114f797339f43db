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

#include "caller.h"
#include "diag.h"
#include "parse.h"
#include "step.h"
#include "unit.h"
#include "xunshare.h"

enum { CASES_MAX = 300, ARGS_MAX = 64, TEXT = 16384 };

struct golden {
	char *name;
	char *command; /* behind "$ " */
	char *caller;  /* behind "caller ", or NULL */
	char *expected;
};

static struct golden cases[CASES_MAX];
static size_t n_cases;

/* --- the golden file --------------------------------------------------------------------------- */

static char *append(char *old, const char *line)
{
	size_t len = old ? strlen(old) : 0;
	char *text = realloc(old, len + strlen(line) + 2);

	if (!text)
		abort();
	sprintf(text + len, "%s\n", line);
	return text;
}

static void take_line(const char *line)
{
	struct golden *golden = n_cases ? &cases[n_cases - 1] : NULL;
	size_t len = strlen(line);

	if (!len || *line == '#')
		return;
	if (*line == '[') {
		if (n_cases == CASES_MAX || line[len - 1] != ']')
			abort();
		cases[n_cases++] = (struct golden){ .name = strndup(line + 1, len - 2),
						    .expected = append(NULL, "") };
		cases[n_cases - 1].expected[0] = '\0';
	} else if (!golden) {
		abort();
	} else if (strncmp(line, "$ ", 2) == 0) {
		golden->command = strdup(line + 2);
	} else if (strncmp(line, "caller ", 7) == 0) {
		golden->caller = strdup(line + 7);
	} else {
		golden->expected = append(golden->expected, line);
	}
}

static void read_cases(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (!file) {
		printf("Bail out! cannot open %s\n", path);
		exit(1);
	}
	while ((len = getline(&line, &room, file)) > 0) {
		line[len - 1] = '\0';
		take_line(line);
	}
	free(line);
	fclose(file);
}

/* Words at blanks; single quotes keep blanks, and '' is an empty word. */
static int split(char *text, char **argv)
{
	int argc = 0;

	argv[argc++] = (char *)"xunshare";
	for (char *c = text; *c;) {
		char *out = c;
		bool quoted = false;

		if (*c == ' ') {
			c++;
			continue;
		}
		if (argc == ARGS_MAX - 1)
			abort();
		argv[argc++] = out;
		for (; *c && (quoted || *c != ' '); c++) {
			if (*c == '\'')
				quoted = !quoted;
			else
				*out++ = *c;
		}
		if (*c)
			c++;
		*out = '\0';
	}
	argv[argc] = NULL;
	return argc;
}

/* --- the caller -------------------------------------------------------------------------------- */

static void take_subids(struct subid_list *list, const char *value)
{
	struct subid_range range;

	assert_int_equal(sscanf(value, "%" SCNu32 ":%" SCNu32, &range.start, &range.count), 2);
	list->ranges = realloc(list->ranges, (list->n + 1) * sizeof(range));
	list->ranges[list->n++] = range;
}

static void take_extent(struct idmap *map, const char *value)
{
	struct extent extent;

	assert_int_equal(idmap_parse_extent(value, &extent), 0);
	assert_int_equal(idmap_add(map, extent), 0);
}

/*
 * Only the facts that were asked for are given, so that a plan which uses others shows. Words:
 * uid= gid= name= shell= subuid=START:COUNT subgid= uidmap=INNER:OUTER:COUNT gidmap=, the latter
 * four repeatable.
 */
static void make_caller(struct caller *caller, unsigned facts, char *text)
{
	char *state = NULL;

	*caller = (struct caller){ .uid = 1000, .gid = 1000, .real_uid = 1000 };
	for (char *word = strtok_r(text, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
		char *value = strchr(word, '=');

		assert_non_null(value);
		*value++ = '\0';
		if (strcmp(word, "uid") == 0)
			caller->uid = caller->real_uid = (uid_t)strtoul(value, NULL, 10);
		else if (strcmp(word, "gid") == 0)
			caller->gid = (gid_t)strtoul(value, NULL, 10);
		else if (strcmp(word, "name") == 0)
			caller->name = facts & (CALLER_SUBUIDS | CALLER_SUBGIDS) ? strdup(value) : NULL;
		else if (strcmp(word, "subuid") == 0 && facts & CALLER_SUBUIDS)
			take_subids(&caller->subuids, value);
		else if (strcmp(word, "subgid") == 0 && facts & CALLER_SUBGIDS)
			take_subids(&caller->subgids, value);
		else if (strcmp(word, "uidmap") == 0 && facts & CALLER_UID_MAP)
			take_extent(&caller->uid_map, value);
		else if (strcmp(word, "gidmap") == 0 && facts & CALLER_GID_MAP)
			take_extent(&caller->gid_map, value);
		else if (!strstr("subuid subgid uidmap gidmap", word))
			fail_msg("no such fact: %s", word);
	}
	if (facts & CALLER_SHELL)
		caller->shell = strdup("/bin/sh");
}

/* --- a plan as text: every member that is set -------------------------------------------------- */

static const char *render_program(const char *program)
{
	if (strcmp(program, NEWUIDMAP_PATH) == 0)
		return "NEWUIDMAP";
	return strcmp(program, NEWGIDMAP_PATH) == 0 ? "NEWGIDMAP" : program;
}

static void render_flags(const struct step *step, FILE *out)
{
	char text[128];

	switch (step->kind) {
	case STEP_UNSHARE:
		ns_labels(step->flags, text, sizeof(text));
		fprintf(out, " (%s)", text);
		break;
	case STEP_FORK:
		fprintf(out, "%s%s%s", step->flags & FORK_FORWARD ? " forward" : "",
			step->flags & FORK_INIT ? " init" : "",
			step->flags & FORK_DEATH_CHECK ? " death-check" : "");
		break;
	case STEP_PROPAGATION:
		fprintf(out, " %s", step->flags == MS_PRIVATE ? "MS_PRIVATE" :
				    step->flags == MS_SHARED  ? "MS_SHARED" :
				    step->flags == MS_SLAVE   ? "MS_SLAVE" :
								"?");
		break;
	case STEP_DEATH_SIGNAL:
		signal_name(step->flags, text, sizeof(text));
		fprintf(out, " SIG%s", text);
		break;
	default:
		fprintf(out, " flags=%d", step->flags);
	}
}

static void render_step(const struct step *step, FILE *out)
{
	static const bool has_id[STEP_KINDS] = { [STEP_OWNER] = true,
						 [STEP_SETGID] = true,
						 [STEP_SETUID] = true };
	char map[512];

	fprintf(out, "%s%s", step->by_helper ? "helper: " : "", step_name(step->kind));
	if (step->ns != NS_NONE)
		fprintf(out, " ns=%s", ns_types[step->ns].name);
	if (step->flags)
		render_flags(step, out);
	if (has_id[step->kind])
		fprintf(out, " id=%" PRIu32, step->id);
	if (step->kind == STEP_OWNER)
		fprintf(out, " id2=%" PRIu32, step->id2);
	if (step->kind == STEP_CLOCK)
		fprintf(out, " seconds=%" PRId64, step->seconds);
	if (step->path)
		fprintf(out, " path=%s", step->path);
	if (step->text)
		fprintf(out, " text=%s", step->text);
	if (step->map) {
		idmap_render(step->map, "; ", map, sizeof(map));
		fprintf(out, " map=%s", map);
	}
	if (step->program)
		fprintf(out, " program=%s", render_program(step->program));
	for (size_t i = 0; step->argv && step->argv[i]; i++)
		fprintf(out, " %s%s", i ? "" : "argv=", step->argv[i]);
	fputc('\n', out);
}

static void render_facts(unsigned facts, FILE *out)
{
	static const char *const names[] = { "shell", "subuids", "subgids", "uid_map", "gid_map" };

	if (!facts)
		return;
	fputs("facts:", out);
	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (facts & 1U << i)
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

/* What becomes of the command line: a plan, or a diagnosis. */
static void render(const struct golden *golden, FILE *out)
{
	char command[1024], facts_text[256], *argv[ARGS_MAX];
	struct xunshare request;
	struct caller caller = { .uid = 0 };
	struct plan plan = { .n = 0 };
	struct diag diag = { .err = 0 };
	unsigned facts = 0;
	int argc, rc;

	snprintf(command, sizeof(command), "%s", golden->command);
	snprintf(facts_text, sizeof(facts_text), "%s", golden->caller ? golden->caller : "");
	argc = split(command, argv);
	rc = xunshare_parse(argc, argv, &request, &diag);
	/* The applet prints, and looks at nothing more. */
	if (rc == 0 && (opt_has(&request.given, OPT_HELP) || opt_has(&request.given, OPT_VERSION))) {
		fputs(opt_has(&request.given, OPT_HELP) ? "help\n" : "version\n", out);
		xunshare_free(&request);
		return;
	}
	if (rc == 0)
		rc = xunshare_settle(&request, &diag);
	if (rc == 0) {
		facts = xunshare_facts(&request);
		make_caller(&caller, facts, facts_text);
		rc = xunshare_plan(&request, &caller, &plan, &diag);
	}
	render_facts(facts, out);
	if (rc < 0)
		render_failure(rc, &diag, out);
	for (size_t i = 0; rc == 0 && i < plan.n; i++)
		render_step(&plan.steps[i], out);
	plan_free(&plan);
	caller_free(&caller);
	xunshare_free(&request);
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

/* A file with the same name twice would hide a case behind another in the log. */
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
	const char *source = getenv("XNS_SRCDIR"), *write_to = getenv("XNS_GOLDEN_WRITE");
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/unit/golden/xunshare.txt", source ? source : ".");
	read_cases(path);
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
