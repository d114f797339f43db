/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "golden.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "unit.h"

enum { CASES_MAX = 300 };

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
		if (argc == GOLDEN_ARGS_MAX - 1)
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
 * Gives only the requested facts, so that a plan which uses others fails. Words:
 * outbound= uid= gid= name= shell= subuid=START:COUNT subgid= uidmap=INNER:OUTER:COUNT gidmap=, the latter
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
		else if (strcmp(word, "outbound") == 0 && facts & CALLER_OUTBOUND)
			snprintf(caller->outbound, sizeof(caller->outbound), "%s", value);
		else if (!strstr("subuid subgid uidmap gidmap outbound", word))
			fail_msg("no such fact: %s", word);
	}
	if (facts & CALLER_SHELL)
		caller->shell = strdup("/bin/sh");
}

/* --- the plan ---------------------------------------------------------------------------------- */

const struct golden *golden_read(size_t *ret_n)
{
	const char *source = getenv("XNS_SRCDIR");
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/unit/golden/xunshare.txt", source ? source : ".");
	if (n_cases == 0)
		read_cases(path);
	*ret_n = n_cases;
	return cases;
}

void golden_plan(const struct golden *golden, struct golden_plan *ret)
{
	static gid_t groups[] = { 78, 79 };
	struct xunshare *request = &ret->request;
	char facts_text[256];
	int argc;

	memset(ret, 0, sizeof(*ret));
	snprintf(ret->command, sizeof(ret->command), "%s", golden->command);
	snprintf(facts_text, sizeof(facts_text), "%s", golden->caller ? golden->caller : "");
	argc = split(ret->command, ret->argv);
	ret->rc = xunshare_parse(argc, ret->argv, request, &ret->diag);
	/* The applet prints, and looks at nothing more. */
	ret->prints = ret->rc == 0 && (opt_given(&request->given, OPT_HELP) ||
				       opt_given(&request->given, OPT_VERSION));
	if (ret->rc == 0 && !ret->prints)
		ret->rc = xunshare_apply_rules(request, &ret->diag);
	if (ret->rc == 0 && !ret->prints) {
		ret->facts = xunshare_facts(request);
		make_caller(&ret->caller, ret->facts, facts_text);
		ret->user = (struct user){ (char *)request->run_as, (char *)"/home/x", 77, 78, groups, 2 };
		ret->rc = xunshare_plan(request, &ret->caller, request->run_as ? &ret->user : NULL,
					&ret->plan, &ret->diag);
	}
}

void golden_free(struct golden_plan *made)
{
	plan_free(&made->plan);
	caller_free(&made->caller);
	xunshare_free(&made->request);
}
