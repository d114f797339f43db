/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls that make a program's cgroups and take them back, in order, on a system that is not there; then
 * every call fails in turn.
 */
#include <errno.h>
#include <linux/magic.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "cgroup/tree.h"
#include "fake_sys.h"
#include "unit.h"

#define TOP "/c/xns-7-8"

struct outcome {
	int rc;
	struct diag diag;
	struct cgroup_toll toll;
};

static void set_up(void *arg)
{
	(void)arg;
	fake_dir("/c");
	fake_file("/c/cgroup.subtree_control", "");
	fake_dir(TOP);
	fake_file(TOP "/cgroup.subtree_control", "");
	fake_file(TOP "/cgroup.max.depth", "max\n");
	fake_file(TOP "/cgroup.max.descendants", "max\n");
	fake_dir(TOP "/wait");
	fake_file(TOP "/wait/cgroup.procs", "4242\n");
	fake_file("/c/cgroup.procs", "");
	fake_dir(TOP "/limit");
	fake_file(TOP "/limit/pids.max", "5\n");
	fake_file(TOP "/limit/pids.events", "max 3\n");
	fake_file(TOP "/limit/memory.events.local", "oom 0\noom_kill 2\n");
	fake_file(TOP "/limit/cgroup.kill", "");
	fake_file(TOP "/limit/cgroup.freeze", "");
	fake_file(TOP "/limit/cgroup.procs", "");
	fake_file(TOP "/limit/cgroup.events", "populated 0\n");
	fake_dir(TOP "/limit/program");
	fake_file(TOP "/limit/program/cgroup.procs", "");
	fake_mounted("/c", CGROUP2_SUPER_MAGIC);
}

static void run(void *arg)
{
	char controllers[][LIMIT_CONTROLLER] = { "pids", "" };
	const pid_t movers[] = { 4242 };
	struct outcome *outcome = arg;
	struct cgroup_tree tree;

	*outcome = (struct outcome){ .rc = 0 };
	cgroup_init(&tree);
	outcome->rc = cgroup_make(&tree, "/c", "xns-7-8", movers, 1, controllers, &outcome->diag);
	if (outcome->rc == 0)
		outcome->rc = cgroup_set(&tree, "pids.max", "5", &outcome->diag);
	if (outcome->rc == 0)
		outcome->rc = cgroup_confine(&tree, 101, &outcome->diag);
	fake_note("end");
	cgroup_end(&tree, outcome->rc == 0, &outcome->toll);
}

/* Only what changes something. */
static void hide(void)
{
	static const char *const names[] = { "openat", "read", "pread", "fstat", "fstatat", "fstatfs",
					     "getdents64", "readlinkat", "poll", "getpid", "close" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		fake_hide(names[i]);
}

static void test_order(void **state)
{
	struct outcome outcome;

	(void)state;
	fake_reset();
	set_up(NULL);
	hide();
	fake_run(run, &outcome);
	assert_int_equal(outcome.rc, 0);
	assert_int_equal(outcome.toll.refused, 3);
	/* Killed for want of memory elsewhere: none of our limit's. */
	assert_int_equal(outcome.toll.killed, 0);
	fake_assert_trace(
			  "mkdirat(</c>, \"xns-7-8\", 755)\n"
			  "write(</c/xns-7-8/cgroup.max.depth>, \"16\")\n"
			  "write(</c/xns-7-8/cgroup.max.descendants>, \"1024\")\n"
			  "mkdirat(</c/xns-7-8>, \"wait\", 755)\n"
			  "write(</c/xns-7-8/wait/cgroup.procs>, \"4242\")\n"
			  "write(</c/cgroup.subtree_control>, \"+pids\")\n"
			  "write(</c/xns-7-8/cgroup.subtree_control>, \"+pids\")\n"
			  "mkdirat(</c/xns-7-8>, \"limit\", 755)\n"
			  "mkdirat(</c/xns-7-8/limit>, \"program\", 755)\n"
			  "write(</c/xns-7-8/limit/pids.max>, \"5\")\n"
			  "write(</c/xns-7-8/limit/program/cgroup.procs>, \"101\")\n"
			  "end\n"
			  "write(</c/xns-7-8/limit/cgroup.kill>, \"1\")\n"
			  "unlinkat(</c/xns-7-8>, \"limit\", 0x200)\n"
			  "write(</c/xns-7-8/cgroup.subtree_control>, \"-pids\")\n"
			  "write(</c/cgroup.subtree_control>, \"-pids\")\n"
			  "write(</c/cgroup.procs>, \"4242\")\n"
			  "unlinkat(</c>, \"xns-7-8\", 0x200)\n");
	fake_assert_closed();
}

/* All cgroups are removed again, whatever failed; and a failure has its message. */
static void check(const struct fake_fault *fault, void *arg)
{
	const struct outcome *outcome = arg;

	if (outcome->rc < 0 && !outcome->diag.what[0])
		fail_msg("%s failed with %d, and nothing was said", fault->call.text, fault->err);
	if (fake_find("mkdirat(</c>, \"xns-7-8") && strcmp(fault->call.name, "mkdirat") != 0 &&
	    !fake_find("unlinkat(</c>, \"xns-7-8"))
		fail_msg("%s failed with %d, and the cgroup stays", fault->call.text, fault->err);
	fake_assert_closed();
}

static void test_faults(void **state)
{
	static const int errnos[] = { EACCES, ENOENT, EBUSY, 0 };
	struct outcome outcome;
	const struct fake_sweep sweep = {
		.set_up = set_up, .run = run, .check = check, .arg = &outcome, .errnos = errnos,
	};

	(void)state;
	assert_true(fake_sweep(&sweep) > 60);
}

int main(void)
{
	UNIT_ADD(test_order);
	UNIT_ADD(test_faults);
	return unit_run("cgroup tree");
}
