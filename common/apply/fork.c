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

static int wait_for(struct apply *apply, const struct watch *watch, struct diag *diag)
{
	int rc;

	/* Only the process that becomes the program may keep the helper waiting. */
	cleanup_close(&apply->helper);
	cleanup_close(&apply->pty.slave);
	rc = watch_child(watch, &apply->status);
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

/* What the two processes will tell each other by. *ret_life and *ret_report are the parent's. */
static int make_pipes(struct apply *apply, int flags, int *ret_life, int *ret_report)
{
	int ends[2], rc = 0;

	if (flags & FORK_DEATH_CHECK) {
		rc = sys_pipe2(ends, 0);
		if (rc < 0)
			return rc;
		apply->parent_end = ends[0];
		*ret_life = ends[1];
	}
	if (flags & FORK_INIT) {
		rc = sys_pipe2(ends, 0);
		if (rc < 0)
			return rc;
		*ret_report = ends[0];
		apply->report = ends[1];
	}
	return 0;
}

static void leave_parent(struct apply *apply, bool init)
{
	apply->helper_pid = 0;
	cleanup_close(&apply->pty.master);
	if (!init)
		restore_signals(apply);
}

/* What a child has to know that has the memory of its parent. */
struct borrower {
	const struct apply *parent;
	size_t next; /* step */
	int life;    /* the parent's end of the pipe */
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
static void borrow(void *arg)
{
	const struct borrower *borrower = arg;
	struct apply own = *borrower->parent;

	if (borrower->life >= 0)
		close(borrower->life);
	leave_parent(&own, false);
	apply_or_exit(&own, borrower->next, borrower->diag);
}

/*
 * Whether the child may do without a copy of our memory, as we stand still then. An init stays; a
 * terminal has to be served; who shares memory is in a new time namespace after exec only; and
 * whoever changes its ids makes the memory undumpable (prctl(2)), so that our files in /proc would
 * become root's.
 */
static bool can_lend_memory(const struct apply *apply, const struct step *step)
{
	const struct plan *plan = apply->plan;
	const struct step *made = plan_find(plan, STEP_UNSHARE);

	if (step->flags & FORK_INIT || apply->pty.master >= 0 ||
	    (made && made->flags & CLONE_NEWTIME))
		return false;
	return plan_find(plan, STEP_UNDUMPABLE) ||
	       (!plan_find(plan, STEP_SETUID) && !plan_find(plan, STEP_SETGID));
}

/* To copy our memory takes as long as the rest of what we do. */
static pid_t make_child(struct apply *apply, const struct step *step, int life, struct diag *diag)
{
	struct borrower borrower = {
		.parent = apply,
		.next = (size_t)(step - apply->plan->steps) + 1,
		.life = life,
		.diag = diag,
	};

	return can_lend_memory(apply, step) ? sys_vfork(borrow, &borrower) : sys_fork();
}

int do_fork(struct apply *apply, const struct step *step, struct diag *diag)
{
	bool init = step->flags & FORK_INIT, forward = step->flags & FORK_FORWARD;
	_cleanup_close_ int life = -1, report = -1;
	int rc = make_pipes(apply, step->flags, &life, &report);
	pid_t pid;

	if (rc < 0)
		return diag_set(diag, -rc, "cannot create a pipe");
	keep_signals(apply, forward || init);
	pid = make_child(apply, step, life, diag);
	if (pid < 0) {
		restore_signals(apply);
		return diag_set(diag, -pid, "cannot fork");
	}
	if (pid == 0) {
		leave_parent(apply, init);
		return 0;
	}
	cleanup_close(&apply->parent_end);
	cleanup_close(&apply->report);
	if (init && !forward)
		unblock_for_parent(apply);
	return wait_for(apply, &(struct watch){ .child = pid,
						.report = report,
						.report_to = -1,
						.pty = apply->pty.master >= 0 ? &apply->pty : NULL,
						.forward = forward }, diag);
}

int do_init(struct apply *apply, const struct step *step, struct diag *diag)
{
	pid_t pid = sys_fork();

	(void)step;
	if (pid < 0)
		return diag_set(diag, -pid, "cannot fork");
	if (pid == 0) {
		cleanup_close(&apply->report);
		restore_signals(apply);
		return 0;
	}
	return wait_for(apply, &(struct watch){ .child = pid,
						.report = -1,
						.report_to = apply->report,
						.forward = true }, diag);
}

int check_pty(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	(void)step;
	return pty_check(diag);
}

int do_pty(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)step;
	return pty_open(&apply->pty, diag);
}

int do_terminal(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = pty_become_terminal(&apply->pty);

	(void)step;
	return rc < 0 ? diag_set(diag, -rc, "cannot take the new terminal") : 0;
}

int do_death_signal(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct pollfd parent = { .fd = apply->parent_end };
	int rc = sys_prctl(PR_SET_PDEATHSIG, (unsigned long)step->flags, 0, 0, 0);

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
