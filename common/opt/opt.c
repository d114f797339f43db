/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "opt/opt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"

/* getopt_long(3) returns this plus the id for a long name, and the letter itself otherwise. */
enum { LONG_BASE = 256 };

bool opt_given(const struct opt_set *given, int id)
{
	return given->bits[id / 64] >> (id % 64) & 1;
}

void opt_put(struct opt_set *given, int id)
{
	given->bits[id / 64] |= UINT64_C(1) << (id % 64);
}

void opt_remove(struct opt_set *given, int id)
{
	given->bits[id / 64] &= ~(UINT64_C(1) << (id % 64));
}

const struct opt *opt_row(const struct opt *table, int id)
{
	for (const struct opt *row = table; !opt_is_end(row); row++)
		if (row->name && row->id == id)
			return row;
	abort();
}

/* The row for a code that getopt_long(3) returned or stored in optopt. */
static const struct opt *row_of(const struct opt *table, int code)
{
	if (code >= LONG_BASE)
		return opt_row(table, code - LONG_BASE);
	for (const struct opt *row = table; !opt_is_end(row); row++)
		if (row->name && row->letter == code)
			return row;
	abort();
}

const struct opt *opt_find_long(const struct opt *table, const char *name, size_t len)
{
	const struct opt *found = NULL;
	bool ambiguous = false;

	for (const struct opt *row = table; !opt_is_end(row); row++) {
		if (!row->name || strncmp(row->name, name, len) != 0)
			continue;
		if (!row->name[len])
			return row;
		if (!found || row->since > found->since) {
			found = row;
			ambiguous = false;
		} else if (row->since == found->since && row->id != found->id) {
			ambiguous = true;
		}
	}
	return ambiguous ? NULL : found;
}

/* ---- rules ---- */

/* Renders the option for a diagnosis: "'--fork'", or "'--fork' (implied by '--init')". */
static void name_option(const struct opt *table, const int *cause, int id, char *buf, size_t size)
{
	if (cause[id])
		snprintf(buf, size, "'--%s' (implied by '--%s')", opt_row(table, id)->name,
			 opt_row(table, cause[id])->name);
	else
		snprintf(buf, size, "'--%s'", opt_row(table, id)->name);
}

/* Adds implied options until a round adds none. cause[id] becomes the option that implied id. */
static void imply(const struct opt_rule *rules, struct opt_set *set, int *cause)
{
	bool more = true;

	while (more) {
		more = false;
		for (const struct opt_rule *r = rules; r->a; r++) {
			if (r->relation != RULE_IMPLIES || !opt_given(set, r->a) ||
			    opt_given(set, r->b))
				continue;
			opt_put(set, r->b);
			cause[r->b] = r->a;
			more = true;
		}
	}
}

int opt_apply_rules(const struct opt *table, const struct opt_rule *rules, struct opt_set *set,
		    struct diag *diag)
{
	int cause[OPT_ID_MAX] = { 0 };

	imply(rules, set, cause);
	for (const struct opt_rule *r = rules; r->a; r++) {
		char a[128], b[128];

		if (r->relation == RULE_IMPLIES || !opt_given(set, r->a) ||
		    opt_given(set, r->b) == (r->relation == RULE_NEEDS))
			continue;
		name_option(table, cause, r->a, a, sizeof(a));
		name_option(table, cause, r->b, b, sizeof(b));
		if (r->relation == RULE_NEEDS)
			return diag_usage(diag, "option %s needs %s", a, b);
		return diag_usage(diag, "options %s and %s exclude each other", a, b);
	}
	return 0;
}

/* ---- the command line ---- */

static void fill_letters(struct opt_parser *parser)
{
	const char *end = parser->short_options + sizeof(parser->short_options);
	char *letter = parser->short_options;

	/* '+': the first operand ends the options; ':': return ':' if an argument is missing. */
	*letter++ = '+';
	*letter++ = ':';
	for (const struct opt *row = parser->table; !opt_is_end(row); row++) {
		if (!row->name || !row->letter)
			continue;
		if (end - letter < 4)
			abort();
		*letter++ = row->letter;
		if (row->arg == ARG_REQUIRED || row->arg == ARG_OPTIONAL)
			*letter++ = ':';
		if (row->arg == ARG_OPTIONAL)
			*letter++ = ':';
	}
	*letter = '\0';
}

void opt_begin(struct opt_parser *parser, const struct opt *table, int argc, char **argv)
{
	parser->table = table;
	parser->argc = argc;
	parser->argv = argv;
	parser->row = NULL;
	parser->arg = NULL;
	parser->by_letter = false;
	parser->first_operand = 0;
	parser->ended = false;
	memset(parser->long_options, 0, sizeof(parser->long_options));
	fill_letters(parser);
	/* 0 rather than 1 makes glibc and musl reset the state that an unfinished parse left. */
	optind = 0;
	opterr = 0;
}

static int missing_argument(const struct opt *row, bool by_letter, struct diag *diag)
{
	const char *space = row->metavar ? " " : "", *metavar = row->metavar ? row->metavar : "";

	if (by_letter)
		return diag_usage(diag, "option '-%c' needs an argument%s%s", row->letter, space,
				  metavar);
	return diag_usage(diag, "option '--%s' needs an argument%s%s", row->name, space, metavar);
}

/* Lists the options that begin with name: "'--map-user' or '--map-users'". Returns their number. */
static size_t candidates(const struct opt *table, const char *name, size_t len, char *buf,
			 size_t size)
{
	const struct opt *last = NULL;
	size_t n = 0, used = 0;

	buf[0] = '\0';
	for (const struct opt *row = table; !opt_is_end(row); row++) {
		if (!row->name || strncmp(row->name, name, len) != 0)
			continue;
		if (last && used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s'--%s'",
						 n > 1 ? ", " : "", last->name);
		last = row;
		n++;
	}
	if (last && used < size)
		snprintf(buf + used, size - used, "%s'--%s'", n > 1 ? " or " : "", last->name);
	return n;
}

/* Explains why getopt_long(3) refused this argument, which begins with two dashes. */
static int bad_long(const struct opt *table, const char *argument, struct diag *diag)
{
	const char *name = argument + 2;
	size_t len = strcspn(name, "=");
	const struct opt *row = opt_find_long(table, name, len);
	char found[DIAG_TEXT];

	if (len == 0)
		return diag_usage(diag, "unknown option '%s'", argument);
	if (row)
		return diag_usage(diag, "option '--%s' takes no argument ('%s')", row->name,
				  argument);
	if (candidates(table, name, len, found, sizeof(found)) == 0)
		return diag_usage(diag, "unknown option '--%.*s'", (int)len, name);
	return diag_usage(diag, "ambiguous option '--%.*s' (could be %s)", (int)len, name, found);
}

/* Explains why getopt_long(3) refused a letter of this argument. */
static int bad_letter(const struct opt_parser *parser, const char *argument, struct diag *diag)
{
	const struct opt *row = parser->row;

	/* Of a character beyond ASCII, optopt has only one byte. */
	if (optopt <= ' ' || optopt > '~')
		return diag_usage(diag, "unknown option in '%s'", argument);
	if (optopt == '=' && argument[1] != '=' && row && parser->by_letter) {
		int rc = diag_usage(diag, "option '-%c' takes no argument ('%s')", row->letter,
				    argument);

		if (row->arg == ARG_OPTIONAL_LONG)
			diag_hint(diag, "use the long form: --%s%s", row->name,
				  strchr(argument, '='));
		return rc;
	}
	return diag_usage(diag, "unknown option '-%c'", optopt);
}

/*
 * We look long names up ourselves, because getopt_long(3) does not know enum opt_since. Its table
 * has only the option that the argument names, or none.
 */
static void offer_long(struct opt_parser *parser, const char *argument)
{
	static const int has_arg[] = {
		[ARG_NONE] = no_argument,
		[ARG_REQUIRED] = required_argument,
		[ARG_OPTIONAL] = optional_argument,
		[ARG_OPTIONAL_LONG] = optional_argument,
	};
	size_t len = strcspn(argument, "=");
	const struct opt *row = len > 0 ? opt_find_long(parser->table, argument, len) : NULL;

	parser->long_options[0] = (struct option){ .name = NULL };
	if (row)
		parser->long_options[0] = (struct option){ .name = row->name,
							   .has_arg = has_arg[row->arg],
							   .val = LONG_BASE + row->id };
}

int opt_next(struct opt_parser *parser, struct diag *diag)
{
	int at = optind > 0 ? optind : 1;
	int c = -1;

	optarg = NULL;
	if (at < parser->argc && strncmp(parser->argv[at], "--", 2) == 0)
		offer_long(parser, parser->argv[at] + 2);
	if (parser->argc > 0 && !parser->ended)
		c = getopt_long(parser->argc, parser->argv, parser->short_options,
				parser->long_options, NULL);
	if (c == -1) {
		parser->first_operand = optind < parser->argc ? optind : parser->argc;
		parser->ended |= optind > at && strcmp(parser->argv[at], "--") == 0;
		return 0;
	}
	if (c == '?' && strncmp(parser->argv[at], "--", 2) == 0)
		return bad_long(parser->table, parser->argv[at], diag);
	if (c == '?')
		return bad_letter(parser, parser->argv[at], diag);
	if (c == ':')
		return missing_argument(row_of(parser->table, optopt), optopt < LONG_BASE, diag);
	parser->row = row_of(parser->table, c);
	parser->by_letter = c < LONG_BASE;
	parser->arg = optarg;
	/* getopt(3) includes the '=' of "-n=FILE" in the argument; we skip it. */
	if (parser->by_letter && parser->row->arg == ARG_OPTIONAL && optarg && *optarg == '=')
		parser->arg = optarg + 1;
	return parser->row->id;
}

const char *opt_operand(struct opt_parser *parser)
{
	if (parser->first_operand >= parser->argc)
		return NULL;
	optind = parser->first_operand + 1;
	return parser->argv[parser->first_operand];
}
