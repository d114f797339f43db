/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The manual pages against tables that the program does not print as a whole: which kernel brought each
 * type, the causes of --check, the steps of --explain. tests/cli/docs-pages.t has what it prints.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/ns.h"
#include "cause/internal.h"
#include "golden.h"
#include "plan/step.h"
#include "unit.h"
#ifdef HAVE_LIBMNL
#include "xnetns/step.h"
#endif

/* One word that a page must have. */
struct row {
	char name[96];
	const char *page;
	const char *word, *label;
};

static struct row rows[256];
static size_t n_rows;

static char *read_page(const char *name)
{
	const char *source = getenv("XNS_SRCDIR");
	char path[4096], *text = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/man/%s", source ? source : ".", name);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_true(getdelim(&text, &size, '\0', file) > 0);
	fclose(file);
	return text;
}

/* Whether the line consists of macros for words and of words, one of which is this one. */
static bool has_word(char *line, const char *word)
{
	char *state = NULL;
	bool found = false;

	for (char *part = strtok_r(line, " ", &state); part; part = strtok_r(NULL, " ", &state)) {
		if (isupper((unsigned char)*part) && strcmp(part, "Cm") != 0)
			return found;
		found = found || strcmp(part, word) == 0;
	}
	return found;
}

static bool has_term(const char *page, const char *word)
{
	_cleanup_free_ char *text = read_page(page);
	char *next = NULL;
	bool found = false;

	for (char *line = strtok_r(text, "\n", &next); line; line = strtok_r(NULL, "\n", &next)) {
		if (strncmp(line, ".It Cm ", 7) == 0)
			found = found || has_word(line + 4, word);
		else if (strncmp(line, ".Cm ", 4) == 0)
			found = found || has_word(line + 1, word);
	}
	return found;
}

static void page_has_word(void **state)
{
	const struct row *row = *state;

	assert_true(has_term(row->page, row->word));
}

static void history_has_type(void **state)
{
	const struct row *row = *state;
	_cleanup_free_ char *text = read_page(row->page);
	const char *history = strstr(text, "\n.Sh HISTORY\n");

	assert_non_null(history);
	assert_non_null(strstr(history, row->word));
	assert_non_null(strstr(history, row->label));
}

static void add(CMUnitTestFunction function, const char *page, const char *word, const char *label)
{
	struct row *row = &rows[n_rows++];

	if (n_rows == ARRAY_LEN(rows))
		abort();
	*row = (struct row){ .page = page, .word = word, .label = label };
	snprintf(row->name, sizeof(row->name), "%s has '%s'%s%s", page, word, label ? " of " : "",
		 label ? label : "");
	unit_add(row->name, function, row);
}

static void add_causes(const struct cause *causes)
{
	for (; causes->name; causes++)
		add(page_has_word, "xunshare.1", causes->name, NULL);
}

/* Of all kinds that the golden plans have: every option that adds a step has one. */
static void add_steps(void)
{
	bool planned[STEP_KINDS] = { false };
	size_t n;
	const struct golden *cases = golden_read(&n);

	for (size_t i = 0; i < n; i++) {
		static struct golden_plan made;

		golden_plan(&cases[i], &made);
		for (size_t k = 0; k < made.plan.n; k++)
			planned[made.plan.steps[k].kind] = true;
		golden_free(&made);
	}
	for (int kind = 0; kind < STEP_KINDS; kind++)
		if (planned[kind])
			add(page_has_word, "xunshare.1", step_name((enum step_kind)kind), NULL);
}

int main(void)
{
	for (int type = 0; type < NS_COUNT; type++)
		add(history_has_type, "xns.1", ns_types[type].since, ns_types[type].label);
	add_causes(unshare_causes);
	add_causes(map_causes);
	add_steps();
#ifdef HAVE_LIBMNL
	for (int kind = 0; kind < NETNS_KINDS; kind++)
		add(page_has_word, "xnetns.8", netns_step_name((enum netns_step_kind)kind), NULL);
#endif
	return unit_run("pages");
}
