/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec and its failures, and how the process that has waited ends. */
#include <errno.h>
#include <signal.h>

#include "apply_unit.h"

struct exec_failure {
	const char *name;
	int err, status;
	const char *message;
};

static const struct exec_failure exec_failures[] = {
	{ "exec: not found is 127", ENOENT, 127, "cannot run 'prog': No such file or directory" },
	{ "exec: not executable is 126", EACCES, 126, "cannot run 'prog': Permission denied" },
	{ "exec: a bad format is 126", ENOEXEC, 126, "cannot run 'prog': Exec format error" },
	{ "exec: too long a list is 126", E2BIG, 126, "cannot run 'prog': Argument list too long" },
};

static void exec_fails(void **state)
{
	const struct exec_failure *row = *state;
	struct run run = { .rc = 0 };

	fake_reset();
	add_exec(&run.plan);
	fake_returns("execvp", 1, -row->err);
	apply_plan(&run);
	assert_failed(&run, row->message);
	assert_int_equal(run.rc, -row->err);
	assert_int_equal(diag_status(&run.diag), row->status);
}

static void shell_is_a_login_shell(void **state)
{
	static const char *const rows[][2] = {
		{ "/usr/bin/fish", "execvp(/usr/bin/fish: -fish)\n" },
		{ "dash", "execvp(dash: -dash)\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run = { .rc = 0 };
		struct step *step = plan_add(&run.plan, STEP_EXEC);

		fake_reset();
		step->exec.path = rows[i][0];
		step->exec.argv = (char *[]){ NULL };
		apply_plan(&run);
		fake_assert_trace(rows[i][1]);
	}
}

/* --- how the waiting process ends -------------------------------------------------------------- */

static void run_end(void *arg)
{
	apply_exit_like(*(const int *)arg);
}

static void ends_with_the_programs_status(void **state)
{
	int status = EXITED(42);

	(void)state;
	fake_reset();
	assert_int_equal(fake_run(run_end, &status), FAKE_EXITED);
	assert_int_equal(fake_exit_status(), 42);
	fake_assert_trace("exit(42)\n");
}

static void ends_by_the_programs_signal(void **state)
{
	int status = KILLED(SIGSEGV) | 0x80; /* with a core, which is the program's */

	(void)state;
	fake_reset();
	assert_int_equal(fake_run(run_end, &status), FAKE_EXITED);
	fake_assert_trace("setrlimit(CORE, 0)\nprctl(PR_SET_DUMPABLE, 0)\n"
			  "sigaction(SEGV, default)\ngetpid()\nkill(4242, SEGV)\n"
			  "sigprocmask(UNBLOCK, [SEGV])\n"
			  "exit(139)\n"); /* only a PID 1 comes here */
}

int main(void)
{
	UNIT_ADD_ROWS(exec_fails, exec_failures);
	UNIT_ADD(shell_is_a_login_shell);
	UNIT_ADD(ends_with_the_programs_status);
	UNIT_ADD(ends_by_the_programs_signal);
	return unit_run("apply_exec");
}
