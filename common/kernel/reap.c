/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/reap.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/macros.h"
#include "kernel/sys.h"

/* How long a child that has ended or was killed may take until wait(2) has it. */
enum { GRACE_MS = 1000, PAUSE_MAX_MS = 32 };

int reap_poll(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int rc = sys_poll(&ready, 1, REAP_SECONDS * 1000);

	return rc < 0 ? rc : rc == 0 ? -ETIMEDOUT : 0;
}

/*
 * Looks again and again, because wait(2) has no limit: it does not return while the child is stopped, nor, although
 * the child has ended, while another process traces it (wait_task_zombie() in kernel/exit.c). 0 or -errno.
 */
static int wait_limited(pid_t pid, int *ret_status, unsigned limit_ms)
{
	unsigned ms = 1;

	for (unsigned passed = 0;; passed += ms, ms = ms < PAUSE_MAX_MS ? 2 * ms : ms) {
		const struct timespec pause = { .tv_nsec = (long)ms * 1000000 };
		pid_t rc = sys_waitpid(pid, ret_status, WNOHANG);

		if (rc != 0)
			return rc < 0 ? rc : 0;
		if (passed >= limit_ms)
			return -ETIMEDOUT;
		sys_nanosleep(&pause);
	}
}

int reap_child(pid_t pid, int *ret_status)
{
	_cleanup_close_ int pidfd = sys_pidfd_open(pid, 0);
	int rc = pidfd < 0 ? pidfd : reap_poll(pidfd);

	/* Without pidfds: before Linux 5.3, or if seccomp refuses. */
	if (rc != -ETIMEDOUT)
		rc = wait_limited(pid, ret_status, rc < 0 ? REAP_SECONDS * 1000 : GRACE_MS);
	if (rc != -ETIMEDOUT)
		return rc;
	/* It is not reaped yet, so the PID is its own. */
	sys_kill(pid, SIGKILL);
	wait_limited(pid, ret_status, GRACE_MS);
	return rc;
}
