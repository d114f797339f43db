/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The start in a scope of systemd, by systemd-run. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/program.h"
#include "kernel/sys.h"

enum { WAIT_MS = 30000, COMPLAINT = 256 };

/* The file that we run, open in the program that we execute; its path could be another by then. */
int do_scope(struct apply *apply, const struct step *step, struct diag *diag)
{
	char **argv = (char **)step->scope.argv, path[IO_FD_PATH_SIZE];
	_cleanup_close_ int own = sys_openat(AT_FDCWD, "/proc/self/exe", O_PATH, 0);
	int rc = own < 0 ? own : sys_keep_on_exec(own);

	(void)apply;
	if (rc == 0) {
		argv[step->scope.self] = (char *)io_fd_path(own, path);
		rc = sys_execvp(argv[0], argv);
	}
	return diag_set(diag, -rc, "cannot execute %s", argv[0]);
}

/* The same scope, but with a name that systemd-run chooses, and for a command that ends at once. */
static char **trial_command(const struct step *step)
{
	char *const *argv = step->scope.argv;
	char **trial = calloc(step->scope.self + 4, sizeof(*trial));
	size_t n = 0;

	for (size_t i = 0; trial && i < step->scope.self; i++)
		if (strncmp(argv[i], "--unit=", 7) != 0)
			trial[n++] = argv[i];
	if (trial) {
		trial[n++] = (char *)"/bin/sh";
		trial[n++] = (char *)"-c";
		trial[n++] = (char *)":";
	}
	return trial;
}

static NORETURN void run_trial(char **argv, int err)
{
	int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);

	if (nothing >= 0 && sys_dup2(nothing, STDIN_FILENO) >= 0 && sys_dup2(nothing, STDOUT_FILENO) >= 0 &&
	    sys_dup2(err, STDERR_FILENO) >= 0)
		sys_execvp(argv[0], argv);
	sys_exit(PROGRAM_NOT_FOUND);
}

/* Its first line. -ETIMEDOUT if it does not end. */
static int read_complaint(int err, char buf[COMPLAINT])
{
	struct pollfd poll = { .fd = err, .events = POLLIN };
	size_t used = 0;
	ssize_t n = 1;

	while (n > 0) {
		char more[COMPLAINT];
		int rc = sys_poll(&poll, 1, WAIT_MS);

		if (rc <= 0)
			return rc == 0 ? -ETIMEDOUT : rc;
		n = sys_read(err, more, sizeof(more));
		for (ssize_t i = 0; i < n && used < COMPLAINT - 1; i++)
			buf[used++] = more[i];
	}
	buf[used] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return n < 0 ? (int)n : 0;
}

/* The wait status, or -errno. */
static int try_scope(const struct step *step, char complaint[COMPLAINT])
{
	_cleanup_free_ char **argv = trial_command(step);
	_cleanup_close_ int out = -1, in = -1;
	int ends[2], rc = argv ? sys_pipe2(ends, O_CLOEXEC) : -ENOMEM, status = 0;
	pid_t pid;

	if (rc < 0)
		return rc;
	out = ends[0];
	in = ends[1];
	pid = sys_fork();
	if (pid == 0)
		run_trial(argv, in);
	if (pid < 0)
		return pid;
	cleanup_close(&in);
	rc = read_complaint(out, complaint);
	if (rc < 0)
		sys_kill(pid, SIGKILL);
	pid = sys_waitpid(pid, &status, 0);
	/* ECHILD: our caller ignores SIGCHLD, and systemd-run says what it has to say. */
	return rc < 0 ? rc : pid == -ECHILD ? (*complaint ? 1 << 8 : 0) : pid < 0 ? pid : status;
}

/*
 * We become systemd-run, so its refusal would be its own line, without a remedy. So another scope is asked for
 * first.
 */
int check_scope(struct apply *apply, const struct step *step, struct diag *diag)
{
	char complaint[COMPLAINT] = "";
	int rc = try_scope(step, complaint);

	(void)apply;
	if (rc == 0)
		return 0;
	if (rc < 0)
		diag_set(diag, -rc, "systemd makes no scope for the limits: %s", step->scope.argv[0]);
	else
		diag_set(diag, 0, "systemd makes no scope for the limits: %s",
			 *complaint ? complaint : "systemd-run says no reason");
	diag_hint(diag, "see 'systemctl%s status'; or name a cgroup that is yours with --cgroup-parent",
		  sys_geteuid() == 0 ? "" : " --user");
	return rc < 0 ? rc : -EPERM;
}
