/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Details of a process: its user, its parent and its command line. */
#include "scan_unit.h"

#include "inventory/model.h"
#include "inventory/scan.h"

/* ---- status ---- */

struct status_row {
	const char *name;
	const char *text;
	int rc, ppid;
	uint32_t uid;
};

static const struct status_row status_rows[] = {
	{ "status: ordinary", "Name:\tsh\nPid:\t5\nPPid:\t4\nUid:\t1\t1000\t2\t3\n", 0, 4, 1000 },
	{ "status: no parent", "Name:\tsh\nPPid:\t0\nUid:\t0\t0\t0\t0\n", 0, 0, 0 },
	{ "status: without the last newline", "Name:\tsh\nPPid:\t7\nUid:\t0\t9", 0, 7, 9 },
	{ "status: a name that looks like it",
	  "Name:\tPPid:\t1\nPPid:\t4\nUid:\t1\t1000\t1\t1\n", 0, 4, 1000 },
	{ "status: a name with a newline",
	  "Name:\tx\nPPid:\t1\nUid:\t0\t0\t0\t0\nPPid:\t4\nUid:\t1\t1000\t1\t1\n", 0, 4, 1000 },
	{ "status: the largest id", "N\nPPid:\t1\nUid:\t0\t4294967295\n", 0, 1, UINT32_MAX },
	{ "status: empty", "", -EINVAL, -7, 77 },
	{ "status: no PPid", "Name:\tsh\nUid:\t0\t0\t0\t0\n", -EINVAL, -7, 77 },
	{ "status: no Uid", "Name:\tsh\nPPid:\t4\n", -EINVAL, -7, 77 },
	{ "status: one uid", "Name:\tsh\nPPid:\t4\nUid:\t0\n", -EINVAL, -7, 77 },
	{ "status: a negative parent", "Name:\tsh\nPPid:\t-4\nUid:\t0\t0\n", -EINVAL, -7, 77 },
	{ "status: too large a parent", "N\nPPid:\t4294967296\nUid:\t0\t0\n", -EINVAL, -7, 77 },
	{ "status: a tab too many", "N\nPPid:\t\t4\nUid:\t0\t0\n", -EINVAL, -7, 77 },
	{ "status: cut", "Name:\tsh\nPPid:\t", -EINVAL, -7, 77 },
};

static void status(void **state)
{
	const struct status_row *row = *state;
	uint32_t uid = 77;
	int ppid = -7;

	assert_int_equal(scan_parse_status(row->text, &ppid, &uid), row->rc);
	assert_int_equal(ppid, row->ppid);
	assert_int_equal(uid, row->uid);
}

/* ---- command lines ---- */

struct command_row {
	const char *name;
	const char *text;
	size_t len;
	bool cut;
	const char *expected;
};

static const struct command_row command_rows[] = {
	{ "command: words", "sh\0-c\0a b\0", 10, false, "sh -c a b" },
	{ "command: an empty word", "a\0\0b\0", 5, false, "a  b" },
	{ "command: rewritten title", "sshd: root [priv]\0\0\0\0", 21, false, "sshd: root [priv]" },
	{ "command: nothing", "", 0, false, "" },
	{ "command: NULs only", "\0\0\0", 3, false, "" },
	{ "command: cut", "abcdefgh", 8, true, "abcde..." },
	{ "command: cut before a character", "abc\xc3\xa9" "fgh", 8, true, "abc\xc3\xa9..." },
	{ "command: cut within a character", "abcd\xc3\xa9" "gh", 8, true, "abcd..." },
	{ "command: cut within a long character", "abc\xf0\x9f\x90\xa6" "h", 8, true, "abc..." },
};

static void command(void **state)
{
	const struct command_row *row = *state;
	char buf[64];

	memset(buf, 'X', sizeof(buf));
	memcpy(buf, row->text, row->len);
	assert_int_equal(scan_parse_command(buf, row->len, row->cut), strlen(row->expected));
	assert_string_equal(buf, row->expected);
}

/* ---- both of a process ---- */

static struct ns_process details_of(const struct tree *tree, int pid, unsigned what)
{
	struct ns_process process = { .pid = pid, .uid = MODEL_NO_UID }, *list[] = { &process };
	struct scan_silent silent = { 0 };

	scan_details(tree->fd, list, 1, what, &silent);
	assert_int_equal(silent.n, 0);
	return process;
}

static void details_of_a_process(void **state)
{
	const struct tree *tree = *state;
	struct ns_process process;

	put_dir(tree, "5");
	put_text(tree, "5/status", "Name:\tsh\nPPid:\t4\nUid:\t1\t1000\t1\t1\n");
	put_file(tree, "5/cmdline", "a\0b c\0", 6);
	put_text(tree, "5/comm", "name\n");
	process = details_of(tree, 5, PROCESS_STATUS | PROCESS_COMMAND);
	assert_int_equal(process.ppid, 4);
	assert_int_equal(process.uid, 1000);
	assert_string_equal(process.command, "a b c");
	free(process.command);
	process = details_of(tree, 5, PROCESS_STATUS);
	assert_null(process.command);
}

static void without_a_command_line_the_name(void **state)
{
	const struct tree *tree = *state;
	struct ns_process process;

	put_dir(tree, "5");
	put_text(tree, "5/cmdline", "");
	put_text(tree, "5/comm", "a) R\n1 \033[2J\n");
	process = details_of(tree, 5, PROCESS_COMMAND);
	assert_string_equal(process.command, "a) R\n1 \033[2J");
	free(process.command);
}

static void long_command_lines_are_cut(void **state)
{
	const struct tree *tree = *state;
	char *text = malloc(100000);
	struct ns_process process;

	assert_non_null(text);
	memset(text, 'x', 100000);
	put_dir(tree, "5");
	put_file(tree, "5/cmdline", text, 4096);
	put_dir(tree, "6");
	put_file(tree, "6/cmdline", text, 100000);
	process = details_of(tree, 5, PROCESS_COMMAND);
	assert_int_equal(strlen(process.command), 4096);
	free(process.command);
	process = details_of(tree, 6, PROCESS_COMMAND);
	assert_int_equal(strlen(process.command), 4097);
	assert_string_equal(process.command + 4094, "...");
	free(process.command);
	free(text);
}

static void details_of_one_that_has_ended(void **state)
{
	const struct tree *tree = *state;
	struct ns_process process = details_of(tree, 5, PROCESS_STATUS | PROCESS_COMMAND);

	assert_int_equal(process.uid, MODEL_NO_UID);
	assert_null(process.command);
}

int main(void)
{
	UNIT_ADD_ROWS(status, status_rows);
	UNIT_ADD_ROWS(command, command_rows);
	ADD_TREE(details_of_a_process);
	ADD_TREE(without_a_command_line_the_name);
	ADD_TREE(long_command_lines_are_cut);
	ADD_TREE(details_of_one_that_has_ended);
	return unit_run("xnsls_details");
}
