/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a command of the user's before the program, with the rights that the program will lack. The
 * shell is the init of a pid namespace of its own: when it has ended, the kernel ends all that it
 * has started (pid_namespaces(7)), so no process with these rights stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/inroot.h"
#include "kernel/sys.h"

static const char shell[] = "/bin/sh";

/* The directory that becomes the root before the step; NULL if it stays. */
static const char *new_root(const struct plan *plan)
{
	const struct step *chroot = plan_find(plan, STEP_CHROOT), *pivot = plan_find(plan, STEP_PIVOT);

	return chroot ? chroot->chroot.path : pivot ? pivot->pivot.path : NULL;
}

int check_setup(struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *path = new_root(apply->plan);
	_cleanup_close_ int root = sys_openat(AT_FDCWD, path ? path : "/", O_PATH | O_DIRECTORY, 0);
	_cleanup_close_ int fd = root < 0 ? root : inroot_open(root, shell, 0);

	(void)step;
	if (fd >= 0)
		return 0;
	return path ? diag_set(diag, -fd, "cannot use %s of '%s' for --setup", shell, path) :
		      diag_set(diag, -fd, "cannot use %s for --setup", shell);
}

/*
 * Ends with us. A parent that died before prctl(2) sends no signal, so the socket is checked after
 * it.
 */
static NORETURN void run_shell(struct apply *apply, const struct step *step, int socket)
{
	char *argv[] = { (char *)shell, (char *)"-euc", (char *)step->setup.command, NULL };
	struct pollfd parent = { .fd = socket };
	int rc = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);

	apply_restore_signals(apply);
	if (rc == 0)
		rc = sys_poll(&parent, 1, 0);
	if (rc == 0)
		rc = sys_execvp(shell, argv);
	else if (rc > 0)
		rc = -ESRCH;
	(void)sys_write(socket, &rc, sizeof(rc)); /* if nobody reads it, nobody waits */
	sys_exit(EXIT_FAILURE);
}

static int report_end(const struct step *step, int status, struct diag *diag)
{
	if (status == 0)
		return 0;
	if (WIFSIGNALED(status)) {
		diag_set(diag, 0, "cannot set up: signal %d ended '%s'", WTERMSIG(status),
			 step->setup.command);
	} else {
		diag_set(diag, 0, "cannot set up: status %d from '%s'", WEXITSTATUS(status),
			 step->setup.command);
		diag->status = WEXITSTATUS(status);
	}
	return -ECANCELED;
}

int do_setup(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int ours = -1, theirs = -1;
	int ends[2], rc, failure = 0, status = 0;
	pid_t pid;

	rc = sys_socketpair(AF_UNIX, SOCK_SEQPACKET, ends);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot create a socket");
	ours = ends[0];
	theirs = ends[1];
	pid = sys_fork_into_pid_ns();
	if (pid < 0)
		return diag_set(diag, -pid, "cannot create a pid namespace for --setup");
	if (pid == 0) {
		cleanup_close(&ours);
		run_shell(apply, step, theirs);
	}
	cleanup_close(&theirs);
	/* The end of file: the shell has been executed, or its process was killed. */
	rc = (int)sys_read(ours, &failure, sizeof(failure));
	if (rc >= 0)
		rc = sys_waitpid(pid, &status, 0);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot wait for %s", shell);
	if (failure < 0)
		return diag_set(diag, -failure, "cannot run %s for --setup", shell);
	return report_end(step, status, diag);
}
