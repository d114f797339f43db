/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/bell.h"

#include <errno.h>
#include <stddef.h>

#include "apply/watch.h"
#include "kernel/sys.h"

/*
 * futex(2) cannot wait for a blocked signal, and sigwaitinfo(2) for nothing else. So the signals
 * have a handler while we sleep, which keeps them and changes the bell: if that happens before the
 * sleep begins, it does not begin. A handler can know only what is static. Many real-time signals of
 * one number may come at once; those that do not fit are lost, as they are in a full queue.
 */
enum { CAUGHT_MAX = 64 };

static struct {
	uint32_t *bell;
	siginfo_t infos[CAUGHT_MAX];
	unsigned n, taken;
} caught;

static void touch(uint32_t *bell)
{
	__atomic_add_fetch(bell, 1, __ATOMIC_RELEASE);
	sys_futex_wake(bell);
}

void bell_report(struct watch_report *report, int status)
{
	__atomic_store_n(&report->status, status, __ATOMIC_RELAXED);
	__atomic_add_fetch(&report->count, 1, __ATOMIC_RELEASE);
	touch(&report->bell);
}

uint32_t bell_count(const struct watch_report *report)
{
	return report ? __atomic_load_n(&report->count, __ATOMIC_ACQUIRE) : 0;
}

bool bell_is_new(const struct watch_report *report, uint32_t *heard, int *ret_status)
{
	uint32_t count = bell_count(report);

	if (count == *heard)
		return false;
	*heard = count;
	*ret_status = __atomic_load_n(&report->status, __ATOMIC_RELAXED);
	return true;
}

static void keep(int sig, siginfo_t *info, void *context)
{
	int err = errno;

	(void)sig;
	(void)context;
	if (caught.n < CAUGHT_MAX)
		caught.infos[caught.n++] = *info;
	touch(caught.bell);
	errno = err;
}

/* The next one, in the order in which they came; false: there is none. They are blocked now. */
static bool take_caught(siginfo_t *ret)
{
	if (caught.taken == caught.n) {
		caught.taken = caught.n = 0;
		return false;
	}
	*ret = caught.infos[caught.taken++];
	return true;
}

void bell_prepare(struct watch_report *report, const sigset_t *set)
{
	struct sigaction action = { .sa_sigaction = keep, .sa_flags = SA_SIGINFO };

	caught.bell = &report->bell;
	sigfillset(&action.sa_mask);
	for (int sig = 1; sig < NSIG; sig++) {
		/* Those of the C library and those that cannot be caught are refused. */
		if (sigismember(set, sig) == 1)
			sys_sigaction(sig, &action, NULL);
	}
}

int bell_wait(struct watch_report *report, uint32_t heard, const sigset_t *set, siginfo_t *ret)
{
	sigset_t blocked;

	for (;;) {
		uint32_t bell = __atomic_load_n(&report->bell, __ATOMIC_ACQUIRE);
		int rc;

		if (take_caught(ret))
			return ret->si_signo;
		rc = sys_sigwaitinfo(set, ret, false);
		/* Signals first: an init that has ended is not to be continued. */
		if (rc != -EAGAIN)
			return rc;
		if (bell_count(report) != heard)
			return 0;
		sys_sigprocmask(SIG_UNBLOCK, set, &blocked);
		rc = sys_futex_wait(&report->bell, bell);
		sys_sigprocmask(SIG_SETMASK, &blocked, NULL);
		if (rc < 0 && rc != -EINTR && rc != -EAGAIN)
			return rc;
		if (rc == 0 && caught.n == 0 && bell_count(report) != heard)
			return 0;
	}
}
