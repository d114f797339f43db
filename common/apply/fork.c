/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that create processes, and the parent-death signal. */
#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "apply/internal.h"
#include "apply/watch.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"

/* Called before the first fork. Blocked signals are not lost. If the caller ignored SIGCHLD, the
 * kernel would reap our child (wait(2)). */
static void block_signals(struct apply *apply, bool forward)
{
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t set;

	watch_signals(forward, &set);
	sys_sigprocmask(SIG_BLOCK, &set, &apply->signal_mask);
	sys_sigaction(SIGCHLD, &plain, &apply->child_action);
	apply->signals_blocked = true;
}

void apply_restore_signals(struct apply *apply)
{
	if (!apply->signals_blocked)
		return;
	sys_sigaction(SIGCHLD, &apply->child_action, NULL);
	sys_sigprocmask(SIG_SETMASK, &apply->signal_mask, NULL);
	apply->signals_blocked = false;
}

/* The PID of the program, as the image reports it; 0 if the image has failed; or -errno. */
static pid_t hear_of_heir(void *arg)
{
	struct apply *apply = arg;
	int pid = 0;
	ssize_t n = sys_read(apply->asked, &pid, sizeof(pid));

	cleanup_close(&apply->asked);
	return n <= 0 ? (pid_t)n : n == (ssize_t)sizeof(pid) && pid > 0 ? pid : -EPROTO;
}

static int wait_for(struct apply *apply, struct watch watch, struct diag *diag)
{
	int rc;

	/* The helper ends when its last peer has closed the socket: only the program's process
	 * may hold it. */
	cleanup_close(&apply->helper);
	cleanup_close(&apply->pty.slave);
	watch.asked = apply->asked;
	watch.answer = watch.has_heir ? hear_of_heir : leave_answer;
	watch.arg = apply;
	rc = watch_child(&watch, &apply->status);
	if (rc < 0) {
		diag_set(diag, -rc, "cannot wait for the child");
		/* The helper ends after the child, which would wait for our answer. */
		if (!watch.has_heir)
			leave_refuse(apply, rc, diag);
		return rc;
	}
	if (apply->pty.err < 0)
		return diag_set(diag, -apply->pty.err, "cannot pass on what the program prints");
	helper_report(apply, apply->status);
	helper_finish(apply);
	return APPLY_DONE;
}

/*
 * For the init, every signal was blocked before the fork. If its parent forwards no signals, it
 * takes only those of watch_signals(false), and unblocks the others.
 */
static void unblock_for_parent(const struct apply *apply)
{
	sigset_t taken, mask = apply->signal_mask;

	watch_signals(false, &taken);
	for (int sig = 1; sig < NSIG; sig++)
		if (sigismember(&taken, sig) == 1)
			sigaddset(&mask, sig);
	sys_sigprocmask(SIG_SETMASK, &mask, NULL);
}

/*
 * Creates what parent and child will share. *ret_may_start is for the child, to ask whether the
 * program may start; -1 if asks is false.
 */
static int make_connections(struct apply *apply, int flags, bool asks, int *ret_may_start,
			    struct diag *diag)
{
	int ends[2], rc = 0;

	if (flags & FORK_DEATH_CHECK) {
		rc = sys_pipe2(ends, 0);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot create a pipe");
		apply->parent_end = ends[0];
		apply->life = ends[1];
	}
	if (flags & FORK_INIT) {
		apply->report = sys_share_memory(sizeof(*apply->report));
		if (!apply->report)
			return diag_set(diag, errno, "cannot share memory with the init");
	}
	if (flags & FORK_OUTSIDE) {
		rc = sys_pipe2(ends, 0);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot create a pipe");
		apply->asked = ends[0];
		apply->heir.report = ends[1];
	}
	if (asks)
		rc = leave_prepare(apply, ret_may_start);
	return rc < 0 ? diag_set(diag, -rc, "cannot create a socket") : 0;
}

/* Called in the child: closes and restores what concerns only the parent. */
static void release_parents(struct apply *apply, int may_start, bool init)
{
	apply->helper_pid = 0;
	apply->may_start = may_start;
	cleanup_close(&apply->asked);
	cleanup_close(&apply->life);
	if (!init)
		apply_restore_signals(apply);
}

/* The argument of the child of vfork(2), which shares its parent's memory. */
struct vforked {
	const struct apply *parent;
	struct diag *diag;
};

/*
 * The child of vfork(2) changes only a copy of struct apply. It also changes environ, libcap-ng's
 * state and the heap. The parent uses none of these afterwards: it closes descriptors, waits, and
 * ends by apply_exit_like(), without exit handlers. A child killed inside malloc(3) leaves no lock,
 * because the C library does not lock the heap of a single thread.
 */
static void run_vforked(void *arg)
{
	const struct vforked *vforked = arg;
	struct apply own = *vforked->parent;

	release_parents(&own, -1, false);
	apply_or_exit(&own, own.forked + 1, vforked->diag);
}

static bool asks_target(const struct step *step)
{
	const member_TARGET *target = step_value(step, MEMBER_TARGET);

	return target && *target;
}

/* Whether this process may give up its rights after the program has started: the program can only
 * use them in between if it may trace this process. */
static bool may_leave_later(const struct apply *apply)
{
	const struct plan *plan = apply->plan;

	if (!apply->undumpable)
		return !leave_differs(apply);
	/* By then the target may have ended, and its ids could not be read any more. */
	for (size_t i = apply->forked + 1; i < plan->n; i++)
		if (asks_target(&plan->steps[i]))
			return false;
	return true;
}

/*
 * Whether the child may be made by vfork(2), which suspends us until its exec, so that we can do
 * nothing before the program starts. Not an init, which never calls exec; not if we must close the
 * helper's socket, or --setup may take long; not if the child reads from our pipe whether we live
 * (FORK_DEATH_CHECK). A process that shares memory enters a new time namespace only at exec
 * (exec_task_namespaces(), kernel/nsproxy.c).
 */
static bool can_vfork(const struct apply *apply, const struct step *step)
{
	const struct step *made = plan_find(apply->plan, STEP_UNSHARE);

	if (step->fork.flags & (FORK_INIT | FORK_DEATH_CHECK) || apply->helper >= 0 ||
	    (made && made->unshare.flags & CLONE_NEWTIME) ||
	    plan_find(apply->plan, STEP_SETUP))
		return false;
	return may_leave_later(apply);
}

/* vfork(2) because a copy of our memory would take as long as all else that we do. */
static pid_t vfork_child(struct apply *apply, struct diag *diag)
{
	struct vforked vforked = { .parent = apply, .diag = diag };

	/* The program could take these descriptors before we run again (pidfd_getfd(2)). If a step
	 * fails, the search for its cause opens /proc again. */
	cleanup_close(&apply->proc);
	cleanup_close(&apply->origin);
	return sys_vfork(run_vforked, &vforked);
}

static int wait_as_parent(struct apply *apply, const struct step *step, pid_t pid,
			  struct diag *diag)
{
	bool init = step->fork.flags & FORK_INIT, forward = step->fork.flags & FORK_FORWARD;

	bool outside = step->fork.flags & FORK_OUTSIDE;

	cleanup_close(&apply->parent_end);
	/* If the proxy is killed, our parent-death signal ends us. The program could clear it by writing to our
	 * memory: the host's /proc may lie below the new one. Nobody has to enter us, because $! is the proxy. */
	apply->hides = init && apply->proxy_pid && plan_find(apply->plan, STEP_DEATH_SIGNAL);
	if (outside)
		leave_descriptors(apply);
	if (apply->asked < 0) {
		struct leave_place as_ours = { .root = -1, .cwd = -1 };
		struct diag ignored;

		/* After vfork(2) the program runs already. A failure is harmless, because nobody
		 * inside can trace us. */
		leave_behind(apply, &as_ours, &ignored);
	}
	if (init && !forward)
		unblock_for_parent(apply);
	return wait_for(apply,
			(struct watch){ .child = pid,
					.report = apply->report,
					.forward = forward,
					.has_heir = outside },
			diag);
}

/*
 * With --pty the caller knows only the proxy's PID, so the proxy's death must end this process. A
 * parent that has died before the call sends no signal (prctl(2)).
 */
static int die_with_proxy(const struct apply *apply, struct diag *diag)
{
	int rc = apply->proxy_pid ? sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) : 0;

	if (rc < 0)
		return diag_set(diag, -rc, "cannot set the parent-death signal");
	if (apply->proxy_pid && sys_getppid() != apply->proxy_pid) {
		diag_set(diag, 0, "the parent has died");
		return -ESRCH;
	}
	return 0;
}

int do_fork(struct apply *apply, const struct step *step, struct diag *diag)
{
	bool init = step->fork.flags & FORK_INIT, outside = step->fork.flags & FORK_OUTSIDE, vforks;
	_cleanup_close_ int may_start = -1;
	pid_t pid;
	int rc;

	rc = step->fork.flags & FORK_DEATH_CHECK ? die_with_proxy(apply, diag) : 0;
	if (rc < 0)
		return rc;
	apply->forked = (size_t)(step - apply->plan->steps);
	vforks = !outside && can_vfork(apply, step);
	rc = make_connections(apply, step->fork.flags, !vforks && !outside, &may_start, diag);
	if (rc < 0)
		return rc;
	block_signals(apply, step->fork.flags & (FORK_FORWARD | FORK_INIT));
	pid = vforks ? vfork_child(apply, diag) : sys_fork();
	if (pid < 0) {
		apply_restore_signals(apply);
		return diag_set(diag, -pid, "cannot fork");
	}
	if (pid == 0) {
		release_parents(apply, take_fd(&may_start), init);
		return 0;
	}
	cleanup_close(&may_start);
	return wait_as_parent(apply, step, pid, diag);
}

/* Two processes wait from here on: the program's process asks the init, which asks its parent. */
int do_init(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int may_start = -1;
	int rc = leave_prepare(apply, &may_start);
	pid_t pid;

	(void)step;
	if (rc < 0)
		return diag_set(diag, -rc, "cannot create a socket");
	pid = sys_fork();
	if (pid < 0)
		return diag_set(diag, -pid, "cannot fork");
	if (pid == 0) {
		cleanup_close(&apply->asked);
		cleanup_close(&apply->may_start);
		apply->may_start = take_fd(&may_start);
		apply_restore_signals(apply);
		return 0;
	}
	cleanup_close(&may_start);
	/* The program could clear our parent-death signal through tracing. */
	apply->hides = plan_find(apply->plan, STEP_DEATH_SIGNAL) != NULL;
	return wait_for(apply,
			(struct watch){ .child = pid, .report_to = apply->report, .forward = true },
			diag);
}

int check_pty(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	(void)step;
	return pty_check(diag);
}

/*
 * The proxy stays outside all namespaces, and its child has lost the outer terminal, so the program
 * can neither type into it nor change its modes. A program in our user namespace could still trace
 * the proxy, so the proxy is not dumpable (ptrace(2)).
 */
static int proxy(struct apply *apply, pid_t pid, bool forward, struct diag *diag)
{
	int rc = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot protect this process from tracing");
	return wait_for(apply,
			(struct watch){ .child = pid, .pty = &apply->pty, .forward = forward },
			diag);
}

int do_pty(struct apply *apply, const struct step *step, struct diag *diag)
{
	const struct step *fork = plan_find(apply->plan, STEP_FORK);
	bool forward = fork && fork->fork.flags & FORK_FORWARD;
	pid_t pid, outside = sys_getpid();
	int rc = pty_open(&apply->pty, diag);

	(void)step;
	if (rc < 0)
		return rc;
	block_signals(apply, forward);
	pid = sys_fork();
	if (pid > 0)
		return proxy(apply, pid, forward, diag);
	apply_restore_signals(apply);
	if (pid < 0)
		return diag_set(diag, -pid, "cannot fork");
	apply->proxy_pid = outside;
	/* If a check has opened it, it is the proxy's. */
	cleanup_close(&apply->origin);
	rc = pty_move_in(&apply->pty);
	return rc < 0 ? diag_set(diag, -rc, "cannot take the new terminal") : 0;
}

int do_terminal(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc;

	(void)step;
	apply->heir.takes_terminal = apply->heir.report >= 0;
	rc = apply->heir.takes_terminal ? 0 : pty_take_control();
	return rc < 0 ? diag_set(diag, -rc, "cannot take the new terminal") : 0;
}

int do_death_signal(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct pollfd parent = { .fd = apply->parent_end };
	int rc = sys_prctl(PR_SET_PDEATHSIG, (unsigned long)step->death_signal.signal, 0, 0, 0);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot set the parent-death signal");
	/* The parent may have died before the prctl(2). getppid(2) does not show that, because it
	 * is always 0 in a new pid namespace. */
	rc = sys_poll(&parent, 1, 0);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot ask whether the parent lives");
	if (parent.revents & POLLHUP)
		return diag_set(diag, 0, "the parent has died");
	return 0;
}
