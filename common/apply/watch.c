/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/watch.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "apply/bell.h"
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
 * A terminal sends these signals, with si_code SI_KERNEL, to its whole foreground process group. A
 * child in our process group has received its own.
 */
static bool reached_child_too(const struct watch *watch, const siginfo_t *info)
{
	switch (info->si_signo) {
	case SIGHUP:
	case SIGINT:
	case SIGQUIT:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGCONT:
	case SIGWINCH:
		return info->si_code == SI_KERNEL && sys_getpgid(watch->child) == sys_getpgid(0);
	default:
		return false;
	}
}

/* We stop as the child did; when somebody continues us, the child goes on too. */
static void mirror_stop(const struct watch *watch, int status)
{
	if (watch->report_to) {
		/* PID 1 cannot be stopped from inside; who waits for us outside can. */
		bell_report(watch->report_to, status);
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
		if (watch->report_to)
			bell_report(watch->report_to, status);
		return 1;
	}
}

/* Takes the signal's default action, which blocking it has put off. */
static void take_default_action(int sig)
{
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	struct sigaction ours;
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, sig);
	sys_sigaction(sig, &plain, &ours);
	sys_kill(sys_getpid(), sig);
	sys_sigprocmask(SIG_UNBLOCK, &only, NULL);
	sys_sigprocmask(SIG_BLOCK, &only, NULL);
	sys_sigaction(sig, &ours, NULL);
}

/* Not for the program: the kernel's SIGCHLD about our children. */
static bool is_ours(const siginfo_t *info)
{
	return info->si_signo == SIGCHLD && info->si_code > 0;
}

/* What watch_child() knows so far. */
struct course {
	const struct watch *watch;
	sigset_t set;
	bool started;   /* the program has, or may */
	uint32_t heard; /* the reports that were read */
	int reported;   /* how the program ended, as the init says; -1: not known */
	int own;        /* how our child ended */
};

/* The init says that the program stopped, or how it ended. Each report counts once. */
static void take_report(struct course *course, bool init_has_ended)
{
	const struct watch_report *report = course->watch->report;
	int status;

	if (!report || !bell_is_new(report, &course->heard, &status))
		return;
	if (!WIFSTOPPED(status))
		course->reported = status;
	else if (!init_has_ended)
		mirror_stop(course->watch, status);
}

/* 1 when the child has ended, 0 when not, or -errno. */
static int take_signal(struct course *course, const siginfo_t *info)
{
	const struct watch *watch = course->watch;
	int sig = info->si_signo;
	bool stops = sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;

	if (sig == SIGWINCH && watch->pty) {
		pty_resize(watch->pty);
		return 0;
	}
	/* An init that is not watched yet reports its stop to nobody. */
	if (stops && !course->started && watch->report && reached_child_too(watch, info))
		take_default_action(sig);
	else if (watch->forward && !is_ours(info) && !reached_child_too(watch, info))
		sys_kill(watch->child, sig);
	else if (!watch->forward && stops && (!watch->report || !reached_child_too(watch, info)))
		take_default_action(sig);
	return sig == SIGCHLD ? reap(watch, &course->own) : 0;
}

static int read_signal(struct course *course, int signals)
{
	struct signalfd_siginfo info = { .ssi_signo = 0 };
	ssize_t n = sys_read(signals, &info, sizeof(info));
	siginfo_t taken = { .si_signo = 0 };

	if (n < 0)
		return (int)n;
	taken.si_signo = (int)info.ssi_signo;
	taken.si_code = info.ssi_code;
	return take_signal(course, &taken);
}

/* One round with descriptors. 1 when the child has ended, 0 when not, or -errno. */
static int poll_once(struct course *course, int signals, int asked, bool *ret_asked)
{
	struct pty *pty = course->watch->pty;
	struct pollfd fds[2 + PTY_POLLFDS] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = asked, .events = POLLIN },
	};
	int rc;

	if (pty)
		pty_prepare(pty, fds + 2);
	rc = sys_poll(fds, pty ? ARRAY_LEN(fds) : 2, -1);
	if (rc < 0)
		return rc;
	if (pty)
		pty_serve(pty, fds + 2);
	*ret_asked = fds[1].revents;
	return fds[0].revents ? read_signal(course, signals) : 0;
}

/* Until the child has ended (1), or has asked (0), or -errno. */
static int serve_with_descriptors(struct course *course, int asked)
{
	_cleanup_close_ int signals = sys_signalfd(&course->set);
	bool is_asked = false;
	int rc = signals < 0 ? signals : 0;

	while (rc == 0 && !is_asked)
		rc = poll_once(course, signals, asked, &is_asked);
	return rc;
}

static int serve_without_descriptors(struct course *course)
{
	struct watch_report *report = course->watch->report;
	int rc = 0;

	if (report)
		bell_prepare(report, &course->set);
	while (rc == 0) {
		siginfo_t info;

		rc = report ? bell_wait(report, course->heard, &course->set, &info)
			    : sys_sigwaitinfo(&course->set, &info, true);
		if (rc > 0)
			rc = take_signal(course, &info);
		if (rc >= 0)
			take_report(course, rc == 1);
	}
	return rc;
}

static int serve(struct course *course)
{
	const struct watch *watch = course->watch;
	int rc = 0;

	if (watch->asked >= 0) {
		rc = serve_with_descriptors(course, watch->asked);
		if (rc != 0)
			return rc;
		/* The init has reported before it asked; whatever comes later is the program's. */
		course->heard = bell_count(watch->report);
		course->started = true;
		watch->answer(watch->arg);
	}
	return watch->pty ? serve_with_descriptors(course, -1) : serve_without_descriptors(course);
}

int watch_child(const struct watch *watch, int *ret_status)
{
	struct course course = { .watch = watch, .started = watch->asked < 0, .reported = -1 };
	int rc;

	watch_signals(watch->forward, &course.set);
	if (watch->pty)
		pty_raw(watch->pty);
	rc = serve(&course);
	if (rc > 0)
		take_report(&course, true);
	if (watch->pty) {
		pty_drain(watch->pty);
		pty_restore(watch->pty);
	}
	if (rc < 0)
		return rc;
	*ret_status = course.reported >= 0 ? course.reported : course.own;
	return 0;
}
