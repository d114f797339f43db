/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The helper that stays outside, from our side: what it is asked, and what its answers and its end mean. */
#include <errno.h>
#include <signal.h>

#include "helper_unit.h"

static void helper_succeeds(void)
{
	static const struct reply reply = { .rc = 0 };

	fake_answer("socket1", &reply, sizeof(reply));
}

static void asks_and_lets_it_go_before_exec(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	helper_succeeds();
	fake_hide("fstatfs");
	fake_hide("fstat");
	apply_plan(&run);
	fake_assert_trace("openat(AT_FDCWD, \"/proc\", O_DIRECTORY|O_PATH)\n"
			  "readlinkat(</proc>, \"self\")\n"
			  "openat2(</proc>, \"4242\", O_DIRECTORY|O_NOFOLLOW|O_PATH)\n"
			  "socketpair(SEQPACKET)\nfork()\nclose(<socket1 other>)\n"
			  "sendmsg(<socket1>, 1)\nrecvmsg(<socket1>)\n"
			  "close(<socket1>)\nwaitpid(101, 0)\n"
			  "execvp(prog: prog arg)\n");
}

static void refusal_is_told_as_the_helper_said_it(void **state)
{
	struct reply reply = { .rc = -EPERM };
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	diag_set(&reply.diag, EPERM, "the helper's words");
	diag_hint(&reply.diag, "the helper's hint");
	reply.diag.status = 77;
	fake_answer("socket1", &reply, sizeof(reply));
	apply_plan(&run);
	assert_failed(&run, "the helper's words: Operation not permitted");
	assert_string_equal(run.diag.hint, "the helper's hint");
	assert_int_equal(diag_status(&run.diag), 77);
	assert_null(fake_find("sendmsg(<socket1>, 1000)"));
	/* It has looked for the cause itself. */
	assert_non_null(strstr(fake_trace(), "sendmsg(<socket1>, 1001)\nclose(<socket1>)\n"
					     "waitpid(101, 0)\n"));
	assert_null(fake_find("hint"));
	fake_assert_closed();
}

static void helper_that_has_died(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	fake_input("socket1", NULL, 0);
	apply_plan(&run);
	assert_failed(&run, "the helper has died");
	BEGIN(&run, &map_step);
	fake_returns("sendmsg", 0, -EPIPE);
	apply_plan(&run);
	assert_failed(&run, "cannot reach the helper: Broken pipe");
	BEGIN(&run, &map_step);
	fake_returns("recvmsg", 1, -ECONNRESET);
	apply_plan(&run);
	assert_failed(&run, "cannot reach the helper: Connection reset by peer");
	fake_assert_closed();
}

static void helper_that_does_not_start(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	fake_returns("fork", 1, -EAGAIN);
	apply_plan(&run);
	assert_failed(&run, "cannot start the helper: Resource temporarily unavailable");
	assert_int_equal(fake_count("sendmsg"), 0);
	assert_int_equal(fake_count("waitpid"), 0);
	fake_assert_closed();
	BEGIN(&run, &map_step);
	fake_returns("socketpair", 1, -EMFILE);
	apply_plan(&run);
	assert_failed(&run, "cannot start the helper: Too many open files");
	fake_assert_closed();
	BEGIN(&run, &map_step);
	fake_returns("openat", 1, -ENOENT);
	apply_plan(&run);
	assert_failed(&run, "cannot open /proc: No such file or directory");
	assert_int_equal(fake_count("fork"), 0);
	fake_assert_closed();
}

static void namespace_is_handed_over(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	helper_succeeds();
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(fake_find("sendmsg(<socket1>, 1, </proc/4242/ns/net>)"));
	assert_non_null(fake_find("close(</proc/4242/ns/net>)"));
}

static void namespace_that_cannot_be_opened(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	fake_remove("/proc/4242/ns/net");
	apply_plan(&run);
	assert_failed(&run, "cannot open the new network namespace: No such file or directory");
	fake_assert_closed();
	BEGIN(&run, &pin_step);
	fake_returns("readlinkat", 2, -ENOENT);
	apply_plan(&run);
	assert_failed(&run, "/proc does not show this process");
	fake_assert_closed();
}

/* The helper is not our child then, and we wait until it has ended. */
static void pins_go_if_exec_fails_without_a_fork(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	helper_succeeds();
	fake_returns("execvp", 1, -ENOEXEC);
	fake_hide("close");
	apply_plan(&run);
	assert_failed(&run, "cannot run 'prog': Exec format error");
	assert_int_equal(diag_status(&run.diag), 126);
	assert_non_null(strstr(fake_trace(), "fork()\nwaitpid(101, 0)\n"));
	assert_non_null(strstr(fake_trace(), "sendmsg(<socket1>, 1000)\nrecvmsg(<socket1>)\n"
					     "execvp(prog: prog arg) = ENOEXEC\n"
					     "sendmsg(<socket1>, 1001)\nrecvmsg(<socket1>)\n"));
	assert_int_equal(fake_count("waitpid"), 1);
	fake_assert_closed();
}

static void child_commits_and_takes_it_back_where_exec_fails(void **state)
{
	static const struct step fork_step = { .kind = STEP_FORK };
	struct run run;

	(void)state;
	BEGIN(&run, &fork_step, &pin_step);
	helper_succeeds();
	fake_returns("fork", 2, 0);
	fake_input("socket2 other", NULL, 0);
	fake_returns("execvp", 1, -ENOEXEC);
	fake_hide("close");
	apply_plan(&run);
	assert_failed(&run, "cannot run 'prog': Exec format error");
	assert_non_null(strstr(fake_trace(), "sendmsg(<socket1>, 1000)\nrecvmsg(<socket1>)\n"
					     "execvp(prog: prog arg) = ENOEXEC\n"
					     "sendmsg(<socket1>, 1001)\nhint\n"));
	/* It is not the child's to reap. */
	assert_int_equal(fake_count("waitpid"), 0);
	fake_assert_closed();
}

static void parent_leaves_the_helper_to_the_child(void **state)
{
	static const struct step fork_step = { .kind = STEP_FORK };
	struct run run;

	(void)state;
	BEGIN(&run, &fork_step, &pin_step);
	fake_input("socket2", "\0\0\0", 4);
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(102, EXITED(0));
	apply_plan(&run);
	assert_int_equal(run.rc, 0);
	/* Its end is closed before it waits, and the helper is reaped after the child. */
	assert_non_null(strstr(fake_trace(), "fork()\nclose(<socket2 other>)\n"
					     "close(<socket1>)\nsignalfd("));
	assert_non_null(strstr(fake_trace(), "waitpid(-1, WNOHANG|WUNTRACED)\n"
					     "waitpid(101, 0)\n"));
	assert_int_equal(fake_count("sendmsg"), 0);
	fake_assert_closed();
}

/* The commit has no answer: the helper has ended, and nobody knows what became of the pins. */
static void program_does_not_start_without_its_pins(void **state)
{
	static const struct reply reply = { .rc = 0 };
	static const struct step fork_step = { .kind = STEP_FORK };
	struct run run;

	(void)state;
	for (int forked = 0; forked < 2; forked++) {
		if (forked)
			BEGIN(&run, &fork_step, &pin_step);
		else
			BEGIN(&run, &pin_step);
		fake_returns("fork", 2, 0);
		fake_input("socket1", &reply, sizeof(reply));
		fake_input("socket1", NULL, 0);
		fake_input("socket2 other", NULL, 0);
		apply_plan(&run);
		assert_failed(&run, "the helper has died");
		assert_non_null(fake_find("sendmsg(<socket1>, 1000)"));
		fake_assert_closed();
	}
}

int main(void)
{
	UNIT_ADD(asks_and_lets_it_go_before_exec);
	UNIT_ADD(refusal_is_told_as_the_helper_said_it);
	UNIT_ADD(helper_that_has_died);
	UNIT_ADD(helper_that_does_not_start);
	UNIT_ADD(namespace_is_handed_over);
	UNIT_ADD(namespace_that_cannot_be_opened);
	UNIT_ADD(pins_go_if_exec_fails_without_a_fork);
	UNIT_ADD(child_commits_and_takes_it_back_where_exec_fails);
	UNIT_ADD(parent_leaves_the_helper_to_the_child);
	UNIT_ADD(program_does_not_start_without_its_pins);
	return unit_run("apply_helper");
}
