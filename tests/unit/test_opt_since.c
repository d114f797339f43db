/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No option that is added changes what an old command line means. Every beginning of every long option
 * that util-linux has, in the oldest and in the newest release of tests/compat/references, is looked up
 * in our tables as they are.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "opt/opt.h"
#include "options.h"
#include "unit.h"

enum { OPTIONS_MAX = 64, NAME_MAX_LEN = 48, RELEASES_MAX = 16 };

static const struct tool {
	const char *name;
	const char *file; /* that has our table */
	const struct opt *table;
} tools[] = {
	{ "unshare", "cmd/xunshare/options.c", xunshare_options },
	{ "nsenter", "cmd/xnsenter/options.c", xnsenter_options },
#ifdef HAVE_LIBSMARTCOLS
	{ "lsns", "cmd/xnsls/options.c", xnsls_options },
#endif
};

/* The options of a tool in one release, in its order. */
struct list {
	char names[OPTIONS_MAX][NAME_MAX_LEN];
	size_t n;
};

struct release {
	char version[32];
	struct list lists[ARRAY_LEN(tools)];
};

static struct release releases[RELEASES_MAX];
static size_t n_releases;

static const struct release *oldest(void)
{
	return &releases[0];
}

static const struct release *newest(void)
{
	return &releases[n_releases - 1];
}

/* ---- the search ---- */

static const struct opt since_table[] = {
	{ 1, 0, "hostname", ARG_REQUIRED, VALUE_TEXT, NULL, "ours" },
	{ 2, 0, "host", ARG_NONE, VALUE_NONE, NULL, "ours" },
	{ 3, 0, "help", ARG_NONE, VALUE_NONE, NULL, "old", SINCE_OLDEST },
	{ 4, 0, "heap", ARG_NONE, VALUE_NONE, NULL, "newer", SINCE_NEWEST },
	{ 5, 0, "load-interp", ARG_NONE, VALUE_NONE, NULL, "newer", SINCE_NEWEST },
	{ 6, 0, "load-all", ARG_NONE, VALUE_NONE, NULL, "ours" },
	{ 7, 0, "map-user", ARG_NONE, VALUE_NONE, NULL, "old", SINCE_OLDEST },
	{ 8, 0, "map-users", ARG_NONE, VALUE_NONE, NULL, "old", SINCE_OLDEST },
	{ 9, 0, "colour", ARG_NONE, VALUE_NONE, NULL, "one of two names", SINCE_OLDEST },
	{ 9, 0, "color", ARG_NONE, VALUE_NONE, NULL, "the other one", SINCE_OLDEST },
	{ 0 },
};

struct since_row {
	const char *name;
	const char *text;
	int id; /* 0: none, or several */
};

static const struct since_row since_rows[] = {
	{ "since: the oldest first", "h", 3 },
	{ "since: then the next", "hea", 4 },
	{ "since: the oldest before it", "he", 3 },
	{ "since: ours last", "ho", 0 },
	{ "since: ours, the whole name", "host", 2 },
	{ "since: ours, longer", "hostn", 1 },
	{ "since: newer before ours", "load", 5 },
	{ "since: ours, when nothing else begins so", "load-a", 6 },
	{ "since: several old ones", "map-us", 0 },
	{ "since: a name that others begin with", "map-user", 7 },
	{ "since: the longer of them", "map-users", 8 },
	{ "since: two names of one option", "col", 9 },
	{ "since: no such name", "x", 0 },
	{ "since: too long", "helpx", 0 },
};

static void since(void **state)
{
	const struct since_row *row = *state;
	char rest[64];
	const struct opt *found = opt_find_long(since_table, row->text, strlen(row->text));

	assert_int_equal(found ? found->id : 0, row->id);
	/* Text after the name does not count. */
	snprintf(rest, sizeof(rest), "%s=users", row->text);
	assert_ptr_equal(opt_find_long(since_table, rest, strlen(row->text)), found);
}

/* ---- the lists ---- */

static FILE *open_below_compat(const char *name)
{
	const char *source = getenv("XNS_SRCDIR");
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/compat/%s", source ? source : ".", name);
	file = fopen(path, "re");
	if (!file) {
		printf("Bail out! cannot read %s: %s; tests/compat/list-options.sh makes "
		       "options/*\n",
		       path, strerror(errno));
		exit(99);
	}
	return file;
}

static void take_option(struct release *release, const char *tool, const char *option)
{
	for (size_t i = 0; i < ARRAY_LEN(tools); i++) {
		struct list *list = &release->lists[i];

		if (strcmp(tools[i].name, tool) != 0)
			continue;
		if (list->n == OPTIONS_MAX || strncmp(option, "--", 2) != 0)
			abort();
		snprintf(list->names[list->n++], NAME_MAX_LEN, "%s", option + 2);
	}
}

static void read_options(struct release *release)
{
	char name[64], line[256], tool[16], option[NAME_MAX_LEN];
	FILE *file;

	snprintf(name, sizeof(name), "options/util-linux-%s", release->version);
	file = open_below_compat(name);
	while (fgets(line, sizeof(line), file))
		if (*line != '#' && sscanf(line, "%15s %47s", tool, option) == 2)
			take_option(release, tool, option);
	fclose(file);
}

static void read_releases(void)
{
	FILE *file = open_below_compat("references");
	char line[256];

	while (fgets(line, sizeof(line), file)) {
		struct release *release = &releases[n_releases];

		if (*line == '#' || sscanf(line, "%*s %31s", release->version) != 1)
			continue;
		if (++n_releases == RELEASES_MAX)
			abort();
		read_options(release);
	}
	fclose(file);
}

static bool has(const struct list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->names[i], name) == 0)
			return true;
	return false;
}

static void the_lists_are_whole(void **state)
{
	(void)state;
	assert_true(n_releases >= 2);
	for (size_t i = 0; i < n_releases; i++)
		for (size_t tool = 0; tool < ARRAY_LEN(tools); tool++) {
			assert_true(releases[i].lists[tool].n > 10);
			assert_true(has(&releases[i].lists[tool], "version"));
		}
	for (size_t i = 1; i < n_releases; i++)
		if (strverscmp(releases[i - 1].version, releases[i].version) >= 0)
			fail_msg("tests/compat/references: the oldest release goes first");
}

/* ---- the rows ---- */

struct row_case {
	char name[96];
	const struct tool *tool;
	const char *option;
	enum opt_since since;
};

static struct row_case row_cases[ARRAY_LEN(tools) * OPTIONS_MAX * 2];
static size_t n_row_cases;

static const struct opt *find(const struct opt *table, const char *name)
{
	for (const struct opt *row = table; !opt_is_end(row); row++)
		if (row->name && strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

static void row(void **state)
{
	static const char *const words[] = { [SINCE_OURS] = "nothing, as it is ours",
					     [SINCE_NEWEST] = "SINCE_NEWEST",
					     [SINCE_OLDEST] = "SINCE_OLDEST" };
	const struct row_case *c = *state;
	const struct opt *found = find(c->tool->table, c->option);

	if (!found)
		fail_msg("%s: util-linux has an option '--%s': add it", c->tool->file, c->option);
	else if (found->since != c->since)
		fail_msg("%s: the last column of '--%s' must be %s (util-linux %s and %s were "
			 "looked at)",
			 c->tool->file, c->option, words[c->since], oldest()->version,
			 newest()->version);
}

static void add_row(const struct tool *tool, const char *option)
{
	size_t i = (size_t)(tool - tools);
	struct row_case *c = &row_cases[n_row_cases++];

	if (n_row_cases == ARRAY_LEN(row_cases))
		abort();
	c->tool = tool;
	c->option = option;
	c->since = has(&oldest()->lists[i], option)   ? SINCE_OLDEST
		   : has(&newest()->lists[i], option) ? SINCE_NEWEST
						      : SINCE_OURS;
	snprintf(c->name, sizeof(c->name), "row: %s --%s", tool->name, option);
	unit_add(c->name, row, c);
}

static void add_rows(const struct tool *tool)
{
	size_t i = (size_t)(tool - tools);
	const struct list *lists[] = { &oldest()->lists[i], &newest()->lists[i] };

	for (const struct opt *r = tool->table; !opt_is_end(r); r++)
		if (r->name)
			add_row(tool, r->name);
	for (size_t which = 0; which < ARRAY_LEN(lists); which++)
		for (size_t k = 0; k < lists[which]->n; k++)
			if (!find(tool->table, lists[which]->names[k]))
				add_row(tool, lists[which]->names[k]);
}

/* ---- the abbreviations ---- */

struct prefix_case {
	char name[128];
	const struct tool *tool;
	char prefix[NAME_MAX_LEN];
	const char *expected; /* NULL: ambiguous */
	const char *version;  /* in which it is that */
};

static struct prefix_case prefix_cases[UNIT_TESTS_MAX];
static size_t n_prefix_cases;

/* Resolves an abbreviation like getopt_long(3). Returns how many options match; *ret if one. */
static size_t resolve(const struct list *list, const char *prefix, const char **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (strncmp(list->names[i], prefix, strlen(prefix)) != 0)
			continue;
		*ret = list->names[i];
		if (strcmp(list->names[i], prefix) == 0)
			return 1;
		n++;
	}
	return n;
}

static void prefix(void **state)
{
	const struct prefix_case *c = *state;
	char x[] = "x", option[NAME_MAX_LEN + 2], value[] = "5",
	     *argv[] = { x, option, value, NULL };
	struct diag diag = { .err = 0 };
	struct opt_parser parser;
	int id;

	snprintf(option, sizeof(option), "--%s", c->prefix);
	opt_begin(&parser, c->tool->table, 3, argv);
	id = opt_next(&parser, &diag);
	if (!c->expected && (id > 0 || strncmp(diag.what, "ambiguous option", 16) != 0))
		fail_msg("'%s' is ambiguous in util-linux %s, here it is %s: rename the option "
			 "that was "
			 "added to %s",
			 option, c->version, id > 0 ? parser.row->name : diag.what, c->tool->file);
	if (c->expected && (id <= 0 || strcmp(parser.row->name, c->expected) != 0))
		fail_msg("'%s' is '--%s' in util-linux %s, here it is %s: an option that was added "
			 "to %s "
			 "has this name and must be renamed, or its last column is wrong",
			 option, c->expected, c->version, id > 0 ? parser.row->name : diag.what,
			 c->tool->file);
}

static bool is_known(const struct tool *tool, const char *text)
{
	for (size_t i = 0; i < n_prefix_cases; i++)
		if (prefix_cases[i].tool == tool && strcmp(prefix_cases[i].prefix, text) == 0)
			return true;
	return false;
}

static void add_prefix(const struct tool *tool, const char *name, size_t len)
{
	size_t i = (size_t)(tool - tools), n;
	struct prefix_case *c = &prefix_cases[n_prefix_cases];
	const struct release *release = oldest();

	memcpy(c->prefix, name, len);
	c->prefix[len] = '\0';
	if (is_known(tool, c->prefix))
		return;
	n = resolve(&release->lists[i], c->prefix, &c->expected);
	if (n == 0) {
		release = newest();
		n = resolve(&release->lists[i], c->prefix, &c->expected);
	}
	if (n > 1)
		c->expected = NULL;
	c->tool = tool;
	c->version = release->version;
	snprintf(c->name, sizeof(c->name), "%s --%.*s is %s%s", tool->name, (int)len, name,
		 c->expected ? "--" : "ambiguous", c->expected ? c->expected : "");
	n_prefix_cases++;
	unit_add(c->name, prefix, c);
}

static void add_prefixes(const struct tool *tool, const struct release *release)
{
	const struct list *list = &release->lists[tool - tools];

	for (size_t k = 0; k < list->n; k++)
		for (size_t len = 1; len <= strlen(list->names[k]); len++)
			add_prefix(tool, list->names[k], len);
}

int main(void)
{
	read_releases();
	UNIT_ADD_ROWS(since, since_rows);
	UNIT_ADD(the_lists_are_whole);
	for (size_t i = 0; i < ARRAY_LEN(tools); i++) {
		add_rows(&tools[i]);
		add_prefixes(&tools[i], oldest());
		add_prefixes(&tools[i], newest());
	}
	return unit_run("opt since");
}
