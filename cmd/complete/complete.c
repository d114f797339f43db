/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an unfinished command line, and prints the candidates for its last word. */
#include "complete/complete.h"

#include <stdio.h>
#include <string.h>

#include "applet.h"
#include "complete/values.h"
#include "kernel/io.h"

/* ---- reading ---- */

static const struct opt *find_letter(const struct opt *table, char letter)
{
	for (const struct opt *row = table; !opt_is_end(row); row++)
		if (row->name && row->letter == letter)
			return row;
	return NULL;
}

static void take(struct completion *ret, const struct opt *row, size_t prefix)
{
	ret->row = row;
	ret->prefix = prefix;
}

/*
 * Reads a word of options. If its last option takes an argument, sets ret->row to that option and
 * ret->prefix to the start of the argument, or to the end of the word if the argument is not in it.
 */
static void read_long(const struct opt *table, const char *word, struct completion *ret)
{
	size_t len = strcspn(word + 2, "=");
	const struct opt *row = opt_find_long(table, word + 2, len);
	bool attached = word[2 + len] == '=';

	if (!row)
		return;
	opt_put(&ret->given, row->id);
	if (row->arg != ARG_NONE && (attached || row->arg == ARG_REQUIRED))
		take(ret, row, 2 + len + attached);
}

static void read_letters(const struct opt *table, const char *word, struct completion *ret)
{
	for (size_t i = 1; word[i]; i++) {
		const struct opt *row = find_letter(table, word[i]);

		if (!row)
			return;
		opt_put(&ret->given, row->id);
		if (row->arg == ARG_REQUIRED)
			take(ret, row, i + 1);
		else if (row->arg == ARG_OPTIONAL && word[i + 1])
			take(ret, row, i + 1 + (word[i + 1] == '='));
		if (ret->row)
			return;
	}
}

static void read_options(const struct opt *table, const char *word, struct completion *ret)
{
	if (word[1] == '-')
		read_long(table, word, ret);
	else
		read_letters(table, word, ret);
}

/* Whether the argument of the option in completion->row begins in the same word. */
static bool is_attached(const struct completion *completion, const char *word)
{
	return word[completion->prefix] || word[completion->prefix - 1] == '=';
}

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

/* The last word, if it may be an option: completes the option, or the argument in the word. */
static void read_last(const struct opt *table, struct completion *ret)
{
	const char *word = ret->words[ret->n - 1];
	struct completion last = *ret;

	if (word[0] != '-')
		return;
	read_options(table, word, &last);
	/* Without "=" or an argument, the word is still an option: "--setgroups", "-S". */
	if (last.row && is_attached(&last, word))
		take(ret, last.row, last.prefix);
	else
		ret->option = true;
}

void complete_parse(const struct opt *table, complete_operand *operand, char *const *words, int n,
		    struct completion *ret)
{
	bool ended = false;

	*ret = (struct completion){ .words = words, .n = n };
	for (int i = 1; i < n; i++) {
		const char *word = words[i];
		bool last = i == n - 1;

		if (!ended && word[0] == '-' && last) {
			read_last(table, ret);
		} else if (!ended && strcmp(word, "--") == 0) {
			ended = true;
		} else if (!ended && is_option(word)) {
			read_options(table, word, ret);
			if (ret->row && !is_attached(ret, word) && ++i == n - 1) {
				ret->prefix = 0;
				return;
			}
			take(ret, NULL, 0);
		} else if (operand(ret, false) == VALUE_COMMAND) {
			ret->program = i;
			return;
		} else if (!last && ret->n_operands++ == 0) {
			ret->operand = word;
		}
	}
}

/* ---- printing ---- */

/* Offers letters only after a single dash. */
static void print_options(const struct completion *completion, const struct applet *applet)
{
	const char *last = completion->words[completion->n - 1];
	char word[64];

	for (const struct opt *row = applet->options; !opt_is_end(row); row++) {
		if (!row->name || !row->help ||
		    (applet->offers && !applet->offers(completion, row)))
			continue;
		snprintf(word, sizeof(word), "-%c", row->letter);
		if (row->letter && !last[1])
			complete_word(completion, word, row->help);
		snprintf(word, sizeof(word), "--%s%s", row->name,
			 row->arg == ARG_REQUIRED ? "=" : "");
		complete_word(completion, word, row->help);
	}
	/* A word of letters may be complete, so it is a candidate itself. */
	if (last[1] && last[1] != '-')
		complete_word(completion, last, NULL);
}

static void print_kind(const struct completion *completion, enum opt_value value, int skipped)
{
	if (completion->program)
		printf("command %d\n", completion->program + skipped);
	else if (value == VALUE_FILE)
		printf("files %zu\n", completion->prefix);
	else if (value == VALUE_DIR)
		printf("directories %zu\n", completion->prefix);
	else
		puts("words");
}

/* The lines after the first: options or values. */
static void print_candidates(const struct completion *completion, const struct applet *applet,
			     enum opt_value value)
{
	if (completion->program)
		return;
	if (completion->option)
		print_options(completion, applet);
	else if (completion->row)
		complete_value(completion, applet, value, completion->row->metavar);
	else
		complete_value(completion, applet, applet->operand(completion, true), NULL);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int complete(const struct applet *applets, size_t n_applets, const struct applet *own, int n,
	     char *const *words)
{
	const struct applet *applet = NULL;
	struct completion completion;
	enum opt_value value = VALUE_NONE;
	int skipped = 0;

	if (n > 0)
		applet = applet_find(applets, n_applets, base_name(words[0]));
	/* "xns APPLET ..." */
	if (!applet && n > 2 && (applet = applet_find(applets, n_applets, words[1])))
		skipped = 1;
	if (!applet)
		applet = own;
	if (n > 1) {
		complete_parse(applet->options, applet->operand, words + skipped, n - skipped,
			       &completion);
		if (completion.row)
			value = completion.row->value;
		else if (!completion.option)
			value = applet->operand(&completion, false);
		print_kind(&completion, value, skipped);
		print_candidates(&completion, applet, value);
	}
	return io_flush(stdout);
}
