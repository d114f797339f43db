/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a batch file: comments, continuation, words and quotes. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "xnetns/batch.h"

struct cut_row {
	const char *name;
	const char *line;
	const char *left;
	bool more;
};

static const struct cut_row cut_rows[] = {
	{ "cut: nothing", "", "", false },
	{ "cut: a newline", "add a\n", "add a", false },
	{ "cut: no newline at the end of the file", "add a", "add a", false },
	{ "cut: a comment", "# text\n", "", false },
	{ "cut: a comment after a command", "add a # text\n", "add a ", false },
	{ "cut: a comment within a word", "add a#b\n", "add a", false },
	{ "cut: a comment within quotes", "add \"a#b\"\n", "add \"a", false },
	{ "cut: a backslash at the end", "add \\\n", "add ", true },
	{ "cut: a backslash at the end of the file", "add \\", "add ", true },
	{ "cut: a backslash elsewhere", "a\\dd a\n", "a\\dd a", false },
	{ "cut: a backslash in a comment", "add a # \\\n", "add a ", false },
	{ "cut: two backslashes", "add \\\\\n", "add \\", true },
};

static void cut(void **state)
{
	const struct cut_row *row = *state;
	char line[64];

	snprintf(line, sizeof(line), "%s", row->line);
	assert_int_equal(batch_cut_line(line), row->more);
	assert_string_equal(line, row->left);
}

struct split_row {
	const char *name;
	const char *line;
	int n;
	const char *words; /* joined by "|" */
};

static const struct split_row split_rows[] = {
	{ "split: nothing", "", 0, "" },
	{ "split: white space", " \t \r\n", 0, "" },
	{ "split: one word", "list", 1, "list" },
	{ "split: words", "add  a\tb ", 3, "add|a|b" },
	{ "split: double quotes", "add \"a b\" c", 3, "add|a b|c" },
	{ "split: single quotes", "add 'a b'", 2, "add|a b" },
	{ "split: a quote within the other", "add \"a'b\" 'c\"d'", 3, "add|a'b|c\"d" },
	{ "split: an empty word", "add ''", 2, "add|" },
	{ "split: a quote within a word is none", "a'b c'd", 2, "a'b|c'd" },
	{ "split: words that touch", "'a''b'", 2, "a|b" },
	{ "split: a quote without end", "add \"a", -EINVAL, "" },
	{ "split: a quote without end, alone", "'", -EINVAL, "" },
	{ "split: a backslash is itself", "a\\ b", 2, "a\\|b" },
};

static void split(void **state)
{
	const struct split_row *row = *state;
	char line[64], joined[64] = "";
	char *words[8];
	int n;

	snprintf(line, sizeof(line), "%s", row->line);
	n = batch_split(line, words, ARRAY_LEN(words));
	assert_int_equal(n, row->n);
	for (int i = 0; i < n; i++)
		snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), "%s%s",
			 i ? "|" : "", words[i]);
	assert_string_equal(joined, row->words);
	if (n >= 0)
		assert_null(words[n]);
}

static void too_many_words(void **state)
{
	char *words[4];
	char fits[] = "a b c", not[] = "a b c d";

	(void)state;
	assert_int_equal(batch_split(fits, words, ARRAY_LEN(words)), 3);
	assert_int_equal(batch_split(not, words, ARRAY_LEN(words)), -E2BIG);
}

int main(void)
{
	UNIT_ADD_ROWS(cut, cut_rows);
	UNIT_ADD_ROWS(split, split_rows);
	UNIT_ADD(too_many_words);
	return unit_run("xnetns_batch_parse");
}
