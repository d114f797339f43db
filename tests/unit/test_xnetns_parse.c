/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, abbreviated commands, and options before and after the command. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "xnetns/xnetns.h"

struct name_row {
	const char *name;
	const char *text;
	bool valid;
};

static const struct name_row name_rows[] = {
	{ "name: ordinary", "foo", true },
	{ "name: empty", "", false },
	{ "name: a dot", ".", false },
	{ "name: two dots", "..", false },
	{ "name: three dots", "...", true },
	{ "name: hidden", ".foo", true },
	{ "name: a slash", "/", false },
	{ "name: a slash within", "a/b", false },
	{ "name: a slash at the end", "a/", false },
	{ "name: a space", "a b", true },
	{ "name: a newline", "a\nb", true },
	{ "name: a dash", "-x", true },
	{ "name: no UTF-8", "\xff", true },
};

static void name(void **state)
{
	const struct name_row *row = *state;
	struct diag diag;

	assert_int_equal(xnetns_name_is_valid(row->text), row->valid);
	if (row->valid)
		return;
	assert_int_equal(xnetns_check_name(row->text, &diag), -EINVAL);
	assert_int_equal(diag_status(&diag), STATUS_USAGE);
}

static void longest_name(void **state)
{
	char text[257];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[256] = '\0';
	assert_false(xnetns_name_is_valid(text));
	text[255] = '\0';
	assert_true(xnetns_name_is_valid(text));
}

/* Words separated by single spaces; "_" is an empty one. */
static int cut_words(const char *line, char *buf, size_t size, char **argv)
{
	int argc = 0;

	snprintf(buf, size, "%s", line);
	for (char *word = strtok(buf, " "); word; word = strtok(NULL, " "))
		argv[argc++] = strcmp(word, "_") == 0 ? word + 1 : word;
	argv[argc] = NULL;
	return argc;
}

struct command_row {
	const char *name;
	const char *line;
	const char *command; /* NULL: refused */
	int status;          /* then the exit status */
};

/* In the order of iproute2: list show lst list-id help add set delete identify pids exec monitor. */
static const struct command_row command_rows[] = {
	{ "command: whole", "list", "list", 0 },
	{ "command: l", "l", "list", 0 },
	{ "command: ls", "ls", "lst", 0 },
	{ "command: list-", "list-", "list-id", 0 },
	{ "command: s", "s", "show", 0 },
	{ "command: se", "se a 1", "set", 0 },
	{ "command: h", "h", "help", 0 },
	{ "command: a", "a x", "add", 0 },
	{ "command: at", "at x 1", "attach", 0 },
	{ "command: d", "d x", "delete", 0 },
	{ "command: del", "del x", "delete", 0 },
	{ "command: i", "i", "identify", 0 },
	{ "command: p", "p x", "pids", 0 },
	{ "command: e", "e x y", "exec", 0 },
	{ "command: m", "m", "monitor", 0 },
	{ "command: g", "g", "gc", 0 },
	{ "command: empty", "_", NULL, STATUS_USAGE },
	{ "command: unknown", "x", NULL, STATUS_USAGE },
	{ "command: too long", "addx", NULL, STATUS_USAGE },
	{ "command: other case", "LIST", NULL, STATUS_USAGE },
	{ "command: too few operands", "set a", NULL, 1 },
	{ "command: too many operands", "set a 1 2", NULL, 1 },
	{ "command: none wanted", "list a", NULL, 1 },
	{ "command: its own option", "add --up a", "add", 0 },
	{ "command: abbreviated option", "add --exists a", "add", 0 },
	{ "command: option of another", "delete --up a", NULL, STATUS_USAGE },
	{ "command: unknown option", "add --frob a", NULL, STATUS_USAGE },
	{ "command: a name like an option", "add -x", NULL, STATUS_USAGE },
	{ "command: the same after --", "add -- -x", "add", 0 },
	{ "command: option after an operand", "add a --up", "add", 0 },
	{ "command: json after it", "list -j", "list", 0 },
	{ "command: a global option after it", "list -f", NULL, STATUS_USAGE },
	{ "command: bad signal", "delete --kill=X a", NULL, STATUS_USAGE },
	{ "command: bad limit", "delete --wait -1 a", NULL, STATUS_USAGE },
	{ "command: jobs", "exec --jobs 4 a b", "exec", 0 },
	{ "command: no jobs", "exec --jobs 0 a b", NULL, STATUS_USAGE },
};

static void command(void **state)
{
	const struct command_row *row = *state;
	struct xnetns request = { .kill_signal = SIGTERM };
	const struct xnetns_command *found = NULL;
	char buf[128];
	char *argv[16];
	int argc = cut_words(row->line, buf, sizeof(buf), argv);
	struct diag diag;
	int rc = xnetns_parse_command(&request, xnetns_commands, argc, argv, &found, &diag);

	if (!row->command) {
		assert_true(rc < 0);
		assert_int_equal(diag_status(&diag), row->status);
		return;
	}
	assert_int_equal(rc, 0);
	assert_string_equal(found->name, row->command);
}

/* In the order in which iproute2 compares them: do_netns() in its ip/ipnetns.c. */
static const char *const reference_commands[] = {
	"list",	  "show",     "lst",  "list-id", "help",    "add",    "set",
	"delete", "identify", "pids", "exec",	 "monitor", "attach",
};

static const char *reference_of(const char *word)
{
	size_t i = 0;

	while (strncmp(reference_commands[i], word, strlen(word)) != 0)
		i++;
	return reference_commands[i];
}

/* New commands must not change the meaning of an abbreviation. */
static void every_beginning_of_a_command_is_what_it_was(void **state)
{
	(void)state;
	assert_string_equal(reference_of("s"), "show");
	for (size_t i = 0; i < ARRAY_LEN(reference_commands); i++)
		for (size_t len = 1; len <= strlen(reference_commands[i]); len++) {
			const struct xnetns_command *found;
			char word[16] = "";

			memcpy(word, reference_commands[i], len);
			found = xnetns_find_command(xnetns_commands, word);
			if (!found || strcmp(found->name, reference_of(word)) != 0)
				fail_msg("'%s' is %s with ip netns, here %s: in cmd/xnetns/options.c a "
					 "command that is added goes below those of ip netns",
					 word, reference_of(word), found ? found->name : "unknown");
		}
}

static void one_letter_is_what_it_was(void **state)
{
	static const char *const letters[][2] = {
		{ "s", "show" }, { "d", "delete" }, { "p", "pids" }, { "l", "list" }, { "a", "add" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		assert_string_equal(xnetns_find_command(xnetns_commands, letters[i][0])->name, letters[i][1]);
}

struct global_row {
	const char *name;
	const char *line;
	int operand; /* index of the command; -1: refused */
	const char *netns;
	const char *batch;
};

static const struct global_row global_rows[] = {
	{ "global: none", "xnetns list", 1, NULL, NULL },
	{ "global: no command", "xnetns", 1, NULL, NULL },
	{ "global: letters", "xnetns -j -p list", 3, NULL, NULL },
	{ "global: letters together", "xnetns -jp list", 2, NULL, NULL },
	{ "global: one dash", "xnetns -json -all list", 3, NULL, NULL },
	{ "global: two dashes", "xnetns --json --all list", 3, NULL, NULL },
	{ "global: abbreviated", "xnetns -js -al list", 3, NULL, NULL },
	{ "global: name by letter", "xnetns -n foo list", 3, "foo", NULL },
	{ "global: name, one dash", "xnetns -net foo list", 3, "foo", NULL },
	{ "global: name, attached", "xnetns -netns=foo list", 2, "foo", NULL },
	{ "global: name like an option", "xnetns -netns -all list", 3, "-all", NULL },
	{ "global: batch", "xnetns -force -batch - ", 4, NULL, "-" },
	{ "global: unknown", "xnetns -frob list", -1, NULL, NULL },
	{ "global: unknown letter", "xnetns -x list", -1, NULL, NULL },
	{ "global: argument missing", "xnetns -n", -1, NULL, NULL },
	{ "global: options end", "xnetns -- list", 2, NULL, NULL },
	{ "global: not after the command", "xnetns exec -all", 1, NULL, NULL },
};

static void global(void **state)
{
	const struct global_row *row = *state;
	struct xnetns request;
	char buf[128];
	char *argv[16];
	int argc = cut_words(row->line, buf, sizeof(buf), argv), operand = 0;
	struct diag diag;
	int rc = xnetns_parse_global(&request, argc, argv, &operand, &diag);

	if (row->operand < 0) {
		assert_true(rc < 0);
	} else {
		assert_int_equal(rc, 0);
		assert_int_equal(operand, row->operand);
		if (row->netns)
			assert_string_equal(request.netns, row->netns);
		else
			assert_null(request.netns);
		if (row->batch)
			assert_string_equal(request.batch, row->batch);
	}
	free(request.text);
}

static void every_command_is_found_by_its_name(void **state)
{
	(void)state;
	for (const struct xnetns_command *c = xnetns_commands; c->name; c++) {
		assert_non_null(c->run);
		assert_true(c->max < 0 || c->max >= c->min);
		for (const struct xnetns_command *d = xnetns_commands; d < c; d++)
			assert_string_not_equal(c->name, d->name);
	}
}

int main(void)
{
	UNIT_ADD_ROWS(name, name_rows);
	UNIT_ADD(longest_name);
	UNIT_ADD_ROWS(command, command_rows);
	UNIT_ADD(every_beginning_of_a_command_is_what_it_was);
	UNIT_ADD(one_letter_is_what_it_was);
	UNIT_ADD_ROWS(global, global_rows);
	UNIT_ADD(every_command_is_found_by_its_name);
	return unit_run("xnetns_parse");
}
