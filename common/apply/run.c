/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the steps, and cleans up if one fails. */
#include "apply/internal.h"
#include "base/diag.h"
#include "kernel/sys.h"

static int run_step(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = apply->actions[step->kind].run(apply, step, diag);

	/* A change of ids or capabilities sets our dumpable flag to fs.suid_dumpable (prctl(2)). */
	if (rc == 0 && apply->undumpable &&
	    apply->actions[step->kind].properties & PROP_CHANGES_RIGHTS)
		rc = do_undumpable(apply, step, diag);
	return rc;
}

static int run(struct apply *apply, size_t first, const struct step **failed, struct diag *diag)
{
	const struct plan *plan = apply->plan;

	for (size_t i = first; i < plan->n; i++) {
		const struct step *step = &plan->steps[i];
		int rc = step->by_helper ? helper_ask(apply, i, diag) : run_step(apply, step, diag);

		/* The helper has searched for the cause itself. */
		if (rc < 0 && !step->by_helper)
			*failed = step;
		if (rc != 0)
			return rc;
	}
	return 0;
}

int apply_repeat(struct apply *apply, const struct step *step, struct diag *diag)
{
	return run_step(apply, step, diag);
}

int apply_give_up(struct apply *apply, const struct step *failed, int rc, struct diag *diag)
{
	/* The search for the cause may take long, so others must not see the pins meanwhile. */
	helper_undo(apply);
	if (failed)
		apply_find_cause(apply, failed, diag);
	return rc;
}

int apply_run(struct apply *apply, size_t first, struct diag *diag)
{
	const struct step *failed = NULL;
	int rc = run(apply, first, &failed, diag);

	return rc < 0 ? apply_give_up(apply, failed, rc, diag) : rc;
}

void apply_or_exit(struct apply *apply, size_t first, struct diag *diag)
{
	apply_run(apply, first, diag);
	apply_release(apply);
	sys_exit(apply->fail(diag));
}
