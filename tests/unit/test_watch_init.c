/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for an init, which reports its child, and for a child that asks. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "apply/bell.h"
#include "kernel/sys.h"
#include "watch_unit.h"

/* --- with an init ------------------------------------------------------------------------------ */

static struct watch_report shared;

static void with_init(struct wait *wait)
{
	shared = (struct watch_report){ .bell = 0 };
	wait->watch.report = &shared;
	fake_hide("sigaction");
	fake_hide("sigprocmask");
}

static void as_init(struct wait *wait)
{
	shared = (struct watch_report){ .bell = 0 };
	wait->watch.report_to = &shared;
}

static void init_reports_the_end(void **state)
{
	struct wait wait = FORWARD_WAIT;

	(void)state;
	begin();
	as_init(&wait);
	ends(KILLED(SIGABRT));
	watch(&wait);
	assert_int_equal(shared.status, KILLED(SIGABRT));
	assert_int_equal(shared.count, 1);
	assert_int_equal(fake_count("futex_wake"), 1);
	assert_int_equal(wait.status, KILLED(SIGABRT));
}

static void init_reports_a_stop_and_does_not_stop(void **state)
{
	struct wait wait = FORWARD_WAIT;

	(void)state;
	begin();
	as_init(&wait);
	fake_signal(SIGCHLD, CLD_STOPPED);
	fake_child(CHILD, STOPPED(SIGSTOP));
	fake_child(0, 0);
	ends(EXITED(0));
	watch(&wait);
	assert_int_equal(fake_count("kill"), 0);
	assert_int_equal(shared.count, 2);
}

static void report_wins_over_the_inits_own_status(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	with_init(&wait);
	fake_report(KILLED(SIGTERM));
	ends(EXITED(128 + SIGTERM));
	watch(&wait);
	assert_int_equal(wait.status, KILLED(SIGTERM));
}

/* The init's end may be seen first. */
static void report_that_is_read_last(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	with_init(&wait);
	ends(EXITED(1));
	bell_report(&shared, EXITED(7));
	watch(&wait);
	assert_int_equal(wait.status, EXITED(7));
}

static void init_that_dies_without_a_report(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	with_init(&wait);
	ends(KILLED(SIGKILL));
	watch(&wait);
	assert_int_equal(wait.status, KILLED(SIGKILL));
}

static void reported_stop_is_mirrored(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	with_init(&wait);
	fake_report(STOPPED(SIGTSTP));
	ends(EXITED(0));
	watch(&wait);
	assert_non_null(fake_find("kill(4242, STOP)"));
	assert_non_null(fake_find("kill(101, CONT)"));
	assert_int_equal(wait.status, EXITED(0));
}

/* The report will stop us; the terminal's own signal would do it a second time. */
static void terminal_stops_once_where_an_init_reports(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	with_init(&wait);
	fake_signal(SIGTSTP, SI_KERNEL);
	fake_report(STOPPED(SIGTSTP));
	ends(EXITED(0));
	watch(&wait);
	assert_int_equal(fake_count("kill"), 2);
	assert_non_null(fake_find("kill(4242, STOP)"));
	assert_null(fake_find("kill(4242, TSTP)"));
}

/* A child that was killed while it was stopped cannot be continued; its PID may be another's. */
static void last_stop_of_a_dead_init_is_not_mirrored(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	with_init(&wait);
	bell_report(&shared, STOPPED(SIGSTOP));
	ends(KILLED(SIGKILL));
	watch(&wait);
	assert_int_equal(fake_count("kill"), 0);
	assert_int_equal(wait.status, KILLED(SIGKILL));
}

static void signals_wake_the_parent_of_an_init(void **state)
{
	struct wait wait = FORWARD_WAIT;

	(void)state;
	begin();
	with_init(&wait);
	fake_report(STOPPED(SIGTSTP));
	fake_signal(SIGUSR1, SI_USER);
	ends(EXITED(0));
	watch(&wait);
	assert_non_null(fake_find("sigaction(USR1, handler)"));
	assert_non_null(fake_find("sigprocmask(UNBLOCK, ~[])"));
	assert_non_null(fake_find("kill(101, USR1)"));
	assert_int_equal(fake_count("futex_wait"), 1);
}

static void sleep_that_fails(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	with_init(&wait);
	fake_returns("futex_wait", 1, -EINVAL);
	fake_report(EXITED(0));
	watch(&wait);
	assert_int_equal(wait.rc, -EINVAL);
}

/* --- a child that asks ------------------------------------------------------------------------- */

static unsigned answers;

static pid_t answer(void *arg)
{
	answers++;
	close(*(int *)arg);
	fake_assert_closed();
	return 0;
}

static void make_asked(struct wait *wait)
{
	int fds[2];

	answers = 0;
	assert_int_equal(sys_socketpair(AF_UNIX, SOCK_SEQPACKET, fds), 0);
	close(fds[1]);
	wait->watch.asked = fds[0];
	wait->watch.answer = answer;
	wait->watch.arg = &wait->watch.asked;
}

static void answers_once_without_a_descriptor(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	make_asked(&wait);
	fake_input("socket1", "?", 1);
	ends(EXITED(0));
	watch(&wait);
	assert_int_equal(answers, 1);
	assert_int_equal(wait.status, EXITED(0));
}

static void child_that_ends_before_it_asks(void **state)
{
	struct wait wait = PLAIN_WAIT;

	(void)state;
	begin();
	make_asked(&wait);
	ends(EXITED(127));
	watch(&wait);
	close(wait.watch.asked);
	assert_int_equal(answers, 0);
	assert_int_equal(wait.status, EXITED(127));
	fake_assert_closed();
}

int main(void)
{
	UNIT_ADD(init_reports_the_end);
	UNIT_ADD(init_reports_a_stop_and_does_not_stop);
	UNIT_ADD(report_wins_over_the_inits_own_status);
	UNIT_ADD(report_that_is_read_last);
	UNIT_ADD(init_that_dies_without_a_report);
	UNIT_ADD(reported_stop_is_mirrored);
	UNIT_ADD(terminal_stops_once_where_an_init_reports);
	UNIT_ADD(last_stop_of_a_dead_init_is_not_mirrored);
	UNIT_ADD(signals_wake_the_parent_of_an_init);
	UNIT_ADD(sleep_that_fails);
	UNIT_ADD(answers_once_without_a_descriptor);
	UNIT_ADD(child_that_ends_before_it_asks);
	return unit_run("watch_init");
}
