/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parser of options: every name and letter, repeated and failed parses, limits. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "opt/arg.h"
#include "opt_trace.h"

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

struct stored {
	struct opt_set given;
	const char *dir, *word;
	uint32_t user, group;
	int64_t number;
};

static const struct opt storing[] = {
	{ 1, 'd', "dir", ARG_OPTIONAL, VALUE_DIR, "DIR", "x", INTO(struct stored, dir) },
	{ 2, 'w', "word", ARG_REQUIRED, VALUE_WORDS, "one|two|three", "x", SINCE_OLDEST,
	  INTO(struct stored, word) },
	{ 3, 'u', "user", ARG_REQUIRED, VALUE_USER, "USER", "x", INTO(struct stored, user) },
	{ 4, 'g', "group", ARG_REQUIRED, VALUE_GROUP, "GROUP", "x", INTO(struct stored, group) },
	{ 5, 'n', "number", ARG_REQUIRED, VALUE_TEXT, "N", "x", INTO(struct stored, number) },
	{ 0 },
};

static int store(char *option, struct stored *stored, struct diag *diag)
{
	char *argv[] = { option, option, NULL };
	struct opt_parser parser;

	*diag = (struct diag){ 0 };
	opt_begin(&parser, storing, 2, argv);
	assert_true(opt_next(&parser, diag) > 0);
	return arg_store(&parser, stored, diag);
}

static void a_row_says_where_its_argument_goes(void **state)
{
	char dir[] = "--dir=/x", word[] = "--word=two", no_dir[] = "-d", empty[] = "--dir=";
	char other[] = "--word=tw", longer[] = "-wtwo|three", nothing[] = "--word=";
	struct stored stored = { 0 };
	struct diag diag;

	(void)state;
	assert_int_equal(store(dir, &stored, &diag), 0);
	assert_string_equal(stored.dir, "/x");
	assert_null(stored.word);
	assert_int_equal(store(word, &stored, &diag), 0);
	assert_string_equal(stored.word, "two");
	assert_int_equal(store(no_dir, &stored, &diag), 0);
	assert_null(stored.dir);
	assert_int_equal(store(empty, &stored, &diag), -EINVAL);
	assert_message(&diag, "option '--dir': '' is not a directory");
	assert_int_equal(store(other, &stored, &diag), -EINVAL);
	assert_message(&diag, "option '--word': 'tw' is not one, two or three");
	assert_int_equal(store(longer, &stored, &diag), -EINVAL);
	assert_message(&diag, "option '-w': 'two|three' is not one, two or three");
	assert_int_equal(store(nothing, &stored, &diag), -EINVAL);
}

static void the_type_of_the_member_says_how_an_argument_is_read(void **state)
{
	char user[] = "--user=4294967294", group[] = "-groot", number[] = "--number=-9";
	char none[] = "--user=4294967295", nobody[] = "--group=no such group", half[] = "-n1.5";
	struct stored stored = { .group = 7 };
	struct diag diag;

	(void)state;
	assert_int_equal(store(user, &stored, &diag), 0);
	assert_int_equal(stored.user, 4294967294u);
	assert_int_equal(store(group, &stored, &diag), 0);
	assert_int_equal(stored.group, 0);
	assert_int_equal(store(number, &stored, &diag), 0);
	assert_int_equal(stored.number, -9);
	assert_int_equal(store(none, &stored, &diag), -EINVAL);
	assert_message(&diag, "option '--user': '4294967295' is not a user name or an id from 0 to "
			      "4294967294");
	assert_int_equal(store(nobody, &stored, &diag), -EINVAL);
	assert_message(&diag, "option '--group': 'no such group' is not a group name or an id from 0 "
			      "to 4294967294");
	assert_int_equal(store(half, &stored, &diag), -EINVAL);
	assert_message(&diag, "option '-n': '1.5' is not a whole number");
	assert_int_equal(stored.number, -9);
}

int main(void)
{
	UNIT_ADD(a_row_says_where_its_argument_goes);
	UNIT_ADD(the_type_of_the_member_says_how_an_argument_is_read);
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
