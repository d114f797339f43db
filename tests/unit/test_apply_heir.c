/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child that enters a pid namespace from outside, and the program that it leaves to its parent. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "apply/trampoline.h"
#include "apply_unit.h"

enum { CHILD = FAKE_FIRST_CHILD, HEIR = 555 };

static void begin(struct run *run)
{
	static char *argv[] = { (char *)"prog", (char *)"arg", NULL };

	fake_reset();
	fake_file("/bin/prog", "");
	fake_hide("sigprocmask");
	fake_hide("sigaction");
	*run = (struct run){ .rc = 0 };
	plan_add(&run->plan, STEP_GUARD)->guard.argv = argv;
	plan_add(&run->plan, STEP_UNDUMPABLE);
	plan_add(&run->plan, STEP_FORK)->fork.flags = FORK_FORWARD | FORK_OUTSIDE;
}

/* --- the parent -------------------------------------------------------------------------------- */

static void names_heir(pid_t pid)
{
	int heir = pid;

	fake_input("pipe1 read", &heir, sizeof(heir));
}

static void ends(pid_t pid, int status)
{
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(pid, status);
}

static void parent_takes_the_program_over(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	add_exec(&run.plan);
	names_heir(HEIR);
	fake_child(0, 0);
	fake_signal(SIGUSR1, SI_USER);
	ends(HEIR, EXITED(5));
	apply_plan(&run);
	assert_int_equal(run.rc, 0);
	assert_int_equal(run.status, EXITED(5));
	assert_non_null(fake_find("kill(555, USR1)"));
	assert_int_equal(fake_count("execvp"), 0);
	/* It keeps nothing that the program could want. */
	assert_non_null(fake_find("close_range("));
	fake_assert_closed();
}

/* The program may end before we have heard of it, and must not be reaped as a stranger. */
static void nobody_else_is_reaped_before(void **state)
{
	char before[32];
	struct run run;

	(void)state;
	begin(&run);
	add_exec(&run.plan);
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(0, 0);
	names_heir(HEIR);
	fake_child(HEIR, KILLED(SIGTERM));
	apply_plan(&run);
	snprintf(before, sizeof(before), "waitpid(%d, ", CHILD);
	assert_non_null(fake_find(before));
	assert_null(fake_find("waitpid(-1, "));
	assert_int_equal(run.status, KILLED(SIGTERM));
}

/*
 * The heir fails at once, and its signal comes before the child has named it. When we look for the child, that
 * has named it and ended with 0.
 */
static void end_of_the_child_is_not_that_of_the_heir(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	add_exec(&run.plan);
	ends(CHILD, EXITED(0));
	names_heir(HEIR);
	fake_child(HEIR, EXITED(126));
	apply_plan(&run);
	assert_int_equal(run.rc, 0);
	assert_int_equal(run.status, EXITED(126));
	fake_assert_closed();
}

/* A tracer of the child could name any process in the right moment. */
static void only_a_child_of_ours_gets_signals(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	add_exec(&run.plan);
	names_heir(1);
	fake_returns("waitpid", 1, -ECHILD);
	fake_signal(SIGUSR1, SI_USER);
	apply_plan(&run);
	assert_non_null(fake_find("waitpid(1, "));
	assert_failed(&run, "cannot wait for the child: No child processes");
	assert_int_equal(fake_count("kill"), 0);
}

static void heir_that_cannot_be_read(void **state)
{
	static const int wrong[] = { 0, -1 };

	(void)state;
	for (int nth = 0; nth < 4; nth++) {
		struct run run;

		begin(&run);
		add_exec(&run.plan);
		if (nth < 2)
			fake_input("pipe1 read", &wrong[nth], sizeof(wrong[nth]));
		else
			fake_input("pipe1 read", "ab", 2);
		if (nth == 3)
			fake_returns("read", 1, -EIO);
		ends(CHILD, EXITED(0));
		apply_plan(&run);
		assert_int_equal(run.rc, nth == 3 ? -EIO : -EPROTO);
		assert_int_equal(fake_count("kill"), 0);
	}
}

static void child_that_fails_has_no_heir(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	add_exec(&run.plan);
	fake_input("pipe1 read", NULL, 0);
	ends(CHILD, EXITED(1));
	apply_plan(&run);
	assert_int_equal(run.rc, 0);
	assert_int_equal(run.status, EXITED(1));
	fake_assert_closed();
	/* Its end may be seen first, and the pipe then be closed or, while others are born, still open. */
	for (int is_open = 0; is_open < 2; is_open++) {
		begin(&run);
		add_exec(&run.plan);
		ends(CHILD, EXITED(1));
		if (!is_open)
			fake_input("pipe1 read", NULL, 0);
		apply_plan(&run);
		assert_int_equal(run.rc, 0);
		assert_int_equal(run.status, EXITED(1));
	}
}

static void what_fails_before(void **state)
{
	static const char *const calls[] = { "pipe2", "fork" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		struct run run;

		begin(&run);
		add_exec(&run.plan);
		fake_returns(calls[i], 1, -EMFILE);
		apply_plan(&run);
		assert_int_equal(run.rc, -EMFILE);
		fake_assert_closed();
	}
}

/* --- the child --------------------------------------------------------------------------------- */

static void child_has_the_image_make_the_program(void **state)
{
	char call[96];
	struct run run;

	(void)state;
	begin(&run);
	add_exec(&run.plan);
	fake_returns("fork", 1, 0);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(fake_find("keep_on_exec(<pipe1 write>)"));
	snprintf(call, sizeof(call), "%s", fake_call(fake_n_calls() - 1)->text);
	assert_non_null(strstr(call, "execveat(<memfd xns-trampoline>: test "));
	assert_non_null(strstr(call, " /bin/prog prog arg)"));
	assert_null(strstr(call, "t /bin/prog"));
}

static void terminal_is_for_the_program(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	plan_add(&run.plan, STEP_TERMINAL);
	add_exec(&run.plan);
	fake_returns("fork", 1, 0);
	apply_plan(&run);
	assert_int_equal(fake_count("setsid"), 0);
	assert_non_null(strstr(fake_call(fake_n_calls() - 1)->text, "t /bin/prog prog arg)"));
}

static void image_that_would_not_hear(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	add_exec(&run.plan);
	fake_returns("fork", 1, 0);
	fake_returns("keep_on_exec", 1, -EBADF);
	apply_plan(&run);
	assert_failed(&run, "cannot run 'prog': Bad file descriptor");
	assert_int_equal(fake_count("execveat"), 0);
	fake_assert_closed();
}

/* /proc/self may be the program's only: the image finds out. A path elsewhere is known now. */
static void what_can_be_seen_inside_only(void **state)
{
	static const struct {
		const char *path, *script;
		int end;
	} rows[] = {
		{ "/proc/self/cwd/prog", NULL, FAKE_EXECUTED },
		{ "/dev/fd/9", NULL, FAKE_EXECUTED },
		{ "/bin/script", "#!/proc/self/exe\n", FAKE_EXECUTED },
		{ "/bin/script", "#!/bin/none\n", FAKE_RETURNED },
		{ "/bin/none", NULL, FAKE_RETURNED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *argv[] = { (char *)rows[i].path, NULL };
		struct step *step;
		struct run run;

		begin(&run);
		if (rows[i].script)
			fake_file(rows[i].path, rows[i].script);
		step = plan_add(&run.plan, STEP_EXEC);
		step->exec.path = rows[i].path;
		step->exec.argv = argv;
		fake_returns("fork", 1, 0);
		apply_plan(&run);
		assert_int_equal(run.end, rows[i].end);
	}
}

/* A kernel without keyrings, and a filter against the call, are no reason to fail. */
static void keyring_that_is_refused(void **state)
{
	static const struct {
		int err;
		const char *message;
	} rows[] = {
		{ ENOSYS, NULL },
		{ EPERM, NULL },
		{ EDQUOT, "cannot take a new session keyring: Disk quota exceeded" },
		{ EACCES, "cannot take a new session keyring: Permission denied" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run = { .rc = 0 };

		fake_reset();
		plan_add(&run.plan, STEP_KEYRING);
		add_exec(&run.plan);
		fake_returns("join_session_keyring", 1, -rows[i].err);
		apply_plan(&run);
		if (rows[i].message)
			assert_failed(&run, rows[i].message);
		else
			assert_int_equal(run.end, FAKE_EXECUTED);
		if (rows[i].err == EDQUOT)
			assert_non_null(strstr(run.diag.hint, "kernel.keys.maxkeys"));
	}
}

int main(void)
{
	UNIT_ADD(keyring_that_is_refused);
	if (!TRAMPOLINE)
		return unit_run("apply_heir");
	setenv("PATH", "/bin", 1);
	UNIT_ADD(parent_takes_the_program_over);
	UNIT_ADD(nobody_else_is_reaped_before);
	UNIT_ADD(end_of_the_child_is_not_that_of_the_heir);
	UNIT_ADD(only_a_child_of_ours_gets_signals);
	UNIT_ADD(heir_that_cannot_be_read);
	UNIT_ADD(child_that_fails_has_no_heir);
	UNIT_ADD(what_fails_before);
	UNIT_ADD(child_has_the_image_make_the_program);
	UNIT_ADD(terminal_is_for_the_program);
	UNIT_ADD(image_that_would_not_hear);
	UNIT_ADD(what_can_be_seen_inside_only);
	return unit_run("apply_heir");
}
