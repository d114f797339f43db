/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command in a child process. */
#include <stdio.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "kernel/sys.h"
#include "xnetns/xnetns.h"

int xnetns_exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int xnetns_run_child(const struct xnetns *request, xnetns_run *run)
{
	struct diag diag;
	int status, rc;
	pid_t pid;

	fflush(stdout); /* otherwise the child prints it again */
	pid = sys_fork();
	if (pid == 0)
		sys_exit(xnetns_written(run(request)));
	rc = pid < 0 ? pid : sys_waitpid(pid, &status, 0);
	if (rc < 0) {
		diag_set(&diag, -rc, "cannot run the command in a process of its own");
		return xnetns_fail(&diag);
	}
	return xnetns_exit_status(status);
}
