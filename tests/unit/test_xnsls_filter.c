/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filter expressions: their value for a row, and how much of them is accepted. */
#include "filter_unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "memory.h"

static void fill_value(void *state, int name, struct filter_value *ret)
{
	(void)state;
	*ret = names[name].value;
}

/* ---- what is true ---- */

struct match_row {
	const char *text;
	bool expected;
};

static const struct match_row match_rows[] = {
	/* numbers */
	{ "NS == 4026531833", true },
	{ "NS == 4026531834", false },
	{ "NS != 4026531833", false },
	{ "NPROCS < 12", false },
	{ "NPROCS <= 12", true },
	{ "NPROCS > 11", true },
	{ "NPROCS >= 13", false },
	{ "12 == NPROCS", true },
	{ "11 < NPROCS", true },
	{ "NPROCS < NS", true },
	{ "NPROCS == NPROCS", true },
	{ "NPROCS == 012", true },
	{ "NS < 18446744073709551615", true },
	/* words for operators */
	{ "NPROCS eq 12", true },
	{ "NPROCS ne 12", false },
	{ "NPROCS lt 13", true },
	{ "NPROCS le 11", false },
	{ "NPROCS gt 11", true },
	{ "NPROCS ge 12", true },
	{ "NPROCS GE 12", true },
	/* suffixes */
	{ "1K == 1024", true },
	{ "1k == 1024", true },
	{ "1KiB == 1024", true },
	{ "1kib == 1024", true },
	{ "1KB == 1000", true },
	{ "2M == 2097152", true },
	{ "2MB == 2000000", true },
	{ "1G == 1073741824", true },
	{ "1T == 1099511627776", true },
	{ "1P == 1125899906842624", true },
	{ "15E == 17293822569102704640", true },
	{ "NS > 3G", true },
	{ "NS > 4G", false },
	/* strings */
	{ "USER == \"root\"", true },
	{ "USER == 'root'", true },
	{ "USER != \"root\"", false },
	{ "USER < \"rootx\"", true },
	{ "USER > \"roo\"", true },
	{ "\"root\" == USER", true },
	{ "TYPE == USER", false },
	{ "TYPE < USER", true },
	{ "COMMAND == \"a \\\"b\\\" \\\\c\nd\"", true },
	{ "COMMAND == 'a \"b\" \\c\nd'", true },
	{ "EMPTY == \"\"", true },
	/* numbers and strings */
	{ "NETNSID == 7", true },
	{ "NETNSID == \"7\"", true },
	{ "NETNSID < 10", true },
	{ "NPROCS == \"12\"", true },
	{ "NPROCS == \"012\"", false },
	{ "NPROCS == \"12\"", true },
	{ "NPROCS < \"9\"", true },
	{ "\"9\" > NPROCS", true },
	{ "NPROCS < 9", false },
	{ "NETNSID > NPROCS", true },
	{ "NPROCS > NETNSID", true },
	{ "USER > NPROCS", true },
	{ "NPROCS < USER", false },
	{ "NPROCS > \"a\"", false },
	{ "USER == 0", false },
	{ "USER != 0", true },
	{ "USER < 1", false },
	{ "USER >= 0", false },
	{ "NPROCS == \"12 \"", false },
	{ "NPROCS == \"+12\"", false },
	/* what is missing */
	{ "PNS == 0", false },
	{ "PNS != 0", true },
	{ "PNS < 1", false },
	{ "PNS >= 0", false },
	{ "PNS == PNS", false },
	{ "PNS == \"\"", false },
	{ "PNS =~ \"\"", false },
	{ "PNS !~ \"\"", true },
	/* regular expressions */
	{ "USER =~ \"^ro+t$\"", true },
	{ "USER =~ \"oo\"", true },
	{ "USER !~ \"oo\"", false },
	{ "USER =~ \"R\"", false },
	{ "TYPE =~ \"^(net|mnt)$\"", true },
	{ "NS =~ \"33$\"", true },
	{ "COMMAND =~ '\\\\\\\\c'", true },
	{ "\"abc\" =~ \"b\"", true },
	/* sets: one member is enough, and != is the opposite of == */
	{ "SET == 8080", true },
	{ "8080 == SET", true },
	{ "SET == 808", false },
	{ "SET != 8080", false },
	{ "SET != 1", true },
	{ "SET > 8079", true },
	{ "SET > 8080", false },
	{ "SET == \"veth0\"", true },
	{ "SET == \"eth0@4026532001\"", false },
	{ "SET =~ \"^veth0$\"", true },
	{ "SET =~ \"4026532001$\"", true },
	{ "SET =~ \"22.8080\"", false },
	{ "SET !~ \"^22$\"", false },
	{ "SET !~ \"^2$\"", true },
	{ "SET == SET", true },
	{ "SET == NETNSID", false },
	{ "SET", true },
	/* truth */
	{ "NPROCS", true },
	{ "ZERO", false },
	{ "USER", true },
	{ "EMPTY", false },
	{ "PNS", false },
	{ "!PNS", true },
	{ "not ZERO", true },
	{ "1", true },
	{ "0", false },
	{ "true", true },
	{ "FALSE", false },
	{ "\"x\"", true },
	{ "\"\"", false },
	/* logic and its strength */
	{ "true and true", true },
	{ "true && false", false },
	{ "false or true", true },
	{ "false || false", false },
	{ "true or true and false", true },
	{ "(true or true) and false", false },
	{ "false and true or true", true },
	{ "not false and false", false },
	{ "not (false and false)", true },
	{ "!!true", true },
	{ "! ! ! true", false },
	{ "NPROCS>1&&USER!=\"root\"||TYPE==\"net\"", true },
	{ "not NPROCS == 12", false },
	{ "((((NPROCS))))", true },
	{ " \t\n NPROCS\n==\t12 ", true },
	{ "nprocs == 12 AND user == \"root\" OR false", true },
	{ "USER != \"root\" and NPROCS > 1", false },
};

static void match(void **state)
{
	const struct match_row *row = *state;
	struct filter *filter = NULL;
	struct diag diag;
	size_t at = 0;

	assert_int_equal(filter_parse(row->text, find, &filter, &at, &diag), 0);
	assert_int_equal(filter_match(filter, fill_value, NULL), row->expected);
	filter_free(filter);
}

/* ---- bounds ---- */

static bool parses(const char *text)
{
	struct filter *filter = NULL;
	struct diag diag;
	size_t at = 0;
	int rc = filter_parse(text, find, &filter, &at, &diag);

	if (rc == 0)
		filter_free(filter);
	else
		assert_true(at <= strlen(text));
	return rc == 0;
}

static void repeat(char *text, const char *piece, int n)
{
	for (int i = 0; i < n; i++)
		strcat(text, piece);
}

static void nesting_is_bounded(void **state)
{
	char *text = calloc(1, 1000000);

	(void)state;
	assert_non_null(text);
	repeat(text, "(", 100);
	strcat(text, "NS");
	repeat(text, ")", 100);
	assert_true(parses(text));
	text[0] = '\0';
	repeat(text, "(", 101);
	strcat(text, "NS");
	repeat(text, ")", 101);
	assert_false(parses(text));
	memset(text, '!', 999999);
	assert_false(parses(text));
	memset(text, '(', 999999);
	assert_false(parses(text));
	free(text);
}

/* regcomp(3) recurses: 20,000 groups are the end of the stack. */
static void groups_of_a_pattern_are_bounded(void **state)
{
	char *text = calloc(1, 100000);

	(void)state;
	assert_non_null(text);
	for (int n = 199; n <= 20000; n += n < 201 ? 1 : 19799) {
		strcpy(text, "USER =~ \"[]\\](]\\\\(");
		repeat(text, "(", n - 1);
		repeat(text, "x)", n);
		strcat(text, "\"");
		assert_int_equal(parses(text), n <= 200);
	}
	free(text);
}

static void length_is_bounded(void **state)
{
	char *text = calloc(1, 200000);

	(void)state;
	assert_non_null(text);
	repeat(text, "1 or ", 4000);
	strcat(text, "1");
	assert_true(parses(text));
	repeat(text, " or 1", 4000);
	assert_false(parses(text));
	free(text);
}

static void collect(void *state, int name)
{
	*(unsigned *)state |= 1u << name;
}

static void names_are_told(void **state)
{
	struct filter *filter = NULL;
	struct diag diag;
	unsigned found = 0;
	size_t at;

	(void)state;
	assert_int_equal(filter_parse("not (NS == 1 or TYPE =~ 'x') and PNS", find, &filter, &at,
				      &diag), 0);
	filter_names(filter, collect, &found);
	assert_int_equal(found, 1u << find("NS", 2) | 1u << find("TYPE", 4) | 1u << find("PNS", 3));
	filter_free(filter);
}

/* Random pieces: no crash, no leak, and the fault lies within the text. */
static void random_expressions(void **state)
{
	static const char *const pieces[] = { "NS",  "USER", "BIRD", "12", "1K", "\"a\"", "'", "\"",
					      "(",   ")",    "!",    "==", "=~", "!~",	  "<", "and",
					      "or",  "not",  "&&",   "||", " ",	 "=",	  "\\", "\xff" };
	uint32_t seed = 42;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[256] = "";
		unsigned n = unit_random(&seed) % 12;

		for (unsigned i = 0; i < n; i++) {
			strcat(text, pieces[unit_random(&seed) % ARRAY_LEN(pieces)]);
			if (unit_random(&seed) % 2)
				strcat(text, " ");
		}
		parses(text);
	}
}

static void lack_of_memory_is_told(void **state)
{
	static const char text[] = "(NS == 1 or TYPE == 'x') and not PNS";
	int failures = 0;

	(void)state;
	for (int left = 0;; left++) {
		struct filter *filter = NULL;
		struct diag diag = { 0 };
		size_t at = 0;
		int rc;

		memory_left = left;
		rc = filter_parse(text, find, &filter, &at, &diag);
		memory_left = -1;
		if (rc == 0) {
			filter_free(filter);
			break;
		}
		assert_int_equal(rc, -ENOMEM);
		failures++;
	}
	assert_true(failures > 5);
}

int main(void)
{
	UNIT_ADD_ROWS(match, match_rows);
	UNIT_ADD(nesting_is_bounded);
	UNIT_ADD(groups_of_a_pattern_are_bounded);
	UNIT_ADD(length_is_bounded);
	UNIT_ADD(names_are_told);
	UNIT_ADD(random_expressions);
	UNIT_ADD(lack_of_memory_is_told);
	return unit_run("xnsls_filter");
}
