/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cause/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/macros.h"
#include "kernel/reap.h"
#include "kernel/sys.h"

static NORETURN void answer_and_end(void (*try)(const void *arg, void *answer), const void *arg,
				    void *answer, unsigned size, int to)
{
	/* A child of the child, too, ends if we give up. */
	sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	try(arg, answer);
	/* If the write fails, the parent reads end of file, and returns -EPROTO. */
	sys_exit(sys_write(to, answer, size) == (ssize_t)size ? 0 : 1);
}

int child_try(void (*try)(const void *arg, void *answer), const void *arg, void *answer,
	      unsigned size, int *ret_signal)
{
	int ends[2], status = 0, rc = sys_pipe2(ends, 0);
	_cleanup_close_ int from = -1, to = -1;
	ssize_t n;
	pid_t pid;

	if (ret_signal)
		*ret_signal = 0;
	if (rc < 0)
		return rc;
	from = ends[0];
	to = ends[1];
	pid = sys_fork();
	if (pid < 0)
		return pid;
	if (pid == 0)
		answer_and_end(try, arg, answer, size, to);
	cleanup_close(&to);
	rc = reap_poll(from);
	if (rc == -ETIMEDOUT)
		sys_kill(pid, SIGKILL);
	/* A write of at most PIPE_BUF bytes is atomic (pipe(7)), so one read gets all of it. */
	n = rc < 0 ? rc : sys_read(from, answer, size);
	/* ECHILD if our caller ignores SIGCHLD; the answer is complete by then. */
	if (reap_child(pid, &status) == 0 && rc == 0 && WIFSIGNALED(status) && ret_signal)
		*ret_signal = WTERMSIG(status);
	if (n < 0)
		return (int)n;
	return n == (ssize_t)size ? 0 : -EPROTO;
}
