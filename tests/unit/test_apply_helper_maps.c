/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The helper at work: the maps that it writes, itself or by newuidmap. */
#include <errno.h>
#include <signal.h>

#include "helper_unit.h"

static const struct step program_step = { .kind = STEP_MAP, .by_helper = true, .map.ids = "uid",
					  .map.map = &block, .map.program = "/bin/newuidmap" };

static void helper_blocks_signals_and_ends_with_us(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	fake_hide("openat");
	fake_hide("openat2");
	fake_hide("fstat");
	fake_hide("fstatfs");
	fake_hide("readlinkat");
	help(&run);
	fake_assert_trace("socketpair(SEQPACKET)\nfork()\nclose(<socket1>)\n"
			  "sigprocmask(SETMASK, ~[])\nsigaction(CHLD, default)\n"
			  "recvmsg(<socket1 other>)\nclose(</proc>)\n"
			  "close(</proc/4242>)\nclose(<socket1 other>)\nexit(0)\n");
}

static void helper_writes_a_map(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	ask(1, NULL);
	help(&run);
	assert_answer(1, 0, NULL);
	assert_non_null(fake_find("write(</proc/4242/uid_map>, \"0 100000 65536\\n\")"));
	assert_null(fake_find("SIGPIPE"));
}

/* The process that waits for the answer must see that the helper is gone. */
static void answer_that_is_lost(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	ask(1, NULL);
	ask(1, NULL);
	fake_returns("sendmsg", 1, -ENOBUFS);
	help(&run);
	assert_int_equal(fake_count("recvmsg"), 1);
}

static void helper_denies_setgroups(void **state)
{
	static const struct step step = { .kind = STEP_SETGROUPS_POLICY, .by_helper = true,
					  .setgroups_policy.policy = "deny" };
	struct run run;

	(void)state;
	BEGIN(&run, &step);
	ask(1, NULL);
	help(&run);
	assert_answer(1, 0, NULL);
	assert_non_null(fake_find("write(</proc/4242/setgroups>, \"deny\")"));
}

static void helper_tells_why_a_map_was_refused(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	ask(1, NULL);
	fake_returns("write", 1, -EPERM);
	help(&run);
	assert_answer(1, -EPERM, "cannot write the uid map '0 100000 65536' (/proc/4242/uid_map): "
				 "Operation not permitted");
	assert_string_equal(answer(1)->diag.hint, "the hint for map");
}

static void helper_does_only_its_own_steps(void **state)
{
	static const struct step step = { .kind = STEP_HOSTNAME, .hostname.name = "x" };
	struct run run;

	(void)state;
	BEGIN(&run, &step);
	ask(1, NULL);
	help(&run);
	assert_int_equal(answer(1)->rc, -ENOTSUP);
	assert_int_equal(fake_count("sethostname"), 0);
}

/* Nonsense on the socket gets no answer, and ends the helper. */
static void helper_leaves_at_nonsense(void **state)
{
	static const int numbers[] = { -1, 3, 999, 1002 };
	struct run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		BEGIN(&run, &map_step);
		ask(numbers[i], NULL);
		help(&run);
		assert_int_equal(fake_count("sendmsg"), 0);
		assert_int_equal(fake_count("recvmsg"), 1);
	}
	BEGIN(&run, &map_step);
	fake_input("socket1 other", "xy", 2);
	help(&run);
	assert_int_equal(fake_count("sendmsg"), 0);
}

/* --- newuidmap --------------------------------------------------------------------------------- */

static void program_is_run_with_the_map(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_returns("fork", 1, 0);
	fake_returns("fork", 2, 0);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(fake_find("execvp(/bin/newuidmap: /bin/newuidmap 4242 0 100000 65536)"));
	/* It gets no signals blocked from us. */
	assert_non_null(fake_find("sigprocmask(SETMASK, [])"));
}

static void program_that_cannot_be_run(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_returns("fork", 1, 0);
	fake_returns("fork", 2, 0);
	fake_returns("execvp", 1, -ENOENT);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXITED);
	assert_int_equal(fake_exit_status(), 127);
}

/* The helper, with a program that ends so. */
static void help_with_program(struct run *run, int status)
{
	BEGIN(run, &program_step);
	ask(1, NULL);
	fake_child(102, status);
	help(run);
}

static void program_that_succeeds(void **state)
{
	struct run run;

	(void)state;
	help_with_program(&run, EXITED(0));
	assert_answer(1, 0, NULL);
	assert_int_equal(fake_count("kill"), 0);
}

static void map_that_the_program_has_not_written(void **state)
{
	static const struct {
		const char *map, *message;
	} rows[] = {
		{ "", "cannot write the uid map: /bin/newuidmap has not written it" },
		{ "0 100001 65536\n", "cannot write the uid map: /bin/newuidmap has not written it" },
		{ "x\n", "cannot read the uid map that /bin/newuidmap has written: Invalid "
			 "argument" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		BEGIN(&run, &program_step);
		fake_file("/proc/4242/uid_map", rows[i].map);
		ask(1, NULL);
		fake_child(102, EXITED(0));
		fake_returns("poll", 0, 0);
		help(&run);
		assert_answer(1, i < 2 ? -EPERM : -EINVAL, rows[i].message);
	}
}

static void status_of_the_program_becomes_ours(void **state)
{
	struct run run;

	(void)state;
	help_with_program(&run, EXITED(3));
	assert_answer(1, -EPERM, "cannot write the uid map: /bin/newuidmap failed with status 3");
	assert_int_equal(diag_status(&answer(1)->diag), 3);
}

static void killed_program_is_a_failure(void **state)
{
	struct run run;

	(void)state;
	help_with_program(&run, KILLED(SIGKILL));
	assert_answer(1, -EINVAL, "/bin/newuidmap was killed by signal 9");
}

static void program_that_never_ends_is_killed(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	/* Reaped only after the kill: nothing is found while it is waited for. */
	fake_returns("poll", 0, 0);
	help(&run);
	assert_answer(1, -EINVAL, "/bin/newuidmap did not end within 60 s");
	assert_int_equal(fake_count("kill"), 1);
	assert_non_null(fake_find("kill(102, KILL)"));
	assert_non_null(fake_find("waitpid(102, 0)"));
	assert_in_range(fake_count("sigtimedwait"), 590, 610);
}

static void program_is_killed_when_we_die(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	help(&run); /* the end of file follows the request */
	assert_non_null(fake_find("kill(102, KILL)"));
	assert_int_equal(fake_count("sigtimedwait"), 0);
}

static void program_that_is_waited_for_in_slices(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_child(0, 0);
	fake_child(0, 0);
	fake_child(102, EXITED(0));
	fake_returns("poll", 0, 0);
	help(&run);
	assert_answer(1, 0, NULL);
	assert_int_equal(fake_count("sigtimedwait"), 2);
	assert_non_null(fake_find("sigtimedwait([CHLD], 0.100 s)"));
}

static void program_that_does_not_start(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_returns("fork", 2, -EAGAIN);
	help(&run);
	assert_answer(1, -EAGAIN,
		      "cannot start /bin/newuidmap: Resource temporarily unavailable");
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_returns("waitpid", 1, -ECHILD);
	help(&run);
	assert_answer(1, -ECHILD, "cannot wait for /bin/newuidmap: No child processes");
}

int main(void)
{
	UNIT_ADD(helper_blocks_signals_and_ends_with_us);
	UNIT_ADD(helper_writes_a_map);
	UNIT_ADD(answer_that_is_lost);
	UNIT_ADD(helper_denies_setgroups);
	UNIT_ADD(helper_tells_why_a_map_was_refused);
	UNIT_ADD(helper_does_only_its_own_steps);
	UNIT_ADD(helper_leaves_at_nonsense);
	UNIT_ADD(program_is_run_with_the_map);
	UNIT_ADD(program_that_cannot_be_run);
	UNIT_ADD(program_that_succeeds);
	UNIT_ADD(map_that_the_program_has_not_written);
	UNIT_ADD(status_of_the_program_becomes_ours);
	UNIT_ADD(killed_program_is_a_failure);
	UNIT_ADD(program_that_never_ends_is_killed);
	UNIT_ADD(program_is_killed_when_we_die);
	UNIT_ADD(program_that_is_waited_for_in_slices);
	UNIT_ADD(program_that_does_not_start);
	return unit_run("apply_helper_maps");
}
