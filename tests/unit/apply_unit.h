/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the tests of apply: running a plan on the fake system. */
#ifndef XNS_UNIT_APPLY_UNIT_H
#define XNS_UNIT_APPLY_UNIT_H

#include <string.h>

#include "apply/apply.h"
#include "diag_unit.h"
#include "fake_sys.h"
#include "plan/step.h"
#include "unit.h"

/* Wait statuses, as the kernel makes them. */
#define EXITED(status) ((status) << 8)
#define KILLED(sig) (sig)
#define STOPPED(sig) ((sig) << 8 | 0x7f)

/* One run of a plan. */
struct run {
	struct plan plan;
	struct diag diag;
	int rc;
	int status;
	enum fake_end end;
};

static inline int fail_with_status(const struct diag *diag)
{
	return diag_status(diag);
}

static inline void run_apply(void *arg)
{
	struct run *run = arg;

	run->rc = apply("test", fail_with_status, &run->plan, &run->diag, &run->status);
}

static inline void apply_plan(struct run *run)
{
	run->diag = (struct diag){ .err = 0 };
	run->rc = 1;
	run->end = fake_run(run_apply, run);
}

/* A program to run, which is there. */
static inline void add_exec(struct plan *plan)
{
	static char *argv[] = { (char *)"prog", (char *)"arg", NULL };
	struct step *step = plan_add(plan, STEP_EXEC);

	step->exec.path = argv[0];
	step->exec.argv = argv;
}

static inline struct step *add_step(struct plan *plan, struct step step)
{
	struct step *added = plan_add(plan, step.kind);

	step.inside |= added->inside;
	*added = step;
	return added;
}

/* A child that has the memory of its parent does not return. */
static inline bool has_failed(const struct run *run)
{
	if (run->end == FAKE_EXITED)
		return fake_exit_status() == diag_status(&run->diag);
	return run->end == FAKE_RETURNED && run->rc < 0;
}

/* apply() has failed: with this message, and the program was not run. */
static inline void assert_failed(const struct run *run, const char *message)
{
	assert_true(has_failed(run));
	assert_message(&run->diag, message);
	assert_null(fake_find("execvp(prog: prog arg)\n"));
}

#endif
