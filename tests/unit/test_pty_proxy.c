/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The proxy of a terminal of the program's own, alone and in a process that waits. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "apply/watch.h"
#include "pty_unit.h"

static void serve(struct pty *pty, short in, short out)
{
	struct pollfd fds[PTY_POLLFDS];

	pty_prepare(pty, fds);
	fds[0].revents = in;
	fds[1].revents = out;
	pty_serve(pty, fds);
}

static void typed_text_goes_in(void **state)
{
	struct pollfd fds[PTY_POLLFDS];
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	pty_prepare(&pty, fds);
	assert_int_equal(fds[0].fd, 0);
	assert_int_equal(fds[1].events, POLLIN);
	fake_input("stdin", "hello\n", 6);
	serve(&pty, POLLIN, 0);
	/* It is not read ahead: only what has been taken makes room. */
	pty_prepare(&pty, fds);
	assert_int_equal(fds[0].fd, -1);
	assert_int_equal(fds[1].events, POLLIN | POLLOUT);
	fake_returns("write", 1, 2);
	serve(&pty, 0, POLLOUT);
	assert_int_equal(pty.input.len, 4);
	serve(&pty, 0, POLLOUT);
	assert_non_null(fake_find("write(</dev/ptmx>, \"llo\\n\")"));
	assert_int_equal(pty.input.len, 0);
	fake_returns("write", 3, -EAGAIN);
	fake_input("stdin", "x", 1);
	serve(&pty, POLLIN, 0);
	serve(&pty, 0, POLLOUT);
	assert_int_equal(pty.input.len, 1);
}

static void end_of_input_is_typed(void **state)
{
	struct pollfd fds[PTY_POLLFDS];
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_input("stdin", NULL, 0);
	serve(&pty, POLLIN, 0);
	assert_int_equal(pty.input.len, 1);
	assert_int_equal(pty.input.data[0], 4);
	/* It was typed into a terminal that is not raw; more may follow. */
	serve(&pty, 0, POLLOUT);
	pty_prepare(&pty, fds);
	assert_int_equal(fds[0].fd, 0);
	/* Nothing more can be read, as by a job that nobody can continue. */
	fake_returns("read", 0, -EIO);
	serve(&pty, POLLIN, 0);
	assert_int_equal(pty.input.len, 1);
	serve(&pty, 0, POLLOUT);
	pty_prepare(&pty, fds);
	assert_int_equal(fds[0].fd, -1);
	assert_int_equal(fds[1].fd, pty.master);
}

static void terminal_that_hangs_up_takes_the_programs_along(void **state)
{
	static const long results[] = { 0, -EIO };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		struct pollfd fds[PTY_POLLFDS];
		struct pty pty;

		begin();
		open_pty(&pty);
		fake_returns("read", 1, results[i]);
		serve(&pty, POLLIN | POLLHUP, POLLIN);
		assert_true(pty.ended);
		assert_int_equal(pty.master, -1);
		assert_int_equal(fake_count("read"), 1);
		pty_prepare(&pty, fds);
		assert_int_equal(fds[0].fd, -1);
		assert_int_equal(fds[1].fd, -1);
	}
}

static void nonblocking_terminal_is_waited_for(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_returns("read", 1, -EAGAIN);
	serve(&pty, POLLIN, 0);
	assert_int_equal(pty.input.len, 0);
	assert_false(pty.input.ended);
	fake_input("/dev/ptmx", "abc", 3);
	fake_returns("write", 1, -EAGAIN);
	fake_returns("poll", 1, 1);
	serve(&pty, 0, POLLIN);
	assert_non_null(strstr(fake_trace(), "poll(<stdout>, -1)\nwrite(<stdout>, \"abc\")\n"));
	assert_int_equal(pty.err, 0);
	fake_input("/dev/ptmx", "abc", 3);
	fake_returns("write", 3, -EAGAIN);
	fake_returns("poll", 2, -ENOMEM);
	serve(&pty, 0, POLLIN);
	assert_int_equal(pty.err, -ENOMEM);
}

/* The kernel stops us in the call, where the signals are not blocked, and repeats it. */
static void background_job_stops(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	pty_raw(&pty);
	assert_non_null(strstr(fake_trace(), "sigprocmask(UNBLOCK, [TTIN TTOU])\n"
					     "sigprocmask(SETMASK, []"));
	sets = 0;
	fake_returns("read", 1, -EIO);
	fake_input("stdin", "x", 1);
	serve(&pty, POLLIN, 0);
	assert_int_equal(pty.input.len, 1);
	assert_false(pty.input.ended);
	assert_int_equal(fake_count("sigprocmask"), 6);
	/* The shell may have set other modes meanwhile. */
	assert_int_equal(sets, 1);
}

static void output_comes_out(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_input("/dev/ptmx", "abc", 3);
	fake_returns("write", 1, 1);
	serve(&pty, 0, POLLIN);
	assert_non_null(fake_find("write(<stdout>, \"bc\")"));
	assert_false(pty.ended);
}

static void output_ends(void **state)
{
	struct pollfd fds[PTY_POLLFDS];
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_returns("read", 1, -EIO);
	serve(&pty, 0, POLLHUP);
	assert_true(pty.ended);
	pty_prepare(&pty, fds);
	assert_int_equal(fds[0].fd, -1);
	assert_int_equal(fds[1].fd, -1);
	begin();
	open_pty(&pty);
	fake_input("/dev/ptmx", "abc", 3);
	assert_int_equal(pty.err, 0);
	fake_returns("write", 1, -EPIPE);
	serve(&pty, 0, POLLIN);
	assert_true(pty.ended);
	assert_int_equal(pty.err, -EPIPE);
	begin();
	open_pty(&pty);
	fake_returns("read", 1, -ENOMEM);
	serve(&pty, 0, POLLIN);
	assert_int_equal(pty.err, -ENOMEM);
}

static void rest_is_drained(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_input("/dev/ptmx", "one", 3);
	fake_input("/dev/ptmx", "two", 3);
	fake_returns("read", 3, -EAGAIN);
	pty_drain(&pty);
	assert_int_equal(fake_count("write"), 2);
	assert_false(pty.ended);
	/* A process that the program left running writes for ever, but does not keep us waiting. */
	begin();
	open_pty(&pty);
	fake_returns("read", 0, 1);
	pty_drain(&pty);
	assert_int_equal(fake_count("write"), 1024);
}

/* --- with a child to wait for ------------------------------------------------------------------ */

struct wait {
	struct pty pty;
	struct watch watch;
	int rc, status;
};

static void run(void *arg)
{
	struct wait *wait = arg;

	wait->rc = watch_child(&wait->watch, &wait->status);
}

static void waiting_proxies_and_restores(void **state)
{
	struct wait wait = { .watch = { .child = 101, .asked = -1 } };

	(void)state;
	begin();
	open_pty(&wait.pty);
	wait.watch.pty = &wait.pty;
	fake_input("stdin", "in", 2);
	fake_input("/dev/ptmx", "out", 3);
	fake_signal(SIGWINCH, SI_KERNEL);
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(101, EXITED(0));
	fake_input("/dev/ptmx", "last", 4);
	fake_input("/dev/ptmx", NULL, 0);
	assert_int_equal(fake_run(run, &wait), FAKE_RETURNED);
	assert_int_equal(wait.rc, 0);
	assert_non_null(fake_find("write(<stdout>, \"out\")"));
	assert_non_null(fake_find("write(<stdout>, \"last\")"));
	assert_non_null(fake_find("ioctl(</dev/ptmx>, TIOCSWINSZ)"));
	assert_int_equal(fake_count("kill"), 0);
	assert_true(modes.c_lflag & ICANON);
	pty_close(&wait.pty);
	fake_assert_closed();
}

static void make_plan(struct run *run)
{
	begin();
	*run = (struct run){ .rc = 0 };
	plan_add(&run->plan, STEP_PTY);
	plan_add(&run->plan, STEP_FORK);
	plan_add(&run->plan, STEP_TERMINAL);
	add_exec(&run->plan);
}

/* The proxy, what waits inside, and the program. */
static void plan_with_a_terminal(void **state)
{
	struct run run;

	(void)state;
	make_plan(&run);
	fake_returns("fork", 1, 0);
	fake_returns("fork", 2, 0);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("setsid"), 2);
	make_plan(&run);
	fake_returns("fork", 1, 0);
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(102, EXITED(4));
	apply_plan(&run);
	assert_int_equal(run.status, EXITED(4));
	assert_non_null(fake_find("close(</dev/ptmx>)"));
	assert_int_equal(fake_count("poll"), 0);
	fake_assert_closed();
	make_plan(&run);
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(101, EXITED(3));
	fake_input("/dev/ptmx", NULL, 0);
	apply_plan(&run);
	assert_int_equal(run.status, EXITED(3));
	assert_int_equal(fake_count("fork"), 1);
	assert_non_null(fake_find("prctl(PR_SET_DUMPABLE, 0)"));
	fake_assert_closed();
}

static void plan_with_a_terminal_fails(void **state)
{
	static const struct {
		const char *call;
		unsigned nth;
		const char *message;
	} rows[] = {
		{ "setsid", 1, "cannot take the new terminal: Operation not permitted" },
		{ "setsid", 2, "cannot take the new terminal: Operation not permitted" },
		{ "prctl", 1, "cannot set the parent-death signal: Operation not permitted" },
	};
	struct run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		make_plan(&run);
		run.plan.steps[1].fork.flags = FORK_DEATH_CHECK;
		fake_returns("fork", 1, 0);
		fake_returns("fork", 2, 0);
		fake_returns("getppid", 1, FAKE_PID);
		fake_returns(rows[i].call, rows[i].nth, -EPERM);
		apply_plan(&run);
		assert_failed(&run, rows[i].message);
		fake_assert_closed();
	}
	make_plan(&run);
	fake_returns("ioctl", 1, -ENOTTY);
	apply_plan(&run);
	assert_failed(&run, "option '--pty' needs a terminal as standard input and output");
	assert_int_equal(fake_count("openat"), 0);
	make_plan(&run);
	fake_returns("fork", 1, -EAGAIN);
	apply_plan(&run);
	assert_failed(&run, "cannot fork: Resource temporarily unavailable");
	fake_assert_closed();
}

/* With --kill-child all die with the process that the caller knows. */
static void proxy_that_dies_takes_all_along(void **state)
{
	struct run run;

	(void)state;
	for (int alive = 0; alive < 2; alive++) {
		make_plan(&run);
		run.plan.steps[1].fork.flags = FORK_DEATH_CHECK;
		fake_returns("fork", 1, 0);
		fake_returns("getppid", 0, alive ? FAKE_PID : 1);
		fake_signal(SIGCHLD, CLD_EXITED);
		fake_child(102, EXITED(0));
		apply_plan(&run);
		assert_non_null(fake_find("prctl(PR_SET_PDEATHSIG, 9)"));
		if (alive)
			assert_int_equal(run.rc, 0);
		else
			assert_failed(&run, "the parent has died");
		fake_assert_closed();
	}
}

int main(void)
{
	UNIT_ADD(typed_text_goes_in);
	UNIT_ADD(end_of_input_is_typed);
	UNIT_ADD(terminal_that_hangs_up_takes_the_programs_along);
	UNIT_ADD(nonblocking_terminal_is_waited_for);
	UNIT_ADD(background_job_stops);
	UNIT_ADD(output_comes_out);
	UNIT_ADD(output_ends);
	UNIT_ADD(rest_is_drained);
	UNIT_ADD(waiting_proxies_and_restores);
	UNIT_ADD(plan_with_a_terminal);
	UNIT_ADD(plan_with_a_terminal_fails);
	UNIT_ADD(proxy_that_dies_takes_all_along);
	return unit_run("pty_proxy");
}
