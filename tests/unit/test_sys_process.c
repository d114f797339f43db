/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real system calls of common/sys_process.c. */
#include "kernel/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/kernel.h"
#include "unit.h"

static void who_we_are(void **state)
{
	(void)state;
	assert_int_equal(sys_getppid(), getppid());
	assert_int_equal(sys_getuid(), getuid());
}

/* As /proc says. */
static uint64_t from_status(const char *name)
{
	char line[256];
	unsigned long long value = 0;
	FILE *file = fopen("/proc/thread-self/status", "re");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoull(line + strlen(name) + 1, NULL, 16);
	fclose(file);
	return value;
}

static void capabilities_can_only_shrink(void **state)
{
	struct sys_caps caps, none = { .permitted = 0 }, everything;
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		bool right = sys_capget(&caps) == 0 && caps.permitted == from_status("CapPrm") &&
			     caps.effective == from_status("CapEff") &&
			     caps.inheritable == from_status("CapInh") && sys_capset(&none) == 0 &&
			     from_status("CapPrm") == 0 && from_status("CapEff") == 0;

		memset(&everything, 0xff, sizeof(everything));
		_exit(right && sys_capset(&everything) == -EPERM ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* In a child, since it has no mercy. */
static void run_in_child(int (*run)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(run());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int close_some(void)
{
	for (int fd = 10; fd < 20; fd++)
		dup2(0, fd);
	sys_close_range(11, 13);
	if (!is_open(10) || is_open(11) || is_open(12) || is_open(13) || !is_open(14))
		return 1;
	sys_close_range(15, ~0U);
	return is_open(14) && !is_open(15) && !is_open(19) ? 0 : 1;
}

static int mark_some(void)
{
	for (int fd = 10; fd < 13; fd++)
		dup2(0, fd);
	if (sys_close_on_exec_from(11) != 0)
		return 1;
	return fcntl(10, F_GETFD) == 0 && fcntl(11, F_GETFD) == FD_CLOEXEC &&
			       fcntl(12, F_GETFD) == FD_CLOEXEC ?
		       0 :
		       1;
}

static void descriptors_are_closed_on_exec(void **state)
{
	(void)state;
	run_in_child(mark_some);
}

static void ranges_are_closed(void **state)
{
	(void)state;
	run_in_child(close_some);
}

static int take_signals(void)
{
	siginfo_t info = { .si_signo = 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (sys_sigwaitinfo(&set, &info, false) != -EAGAIN)
		return 1;
	kill(getpid(), SIGUSR1);
	return sys_sigwaitinfo(&set, &info, true) == SIGUSR1 && info.si_pid == getpid() ? 0 : 2;
}

static void signals_are_taken(void **state)
{
	(void)state;
	run_in_child(take_signals);
}

static void children_share_memory(void **state)
{
	uint32_t *word = sys_share_memory(sizeof(*word));
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(word);
	assert_int_equal(sys_futex_wait(word, 1), -EAGAIN);
	pid = fork();
	if (pid == 0) {
		__atomic_store_n(word, 7, __ATOMIC_RELEASE);
		sys_futex_wake(word);
		_exit(0);
	}
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == 0)
		sys_futex_wait(word, 0);
	assert_int_equal(*word, 7);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_null(sys_share_memory(SIZE_MAX));
}

int main(void)
{
	UNIT_ADD(who_we_are);
	UNIT_ADD(capabilities_can_only_shrink);
	UNIT_ADD(ranges_are_closed);
	UNIT_ADD(descriptors_are_closed_on_exec);
	UNIT_ADD(signals_are_taken);
	UNIT_ADD(children_share_memory);
	return unit_run("sys_process");
}
