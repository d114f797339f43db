/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of xnsls: refused ones, and the requests from accepted ones. */
#include <stdio.h>
#include <string.h>

#include "diag_unit.h"
#include "unit.h"
#include "xnsls/xnsls.h"

enum { ARGS_MAX = 32 };

static struct {
	char words[512];
	struct xnsls request;
	struct diag diag;
} made;

/* Words are separated by spaces. */
static int parse(const char *command)
{
	char *argv[ARGS_MAX] = { NULL }, *state = NULL;
	int argc = 0;

	snprintf(made.words, sizeof(made.words), "xnsls %s", command);
	for (char *word = strtok_r(made.words, " ", &state); word;
	     word = strtok_r(NULL, " ", &state))
		argv[argc++] = word;
	made.diag = (struct diag){ .err = 0 };
	return xnsls_parse(argc, argv, &made.request, &made.diag);
}

/* ---- refused ---- */

#define EXCLUDES(a, b) "options '--" a "' and '--" b "' exclude each other"
#define NO_OPERAND(a) "option '--" a "' and an operand NAMESPACE exclude each other"

static const struct bad {
	const char *command, *what;
} bad[] = {
	{ "--type", "option '--type' needs an argument TYPE" },
	{ "--type=disk",
	  "option '--type': 'disk' is not a type: mnt, uts, ipc, net, pid, user, cgroup or time" },
	{ "-p 0", "option '-p': '0' is not a process id" },
	{ "-p 1x", "option '-p': '1x' is not a process id" },
	{ "-p unit:", "'unit:' is not unit:NAME or unit:USER/NAME" },
	{ "--compare 1 machine:a/", "'machine:a/' is not machine:NAME or machine:USER/NAME" },
	{ "--tree=child", "option '--tree': 'child' is not process, parent or owner" },
	{ "--color=red", "option '--color': 'red' is not auto, always or never" },
	{ "--scan=ebpf", "option '--scan': 'ebpf' is not auto, bpf or proc" },
	{ "--output=", "option '--output': '' is not a list of columns" },
	{ "-J -r", EXCLUDES("json", "raw") },
	{ "-P -p 7", EXCLUDES("persistent", "task") },
	{ "--dot -J", EXCLUDES("dot", "json") },
	{ "--compare --dot 1 2", EXCLUDES("compare", "dot") },
	{ "--compare -Q NS 1 2", EXCLUDES("compare", "filter") },
	{ "--compare --scan=bpf 1 2", EXCLUDES("compare", "scan") },
	{ "--compare", "option '--compare' needs two or more processes PID..." },
	{ "--compare 1", "option '--compare' needs two or more processes PID..." },
	{ "--compare 1 x", "'x' is not a process id" },
	{ "1 2", "unexpected argument '2'" },
	{ "1 2 -J -r", EXCLUDES("json", "raw") },
	{ "0", "'0' is neither the inode number nor the path of a namespace" },
	{ "1 -p 7", NO_OPERAND("task") },
	{ "--dot /a", NO_OPERAND("dot") },
};

static void is_refused(void **state)
{
	const struct bad *row = *state;

	assert_true(parse(row->command) < 0);
	assert_message(&made.diag, row->what);
	xnsls_free(&made.request);
}

/* ---- accepted ---- */

static void assert_accepted(const char *command)
{
	if (parse(command) < 0)
		fail_msg("%s: %s", command, made.diag.what);
	xnsls_free(&made.request);
}

static void types_add_up(void **state)
{
	(void)state;
	assert_accepted("");
	assert_int_equal(made.request.types, 0);
	assert_accepted("-t net --type=user -t net");
	assert_int_equal(made.request.types, 1u << NS_NET | 1u << NS_USER);
}

static void rows_hang_together_by_process_unless_said_otherwise(void **state)
{
	static const struct {
		const char *command;
		enum relation relation;
	} rows[] = {
		{ "", RELATION_PROCESS },
		{ "-J", RELATION_PROCESS },
		{ "-l", RELATION_NONE },
		{ "-r", RELATION_PROCESS },
		{ "--output-all", RELATION_NONE },
		{ "--output-all 7", RELATION_PROCESS },
		{ "-l --output-all 7", RELATION_NONE },
		{ "-T", RELATION_OWNER },
		{ "-Tparent", RELATION_PARENT },
		{ "--tree=process", RELATION_PROCESS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_accepted(rows[i].command);
		assert_int_equal(made.request.relation, rows[i].relation);
	}
}

static void raw_does_not_wrap(void **state)
{
	(void)state;
	assert_accepted("-r");
	assert_true(opt_given(&made.request.given, OPT_NOWRAP));
	assert_accepted("-J");
	assert_false(opt_given(&made.request.given, OPT_NOWRAP));
}

static void words_and_arguments(void **state)
{
	(void)state;
	assert_accepted("--color=never --scan=proc -o +NS -Q NPROCS>1 -p 77");
	assert_int_equal(made.request.color, COLOR_NEVER);
	assert_int_equal(made.request.scan, SCAN_PROC);
	assert_string_equal(made.request.columns, "+NS");
	assert_string_equal(made.request.filter, "NPROCS>1");
	assert_int_equal(made.request.task, 77);
	assert_accepted("--color");
	assert_int_equal(made.request.color, COLOR_ALWAYS);
}

static void a_namespace_is_a_number_a_link_or_a_file(void **state)
{
	(void)state;
	assert_accepted("4026531840 -J");
	assert_int_equal(made.request.ns, 4026531840u);
	assert_int_equal(made.request.ns_type, NS_NONE);
	assert_accepted("-J net:[12]");
	assert_int_equal(made.request.ns, 12);
	assert_int_equal(made.request.ns_type, NS_NET);
	assert_accepted("/proc/1/ns/net");
	assert_string_equal(made.request.ns_file, "/proc/1/ns/net");
	assert_int_equal(made.request.ns, 0);
}

static void operands_stand_anywhere(void **state)
{
	(void)state;
	assert_int_equal(parse("1 --compare 2 -J 3"), 0);
	assert_int_equal(made.request.n_compare, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(made.request.compare[i], i + 1);
	assert_true(opt_given(&made.request.given, OPT_JSON));
	xnsls_free(&made.request);
}

static void help_and_version_end_the_command_line(void **state)
{
	(void)state;
	assert_accepted("-h --no-such-option");
	assert_true(opt_given(&made.request.given, OPT_HELP));
	assert_accepted("-J -r -V");
	assert_true(opt_given(&made.request.given, OPT_VERSION));
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		unit_add(bad[i].command, is_refused, &bad[i]);
	UNIT_ADD(types_add_up);
	UNIT_ADD(rows_hang_together_by_process_unless_said_otherwise);
	UNIT_ADD(raw_does_not_wrap);
	UNIT_ADD(words_and_arguments);
	UNIT_ADD(a_namespace_is_a_number_a_link_or_a_file);
	UNIT_ADD(operands_stand_anywhere);
	UNIT_ADD(help_and_version_end_the_command_line);
	return unit_run("xnsls_parse");
}
