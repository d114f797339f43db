/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for a child: its end, its stops, and the signals that are forwarded to it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "kernel/sys.h"
#include "watch_unit.h"

/* --- how it ends ------------------------------------------------------------------------------- */

static void whole_course(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	fake_reset();
	ends(EXITED(3));
	watch(&wait);
	fake_assert_trace("sigwaitinfo([INT TERM CHLD TSTP TTIN TTOU])\n"
			  "waitpid(-1, WNOHANG|WUNTRACED)\n");
	assert_int_equal(wait.rc, 0);
	assert_int_equal(wait.status, EXITED(3));
	fake_assert_closed();
}

static void status_of_a_killed_child(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	ends(KILLED(SIGKILL));
	watch(&wait);
	assert_int_equal(wait.status, KILLED(SIGKILL));
}

static void others_are_reaped_and_do_not_end_it(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(55, EXITED(9));
	fake_child(56, KILLED(SIGSEGV));
	fake_child(0, 0);
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(57, EXITED(9));
	fake_child(CHILD, EXITED(4));
	watch(&wait);
	assert_int_equal(wait.status, EXITED(4));
	assert_int_equal(fake_count("waitpid"), 5);
}

static void signal_without_a_change_is_harmless(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	fake_signal(SIGCHLD, SI_USER);
	fake_child(0, 0);
	ends(EXITED(0));
	watch(&wait);
	assert_int_equal(wait.status, EXITED(0));
}

static void failures_are_told(void **state)
{
	static const struct {
		const char *call;
		int err;
	} rows[] = {
		{ "sigwaitinfo", EIO }, { "waitpid", ECHILD },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct wait wait = PLAIN_WAIT;

		begin();
		fake_returns(rows[i].call, 1, -rows[i].err);
		ends(EXITED(0));
		watch(&wait);
		assert_int_equal(wait.rc, -rows[i].err);
		fake_assert_closed();
	}
}

/* --- signals ----------------------------------------------------------------------------------- */

static void sets_of_signals(void **state)
{
	sigset_t set;

	(void)state;
	watch_signals(true, &set);
	for (int sig = 1; sig < 32; sig++)
		assert_int_equal(sigismember(&set, sig), 1);
	watch_signals(false, &set);
	for (int sig = 1; sig < 32; sig++)
		assert_int_equal(sigismember(&set, sig),
				 sig == SIGCHLD || sig == SIGINT || sig == SIGTERM ||
					 sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU);
}

static void plain_wait_discards_interrupts(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	fake_signal(SIGINT, SI_KERNEL);
	fake_signal(SIGTERM, SI_USER);
	ends(EXITED(0));
	watch(&wait);
	fake_assert_trace("waitpid(-1, WNOHANG|WUNTRACED)\n");
}

static void plain_wait_stops_by_the_terminal(void **state)
{
	static const int signals[] = { SIGTSTP, SIGTTIN, SIGTTOU };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		struct wait wait = PLAIN_WAIT;

		begin();
		fake_signal(signals[i], SI_KERNEL);
		ends(EXITED(0));
		watch(&wait);
		assert_int_equal(fake_count("kill"), 1);
		assert_non_null(fake_find("kill(4242, T"));
		assert_non_null(fake_find("sigprocmask(UNBLOCK, [T"));
		assert_non_null(fake_find("sigprocmask(BLOCK, [T"));
		/* Even if it has a handler, while it comes. */
		assert_non_null(fake_find("sigaction(T"));
		assert_int_equal(fake_count("sigaction"), 2);
	}
}

struct forwarded {
	const char *name;
	int sig, code;
	pid_t group; /* of the child; ours is 4242 */
	const char *kill;
};

static const struct forwarded forwarded[] = {
	{ "passed on: TERM", SIGTERM, SI_USER, FAKE_PID, "kill(101, TERM)\n" },
	{ "passed on: TERM by the kernel", SIGTERM, SI_KERNEL, FAKE_PID, "kill(101, TERM)\n" },
	{ "passed on: USR1", SIGUSR1, SI_USER, FAKE_PID, "kill(101, USR1)\n" },
	{ "passed on: CHLD that somebody sent", SIGCHLD, SI_USER, FAKE_PID,
	  "kill(101, CHLD)\nwaitpid(-1, WNOHANG|WUNTRACED)\n" },
	{ "passed on: INT that somebody sent", SIGINT, SI_USER, FAKE_PID, "kill(101, INT)\n" },
	{ "passed on: INT of a terminal that the child has not", SIGINT, SI_KERNEL, 77,
	  "kill(101, INT)\n" },
	{ "not twice: HUP of the terminal", SIGHUP, SI_KERNEL, FAKE_PID, "" },
	{ "not twice: INT of the terminal", SIGINT, SI_KERNEL, FAKE_PID, "" },
	{ "not twice: QUIT of the terminal", SIGQUIT, SI_KERNEL, FAKE_PID, "" },
	{ "not twice: TSTP of the terminal", SIGTSTP, SI_KERNEL, FAKE_PID, "" },
	{ "not twice: CONT of the terminal", SIGCONT, SI_KERNEL, FAKE_PID, "" },
	{ "not twice: WINCH of the terminal", SIGWINCH, SI_KERNEL, FAKE_PID, "" },
};

static void signal_is_forwarded(void **state)
{
	const struct forwarded *row = *state;
	struct wait wait = FORWARD_WAIT;
	char expected[256];

	begin();
	/* reached_child_too() asks for the child's group and for ours, once for every signal. */
	fake_returns("getpgid", 1, row->group);
	fake_signal(row->sig, row->code);
	if (row->sig == SIGCHLD)
		fake_child(0, 0);
	ends(EXITED(0));
	watch(&wait);
	snprintf(expected, sizeof(expected), "%swaitpid(-1, WNOHANG|WUNTRACED)\n", row->kill);
	fake_assert_trace(expected);
}

/* --- stopping ---------------------------------------------------------------------------------- */

static void stop_is_mirrored(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	fake_signal(SIGCHLD, CLD_STOPPED);
	fake_child(CHILD, STOPPED(SIGTSTP));
	fake_child(0, 0);
	ends(EXITED(0));
	watch(&wait);
	fake_assert_trace("waitpid(-1, WNOHANG|WUNTRACED)\n"
			  "kill(4242, STOP)\nkill(101, CONT)\n"
			  "waitpid(-1, WNOHANG|WUNTRACED)\n"
			  "waitpid(-1, WNOHANG|WUNTRACED)\n");
	assert_int_equal(wait.status, EXITED(0));
}

int main(void)
{
	UNIT_ADD(whole_course);
	UNIT_ADD(status_of_a_killed_child);
	UNIT_ADD(others_are_reaped_and_do_not_end_it);
	UNIT_ADD(signal_without_a_change_is_harmless);
	UNIT_ADD(failures_are_told);
	UNIT_ADD(sets_of_signals);
	UNIT_ADD(plain_wait_discards_interrupts);
	UNIT_ADD(plain_wait_stops_by_the_terminal);
	UNIT_ADD_ROWS(signal_is_forwarded, forwarded);
	UNIT_ADD(stop_is_mirrored);
	return unit_run("watch");
}
