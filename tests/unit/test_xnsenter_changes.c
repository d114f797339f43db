/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A target that changes while xnsenter examines it: root acts on what was examined, or not at all. */
#include <errno.h>

#include "xnsenter_facts_unit.h"

/* Namespaces of processes 77 and 4242, which is this one, in place of the links. */
static void put_ns(const char *name, bool same)
{
	char theirs[64], ours[64];

	snprintf(theirs, sizeof(theirs), "/proc/77/ns/%s", name);
	snprintf(ours, sizeof(ours), "/proc/4242/ns/%s", name);
	fake_ns(theirs)->ino = 700;
	fake_ns(ours)->ino = same ? 700 : 701;
}

/* A process in a user namespace of its own may have chosen the root directory that was opened. */
static void named_target_that_left_before_its_root_was_opened(void **state)
{
	(void)state;
	for (int left = 0; left < 2; left++) {
		begin();
		fake_returns("geteuid", 0, 0);
		assert_int_equal(read_first("-t 77 -r true"), 0);
		run.request.target_name = "unit:x";
		put_ns("mnt", true);
		put_ns("user", !left);
		assert_int_equal(read_rest(), left ? -EPERM : 0);
		if (left)
			assert_message(&run.diag, "'unit:x' is process 77, whose files another user "
						  "namespace controls: its programs would run with your rights");
		else
			assert_true(run.facts.root >= 0);
		end();
	}
}

/* With --mount alone its user namespace does not matter: the mounts that were examined are entered. */
static void named_target_in_a_user_namespace_of_its_own(void **state)
{
	(void)state;
	begin();
	fake_returns("geteuid", 0, 0);
	assert_int_equal(read_first("-t 77 -m true"), 0);
	run.request.target_name = "unit:x";
	put_ns("mnt", true);
	put_ns("user", false);
	assert_int_equal(read_rest(), 0);
	assert_true(run.facts.fds[NS_MNT] >= 0);
	end();
}

static void named_target_that_cannot_be_examined(void **state)
{
	static const char *const calls[] = { "openat", "fstat", "fstatfs" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		begin();
		fake_returns("geteuid", 0, 0);
		assert_int_equal(read_first("-t 77 -m true"), 0);
		put_ns("mnt", true);
		fake_returns(calls[i], 0, -EIO);
		assert_int_equal(xnsenter_check_named(&run.request, &run.facts, &run.diag), -EIO);
		assert_message(&run.diag, "cannot examine the namespaces of process 77: Input/output error");
		assert_int_equal(run.facts.fds[NS_MNT], -1);
		end();
	}
}

/* What was read of its maps is true only as long as it stays there. */
static void user_namespace_is_held(void **state)
{
	(void)state;
	for (int privileged = 0; privileged < 2; privileged++) {
		begin();
		if (privileged)
			fake_returns("geteuid", 0, 0);
		put_ns("user", true);
		fake_file("/proc/4242/status", "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t\n");
		assert_read("-t 77 -U --preserve-credentials true");
		assert_int_equal(run.facts.user_ns >= 0, privileged);
		assert_string_equal(run.facts.stays_in, privileged ? "user:[700]" : "");
		end();
	}
	begin();
	fake_returns("geteuid", 0, 0);
	fake_remove("/proc/77/ns/user");
	fake_ns("/proc/self/ns/user");
	assert_refused("-t 77 -U --preserve-credentials true", ESRCH,
		       "process 77 has ended", "");
}

/* Then ours would be inside, where its file could be overwritten. */
static void children_in_another_pid_namespace_since(void **state)
{
	(void)state;
	for (int same = 0; same < 2; same++) {
		begin();
		fake_returns("geteuid", 0, 0);
		fake_link("/proc/77/ns/pid_for_children", "pid:[104]");
		assert_int_equal(read_first("-t 77 -p --children true"), 0);
		assert_int_equal(run.facts.compared[NS_PID], COMPARED_SAME);
		fake_ns("/proc/77/ns/pid_for_children")->ino = 700;
		fake_ns("/proc/4242/ns/pid")->ino = same ? 700 : 701;
		assert_int_equal(read_rest(), 0);
		assert_int_equal(run.facts.compared[NS_PID], same ? COMPARED_SAME : COMPARED_OTHER);
		end();
	}
}

int main(void)
{
	UNIT_ADD(named_target_that_left_before_its_root_was_opened);
	UNIT_ADD(named_target_in_a_user_namespace_of_its_own);
	UNIT_ADD(named_target_that_cannot_be_examined);
	UNIT_ADD(user_namespace_is_held);
	UNIT_ADD(children_in_another_pid_namespace_since);
	return unit_run("xnsenter_changes");
}
