/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/watch.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "apply/pty.h"
#include "base/macros.h"
#include "kernel/sys.h"

void watch_signals(bool forward, sigset_t *ret)
{
	if (forward) {
		sigfillset(ret);
		return;
	}
	sigemptyset(ret);
	sigaddset(ret, SIGCHLD);
	sigaddset(ret, SIGINT);
	sigaddset(ret, SIGTERM);
	/* If these stopped us at once, an init's report that the program has stopped too would be
	 * read after we are continued, and stop us again. */
	sigaddset(ret, SIGTSTP);
	sigaddset(ret, SIGTTIN);
	sigaddset(ret, SIGTTOU);
}

/*
 * A terminal sends these to its whole foreground process group, with si_code SI_KERNEL. A child in
 * our group has had its own.
 */
static bool child_has_it(const struct watch *watch, const struct signalfd_siginfo *info)
{
	switch (info->ssi_signo) {
	case SIGHUP:
	case SIGINT:
	case SIGQUIT:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGCONT:
	case SIGWINCH:
		return info->ssi_code == SI_KERNEL && sys_getpgid(watch->child) == sys_getpgid(0);
	default:
		return false;
	}
}

/* Whoever reads this may have died; the program lives on, and there is nobody to tell. */
static void report(const struct watch *watch, int status)
{
	ssize_t ignored = sys_write(watch->report_to, &status, sizeof(status));

	(void)ignored;
}

/* We stop as the child did; when somebody continues us, the child goes on too. */
static void mirror_stop(const struct watch *watch, int status)
{
	if (watch->report_to >= 0) {
		/* PID 1 cannot be stopped from inside; who waits for us outside can. */
		report(watch, status);
		return;
	}
	if (watch->pty)
		pty_restore(watch->pty);
	sys_kill(sys_getpid(), SIGSTOP);
	if (watch->pty)
		pty_raw(watch->pty);
	sys_kill(watch->child, SIGCONT);
}

/*
 * Reaps what there is to reap: the child, our helper, and what was reparented to an init or left to
 * us by whoever was here before exec. 1 when the child has ended, 0 when not, or -errno.
 */
static int reap(const struct watch *watch, int *ret_status)
{
	for (;;) {
		int status;
		pid_t pid = sys_waitpid(-1, &status, WNOHANG | WUNTRACED);

		if (pid <= 0)
			return pid;
		if (pid != watch->child)
			continue;
		if (WIFSTOPPED(status)) {
			mirror_stop(watch, status);
			continue;
		}
		*ret_status = status;
		if (watch->report_to >= 0)
			report(watch, status);
		return 1;
	}
}

/* Lets a signal do to us what it would have done if we had not blocked it. */
static void suffer(int sig)
{
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, sig);
	sys_kill(sys_getpid(), sig);
	sys_sigprocmask(SIG_UNBLOCK, &only, NULL);
	sys_sigprocmask(SIG_BLOCK, &only, NULL);
}

/* Not for the program: the kernel's SIGCHLD about our children, and the SIGPIPE of report(). */
static bool is_ours(const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGCHLD)
		return info->ssi_code > 0;
	return info->ssi_signo == SIGPIPE && (pid_t)info->ssi_pid == sys_getpid();
}

static int take_signal(const struct watch *watch, int signals, int *ret_status)
{
	struct signalfd_siginfo info = { .ssi_signo = 0 };
	ssize_t n = sys_read(signals, &info, sizeof(info));
	int sig = (int)info.ssi_signo;
	bool stops = sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;

	if (n < 0)
		return (int)n;
	if (sig == SIGWINCH && watch->pty) {
		pty_resize(watch->pty);
		return 0;
	}
	if (watch->forward && !is_ours(&info) && !child_has_it(watch, &info))
		sys_kill(watch->child, sig);
	else if (!watch->forward && stops && (watch->report < 0 || !child_has_it(watch, &info)))
		suffer(sig);
	return sig == SIGCHLD ? reap(watch, ret_status) : 0;
}

/* What the init says of the program: it stopped, or how it ended. False at end of file. */
static bool take_report(const struct watch *watch, int *ret_status)
{
	int status;

	if (sys_read(watch->report, &status, sizeof(status)) != sizeof(status))
		return false;
	if (WIFSTOPPED(status))
		mirror_stop(watch, status);
	else
		*ret_status = status;
	return true;
}

/* Until the child has ended: 1, or -errno. */
static int serve(const struct watch *watch, int signals, int *report, int *ret_own,
		 int *ret_reported)
{
	int ended = 0;

	while (ended == 0) {
		struct pollfd fds[2 + PTY_POLLFDS] = {
			{ .fd = signals, .events = POLLIN },
			{ .fd = *report, .events = POLLIN },
		};
		int rc;

		if (watch->pty)
			pty_prepare(watch->pty, fds + 2);
		rc = sys_poll(fds, watch->pty ? ARRAY_LEN(fds) : 2, -1);
		if (rc < 0)
			return rc;
		if (watch->pty)
			pty_serve(watch->pty, fds + 2);
		if (fds[1].revents && !take_report(watch, ret_reported))
			*report = -1;
		if (fds[0].revents)
			ended = take_signal(watch, signals, ret_own);
	}
	return ended;
}

int watch_child(const struct watch *watch, int *ret_status)
{
	int own_status = 0, reported = -1, report = watch->report, rc;
	_cleanup_close_ int signals = -1;
	sigset_t set;

	watch_signals(watch->forward, &set);
	signals = sys_signalfd(&set);
	if (signals < 0)
		return signals;
	if (watch->pty)
		pty_raw(watch->pty);
	rc = serve(watch, signals, &report, &own_status, &reported);
	if (watch->pty) {
		pty_drain(watch->pty);
		pty_restore(watch->pty);
	}
	if (rc < 0)
		return rc;
	/* The report was written before the init ended, but may not have been read yet. */
	while (report >= 0) {
		struct pollfd more = { .fd = report, .events = POLLIN };

		if (sys_poll(&more, 1, 0) <= 0 || !take_report(watch, &reported))
			break;
	}
	*ret_status = reported >= 0 ? reported : own_status;
	return 0;
}
