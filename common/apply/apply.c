/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/apply.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"

/* If a row of plan/steps.def has no do_ID(), the program does not link. */
static const struct action apply_actions[] = {
#define CHECK(name) check_##name
#define NO_CHECK NULL
#define END(name) .end = end_##name
#define OPENS(name) .open = open_##name
#define VERIFIES(name) .verify = verify_##name
#define NO_END .end = NULL
#define STEP(KIND, id, name, words, calls, members, check, properties, capabilities, causes, more) \
	[STEP_##KIND] = { check, do_##id, properties, more },
#include "plan/steps.def"
#undef CHECK
#undef NO_CHECK
#undef END
#undef OPENS
#undef VERIFIES
#undef NO_END
};

static int check_all(struct apply *apply, const struct step **failed, struct diag *diag)
{
	const struct plan *plan = apply->plan;

	for (size_t i = 0; i < plan->n; i++) {
		apply_action *check = apply->actions[plan->steps[i].kind].check;
		int rc = check ? check(apply, &plan->steps[i], diag) : 0;

		if (rc < 0) {
			*failed = &plan->steps[i];
			return rc;
		}
	}
	return 0;
}

int apply(const char *name, apply_fail *fail, const struct plan *plan, struct diag *diag,
	  int *ret_status)
{
	struct apply state = {
		.name = name,
		.fail = fail,
		.plan = plan,
		.actions = apply_actions,
		.proc = -1,
		.origin = -1,
		.helper = -1,
		.handed = -1,
		.pidfile = -1,
		.watch = -1,
		.pins = { .parent = -1, .root = -1, .mark = -1 },
		.uplink = UPLINK_NONE,
		.parent_end = -1,
		.life = -1,
		.may_start = -1,
		.asked = -1,
		.outer_root = -1,
		.trampoline = -1,
		.heir = { .report = -1 },
		.filters_file = -1,
		.pty = { .master = -1, .slave = -1 },
	};
	const struct step *failed = NULL;
	int rc;

	cgroup_init(&state.cgroup);
	rc = check_all(&state, &failed, diag);
	rc = rc < 0 ? apply_give_up(&state, failed, rc, diag) : apply_run(&state, 0, diag);
	if (rc >= 0) {
		*ret_status = state.status;
		rc = 0;
	}
	apply_release(&state);
	return rc;
}

void apply_exit_like(int wait_status)
{
	if (WIFSIGNALED(wait_status)) {
		static const struct rlimit no_core;
		struct sigaction deadly = { .sa_handler = SIG_DFL };
		int sig = WTERMSIG(wait_status);
		sigset_t only;

		/* The kernel may have written the program's core; ours would replace it. A core
		 * that is piped ignores the limit (core(5)). */
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
