/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plans of exec, and of the commands that change names. */
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "kernel/netnsid.h"
#include "base/user.h"
#include "plan/step.h"
#include "xnetns/exec.h"
#include "xnetns/names.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

struct row {
	const char *name;
	int options[4];
	bool etc, user;
	const char *steps;
	bool resolver;
};

static const struct row rows[] = {
	{ "plain", { 0 }, false, false, "setns unshare propagation sysfs exec" },
	{ "files for /etc", { 0 }, true, false, "setns unshare propagation sysfs etc exec" },
	{ "no sysfs: no mount namespace", { OPT_NO_SYSFS }, false, false, "setns exec" },
	{ "no sysfs, files for /etc",
	  { OPT_NO_SYSFS },
	  true,
	  false,
	  "setns unshare propagation etc exec" },
	{ "a user", { OPT_NO_SYSFS }, false, true, "setns set-groups setgid setuid user-environ exec" },
	{ "an uplink", { OPT_NO_SYSFS }, false, false, "setns unshare propagation resolver exec", true },
	{ "an uplink, other files for /etc", { 0 }, true, false, "setns unshare propagation sysfs etc resolver exec", true },
	{ "all of it",
	  { 0 },
	  true,
	  true,
	  "setns unshare propagation sysfs etc set-groups setgid setuid user-environ exec" },
};

static void plan(void **state)
{
	static char program[] = "true", name[] = "tester";
	char *argv[] = { program, NULL };
	const struct row *row = *state;
	struct user user = { .name = row->user ? name : NULL, .uid = 7, .gid = 8, .n_groups = 2 };
	struct exec_facts facts = { .ns = 5, .path = "/run/netns/a", .user = &user,
				    .resolver = row->resolver };
	struct xnetns request = { .jobs = 1 };
	struct plan made = { .n = 0 };
	char text[256] = "";

	for (size_t i = 0; i < ARRAY_LEN(row->options); i++)
		if (row->options[i])
			opt_put(&request.given, row->options[i]);
	if (row->etc)
		snprintf(facts.etc, sizeof(facts.etc), "/etc/netns/a");
	exec_plan(&request, &facts, argv, &made);
	for (size_t i = 0; i < made.n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "",
			 step_name(made.steps[i].kind));
	assert_string_equal(text, row->steps);
	assert_int_equal(made.steps[0].setns.fd, 5);
	assert_int_equal(made.steps[0].setns.ns, NS_NET);
	assert_ptr_equal(made.steps[made.n - 1].exec.argv, argv);
	if (row->user) {
		assert_int_equal(plan_find(&made, STEP_SETUID)->setuid.uid, 7);
		assert_int_equal(plan_find(&made, STEP_SETGID)->setgid.gid, 8);
		assert_int_equal(plan_find(&made, STEP_USER_GROUPS)->user_groups.n_groups, 2);
	}
	plan_free(&made);
}

/* ---- commands that change names ---- */

struct command_row {
	const char *name;
	const char *line;
	const char *steps; /* "name: words (call)", a line each */
};

#define LOCKED "lock: lock /run/xns/netns.lock and /run/netns " \
	       "(mkdirat(/run/xns); flock(FD, LOCK_EX); flock(FD, LOCK_EX))\n"
#define STORED                                                               \
	"store: lock /run/xns/netns.lock and /run/netns; create them, and make /run/netns shared, if "  \
	"necessary (mkdirat(/run/xns); flock(FD, LOCK_EX); mkdirat(/run/netns); flock(FD, LOCK_EX); " \
	"mount(none, /run/netns, MS_REC|MS_SHARED))\n"
#define CLEARED(name) "clear: remove /run/netns/" name " if it is stale (unlinkat(FD, " name "))\n"
#define CREATED "create: create a network namespace (unshare(CLONE_NEWNET))\n"
#define RAISED "loopback: bring the loopback device up (ioctl(SIOCSIFFLAGS, lo, IFF_UP))\n"
#define MOUNTED(name)                                               \
	"mount: create /run/netns/" name                            \
	", and mount the network namespace on it (linkat(FD, " name \
	"); mount(/proc/self/fd/N, /run/netns/" name ", MS_BIND))\n"
#define REMOVED(name)                                                                   \
	"remove: unmount /run/netns/" name " unless it is stale, and remove the file (" \
	"umount2(/run/netns/" name ", MNT_DETACH); unlinkat(FD, " name "))\n"

static const struct command_row command_rows[] = {
	{ "add", "add a", STORED CLEARED("a") CREATED MOUNTED("a") },
	{ "add --up, two names", "add --up a b",
	  STORED CLEARED("a") CREATED RAISED MOUNTED("a") CLEARED("b")
		  CREATED RAISED MOUNTED("b") },
	{ "add --exists-ok", "add --exists-ok a",
	  STORED "keep: if /run/netns/a is a network namespace, skip its next steps; if it is "
		 "stale, remove it (unlinkat(FD, a))\n" CREATED MOUNTED("a") },
	{ "add --exists-ok --up", "add --exists-ok --up a",
	  STORED "keep-up: if /run/netns/a is a network namespace, enter it, bring its loopback "
		 "device up, and skip its next steps; if it is stale, remove it "
		 "(setns(FD, CLONE_NEWNET); ioctl(SIOCSIFFLAGS, lo, IFF_UP); or "
		 "unlinkat(FD, a))\n" CREATED RAISED MOUNTED("a") },
	{ "attach", "attach a 12",
	  STORED CLEARED("a") "attach: create /run/netns/a, and mount the network namespace of "
			      "process 12 on it (linkat(FD, a); mount(/proc/self/fd/N, "
			      "/run/netns/a, MS_BIND))\n" },
	{ "set", "set a 7",
	  "set-nsid: assign the nsid 7 to /run/netns/a in this network namespace "
	  "(sendmsg(NETLINK_ROUTE, RTM_NEWNSID))\n" },
	{ "set of a process", "set 12 7",
	  "set-nsid: assign the nsid 7 to the network namespace of process 12 in this network namespace "
	  "(sendmsg(NETLINK_ROUTE, RTM_NEWNSID))\n" },
	{ "set auto", "set a auto",
	  "set-nsid: assign the next free nsid to /run/netns/a in this network namespace "
	  "(sendmsg(NETLINK_ROUTE, RTM_NEWNSID))\n" },
	{ "delete", "delete a b", LOCKED REMOVED("a") REMOVED("b") },
	{ "delete --kill", "delete --kill=INT --wait 3 a",
	  "kill: send SIGINT to the processes in /run/netns/a, and wait up to 3 s for them to end "
	  "(pidfd_send_signal(PIDFD, SIGINT))\n" LOCKED REMOVED("a") },
	{ "gc", "gc",
	  LOCKED "redundant: unmount redundant bind mounts of /run/netns over itself "
		 "(umount2(/run/netns, MNT_DETACH))\n"
		 "lock-again: lock both again: other names may be visible now "
		 "(mkdirat(/run/xns); flock(FD, LOCK_EX); flock(FD, LOCK_EX))\n"
		 "collect: remove the names that are stale (unlinkat(FD, NAME))\n" },
	{ "gc --dry-run", "gc --dry-run",
	  LOCKED "redundant: print what a run would do: unmount redundant bind mounts of "
		 "/run/netns over itself ()\n"
		 "lock-again: lock both again: other names may be visible now "
		 "(mkdirat(/run/xns); flock(FD, LOCK_EX); flock(FD, LOCK_EX))\n"
		 "collect: print what a run would do: remove the names that are stale ()\n" },
	{ "gc --unseen", "gc --unseen a b",
	  LOCKED "unseen: remove those of these names that are stale or unknown: a b "
		 "(unlinkat(FD, NAME))\n" },
};

static void plan_command(struct xnetns *request, struct netns_plan *ret)
{
	struct names names = { .list = request->operands, .n = (size_t)request->n_operands };
	const char *nsid = request->n_operands > 1 ? request->operands[1] : "";

	switch (request->commands->name[0]) {
	case 'd':
		netns_plan_delete(request, &names, ret);
		break;
	case 'g':
		netns_plan_gc(request, ret);
		break;
	case 's':
		netns_plan_set(request, *nsid == 'a' ? NETNSID_NONE : atoi(nsid), 5,
			       atoi(request->operands[0]) > 0, ret);
		assert_int_equal(ret->steps[0].fd, 5);
		break;
	default:
		if (strcmp(request->commands->name, "add") == 0)
			netns_plan_new(request, 5, ret);
		else
			netns_plan_attach(request, atoi(nsid), 5, ret);
		assert_int_equal(ret->steps[ret->n - 1].fd, 5);
	}
}

static void command(void **state)
{
	const struct command_row *row = *state;
	struct xnetns request = { .kill_signal = SIGTERM, .wait = 10 };
	struct netns_plan made = { .n = 0 };
	char line[64], words[256], call[256], text[2048] = "", *argv[8];
	struct diag diag;
	int argc = 0;

	snprintf(line, sizeof(line), "%s", row->line);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	assert_int_equal(xnetns_parse_command(&request, xnetns_commands, argc, argv,
					      &request.commands, &diag),
			 0);
	plan_command(&request, &made);
	assert_false(made.incomplete);
	for (size_t i = 0; i < made.n; i++) {
		size_t used = strlen(text);

		netns_step_describe(&made.steps[i], words, sizeof(words));
		netns_step_call(&made.steps[i], call, sizeof(call));
		snprintf(text + used, sizeof(text) - used, "%s: %s (%s)\n",
			 netns_step_name(made.steps[i].kind), words, call);
	}
	assert_string_equal(text, row->steps);
	netns_plan_free(&made);
}

/* A text that does not fit is truncated, and not written past its end. */
static void long_names_are_cut(void **state)
{
	char name[256], buf[64];
	struct netns_plan made = { .n = 0 };
	const struct netns_step *step;

	(void)state;
	memset(name, 'x', 255);
	name[255] = '\0';
	step = netns_plan_add(&made, NETNS_REMOVE, name);
	memset(buf, '!', sizeof(buf));
	netns_step_call(step, buf, 40);
	assert_int_equal(strlen(buf), 39);
	assert_int_equal(buf[40], '!');
	netns_plan_free(&made);
}

int main(void)
{
	UNIT_ADD_ROWS(command, command_rows);
	UNIT_ADD(long_names_are_cut);
	UNIT_ADD_ROWS(plan, rows);
	return unit_run("xnetns_plan");
}
