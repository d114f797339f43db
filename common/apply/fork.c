/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that make processes: the fork, the init, and the signal for when the parent dies. */
#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "apply/internal.h"
#include "apply/watch.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"

/* Before the first fork: from here on no signal is lost, and the caller's SIG_IGN for SIGCHLD,
 * which would make the kernel reap our child, is out of the way. */
static void keep_signals(struct apply *apply, bool forward)
{
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t set;

	watch_signals(forward, &set);
	sys_sigprocmask(SIG_BLOCK, &set, &apply->signal_mask);
	sys_sigaction(SIGCHLD, &plain, &apply->child_action);
	apply->signals_kept = true;
}

static void restore_signals(struct apply *apply)
{
	if (!apply->signals_kept)
		return;
	sys_sigaction(SIGCHLD, &apply->child_action, NULL);
	sys_sigprocmask(SIG_SETMASK, &apply->signal_mask, NULL);
	apply->signals_kept = false;
}

static int wait_for(struct apply *apply, struct watch watch, struct diag *diag)
{
	int rc;

	/* Only the process that becomes the program may keep the helper waiting. */
	cleanup_close(&apply->helper);
	cleanup_close(&apply->pty.slave);
	watch.asked = apply->asked;
	watch.answer = leave_answer;
	watch.arg = apply;
	rc = watch_child(&watch, &apply->status);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot wait for the child");
	if (apply->pty.err < 0)
		return diag_set(diag, -apply->pty.err, "cannot pass on what the program prints");
	helper_finish(apply);
	return APPLY_DONE;
}

/*
 * A plain parent takes SIGINT and SIGTERM only, but an init takes every signal, so all were blocked
 * before the fork. What the parent leaves to its default action may reach it again.
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

/* What parent and child will share. *ret_may_start is the child's, or -1 if it need not ask. */
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
	if (asks)
		rc = leave_prepare(apply, ret_may_start);
	return rc < 0 ? diag_set(diag, -rc, "cannot create a socket") : 0;
}

/* In the child: what was the parent's. */
static void leave_parent(struct apply *apply, int may_start, bool init)
{
	apply->helper_pid = 0;
	apply->may_start = may_start;
	cleanup_close(&apply->asked);
	cleanup_close(&apply->life);
	if (!init)
		restore_signals(apply);
}

/* The argument of the child of vfork(2), which shares its parent's memory. */
struct vforked {
	const struct apply *parent;
	struct diag *diag;
};

/*
 * The child changes a copy of the state, so the parent goes on with what it had. What it leaves in
 * their memory besides: do_environ() shortens environ, do_ambient_caps() has libcap-ng remember
 * things, and guard_exec() and the search for a cause use the heap. The parent has no use for any
 * of it: when the child has ended it closes descriptors and ends by end_as(), where nothing is
 * freed and no exit handler runs. It frees its plan only where it cannot even wait. The C library
 * locks no heap of a single thread, so a child that is killed within malloc(3) leaves no lock
 * behind.
 */
static void run_vforked(void *arg)
{
	const struct vforked *vforked = arg;
	struct apply own = *vforked->parent;

	leave_parent(&own, -1, false);
	apply_or_exit(&own, own.forked + 1, vforked->diag);
}

static bool asks_target(const struct step *step)
{
	const member_TARGET *target = step_value(step, MEMBER_TARGET);

	return target && *target;
}

/* A process that nobody inside can trace may give its rights up when the program runs already. */
static bool may_leave_later(const struct apply *apply)
{
	const struct plan *plan = apply->plan;

	if (!apply->undumpable)
		return !leave_differs(apply);
	/* The ids of a target that has ended could not be asked for any more. */
	for (size_t i = apply->forked + 1; i < plan->n; i++)
		if (asks_target(&plan->steps[i]))
			return false;
	return true;
}

/*
 * Whether the child may do without a copy of our memory, as we stand still then, and cannot give up
 * any rights before the program starts. An init stays; a helper's socket must be closed before the
 * program starts; who shares memory is in a new time namespace after exec only; and the pipe by which
 * the child sees that we live stays open until it has looked, also where vfork(2) is a fork(2).
 */
static bool can_lend_memory(const struct apply *apply, const struct step *step)
{
	const struct step *made = plan_find(apply->plan, STEP_UNSHARE);

	if (step->fork.flags & (FORK_INIT | FORK_DEATH_CHECK) || apply->helper >= 0 ||
	    (made && made->unshare.flags & CLONE_NEWTIME))
		return false;
	return may_leave_later(apply);
}

/* To copy our memory takes as long as the rest of what we do. */
static pid_t lend_memory(struct apply *apply, struct diag *diag)
{
	struct vforked vforked = { .parent = apply, .diag = diag };

	/* The program could take them before we run again. A failed step opens /proc once more. */
	cleanup_close(&apply->proc);
	cleanup_close(&apply->origin);
	return sys_vfork(run_vforked, &vforked);
}

static int wait_as_parent(struct apply *apply, const struct step *step, pid_t pid,
			  struct diag *diag)
{
	bool init = step->fork.flags & FORK_INIT, forward = step->fork.flags & FORK_FORWARD;

	cleanup_close(&apply->parent_end);
	if (apply->asked < 0) {
		struct leave_place as_ours = { .root = -1, .cwd = -1 };
		struct diag ignored;

		/* What the child could do to itself we can, too, and nobody inside can trace us. */
		leave_behind(apply, &as_ours, &ignored);
	}
	if (init && !forward)
		unblock_for_parent(apply);
	return wait_for(apply,
			(struct watch){ .child = pid, .report = apply->report, .forward = forward },
			diag);
}

/* The program is to die with the process that the caller knows: the proxy, if there is one. */
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
	bool init = step->fork.flags & FORK_INIT, lend;
	_cleanup_close_ int may_start = -1;
	pid_t pid;
	int rc;

	rc = step->fork.flags & FORK_DEATH_CHECK ? die_with_proxy(apply, diag) : 0;
	if (rc < 0)
		return rc;
	apply->forked = (size_t)(step - apply->plan->steps);
	lend = can_lend_memory(apply, step);
	rc = make_connections(apply, step->fork.flags, !lend, &may_start, diag);
	if (rc < 0)
		return rc;
	keep_signals(apply, step->fork.flags & (FORK_FORWARD | FORK_INIT));
	pid = lend ? lend_memory(apply, diag) : sys_fork();
	if (pid < 0) {
		restore_signals(apply);
		return diag_set(diag, -pid, "cannot fork");
	}
	if (pid == 0) {
		leave_parent(apply, take_fd(&may_start), init);
		return 0;
	}
	cleanup_close(&may_start);
	return wait_as_parent(apply, step, pid, diag);
}

/* Now there are two who wait. The program's process asks us, and we ask the parent. */
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
		restore_signals(apply);
		return 0;
	}
	cleanup_close(&may_start);
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
 * The proxy stays outside all namespaces, and what goes on has lost our terminal: whoever controls
 * that process can neither type into the terminal nor change its modes. The second line, for a
 * program in our own user namespace, is that nobody may trace us.
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
	keep_signals(apply, forward);
	pid = sys_fork();
	if (pid > 0)
		return proxy(apply, pid, forward, diag);
	restore_signals(apply);
	if (pid < 0)
		return diag_set(diag, -pid, "cannot fork");
	apply->proxy_pid = outside;
	rc = pty_move_in(&apply->pty);
	return rc < 0 ? diag_set(diag, -rc, "cannot take the new terminal") : 0;
}

int do_terminal(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = pty_take_control();

	(void)apply;
	(void)step;
	return rc < 0 ? diag_set(diag, -rc, "cannot take the new terminal") : 0;
}

int do_death_signal(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct pollfd parent = { .fd = apply->parent_end };
	int rc = sys_prctl(PR_SET_PDEATHSIG, (unsigned long)step->death_signal.signal, 0, 0, 0);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot set the parent-death signal");
	/* It may have died before; getppid(2) cannot tell, it is 0 in a new pid namespace. */
	rc = sys_poll(&parent, 1, 0);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot ask whether the parent lives");
	if (parent.revents & POLLHUP)
		return diag_set(diag, 0, "the parent has died");
	return 0;
}
