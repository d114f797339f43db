/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of common/sys_process.c on the fake system. */
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>

#include "apply/watch.h"
#include "fake_internal.h"
#include "kernel/sys.h"

pid_t sys_getppid(void)
{
	PLAIN((pid_t)FAKE_PID - 1, "getppid", "%s", "");
}

uid_t sys_getuid(void)
{
	PLAIN((uid_t)1000, "getuid", "%s", "");
}

/* None, unless the test has put in a struct sys_caps. */
int sys_capget(struct sys_caps *ret)
{
	struct fake_input *input;

	BEGIN("capget", "%s", "");
	*ret = (struct sys_caps){ .permitted = 0 };
	input = fake_input_next("capget");
	if (input) {
		input->taken = true;
		memcpy(ret, input->data, sizeof(*ret));
	}
	return (int)fake_done(0);
}

int sys_capset(const struct sys_caps *caps)
{
	PLAIN(0, "capset", "%llx, %llx, %llx", (unsigned long long)caps->effective,
	      (unsigned long long)caps->permitted, (unsigned long long)caps->inheritable);
}

/* The signal that PTRACE_DETACH passes on. */
static const char *text_signal_of(const void *data)
{
	static char text[16];

	snprintf(text, sizeof(text), "%d", (int)(intptr_t)data);
	return text;
}

/* No filters, unless the test has put some in; each is read twice, its length first. */
int sys_ptrace(int request, pid_t pid, unsigned long address, void *data)
{
	struct fake_input *input;

	BEGIN("ptrace", "%#x, %d, %lu, %s", (unsigned)request, (int)pid, address,
	      !data ? "0" : request == PTRACE_DETACH ? text_signal_of(data) : "BUF");
	if (request != PTRACE_SECCOMP_GET_FILTER)
		return (int)fake_done(0);
	input = fake_input_next("filters");
	if (!input)
		return (int)fake_done(-ENOENT);
	if (data) {
		memcpy(data, input->data, input->n);
		input->taken = true;
	}
	return (int)fake_done((long)(input->n / sizeof(struct sock_filter)));
}

void sys_close_range(unsigned first, unsigned last)
{
	long ret;

	fake_begin("close_range", &ret, "%s, %s", first == 3 ? "3" : fake_fd_text((int)first - 1),
		   last == ~0U ? "~0" : fake_fd_text((int)last + 1));
	fake_forget_fds(first, last);
	fake_done(0);
}

pid_t sys_fork_with_descriptors(void)
{
	BEGIN("fork", "%s", "CLONE_FILES");
	return (pid_t)fake_done(FAKE_FIRST_CHILD - 1 + (long)fake_count("fork"));
}

pid_t sys_fork_into_pid_ns(void)
{
	PLAIN((pid_t)FAKE_FIRST_CHILD + 90, "fork_into_pid_ns", "%s", "");
}

int sys_close_on_exec_from(unsigned first)
{
	PLAIN(0, "close_on_exec_from", "%u", first);
}

/* Signals come in the order in which the test has put them and reports in. */
int sys_sigwaitinfo(const sigset_t *set, siginfo_t *ret, bool block)
{
	static const char *const names[] = { "signals", "bell" };
	const struct fake_input *first = NULL;
	struct signalfd_siginfo info;

	BEGIN("sigwaitinfo", "%s%s", text_set(set), block ? "" : ", at once");
	if (fake_input_first(names, block ? 1 : ARRAY_LEN(names), &first) != 0) {
		if (block)
			fake_fatal("no signal will ever come; trace:\n%s", fake_trace());
		return (int)fake_done(-EAGAIN);
	}
	fake_input_next("signals")->taken = true;
	memcpy(&info, first->data, sizeof(info));
	memset(ret, 0, sizeof(*ret));
	ret->si_signo = (int)info.ssi_signo;
	ret->si_code = info.ssi_code;
	return (int)fake_done(ret->si_signo);
}

void *sys_share_memory(size_t size)
{
	static _Alignas(uint64_t) char memory[64];
	long ret;

	if (size > sizeof(memory))
		fake_fatal("share_memory(%zu) is larger than what is there", size);

	if (!fake_begin("share_memory", &ret, "%zu", size)) {
		errno = (int)-ret;
		return NULL;
	}
	fake_done(0);
	memset(memory, 0, sizeof(memory));
	return memory;
}

/* The next report comes, or there will be a signal. */
int sys_futex_wait(uint32_t *word, uint32_t seen)
{
	struct watch_report *report = (struct watch_report *)(void *)word;
	struct fake_input *input;

	BEGIN("futex_wait", "%s", *word == seen ? "same" : "another");
	input = fake_input_next("bell");
	if (!input)
		return (int)fake_done(-EINTR);
	input->taken = true;
	memcpy(&report->status, input->data, sizeof(report->status));
	report->count++;
	report->bell++;
	return (int)fake_done(0);
}

int sys_futex_wake(uint32_t *word)
{
	(void)word;
	PLAIN(0, "futex_wake", "%s", "");
}

/* --- limits --- */

struct rlimit fake_limit;

int sys_limit(int resource, const struct rlimit *limit, struct rlimit *ret_old)
{
	if (ret_old)
		*ret_old = fake_limit;
	if (!limit)
		PLAIN(0, "prlimit", "%d", resource);
	PLAIN(0, "prlimit", "%d, %lld, %lld", resource, (long long)limit->rlim_cur,
	      (long long)limit->rlim_max);
}
