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
	/* If these stopped us at once, we would read the init's report of the program's stop only
	 * after SIGCONT, and stop again. */
	sigaddset(ret, SIGTSTP);
	sigaddset(ret, SIGTTIN);
	sigaddset(ret, SIGTTOU);
}

/* The state of watch_child(). */
struct progress {
	const struct watch *watch;
	pid_t child;    /* watch->child, or the one that answer() returned */
	sigset_t set;
	bool started;   /* the program has started, or may start without asking */
	bool gone;      /* the child has ended, after it had named its heir */
	uint32_t heard; /* number of reports that were read */
	int reported;   /* the program's wait status, from the init's report; -1 if there is none */
	int own;        /* our child's wait status */
};

/*
 * Whether the child has received the signal itself: a terminal sends these, with si_code SI_KERNEL,
 * to every process of its foreground process group (sigaction(2)).
 */
static bool reached_child_too(const struct progress *progress, const siginfo_t *info)
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
		return info->si_code == SI_KERNEL && sys_getpgid(progress->child) == sys_getpgid(0);
	default:
		return false;
	}
}

/* Stops this process as the child has stopped, and continues the child after SIGCONT. */
static void mirror_stop(const struct progress *progress, int status)
{
	const struct watch *watch = progress->watch;

	if (watch->report_to) {
		/* No signal from inside stops PID 1 (pid_namespaces(7)), so its parent stops. */
		bell_report(watch->report_to, status);
		return;
	}
	if (watch->pty)
		pty_restore(watch->pty);
	sys_kill(sys_getpid(), SIGSTOP);
	if (watch->pty)
		pty_raw(watch->pty);
	sys_kill(progress->child, SIGCONT);
}

/*
 * Reaps every child: the one we wait for, the helper, processes reparented to an init, and children
 * that our caller had before it executed us. Returns 1 if the child has ended, 0 if not, or -errno.
 */
static int reap(struct progress *progress)
{
	const struct watch *watch = progress->watch;
	bool only_ours = watch->has_heir && !progress->started;

	for (;;) {
		int status;
		pid_t pid = sys_waitpid(only_ours ? progress->child : -1, &status,
					WNOHANG | WUNTRACED);

		if (pid <= 0)
			return pid;
		if (pid != progress->child)
			continue;
		if (WIFSTOPPED(status)) {
			mirror_stop(progress, status);
			continue;
		}
		progress->own = status;
		if (watch->report_to)
			bell_report(watch->report_to, status);
		return 1;
	}
}

/* Takes the default action of a signal that we received while it was blocked. */
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

/* The terminal belongs to the shell while we are stopped. */
static void stop_as_told(const struct watch *watch, int sig)
{
	if (watch->pty)
		pty_restore(watch->pty);
	take_default_action(sig);
	if (watch->pty)
		pty_raw(watch->pty);
}

/* Whether this is the kernel's SIGCHLD about a child of ours, which is not forwarded. */
static bool is_ours(const siginfo_t *info)
{
	return info->si_signo == SIGCHLD && info->si_code > 0;
}

/* Reads the init's report, if there is a new one, that the program has stopped or ended. */
static void take_report(struct progress *progress, bool init_has_ended)
{
	const struct watch_report *report = progress->watch->report;
	int status;

	if (!report || !bell_is_new(report, &progress->heard, &status))
		return;
	if (!WIFSTOPPED(status))
		progress->reported = status;
	else if (!init_has_ended)
		mirror_stop(progress, status);
}

/* Returns 1 if the child has ended, 0 if not, or -errno. */
static int take_signal(struct progress *progress, const siginfo_t *info)
{
	const struct watch *watch = progress->watch;
	int sig = info->si_signo;
	bool stops = sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;

	if (sig == SIGWINCH && watch->pty) {
		pty_resize(watch->pty);
		return 0;
	}
	/* Before the program starts, nobody reads the init's reports, so we stop by ourselves. */
	if (stops && !progress->started && watch->report && reached_child_too(progress, info))
		take_default_action(sig);
	else if (watch->forward && !is_ours(info) && !reached_child_too(progress, info))
		sys_kill(progress->child, sig);
	else if (!watch->forward && stops && (!watch->report || !reached_child_too(progress, info)))
		stop_as_told(watch, sig);
	return sig == SIGCHLD ? reap(progress) : 0;
}

static int read_signal(struct progress *progress, int signals)
{
	struct signalfd_siginfo info = { .ssi_signo = 0 };
	ssize_t n = sys_read(signals, &info, sizeof(info));
	siginfo_t taken = { .si_signo = 0 };

	if (n < 0)
		return (int)n;
	taken.si_signo = (int)info.ssi_signo;
	taken.si_code = info.ssi_code;
	return take_signal(progress, &taken);
}

static bool has_asked(int asked)
{
	struct pollfd fd = { .fd = asked, .events = POLLIN };

	return sys_poll(&fd, 1, 0) > 0;
}

/* Waits for one event by poll(2). Returns 1 if the child has ended, 0 if not, or -errno. */
static int poll_once(struct progress *progress, int signals, int asked, bool *ret_asked)
{
	struct pty *pty = progress->watch->pty;
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
	/* If the child has named its heir, the child's end is not the program's. */
	if (*ret_asked && progress->watch->has_heir)
		return 0;
	rc = fds[0].revents ? read_signal(progress, signals) : 0;
	/* The signal may have told of the heir's end; the child has named it, and ended, only since poll(2). */
	if (rc == 1 && progress->watch->has_heir && has_asked(asked)) {
		*ret_asked = progress->gone = true;
		return 0;
	}
	return rc;
}

/* Waits until the child has ended (returns 1) or has asked (returns 0), or returns -errno. */
static int serve_with_descriptors(struct progress *progress, int asked)
{
	_cleanup_close_ int signals = sys_signalfd(&progress->set);
	bool is_asked = false;
	int rc = signals < 0 ? signals : 0;

	while (rc == 0 && !is_asked)
		rc = poll_once(progress, signals, asked, &is_asked);
	return rc;
}

static int serve_without_descriptors(struct progress *progress)
{
	struct watch_report *report = progress->watch->report;
	int rc = 0;

	if (report)
		bell_prepare(report, &progress->set);
	while (rc == 0) {
		siginfo_t info;

		rc = report ? bell_wait(report, progress->heard, &progress->set, &info)
			    : sys_sigwaitinfo(&progress->set, &info, true);
		if (rc > 0)
			rc = take_signal(progress, &info);
		if (rc >= 0)
			take_report(progress, rc == 1);
	}
	return rc;
}

static int serve(struct progress *progress)
{
	const struct watch *watch = progress->watch;
	pid_t heir = 0;
	int rc = 0;

	if (watch->asked >= 0) {
		rc = serve_with_descriptors(progress, watch->asked);
		if (rc != 0)
			return rc;
		/* Reports from before the question are not about the program; later ones are. */
		progress->heard = bell_count(watch->report);
		heir = watch->answer(watch->arg);
	}
	/* Its SIGCHLD may have been read before. A PID that is not our child's is refused here, so that
	 * no stranger gets signals. */
	if (heir < 0)
		return heir;
	if (heir > 0) {
		progress->child = heir;
		rc = reap(progress);
		if (rc != 0)
			return rc;
	} else if (progress->gone) {
		return 1;
	}
	progress->started = true;
	return watch->pty ? serve_with_descriptors(progress, -1)
			  : serve_without_descriptors(progress);
}

int watch_child(const struct watch *watch, int *ret_status)
{
	struct progress progress = { .watch = watch,
				     .child = watch->child,
				     .started = watch->asked < 0,
				     .reported = -1 };
	int rc;

	watch_signals(watch->forward, &progress.set);
	if (watch->pty)
		pty_raw(watch->pty);
	rc = serve(&progress);
	if (rc > 0)
		take_report(&progress, true);
	if (watch->pty) {
		pty_drain(watch->pty);
		pty_restore(watch->pty);
	}
	if (rc < 0)
		return rc;
	*ret_status = progress.reported >= 0 ? progress.reported : progress.own;
	return 0;
}
