/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/reap.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/macros.h"
#include "kernel/sys.h"

int reap_poll(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int rc = sys_poll(&ready, 1, REAP_SECONDS * 1000);

	return rc < 0 ? rc : rc == 0 ? -ETIMEDOUT : 0;
}

int reap_child(pid_t pid, int *ret_status)
{
	/* Without pidfds (before Linux 5.3, or if seccomp refuses) nothing limits the wait. */
	_cleanup_close_ int pidfd = sys_pidfd_open(pid, 0);
	int late = pidfd < 0 ? 0 : reap_poll(pidfd);
	pid_t rc;

	if (late == -ETIMEDOUT)
		sys_pidfd_send_signal(pidfd, SIGKILL);
	rc = sys_waitpid(pid, ret_status, 0);
	return late == -ETIMEDOUT ? late : rc < 0 ? rc : 0;
}
