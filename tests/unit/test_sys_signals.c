/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals and system calls: which calls continue after an interruption, and actions that are set. */
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "kernel/sys.h"
#include "unit.h"

static char buf[16];

static volatile sig_atomic_t alarms;
static int alarm_pipe[2];
static pid_t alarm_child;

/* The first interrupts; what is waited for comes with the third. */
static void on_alarm(int sig)
{
	int saved = errno;

	(void)sig;
	if (++alarms == 3) {
		ssize_t ignored = write(alarm_pipe[1], "x", 1);

		(void)ignored;
		if (alarm_child > 0)
			kill(alarm_child, SIGKILL);
	}
	errno = saved;
}

static void start_alarms(void)
{
	const struct itimerval often = { .it_interval = { .tv_usec = 2000 },
					 .it_value = { .tv_usec = 2000 } };
	const struct sigaction action = { .sa_handler = on_alarm }; /* no SA_RESTART */

	alarms = 0;
	assert_int_equal(sys_pipe2(alarm_pipe, 0), 0);
	assert_int_equal(sys_sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static void stop_alarms(void)
{
	const struct itimerval never = { .it_interval = { 0 } };

	setitimer(ITIMER_REAL, &never, NULL);
	close(alarm_pipe[0]);
	close(alarm_pipe[1]);
	assert_true(alarms >= 3);
}

/* As nobody waits for a time to the millisecond, the caller looks again early. */
static void interrupted_sleep_ends(void **state)
{
	int rc;

	(void)state;
	alarm_child = 0;
	start_alarms();
	do
		rc = sys_nanosleep(&(struct timespec){ .tv_sec = 60 });
	while (alarms < 3 && rc == -EINTR);
	stop_alarms();
	assert_int_equal(rc, -EINTR);
}

static void interrupted_read_goes_on(void **state)
{
	ssize_t n;

	(void)state;
	alarm_child = 0;
	start_alarms();
	n = sys_read(alarm_pipe[0], buf, 1);
	stop_alarms();
	assert_int_equal(n, 1);
}

static void interrupted_poll_goes_on(void **state)
{
	struct pollfd fd;
	int rc;

	(void)state;
	alarm_child = 0;
	start_alarms();
	fd = (struct pollfd){ .fd = alarm_pipe[0], .events = POLLIN };
	rc = sys_poll(&fd, 1, -1);
	stop_alarms();
	assert_int_equal(rc, 1);
}

static void interrupted_wait_goes_on(void **state)
{
	int status = 0;
	pid_t done;

	(void)state;
	alarm_child = sys_fork();
	assert_true(alarm_child >= 0);
	if (alarm_child == 0)
		for (;;)
			pause();
	start_alarms();
	done = sys_waitpid(alarm_child, &status, 0);
	stop_alarms();
	assert_int_equal(done, alarm_child);
	assert_true(WIFSIGNALED(status));
}

/* The action that was set comes back with the next. */
static void actions_of_signals(void **state)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction before, after;

	(void)state;
	assert_int_equal(sys_sigaction(SIGUSR1, &ignore, &before), 0);
	assert_ptr_equal(before.sa_handler, SIG_DFL);
	assert_int_equal(sys_kill(getpid(), SIGUSR1), 0);
	assert_int_equal(sys_sigaction(SIGUSR1, &before, &after), 0);
	assert_ptr_equal(after.sa_handler, SIG_IGN);
}

/* Blocked first, as poll(2) and its kin would take it otherwise. */
static void a_blocked_signal_is_waited_for(void **state)
{
	const struct timespec never = { .tv_sec = 0 };
	sigset_t set, old;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	assert_int_equal(sys_sigprocmask(SIG_BLOCK, &set, &old), 0);
	assert_int_equal(sys_sigtimedwait(&set, &never), -EAGAIN);
	assert_int_equal(sys_kill(getpid(), SIGUSR2), 0);
	assert_int_equal(sys_sigtimedwait(&set, &never), SIGUSR2);
	assert_int_equal(sys_sigprocmask(SIG_SETMASK, &old, NULL), 0);
}

int main(void)
{
	UNIT_ADD(interrupted_sleep_ends);
	UNIT_ADD(interrupted_read_goes_on);
	UNIT_ADD(interrupted_poll_goes_on);
	UNIT_ADD(interrupted_wait_goes_on);
	UNIT_ADD(actions_of_signals);
	UNIT_ADD(a_blocked_signal_is_waited_for);
	return unit_run("sys_signals");
}
