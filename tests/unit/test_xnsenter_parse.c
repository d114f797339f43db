/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of xnsenter: each argument is parsed, or refused by a message that names it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "unit.h"
#include "xnsenter/xnsenter.h"

enum { ARGS_MAX = 32 };

/* Words separated by single spaces; "''" is an empty one. */
static int read_line(const char *line, char *words, size_t size, char **argv,
		     struct xnsenter *request, struct diag *diag)
{
	char *state = NULL;
	int argc = 0, rc;

	snprintf(words, size, "xnsenter %s", line);
	for (char *word = strtok_r(words, " ", &state); word; word = strtok_r(NULL, " ", &state))
		argv[argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
	argv[argc] = NULL;
	diag->what[0] = '\0';
	rc = xnsenter_parse(argc, argv, request, diag);
	if (rc == 0 && !opt_given(&request->given, OPT_HELP) &&
	    !opt_given(&request->given, OPT_VERSION))
		rc = xnsenter_apply_rules(request, diag);
	return rc;
}

struct bad {
	const char *line;
	const char *what;
};

#define NO_PID(option, text) "option '" option "': '" text "' is not a process id, or PID:INODE"
#define NO_NSID(option, text) \
	"option '" option "': '" text "' is not a namespace id; a file of that name is ./:NAME"
#define NO_UID(option, text) \
	"option '" option "': '" text "' is not a user name or an id from 0 to 4294967294"
#define NO_GID(option, text) \
	"option '" option "': '" text "' is not a group name or an id from 0 to 4294967294"
#define NO_FD(text) "option '-N': '" text "' is not the number of a descriptor"
#define NEEDS_TARGET(option) "option '--" option "' needs '--target', or an argument"

static const struct bad bad[] = {
	{ "", "no namespace was asked for" },
	{ "true", "no namespace was asked for" },
	{ "-t 7", "no namespace was asked for" },
	{ "-t 7 -u --cap-drop kill --cap-add cap_kill true",
	  "options '--cap-drop' and '--cap-add' exclude each other: both name CAP_KILL" },
	{ "-t 7 -u --clear-env -e true", "options '--clear-env' and '--env' exclude each other" },
	{ "-t 7 -F --preserve-credentials --keep-caps", "no namespace was asked for" },
	{ "-t '' -u", NO_PID("-t", "") },
	{ "-t 0 -u", NO_PID("-t", "0") },
	{ "-t -1 -u", NO_PID("-t", "-1") },
	{ "-t +1 -u", NO_PID("-t", "+1") },
	{ "-t 1x -u", NO_PID("-t", "1x") },
	{ "-t 0x1 -u", NO_PID("-t", "0x1") },
	{ "-t 2147483648 -u", NO_PID("-t", "2147483648") },
	{ "-t 4294967297 -u", NO_PID("-t", "4294967297") },
	{ "-t 18446744073709551617 -u", NO_PID("-t", "18446744073709551617") },
	{ "-t : -u", NO_PID("-t", ":") },
	{ "-t 7: -u", NO_PID("-t", "7:") },
	{ "-t :7 -u", NO_PID("-t", ":7") },
	{ "-t 7:x -u", NO_PID("-t", "7:x") },
	{ "-t 7:-1 -u", NO_PID("-t", "7:-1") },
	{ "-t 7:1:1 -u", NO_PID("-t", "7:1:1") },
	{ "-t 7:18446744073709551616 -u", NO_PID("-t", "7:18446744073709551616") },
	{ "--target=self -u", NO_PID("--target", "self") },
	{ "-t 7 -t 7 -u", "option '--target' was given twice: 7 and '7'" },
	{ "-t 7 -t 8 -u", "option '--target' was given twice: 7 and '8'" },
	{ "-t container:web -t 7 -u", "option '--target' was given twice: 'container:web' and '7'" },
	{ "-t 7 -t container:web -u", "option '--target' was given twice: 7 and 'container:web'" },
	{ "-t unit: -u", "'unit:' is not unit:NAME or unit:USER/NAME" },
	{ "-t cgroup:x -u", "'x' is not the path of a cgroup as /proc/PID/cgroup has it" },
	{ "-t web:x -u", NO_PID("-t", "web:x") },
	{ "-t container:web", "no namespace was asked for" },
	{ "-u", NEEDS_TARGET("uts") },
	{ "-m -n/f", NEEDS_TARGET("mount") },
	{ "-T", NEEDS_TARGET("time") },
	{ "-r", NEEDS_TARGET("root") },
	{ "-w", NEEDS_TARGET("wd") },
	{ "-W", NEEDS_TARGET("wdns") },
	{ "-S follow", NEEDS_TARGET("setuid") },
	{ "-G follow", NEEDS_TARGET("setgid") },
	{ "-a", "option '--all' needs '--target'" },
	{ "--user-parent -S 5",
	  "option '--user-parent' needs '--target', or a namespace to enter" },
	{ "-e -u/f", "option '--env' needs '--target'" },
	{ "-c -u/f", "option '--join-cgroup' needs '--target'" },
	{ "-Z -u/f", "option '--follow-context' needs '--target'" },
	{ "-N 3", "option '--net-socket' needs '--target'" },
	{ "-t 7 -N 3 -n", "options '--net-socket' and '--net' exclude each other" },
	{ "--children -p/f", "option '--children' needs '--target'" },
	{ "-t 7 --children -m",
	  "option '--children' needs '--pid', '--time' or '--all', without an argument" },
	{ "-t 7 --children -p/f -m",
	  "option '--children' needs '--pid', '--time' or '--all', without an argument" },
	{ "--wait -n/f", "option '--wait' needs '--target'" },
	{ "-t 7 --wait -S 5", "option '--wait' needs '--all', or a namespace of the target to enter" },
	{ "-t 7 --wait=x -n",
	  "option '--wait': 'x' is not a number of seconds such as 0.5, at most 86400" },
	{ "-t 7 --wait=86401 -n",
	  "option '--wait': '86401' is not a number of seconds such as 0.5, at most 86400" },
	{ "-t 7 -u -w -W", "options '--wd' and '--wdns' exclude each other" },
	{ "--uts= -t 7", "option '--uts': '' is not a file" },
	{ "-u: -t 7", NO_NSID("-u", ":") },
	{ "-u:x -t 7", NO_NSID("-u", ":x") },
	{ "--net=:-1", NO_NSID("--net", ":-1") },
	{ "--net=:18446744073709551616", NO_NSID("--net", ":18446744073709551616") },
	{ "--net=:1:2", NO_NSID("--net", ":1:2") },
	{ "-t 7 -N -1", NO_FD("-1") },
	{ "-t 7 -N ''", NO_FD("") },
	{ "-t 7 -N 3x", NO_FD("3x") },
	{ "-t 7 -N 2147483648", NO_FD("2147483648") },
	{ "-S -1", NO_UID("-S", "-1") },
	{ "-S 4294967295", NO_UID("-S", "4294967295") },
	{ "-S 4294967296", NO_UID("-S", "4294967296") },
	{ "-S ''", NO_UID("-S", "") },
	{ "--setuid=Follow", NO_UID("--setuid", "Follow") },
	{ "-G 4294967295", NO_GID("-G", "4294967295") },
	{ "-G no-such-group-here", NO_GID("-G", "no-such-group-here") },
	{ "-t 7 --env=some -u", "option '--env': 'some' is not all" },
	{ "-t 7 --root= -u", "option '--root': '' is not a directory" },
	{ "-t 7 --wd= -u", "option '--wd': '' is not a directory" },
	{ "-t 7 --wdns= -u", "option '--wdns': '' is not a directory" },
	{ "-t 7 -u --explain=xml", "option '--explain': 'xml' is not json" },
};

static void line_is_refused(void **state)
{
	const struct bad *row = *state;
	char words[512], *argv[ARGS_MAX];
	struct xnsenter request;
	struct diag diag;

	assert_int_equal(read_line(row->line, words, sizeof(words), argv, &request, &diag), -EINVAL);
	assert_string_equal(diag.what, row->what);
	assert_true(diag.usage);
}

/* --- what is read -------------------------------------------------------------------------------- */

static struct xnsenter request;
static char *words_of[ARGS_MAX];

static void accept(const char *line)
{
	static char words[512];
	struct diag diag;

	if (read_line(line, words, sizeof(words), words_of, &request, &diag) < 0)
		fail_msg("%s: %s", line, diag.what);
}

static void target(void **state)
{
	(void)state;
	accept("-t 7 -u true -t 8");
	assert_int_equal(request.pid, 7);
	assert_false(request.has_inode);
	assert_string_equal(request.program[0], "true");
	assert_string_equal(request.program[1], "-t");
	accept("--target=2147483647:18446744073709551615 -u");
	assert_int_equal(request.pid, 2147483647);
	assert_true(request.has_inode && request.inode == UINT64_MAX);
	assert_null(request.program[0]);
	accept("-t7:0 -u");
	assert_true(request.has_inode && request.inode == 0);
}

static void a_target_by_name(void **state)
{
	static const struct {
		const char *line;
		unsigned kinds;
	} rows[] = {
		{ "-t container:web -u", 1u << NS_UTS },
		{ "-t container:web -n -m/f", 1u << NS_NET },
		{ "-t container:web -r", 1u << NS_MNT | 1u << NS_USER },
		{ "-t container:web -m", 1u << NS_MNT },
		{ "-t container:web -m --run-as x", 1u << NS_MNT | 1u << NS_USER },
		{ "-t container:web -m -r/dir --run-as x", 1u << NS_MNT },
		{ "-t container:web -r/dir -u", 1u << NS_UTS },
		{ "-t container:web -a -m/f", ((1u << NS_COUNT) - 1) & ~(1u << NS_MNT) },
		{ "-t container:web -a", (1u << NS_COUNT) - 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		accept(rows[i].line);
		assert_int_equal(request.pid, 0);
		assert_string_equal(request.target_name, "container:web");
		assert_int_equal(xnsenter_target_kinds(&request), rows[i].kinds);
	}
}

static void each_type_by_letter_and_name(void **state)
{
	(void)state;
	for (int k = 0; k < NS_COUNT; k++) {
		const struct ns_choice *choice = &request.choice[k];
		char line[64];

		snprintf(line, sizeof(line), "-t 7 -%c", ns_types[k].letter);
		accept(line);
		assert_int_equal(choice->source, FROM_TARGET);
		snprintf(line, sizeof(line), "-%c/f", ns_types[k].letter);
		accept(line);
		assert_int_equal(choice->source, FROM_FILE);
		assert_string_equal(choice->path, "/f");
		snprintf(line, sizeof(line), "-%c=/f", ns_types[k].letter);
		accept(line);
		assert_string_equal(choice->path, "/f");
		snprintf(line, sizeof(line), "--%s=:18446744073709551615", ns_types[k].option);
		accept(line);
		assert_int_equal(choice->source, FROM_ID);
		assert_true(choice->id == UINT64_MAX);
		for (int other = 0; other < NS_COUNT; other++)
			assert_int_equal(opt_given(&request.given, OPT_NS + other), other == k);
	}
	accept("-n./:5");
	assert_int_equal(request.choice[NS_NET].source, FROM_FILE);
}

/* A file or an id stays if the option comes again without one, as with nsenter(1). */
static void last_choice_of_a_type_counts(void **state)
{
	(void)state;
	accept("-t 7 -n/f -n");
	assert_int_equal(request.choice[NS_NET].source, FROM_FILE);
	accept("-t 7 -n -n/f");
	assert_int_equal(request.choice[NS_NET].source, FROM_FILE);
	accept("-t 7@12 -n");
	assert_true(request.has_inode && request.inode == 12);
	accept("-t 7 -n --net=:3 -n/f");
	assert_int_equal(request.choice[NS_NET].source, FROM_FILE);
}

static void ids_and_sockets(void **state)
{
	(void)state;
	accept("-S 4294967294 -G 0");
	assert_true(request.uid == 4294967294 && request.gid == 0);
	assert_false(request.follow_uid || request.follow_gid);
	accept("-S root");
	assert_int_equal(request.uid, 0);
	accept("-t 7 -S follow -G follow");
	assert_true(request.follow_uid && request.follow_gid);
	accept("-t 7 -S follow -S 5 -G 5 -G follow");
	assert_true(request.follow_uid && request.follow_gid);
	accept("-t 7 -N 12");
	assert_int_equal(request.socket, 12);
	assert_int_equal(request.choice[NS_NET].source, FROM_SOCKET);
	assert_true(opt_given(&request.given, OPT_NS + NS_NET));
}

static void waiting(void **state)
{
	(void)state;
	accept("-t 7 -n --wait");
	assert_true(request.wait_ms == UINT64_MAX);
	accept("-t 7 -a --wait=0.25");
	assert_true(request.wait_ms == 250);
	accept("-t 7 -a --wait=2 --wait");
	assert_true(request.wait_ms == UINT64_MAX);
}

static void directories_and_environment(void **state)
{
	(void)state;
	accept("-t 7 -r -w");
	assert_true(!request.root && !request.wd && !request.all_env);
	accept("-t 7 -r -r/a --wd=/b -w -w/c");
	assert_true(!request.root && !request.wd);
	accept("-r/a --wd=/b");
	assert_string_equal(request.root, "/a");
	assert_string_equal(request.wd, "/b");
	accept("-W=/c");
	assert_string_equal(request.wdns, "/c");
	accept("-t 7 -e");
	assert_false(request.all_env);
	accept("-t 7 --env=all");
	assert_true(request.all_env);
	accept("-t 7 -e --env=all -e");
	assert_false(request.all_env);
}

/* --help and --version win over later faults and missing arguments. */
static void help_and_version(void **state)
{
	(void)state;
	accept("--help --nonsense");
	assert_true(opt_given(&request.given, OPT_HELP));
	accept("-V");
	assert_true(opt_given(&request.given, OPT_VERSION));
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		unit_add(*bad[i].line ? bad[i].line : "nothing", line_is_refused, &bad[i]);
	UNIT_ADD(target);
	UNIT_ADD(a_target_by_name);
	UNIT_ADD(each_type_by_letter_and_name);
	UNIT_ADD(last_choice_of_a_type_counts);
	UNIT_ADD(ids_and_sockets);
	UNIT_ADD(waiting);
	UNIT_ADD(directories_and_environment);
	UNIT_ADD(help_and_version);
	return unit_run("xnsenter_parse");
}
