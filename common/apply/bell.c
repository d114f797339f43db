/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/bell.h"

#include <errno.h>
#include <stddef.h>

#include "apply/watch.h"
#include "kernel/sys.h"

/*
 * sigwaitinfo(2) waits for signals only, futex(2) for memory only. So we sleep in futex(2) with the
 * signals unblocked. Their handler stores them here and changes the bell, so that the sleep ends or
 * does not begin. If more than CAUGHT_MAX come in one sleep, the rest is lost, as in a full queue.
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

static void store_signal(int sig, siginfo_t *info, void *context)
{
	int err = errno;

	(void)sig;
	(void)context;
	if (caught.n < CAUGHT_MAX)
		caught.infos[caught.n++] = *info;
	touch(caught.bell);
	errno = err;
}

/* Returns the oldest stored signal; false if there is none. The caller has blocked the signals. */
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
	struct sigaction action = { .sa_sigaction = store_signal, .sa_flags = SA_SIGINFO };

	caught.bell = &report->bell;
	sigfillset(&action.sa_mask);
	for (int sig = 1; sig < NSIG; sig++) {
		/* Fails for SIGKILL, SIGSTOP and the C library's own signals (sigaction(2)). */
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
		/* Signals first: after SIGCHLD the init may need no SIGCONT any more. */
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
