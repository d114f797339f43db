/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply_walk.h, with every plan of tests/unit/golden/xunshare.txt, in each process that it has. */
#include <stdio.h>

#include "apply_walk.h"
#include "golden.h"

static size_t n_faults;

static void every_call_fails(void **state)
{
	struct golden_plan made;

	golden_plan(*state, &made);
	for (enum side side = ALONE; side < SIDES; side++) {
		struct fault_run walk = { .side = side, .plan = &made.plan };

		if (!walk_has_side(&made.plan, side))
			continue;
		walk_without_faults(&walk);
		n_faults += walk_faults(&walk);
	}
	golden_free(&made);
}

int main(void)
{
	size_t n;
	const struct golden *cases = golden_read(&n);
	int failed;

	setenv("PATH", "/bin", 1);
	for (size_t i = 0; i < n; i++) {
		struct golden_plan made;

		golden_plan(&cases[i], &made);
		/* Neither terminals nor mounts that move are part of the fake system: test_pty.c,
		 * and the scenarios of tests/fault. */
		if (made.rc == 0 && !made.prints && !plan_find(&made.plan, STEP_PTY) &&
		    !plan_find(&made.plan, STEP_OPEN_MOUNTS))
			unit_add(cases[i].name, every_call_fails, &cases[i]);
		golden_free(&made);
	}
	failed = unit_run("golden_faults");
	printf("# %zu faults tried\n", n_faults);
	return failed;
}
