/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines, by the table of options. */
#include "opt_unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 16 };

/* Cuts at blanks; "''" is an empty word. */
static int split(char *line, char **argv)
{
	int argc = 0;

	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		argv[argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
	argv[argc] = NULL;
	return argc;
}

/* "mount=a -fork | operands": what came out, short options marked by one dash. */
static int trace(int argc, char **argv, char *buf, size_t size, struct diag *diag)
{
	struct opt_parser parser;
	size_t used = 0;
	int id;

	buf[0] = '\0';
	opt_begin(&parser, table, argc, argv);
	while ((id = opt_next(&parser, diag)) > 0) {
		assert_int_equal(parser.row->id, id);
		used += (size_t)snprintf(buf + used, size - used, "%s%s%s%s ",
					 parser.by_letter ? "-" : "", parser.row->name,
					 parser.arg ? "=" : "", parser.arg ? parser.arg : "");
	}
	used += (size_t)snprintf(buf + used, size - used, "|");
	for (int i = parser.first_operand; id == 0 && i < argc; i++)
		used += (size_t)snprintf(buf + used, size - used, " %s", argv[i]);
	return id;
}

struct line_row {
	const char *name;
	const char *line;
	const char *trace;   /* or */
	const char *message;
	const char *hint;
};

static const struct line_row line_rows[] = {
	{ "line: nothing", "x", "|", NULL, NULL },
	{ "line: long", "x --fork", "fork |", NULL, NULL },
	{ "line: letter", "x -f", "-fork |", NULL, NULL },
	{ "line: letters together", "x -fUT", "-fork -user -time |", NULL, NULL },
	{ "line: the highest id", "x -z --last", "-last last |", NULL, NULL },
	{ "line: a row without help", "x --old", "old |", NULL, NULL },
	{ "line: the same twice", "x -f --fork", "-fork fork |", NULL, NULL },
	{ "line: operands", "x a b", "| a b", NULL, NULL },
	{ "line: the first operand ends the options", "x -f sh -c --foo", "-fork | sh -c --foo",
	  NULL, NULL },
	{ "line: two dashes end the options", "x -f -- --foo", "-fork | --foo", NULL, NULL },
	{ "line: two dashes alone", "x --", "|", NULL, NULL },
	{ "line: only the first two dashes", "x -- -- a", "| -- a", NULL, NULL },
	{ "line: one dash is an operand", "x - -f", "| - -f", NULL, NULL },
	{ "line: an empty operand", "x '' -f", "|  -f", NULL, NULL },
	{ "line: required, long, apart", "x --setuid 5 a", "setuid=5 | a", NULL, NULL },
	{ "line: required, long, attached", "x --setuid=5 a", "setuid=5 | a", NULL, NULL },
	{ "line: required, letter, apart", "x -S 5 a", "-setuid=5 | a", NULL, NULL },
	{ "line: required, letter, attached", "x -S5 a", "-setuid=5 | a", NULL, NULL },
	{ "line: required, letter, '=' is part of it", "x -S=5", "-setuid==5 |", NULL, NULL },
	{ "line: required, behind letters", "x -fS5", "-fork -setuid=5 |", NULL, NULL },
	{ "line: required, looks like an option", "x -S -f", "-setuid=-f |", NULL, NULL },
	{ "line: required, two dashes", "x -S --", "-setuid=-- |", NULL, NULL },
	{ "line: required, empty", "x --setuid= -S ''", "setuid= -setuid= |", NULL, NULL },
	{ "line: required, holds '='", "x --map-user=a=b", "map-user=a=b |", NULL, NULL },
	{ "line: optional, long, left out", "x --net a", "net | a", NULL, NULL },
	{ "line: optional, long, given", "x --net=a b", "net=a | b", NULL, NULL },
	{ "line: optional, long, empty", "x --net= b", "net= | b", NULL, NULL },
	{ "line: optional, letter, left out", "x -n a", "-net | a", NULL, NULL },
	{ "line: optional, letter, attached", "x -na b", "-net=a | b", NULL, NULL },
	{ "line: optional, letter, '=' is skipped", "x -n=a b", "-net=a | b", NULL, NULL },
	{ "line: optional, letter, one '=' is skipped", "x -n==a", "-net==a |", NULL, NULL },
	{ "line: optional, letter, '=' and nothing", "x -n= b", "-net= | b", NULL, NULL },
	{ "line: optional, letter, eats letters", "x -nf", "-net=f |", NULL, NULL },
	{ "line: optional, behind letters", "x -fn=a", "-fork -net=a |", NULL, NULL },
	{ "line: long only, given", "x --mount=a", "mount=a |", NULL, NULL },
	{ "line: long only, left out", "x --mount a", "mount | a", NULL, NULL },
	{ "line: long only, letter takes none", "x -m a", "-mount | a", NULL, NULL },
	{ "line: long only, letters behind", "x -mf", "-mount -fork |", NULL, NULL },
	{ "line: no argument kept from the one before", "x --net=a -f --net", "net=a -fork net |",
	  NULL, NULL },
	{ "line: cut short", "x --fo", "fork |", NULL, NULL },
	{ "line: cut short, with an argument", "x --se=5", "setuid=5 |", NULL, NULL },
	{ "line: a whole name that begins another", "x --map-user 5", "map-user=5 |", NULL, NULL },
	{ "line: unknown long", "x --foo", NULL, "unknown option '--foo'", NULL },
	{ "line: unknown long with an argument", "x --foo=bar", NULL, "unknown option '--foo'",
	  NULL },
	{ "line: unknown, a name and more", "x --forks", NULL, "unknown option '--forks'", NULL },
	{ "line: unknown, other case", "x --Fork", NULL, "unknown option '--Fork'", NULL },
	{ "line: unknown long without a name", "x --=x", NULL, "unknown option '--=x'", NULL },
	{ "line: three dashes", "x ---fork", NULL, "unknown option '---fork'", NULL },
	{ "line: long name with one dash", "x -xork", NULL, "unknown option '-x'", NULL },
	{ "line: unknown letter", "x -q", NULL, "unknown option '-q'", NULL },
	{ "line: unknown among letters", "x -fqU", NULL, "unknown option '-q'", NULL },
	{ "line: unknown letter, question mark", "x -?", NULL, "unknown option '-?'", NULL },
	{ "line: unknown letter, colon", "x -:", NULL, "unknown option '-:'", NULL },
	{ "line: unknown letter, plus", "x -+", NULL, "unknown option '-+'", NULL },
	{ "line: unknown letter, tilde", "x -~", NULL, "unknown option '-~'", NULL },
	{ "line: unknown letter, W", "x -W foo", NULL, "unknown option '-W'", NULL },
	{ "line: unknown letter, dash among letters", "x -f-", NULL, "unknown option '--'", NULL },
	{ "line: unknown letter, '='", "x -=", NULL, "unknown option '-='", NULL },
	{ "line: unknown, a character of two bytes", "x -f\xc3\xa9", NULL,
	  "unknown option in '-f\xc3\xa9'", NULL },
	{ "line: unknown, a control", "x -\x1b", NULL, "unknown option in '-\\x1b'", NULL },
	{ "line: unknown behind good ones", "x -f --net=a --foo b", NULL,
	  "unknown option '--foo'", NULL },
	{ "line: ambiguous, two", "x --map-u", NULL,
	  "ambiguous option '--map-u' (could be '--map-user' or '--map-users')", NULL },
	{ "line: ambiguous, with an argument", "x --map-u=5", NULL,
	  "ambiguous option '--map-u' (could be '--map-user' or '--map-users')", NULL },
	{ "line: ambiguous, four", "x --m", NULL,
	  "ambiguous option '--m' (could be '--mount', '--map-user', '--map-users' or "
	  "'--monotonic')",
	  NULL },
	{ "line: argument missing, long", "x --setuid", NULL,
	  "option '--setuid' needs an argument UID", NULL },
	{ "line: argument missing, cut short", "x --setu", NULL,
	  "option '--setuid' needs an argument UID", NULL },
	{ "line: argument missing, letter", "x -S", NULL, "option '-S' needs an argument UID",
	  NULL },
	{ "line: argument missing, behind letters", "x -fS", NULL,
	  "option '-S' needs an argument UID", NULL },
	{ "line: argument missing, has no name", "x --monotonic", NULL,
	  "option '--monotonic' needs an argument", NULL },
	{ "line: takes no argument", "x --fork=x", NULL,
	  "option '--fork' takes no argument ('--fork=x')", NULL },
	{ "line: takes no empty argument either", "x --fork=", NULL,
	  "option '--fork' takes no argument ('--fork=')", NULL },
	{ "line: takes no argument, cut short", "x --for=x", NULL,
	  "option '--fork' takes no argument ('--for=x')", NULL },
	{ "line: letter takes no argument", "x -f=x", NULL,
	  "option '-f' takes no argument ('-f=x')", NULL },
	{ "line: letter takes none, the long form does", "x -m=x", NULL,
	  "option '-m' takes no argument ('-m=x')", "the long form takes one: --mount=x" },
	{ "line: the same behind letters", "x -fm=x", NULL,
	  "option '-m' takes no argument ('-fm=x')", "the long form takes one: --mount=x" },
};

static void line(void **state)
{
	const struct line_row *row = *state;
	char words[256], out[512], *argv[WORDS_MAX];
	struct diag diag = { 0 };
	int argc, rc;

	snprintf(words, sizeof(words), "%s", row->line);
	argc = split(words, argv);
	rc = trace(argc, argv, out, sizeof(out), &diag);
	assert_message(&diag, row->message ? row->message : "");
	assert_string_equal(diag.hint, row->hint ? row->hint : "");
	assert_int_equal(rc, row->message ? -EINVAL : 0);
	assert_int_equal(diag.usage, row->message != NULL);
	if (row->trace)
		assert_string_equal(out, row->trace);
}

static void no_arguments_at_all(void **state)
{
	char *argv[] = { NULL };
	struct diag diag = { 0 };
	char out[16];

	(void)state;
	assert_int_equal(trace(0, argv, out, sizeof(out), &diag), 0);
	assert_string_equal(out, "|");
}

static void every_name_and_letter_finds_its_row(void **state)
{
	(void)state;
	for (const struct opt *row = table; !opt_is_end(row); row++) {
		char option[64], letter[4], value[] = "v", *argv[] = { NULL, NULL, value, NULL };
		struct opt_parser parser;
		struct diag diag = { 0 };

		if (!row->name)
			continue;
		snprintf(option, sizeof(option), "--%s", row->name);
		argv[1] = option;
		opt_begin(&parser, table, 3, argv);
		assert_int_equal(opt_next(&parser, &diag), row->id);
		assert_ptr_equal(parser.row, row);
		assert_false(parser.by_letter);
		assert_ptr_equal(parser.arg, row->arg == ARG_REQUIRED ? value : NULL);
		if (!row->letter)
			continue;
		snprintf(letter, sizeof(letter), "-%c", row->letter);
		argv[1] = letter;
		opt_begin(&parser, table, 3, argv);
		assert_int_equal(opt_next(&parser, &diag), row->id);
		assert_true(parser.by_letter);
	}
}

static size_t names_that_begin(const char *prefix)
{
	size_t n = 0;

	for (const struct opt *row = table; !opt_is_end(row); row++)
		n += row->name && strncmp(row->name, prefix, strlen(prefix)) == 0;
	return n;
}

static void every_beginning_of_a_name_is_found_or_ambiguous(void **state)
{
	(void)state;
	for (const struct opt *row = table; !opt_is_end(row); row++)
		for (size_t len = 1; row->name && len < strlen(row->name); len++) {
			char option[64], value[] = "v", *argv[] = { value, option, value, NULL };
			struct opt_parser parser;
			struct diag diag = { 0 };
			int expected = row->id;

			snprintf(option, sizeof(option), "--%.*s", (int)len, row->name);
			/* "map-user" is both a name and the beginning of one. */
			if (strcmp(option, "--map-user") == 0)
				expected = ID_MAP_USER;
			else if (names_that_begin(option + 2) > 1)
				expected = -EINVAL;
			opt_begin(&parser, table, 3, argv);
			assert_int_equal(opt_next(&parser, &diag), expected);
		}
}

static void an_unfinished_parse_leaves_nothing_behind(void **state)
{
	char x[] = "x", letters[] = "-fUT", fork_long[] = "--fork", operand[] = "a";
	char *first[] = { x, letters, NULL }, *second[] = { x, fork_long, operand, NULL };
	struct diag diag = { 0 };
	struct opt_parser parser;
	char out[64];

	(void)state;
	for (int round = 0; round < 3; round++) {
		opt_begin(&parser, table, 2, first);
		for (int i = 0; i <= round; i++)
			assert_true(opt_next(&parser, &diag) > 0);
		assert_int_equal(trace(3, second, out, sizeof(out), &diag), 0);
		assert_string_equal(out, "fork | a");
	}
}

static void a_failed_parse_leaves_nothing_behind(void **state)
{
	char x[] = "x", bad[] = "-fqU", good[] = "-T";
	char *first[] = { x, bad, NULL }, *second[] = { x, good, NULL };
	struct diag diag = { 0 };
	char out[64];

	(void)state;
	assert_int_equal(trace(2, first, out, sizeof(out), &diag), -EINVAL);
	assert_int_equal(trace(2, second, out, sizeof(out), &diag), 0);
	assert_string_equal(out, "-time |");
}

/* "-f a -U -- -T b": options and operands in turn, until "--". */
static void options_behind_operands(void **state)
{
	char x[] = "x", fork[] = "-f", a[] = "a", user[] = "-U", end[] = "--", time[] = "-T", b[] = "b";
	char *argv[] = { x, fork, a, user, end, time, b, NULL };
	struct diag diag = { 0 };
	struct opt_parser parser;

	(void)state;
	opt_begin(&parser, table, 7, argv);
	assert_int_equal(opt_next(&parser, &diag), ID_FORK);
	assert_int_equal(opt_next(&parser, &diag), 0);
	assert_ptr_equal(opt_operand(&parser), a);
	assert_int_equal(opt_next(&parser, &diag), ID_USER);
	assert_int_equal(opt_next(&parser, &diag), 0);
	assert_ptr_equal(opt_operand(&parser), time);
	assert_int_equal(opt_next(&parser, &diag), 0);
	assert_ptr_equal(opt_operand(&parser), b);
	assert_int_equal(opt_next(&parser, &diag), 0);
	assert_null(opt_operand(&parser));
	assert_null(opt_operand(&parser));
}

static void the_end_is_the_end_when_asked_again(void **state)
{
	char x[] = "x", operand[] = "a", *argv[] = { x, operand, NULL };
	struct diag diag = { 0 };
	struct opt_parser parser;

	(void)state;
	opt_begin(&parser, table, 2, argv);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(opt_next(&parser, &diag), 0);
		assert_int_equal(parser.first_operand, 1);
	}
}

static void arguments_point_into_argv(void **state)
{
	char x[] = "x", attached[] = "--net=/run", *argv[] = { x, attached, NULL };
	struct diag diag = { 0 };
	struct opt_parser parser;

	(void)state;
	opt_begin(&parser, table, 2, argv);
	assert_int_equal(opt_next(&parser, &diag), ID_NET);
	assert_ptr_equal(parser.arg, attached + 6);
}

static void an_option_of_100000_bytes_is_refused(void **state)
{
	static char x[] = "x", name[100000];
	char *argv[] = { x, name, NULL }, out[16];
	struct diag diag = { 0 };

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	memcpy(name, "--", 2);
	assert_int_equal(trace(2, argv, out, sizeof(out), &diag), -EINVAL);
	assert_memory_equal(diag.what, "unknown option '--aaa", 21);
	memset(name, 'q', sizeof(name) - 1);
	name[0] = '-';
	assert_int_equal(trace(2, argv, out, sizeof(out), &diag), -EINVAL);
	assert_string_equal(diag.what, "unknown option '-q'");
}

static void getopt_itself_says_nothing(void **state)
{
	char x[] = "x", bad[] = "--foo", *argv[] = { x, bad, NULL }, out[16], heard;
	struct diag diag = { 0 };
	int fds[2], saved, rc;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	saved = dup(STDERR_FILENO);
	dup2(fds[1], STDERR_FILENO);
	rc = trace(2, argv, out, sizeof(out), &diag);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fds[1]);
	assert_int_equal(rc, -EINVAL);
	assert_int_equal(read(fds[0], &heard, 1), 0);
	close(fds[0]);
}

static void an_empty_table_refuses_all_options(void **state)
{
	static const struct opt empty[] = { { 0 } };
	char x[] = "x", option[] = "-f", *argv[] = { x, option, NULL };
	struct diag diag = { 0 };
	struct opt_parser parser;

	(void)state;
	opt_begin(&parser, empty, 2, argv);
	assert_int_equal(opt_next(&parser, &diag), -EINVAL);
	assert_string_equal(diag.what, "unknown option '-f'");
}

static void a_table_without_headings_is_read(void **state)
{
	static const struct opt plain[] = {
		{ 1, 'a', "aa", ARG_OPTIONAL, VALUE_TEXT, NULL, "x" },
		{ 2, 'b', "bb", ARG_OPTIONAL, VALUE_TEXT, NULL, "x" },
		{ 0 },
	};
	char x[] = "x", option[] = "--bb=1", unknown[] = "--cc";
	char *argv[] = { x, option, unknown, NULL };
	struct diag diag = { 0 };
	struct opt_parser parser;

	(void)state;
	opt_begin(&parser, plain, 3, argv);
	assert_int_equal(opt_next(&parser, &diag), 2);
	assert_string_equal(parser.arg, "1");
	assert_int_equal(opt_next(&parser, &diag), -EINVAL);
}

static void a_long_list_of_candidates_is_cut(void **state)
{
	static char names[100][64];
	static struct opt many[101];
	char x[] = "x", option[] = "--na", *argv[] = { x, option, NULL };
	struct diag diag = { 0 };
	struct opt_parser parser;

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(names[i], sizeof(names[i]), "name-%0*d", 10 + i % 40, i);
		many[i] = (struct opt){ i + 1, 0, names[i], ARG_NONE, VALUE_NONE, NULL, "x" };
	}
	opt_begin(&parser, many, 2, argv);
	assert_int_equal(opt_next(&parser, &diag), -EINVAL);
	assert_memory_equal(diag.what, "ambiguous option '--na' (could be '--name-000", 45);
	assert_int_equal(strlen(diag.what), DIAG_TEXT - 1);
	assert_string_equal(diag.what + DIAG_TEXT - 4, "...");
}

int main(void)
{
	UNIT_ADD_ROWS(line, line_rows);
	UNIT_ADD(no_arguments_at_all);
	UNIT_ADD(every_name_and_letter_finds_its_row);
	UNIT_ADD(every_beginning_of_a_name_is_found_or_ambiguous);
	UNIT_ADD(an_unfinished_parse_leaves_nothing_behind);
	UNIT_ADD(a_failed_parse_leaves_nothing_behind);
	UNIT_ADD(options_behind_operands);
	UNIT_ADD(the_end_is_the_end_when_asked_again);
	UNIT_ADD(arguments_point_into_argv);
	UNIT_ADD(an_option_of_100000_bytes_is_refused);
	UNIT_ADD(getopt_itself_says_nothing);
	UNIT_ADD(an_empty_table_refuses_all_options);
	UNIT_ADD(a_table_without_headings_is_read);
	UNIT_ADD(a_long_list_of_candidates_is_cut);
	return unit_run("opt");
}
