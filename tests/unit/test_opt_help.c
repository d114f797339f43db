/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help text: its form at every width, and outputs that take nothing. */
#include "opt_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

static const char synopsis[] = "[options] [program [argument...]]\n--help";
static const char purpose[] = "Runs a program for the sake of this test, and says so in a sentence "
			      "that is longer than a line of a terminal.";
static const char tail[] = "More is in xtest(1).";

static const char help_text[] =
	"Usage:\n"
	" xtest [options] [program [argument...]]\n"
	" xtest --help\n"
	"\n"
	"Runs a program for the sake of this test, and says so in a sentence that is\n"
	"longer than a line of a terminal.\n"
	"\n"
	"Namespaces:\n"
	" -m, --mount[=FILE]         create a mount namespace, and pin it at FILE\n"
	" -n, --net[=FILE]           enter a network namespace\n"
	" -U, --user                 create a user namespace\n"
	" -T, --time                 create a time namespace\n"
	"\n"
	"The program:\n"
	" -f, --fork                 run the program in a child\n"
	"     --kill-child[=SIGNAL]  send SIGNAL to the child when xunshare dies; the\n"
	"                              default is KILL; implies --fork\n"
	"     --map-user UID|NAME    map one user id\n"
	"     --map-users INNER:OUTER:COUNT|auto|subids|all\n"
	"                            map blocks of user ids\n"
	" -S, --setuid UID           set the user id\n"
	"     --monotonic            clock\n"
	"                            offset\n"
	" -z, --last                 the highest id\n"
	" -h, --help                 show this\n"
	"\n"
	"More is in xtest(1).\n";

struct output {
	char text[8192];
	int rc;
};

/* Returns the result of opt_help() if standard output is fd (-1: closed). */
static int help_to(const struct opt *options, const char *end, int fd)
{
	int saved, rc;

	fflush(stdout);
	saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (fd >= 0)
		dup2(fd, STDOUT_FILENO);
	else
		close(STDOUT_FILENO);
	rc = opt_help(options, "xtest", synopsis, purpose, end);
	/* The lost output must not follow later, among the results of the tests. */
	__fpurge(stdout);
	clearerr(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	return rc;
}

static void help_to_file(const struct opt *options, const char *end, struct output *output)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	output->rc = help_to(options, end, fileno(file));
	rewind(file);
	output->text[fread(output->text, 1, sizeof(output->text) - 1, file)] = '\0';
	fclose(file);
}

static void help_has_this_form(void **state)
{
	struct output output;

	(void)state;
	help_to_file(table, tail, &output);
	assert_int_equal(output.rc, 0);
	assert_string_equal(output.text, help_text);
}

static void help_may_have_no_tail(void **state)
{
	struct output output;

	(void)state;
	help_to_file(table, NULL, &output);
	assert_int_equal(output.rc, 0);
	assert_memory_equal(output.text, help_text, strlen(help_text) - strlen(tail) - 2);
	assert_int_equal(strlen(output.text), strlen(help_text) - strlen(tail) - 2);
}

static void help_without_headings_has_one(void **state)
{
	static const struct opt plain[] = {
		{ 1, 'h', "help", ARG_NONE, VALUE_NONE, NULL, "show this" },
		{ 0 },
	};
	struct output output;

	(void)state;
	help_to_file(plain, NULL, &output);
	assert_non_null(strstr(output.text, "\n\nOptions:\n -h, --help  show this\n"));
}

static void help_wraps_at_80_columns(void **state)
{
	(void)state;
	for (size_t len = 40; len < 80; len++) {
		char help[128] = "";
		const struct opt one[] = {
			{ 1, 'h', "help", ARG_NONE, VALUE_NONE, NULL, help },
			{ 0 },
		};
		struct output output;
		char *shown;

		/* Words of every length near the edge, after a column of 13. */
		memset(help, 'a', len);
		memcpy(help + len, " b", 3);
		help_to_file(one, NULL, &output);
		shown = strstr(output.text, "--help  ");
		assert_non_null(shown);
		shown += strlen("--help  ") + len;
		if (13 + len + 2 <= 80)
			assert_string_equal(shown, " b\n");
		else
			assert_string_equal(shown, "\n               b\n");
	}
}

static void help_goes_on_for_many_lines(void **state)
{
	static const struct opt one[] = {
		{ 1, 'h', "help", ARG_NONE, VALUE_NONE, NULL,
		  "aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa bbbbbbbbb "
		  "bbbbbbbbb bbbbbbbbb bbbbbbbbb bbbbbbbbb bbbbbbbbb ccccccccc ccccccccc" },
		{ 0 },
	};
	struct output output;

	(void)state;
	help_to_file(one, NULL, &output);
	assert_non_null(strstr(
		output.text,
		"\n -h, --help  aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa"
		"\n               aaaaaaaaa bbbbbbbbb bbbbbbbbb bbbbbbbbb bbbbbbbbb bbbbbbbbb"
		"\n               bbbbbbbbb ccccccccc ccccccccc\n"));
}

static void help_gives_the_column_to_options_of_28(void **state)
{
	static const struct opt rows[] = {
		{ 1, 0, "aaaaaaaaaaaaaaaaaaaaa", ARG_NONE, VALUE_NONE, NULL, "fits" },
		{ 2, 0, "bbbbbbbbbbbbbbbbbbbbbb", ARG_NONE, VALUE_NONE, NULL, "too long" },
		{ 3, 0, "c", ARG_NONE, VALUE_NONE, NULL, "short" },
		{ 4, 0, "ddddddddddddddddddddddddddddddddd", ARG_NONE, VALUE_NONE, NULL, NULL },
		{ 0 },
	};
	struct output output;

	(void)state;
	help_to_file(rows, NULL, &output);
	assert_non_null(strstr(output.text, "     --aaaaaaaaaaaaaaaaaaaaa  fits\n"
					    "     --bbbbbbbbbbbbbbbbbbbbbb\n"
					    "                              too long\n"
					    "     --c                      short\n"));
	assert_null(strstr(output.text, "ddd"));
}

static void help_gives_no_room_to_hidden_options(void **state)
{
	static const struct opt rows[] = {
		{ 1, 0, "a", ARG_NONE, VALUE_NONE, NULL, "shown" },
		{ 2, 0, "hidden-option", ARG_NONE, VALUE_NONE, NULL, NULL },
		{ 0 },
	};
	struct output output;

	(void)state;
	help_to_file(rows, NULL, &output);
	assert_non_null(strstr(output.text, "     --a  shown\n"));
}

static void help_has_no_blanks_at_line_ends(void **state)
{
	static const struct opt odd[] = {
		{ 1, 'h', "help", ARG_NONE, VALUE_NONE, NULL, " a  b \n\nc\n" },
		{ 2, 'i', "empty", ARG_NONE, VALUE_NONE, NULL, "x" },
		{ 0 },
	};
	struct output output;

	(void)state;
	help_to_file(odd, NULL, &output);
	assert_null(strstr(output.text, " \n"));
	assert_non_null(strstr(output.text, " a b\n\n"));
}

static void help_to_a_full_disk_fails(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(help_to(table, tail, fd), -ENOSPC);
	close(fd);
}

static void help_to_a_closed_output_fails(void **state)
{
	(void)state;
	assert_int_equal(help_to(table, tail, -1), -EBADF);
}

static void help_to_a_read_only_output_fails(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(help_to(table, tail, fd), -EBADF);
	close(fd);
}

int main(void)
{
	UNIT_ADD(help_has_this_form);
	UNIT_ADD(help_may_have_no_tail);
	UNIT_ADD(help_without_headings_has_one);
	UNIT_ADD(help_wraps_at_80_columns);
	UNIT_ADD(help_goes_on_for_many_lines);
	UNIT_ADD(help_gives_the_column_to_options_of_28);
	UNIT_ADD(help_gives_no_room_to_hidden_options);
	UNIT_ADD(help_has_no_blanks_at_line_ends);
	UNIT_ADD(help_to_a_full_disk_fails);
	UNIT_ADD(help_to_a_closed_output_fails);
	UNIT_ADD(help_to_a_read_only_output_fails);
	return unit_run("opt_help");
}
