/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal of a program's own: how it is opened, taken, proxied and left. */
#include "apply/pty.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "apply/watch.h"
#include "apply_unit.h"

/* Our terminal's modes, and how often they were set. */
static struct termios modes;
static int get_result;
static unsigned sets;

int __wrap_tcgetattr(int fd, struct termios *ret);
int __wrap_tcsetattr(int fd, int when, const struct termios *set);

int __wrap_tcgetattr(int fd, struct termios *ret)
{
	assert_int_equal(fd, 0);
	*ret = modes;
	return get_result;
}

int __wrap_tcsetattr(int fd, int when, const struct termios *set)
{
	(void)when;
	sets++;
	if (fd == 0)
		modes = *set;
	return 0;
}

static void begin(void)
{
	fake_reset();
	fake_hide("close");
	fake_file("/dev/ptmx", "");
	modes = (struct termios){ .c_lflag = ICANON | ECHO };
	modes.c_cc[VEOF] = 4;
	get_result = 0;
	sets = 0;
}

static void open_pty(struct pty *pty)
{
	struct diag diag;

	assert_int_equal(pty_open(pty, &diag), 0);
}

static void is_opened_like_ours(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_assert_trace("openat(AT_FDCWD, \"/dev/ptmx\", O_RDWR|O_NOCTTY|O_NONBLOCK)\n"
			  "ioctl(</dev/ptmx>, TIOCSPTLCK)\nioctl(</dev/ptmx>, TIOCGPTPEER)\n"
			  "ioctl(<stdin>, TIOCGWINSZ)\nioctl(<pts>, TIOCSWINSZ)\n");
	assert_int_equal(sets, 1);
	pty_close(&pty);
	fake_assert_closed();
}

static void cannot_be_opened(void **state)
{
	static const struct {
		const char *call;
		unsigned nth;
	} rows[] = { { "openat", 1 }, { "ioctl", 1 }, { "ioctl", 2 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct diag diag;
		struct pty pty;

		begin();
		fake_returns(rows[i].call, rows[i].nth, -ENODEV);
		assert_int_equal(pty_open(&pty, &diag), -ENODEV);
		assert_message(&diag, "cannot open a pseudoterminal: No such device");
		assert_int_equal(pty.master, -1);
		assert_int_equal(pty.slave, -1);
		fake_assert_closed();
	}
}

static void wants_a_terminal(void **state)
{
	struct diag diag;

	(void)state;
	begin();
	assert_int_equal(pty_check(&diag), 0);
	for (unsigned nth = 1; nth <= 2; nth++) {
		begin();
		fake_returns("ioctl", nth, -ENOTTY);
		assert_int_equal(pty_check(&diag), -ENOTTY);
		assert_message(&diag,
			       "option '--pty' needs a terminal as standard input and output");
	}
}

static void moves_into_the_terminal(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_hide("openat");
	assert_int_equal(pty_move_in(&pty), 0);
	/* A session without a terminal: neither the outer one nor, yet, the new one. */
	assert_non_null(strstr(fake_trace(), "ioctl(<stderr>, TIOCGWINSZ)\nsetsid()\n"
					     "dup2(<pts>, 0)\n"));
	assert_null(fake_find("TIOCSCTTY"));
	assert_int_equal(fake_count("dup2"), 3);
	fake_assert_closed();
}

static void becomes_the_programs_terminal(void **state)
{
	(void)state;
	begin();
	assert_int_equal(pty_take_control(), 0);
	assert_non_null(strstr(fake_trace(), "setsid()\nioctl(<stdin>, TIOCSCTTY)\n"));
}

static void standard_error_that_is_no_terminal_stays(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	/* The fifth: two and two to open it, and this is whether standard error is one. */
	fake_returns("ioctl", 5, -ENOTTY);
	assert_int_equal(pty_move_in(&pty), 0);
	assert_int_equal(fake_count("dup2"), 2);
}

static void cannot_become_a_terminal(void **state)
{
	static const struct {
		const char *call;
		unsigned nth;
	} rows[] = { { "setsid", 1 }, { "dup2", 1 }, { "dup2", 3 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pty pty;

		begin();
		open_pty(&pty);
		fake_returns(rows[i].call, rows[i].nth, -EPERM);
		assert_int_equal(pty_move_in(&pty), -EPERM);
		fake_assert_closed();
	}
	for (int nth = 0; nth < 2; nth++) {
		begin();
		fake_returns(nth ? "ioctl" : "setsid", 1, -EPERM);
		assert_int_equal(pty_take_control(), -EPERM);
	}
}

/* --- our terminal ------------------------------------------------------------------------------ */

static void raw_and_back(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	pty_raw(&pty);
	assert_false(modes.c_lflag & ICANON);
	sets = 0;
	pty_raw(&pty);
	assert_int_equal(sets, 0);
	pty_restore(&pty);
	assert_true(modes.c_lflag & ICANON);
	sets = 0;
	pty_restore(&pty);
	assert_int_equal(sets, 0);
	pty_raw(&pty);
	pty_close(&pty);
	assert_true(modes.c_lflag & ICANON);
}

static void terminal_without_modes_stays(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	get_result = -1;
	open_pty(&pty);
	pty_raw(&pty);
	pty_restore(&pty);
	assert_int_equal(sets, 0);
}

static void size_is_passed_on(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	pty_resize(&pty);
	assert_non_null(strstr(fake_trace(), "ioctl(<stdin>, TIOCGWINSZ)\n"
					     "ioctl(</dev/ptmx>, TIOCSWINSZ)\n"));
	begin();
	open_pty(&pty);
	fake_returns("ioctl", 0, -ENOTTY);
	pty_resize(&pty);
	assert_null(strstr(fake_trace(), "ioctl(</dev/ptmx>, TIOCSWINSZ)"));
}

/* --- the proxy --------------------------------------------------------------------------------- */

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

static void end_of_our_terminal_is_typed(void **state)
{
	struct pty pty;

	(void)state;
	begin();
	open_pty(&pty);
	fake_input("stdin", NULL, 0);
	serve(&pty, POLLHUP, 0);
	assert_int_equal(pty.input.len, 1);
	assert_int_equal(pty.input.data[0], 4);
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
	UNIT_ADD(is_opened_like_ours);
	UNIT_ADD(cannot_be_opened);
	UNIT_ADD(wants_a_terminal);
	UNIT_ADD(moves_into_the_terminal);
	UNIT_ADD(becomes_the_programs_terminal);
	UNIT_ADD(standard_error_that_is_no_terminal_stays);
	UNIT_ADD(cannot_become_a_terminal);
	UNIT_ADD(raw_and_back);
	UNIT_ADD(terminal_without_modes_stays);
	UNIT_ADD(size_is_passed_on);
	UNIT_ADD(typed_text_goes_in);
	UNIT_ADD(end_of_our_terminal_is_typed);
	UNIT_ADD(output_comes_out);
	UNIT_ADD(output_ends);
	UNIT_ADD(rest_is_drained);
	UNIT_ADD(waiting_proxies_and_restores);
	UNIT_ADD(plan_with_a_terminal);
	UNIT_ADD(plan_with_a_terminal_fails);
	UNIT_ADD(proxy_that_dies_takes_all_along);
	return unit_run("pty");
}
