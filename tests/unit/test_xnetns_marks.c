/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A mark that list prints after a name is taken for no name. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "netns/presence.h"
#include "xnetns/xnetns.h"

/* Each text that list prints in parentheses, from the function that makes it. */
static void all_texts_are_marks(void **state)
{
	(void)state;
	for (int word = PRESENCE_ELSEWHERE; word <= PRESENCE_UNKNOWN; word++)
		for (int variant = 0; variant < 16; variant++) {
			const struct sought sought = {
				.state = (enum presence)word,
				.own = variant & 1,
				.pid = variant & 2 ? 4711 : 0,
				.mnt = 4026531841,
				.link = word == PRESENCE_ELSEWHERE ? DANGLING_NOT
								   : (enum dangling)(variant >> 2 & 1),
			};
			char text[PRESENCE_TEXT], mark[PRESENCE_TEXT + 2];

			presence_text(&sought, text, sizeof(text));
			snprintf(mark, sizeof(mark), "(%s)", text);
			if (!xnetns_is_mark(mark))
				fail_msg("no mark: %s", mark);
		}
	assert_true(xnetns_is_mark("(id: 2147483647)"));
	assert_true(xnetns_is_mark("(user)"));
	assert_true(xnetns_is_mark("(uplink)"));
	assert_true(xnetns_is_mark("(user) (uplink)"));
	assert_true(xnetns_is_mark("(id: 7) (uplink)"));
}

struct no_mark {
	const char *name, *text;
};

static const struct no_mark no_marks[] = {
	{ "no mark: nothing", "" },
	{ "no mark: without a number", "(id: )" },
	{ "no mark: a sign", "(id: -1)" },
	{ "no mark: more", "(id: 7) " },
	{ "no mark: cut", "(id: 7" },
	{ "no mark: without parentheses", "stale" },
	{ "no mark: another word", "(stales)" },
};

static void is_no_mark(void **state)
{
	const struct no_mark *row = *state;

	assert_false(xnetns_is_mark(row->text));
}

struct words {
	const char *name;
	int n_names;
	const char *exists; /* a file of this name is there */
	const char *line, *left;
};

static const struct words rows[] = {
	{ "as three words", 9, NULL, "n1|(id:|7)", "n1" },
	{ "as one", 9, NULL, "n1 (id: 7)", "n1" },
	{ "of each name", 9, NULL, "a|(id:|7)|b (stale)|c|(user)", "a|b|c" },
	{ "with blanks in the name", 9, NULL, "a b (id: 7)|c", "a b|c" },
	{ "of the first name only", 1, NULL, "a|(id:|7)|b|(id:|7)", "a|b|(id:|7)" },
	{ "of no name", 0, NULL, "a|(id:|7)", "a|(id:|7)" },
	{ "as the first word", 9, NULL, "(stale)|(stale)", "(stale)" },
	{ "half a mark", 9, NULL, "a|(id:|b", "a|(id:|b" },
	{ "half a mark at the end", 9, NULL, "a|(id:", "a|(id:" },
	{ "a whole name that is there", 9, "n1 (id: 7)", "n1 (id: 7)|b", "n1 (id: 7)|b" },
	{ "a mark that is a name", 9, "(stale)", "a|(stale)", "a|(stale)" },
	{ "a mark that begins like a name", 9, "(id:", "a|(id:|7)", "a|(id:|7)" },
	{ "no words", 9, NULL, "", "" },
};

static const char *there;

static bool exists(const char *name)
{
	return there && strcmp(name, there) == 0;
}

static void is_dropped(void **state)
{
	const struct words *row = *state;
	char line[128], left[128] = "", *words[16];
	struct xnetns request = { .operands = words, .exists = exists };
	int n = 0;

	there = row->exists;
	snprintf(line, sizeof(line), "%s", row->line);
	for (char *word = strtok(line, "|"); word; word = strtok(NULL, "|"))
		words[n++] = word;
	words[n] = NULL;
	request.n_operands = n;
	xnetns_drop_marks(&request, row->n_names);
	for (int i = 0; i < request.n_operands; i++)
		snprintf(left + strlen(left), sizeof(left) - strlen(left), "%s%s", i ? "|" : "",
			 words[i]);
	assert_string_equal(left, row->left);
	assert_null(words[request.n_operands]);
}

int main(void)
{
	UNIT_ADD(all_texts_are_marks);
	UNIT_ADD_ROWS(is_no_mark, no_marks);
	UNIT_ADD_ROWS(is_dropped, rows);
	return unit_run("xnetns_marks");
}
