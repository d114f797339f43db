/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/background.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

NORETURN static void run(background_life *life, const void *arg, const char *who, int report)
{
	_cleanup_close_ int null = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
	struct diag diag = { .err = 0 };
	int rc = null;

	sys_setsid(); /* fails for the leader of a group, which a child is not */
	for (int fd = STDIN_FILENO; rc >= 0 && fd <= STDERR_FILENO; fd++)
		rc = sys_dup2(null, fd);
	if (rc < 0)
		diag_set(&diag, -rc, "cannot prepare the descriptors of %s", who);
	else
		life(arg, report, &diag);
	io_write_all(report, &diag, sizeof(diag)); /* without a reader there is nobody to tell */
	sys_exit(EXIT_FAILURE);
}

/* An empty diagnosis when it is ready. */
static int read_report(int fd, const char *who, struct diag *diag)
{
	char *at = (char *)diag;
	size_t left = sizeof(*diag);
	ssize_t n = 0;

	while (left > 0 && (n = sys_read(fd, at, left)) > 0) {
		at += n;
		left -= (size_t)n;
	}
	if (n < 0) {
		diag_set(diag, (int)-n, "cannot read the report of %s", who);
		return BACKGROUND_UNHEARD;
	}
	if (left > 0)
		return diag_set(diag, 0, "%s ended before it was ready", who);
	if (!diag->what[0])
		return 0;
	return diag->err > 0 ? -diag->err : -EINVAL;
}

int background_start(background_life *life, const void *arg, const char *who, struct diag *diag)
{
	int fds[2], status, rc = sys_pipe2(fds, O_CLOEXEC);
	_cleanup_close_ int from = rc < 0 ? -1 : fds[0], to = rc < 0 ? -1 : fds[1];
	pid_t pid = rc < 0 ? rc : sys_fork();

	if (pid == 0) {
		pid_t stays = sys_fork();

		if (stays == 0)
			run(life, arg, who, to);
		sys_exit(stays < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
	}
	rc = pid < 0 ? pid : sys_waitpid(pid, &status, 0);
	if (rc < 0) {
		diag_set(diag, -rc, "cannot start %s", who);
		return pid > 0 ? BACKGROUND_UNHEARD : rc;
	}
	cleanup_close(&to);
	return read_report(from, who, diag);
}
