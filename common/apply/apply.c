/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/apply.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "cause/cause.h"
#include "kernel/sys.h"

/* What is done for each kind of step, and what is looked at before anything is changed. */
static const struct {
	apply_action *check;
	apply_action *run;
	bool changes_rights; /* the process's ids or capabilities */
	enum apply_left left;
} actions[STEP_KINDS] = {
	[STEP_HELPER] = { NULL, do_helper },
	[STEP_OWNER] = { NULL, do_owner },
	[STEP_UNSHARE] = { NULL, do_unshare },
	[STEP_GUARD] = { NULL, do_guard },
	[STEP_UNDUMPABLE] = { NULL, do_undumpable },
	[STEP_ENTER] = { NULL, do_enter, true },
	[STEP_SETNS] = { NULL, do_setns, true },
	[STEP_ROOT_FD] = { NULL, do_root_fd, .left = LEFT_FOLLOWS_ROOT },
	[STEP_CHDIR_FD] = { NULL, do_chdir_fd, .left = LEFT_FOLLOWS },
	[STEP_JOIN_CGROUP] = { NULL, do_join_cgroup },
	[STEP_EXEC_CONTEXT] = { NULL, do_exec_context },
	[STEP_TAKE_ENVIRON] = { NULL, do_take_environ, .left = LEFT_FORGETS },
	[STEP_SETGROUPS] = { NULL, do_setgroups },
	[STEP_MAP] = { check_map_program, do_map },
	[STEP_CLOCK] = { NULL, do_clock },
	[STEP_ENTER_NEW] = { NULL, do_enter_new },
	[STEP_PIN] = { check_pin, NULL }, /* always by the helper: helper_ask() */
	[STEP_PTY] = { check_pty, do_pty },
	[STEP_TERMINAL] = { NULL, do_terminal },
	[STEP_FORK] = { NULL, do_fork },
	[STEP_INIT] = { NULL, do_init },
	[STEP_PROPAGATION] = { NULL, do_propagation },
	[STEP_LOOPBACK] = { NULL, do_loopback },
	[STEP_HOSTNAME] = { NULL, do_hostname },
	[STEP_PRIVATE_PROC] = { NULL, do_private_proc },
	[STEP_MOUNT] = { check_mount, do_mount },
	[STEP_BINFMT_REGISTER] = { NULL, do_binfmt_register },
	[STEP_CHROOT] = { check_root, do_chroot, .left = LEFT_FOLLOWS_ROOT },
	[STEP_PIVOT] = { check_root, do_pivot, .left = LEFT_FOLLOWS },
	[STEP_DETACH_ROOT] = { NULL, do_detach_root },
	[STEP_CHDIR] = { check_chdir, do_chdir, .left = LEFT_FOLLOWS },
	[STEP_SYSFS] = { check_sysfs, do_sysfs },
	[STEP_ETC] = { check_etc, do_etc },
	[STEP_SET_GROUPS] = { NULL, do_set_groups, .left = LEFT_REPEATS },
	[STEP_DROP_GROUPS] = { NULL, do_drop_groups, .left = LEFT_REPEATS },
	[STEP_SETGID] = { NULL, do_setgid, true, LEFT_REPEATS },
	[STEP_SETUID] = { NULL, do_setuid, true, LEFT_REPEATS },
	[STEP_AMBIENT_CAPS] = { check_caps, do_ambient_caps, .left = LEFT_REPEATS },
	[STEP_ENVIRON] = { NULL, do_environ, .left = LEFT_FORGETS },
	[STEP_DEATH_SIGNAL] = { NULL, do_death_signal },
	[STEP_EXEC] = { NULL, do_exec },
};

static int check_all(struct apply *apply, const struct step **failed, struct diag *diag)
{
	const struct plan *plan = apply->plan;

	for (size_t i = 0; i < plan->n; i++) {
		apply_action *check = actions[plan->steps[i].kind].check;
		int rc = check ? check(apply, &plan->steps[i], diag) : 0;

		if (rc < 0) {
			*failed = &plan->steps[i];
			return rc;
		}
	}
	return 0;
}

static int run_step(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = actions[step->kind].run(apply, step, diag);

	/* With a change of rights we are as dumpable as sysctl fs.suid_dumpable says (prctl(2)). */
	if (rc == 0 && apply->undumpable && actions[step->kind].changes_rights)
		rc = do_undumpable(apply, step, diag);
	return rc;
}

enum apply_left apply_left(const struct step *step)
{
	return actions[step->kind].left;
}

int apply_repeat(struct apply *apply, const struct step *step, struct diag *diag)
{
	return run_step(apply, step, diag);
}

static int run(struct apply *apply, size_t first, const struct step **failed, struct diag *diag)
{
	const struct plan *plan = apply->plan;

	for (size_t i = first; i < plan->n; i++) {
		const struct step *step = &plan->steps[i];
		int rc = step->by_helper ? helper_ask(apply, i, diag) : run_step(apply, step, diag);

		/* The helper looks for the cause itself. */
		if (rc < 0 && !step->by_helper)
			*failed = step;
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int give_up(struct apply *apply, const struct step *failed, int rc, struct diag *diag)
{
	/* What others can see goes first; the search for the cause may take its time. */
	helper_undo(apply);
	if (failed)
		hint_find(apply->plan, failed, apply->proc, diag);
	return rc;
}

static int run_or_give_up(struct apply *apply, size_t first, struct diag *diag)
{
	const struct step *failed = NULL;
	int rc = run(apply, first, &failed, diag);

	return rc < 0 ? give_up(apply, failed, rc, diag) : rc;
}

void apply_release(struct apply *apply)
{
	cleanup_close(&apply->proc);
	cleanup_close(&apply->self);
	cleanup_close(&apply->helper);
	cleanup_close(&apply->parent_end);
	cleanup_close(&apply->life);
	cleanup_close(&apply->may_start);
	cleanup_close(&apply->asked);
	cleanup_close(&apply->trampoline);
	pty_close(&apply->pty);
}

int apply(const char *name, apply_fail *fail, const struct plan *plan, struct diag *diag,
	  int *ret_status)
{
	struct apply state = {
		.name = name,
		.fail = fail,
		.plan = plan,
		.proc = -1,
		.self = -1,
		.helper = -1,
		.parent_end = -1,
		.life = -1,
		.may_start = -1,
		.asked = -1,
		.trampoline = -1,
		.pty = { .master = -1, .slave = -1 },
	};
	const struct step *failed = NULL;
	int rc = check_all(&state, &failed, diag);

	rc = rc < 0 ? give_up(&state, failed, rc, diag) : run_or_give_up(&state, 0, diag);
	if (rc >= 0) {
		*ret_status = state.status;
		rc = 0;
	}
	apply_release(&state);
	return rc;
}

void apply_or_exit(struct apply *apply, size_t first, struct diag *diag)
{
	run_or_give_up(apply, first, diag);
	apply_release(apply);
	sys_exit(apply->fail(diag));
}

void end_as(int wait_status)
{
	if (WIFSIGNALED(wait_status)) {
		static const struct rlimit no_core;
		struct sigaction deadly = { .sa_handler = SIG_DFL };
		int sig = WTERMSIG(wait_status);
		sigset_t only;

		/* The core, if any, was the program's; ours would replace it. */
		sys_limit_core(&no_core);
		sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		sys_sigaction(sig, &deadly, NULL);
		sys_kill(sys_getpid(), sig);
		sigemptyset(&only);
		sigaddset(&only, sig);
		sys_sigprocmask(SIG_UNBLOCK, &only, NULL);
		sys_exit(128 + sig);
	}
	sys_exit(WEXITSTATUS(wait_status));
}
