/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as a list of steps, short or long. */
#include "unit.h"

#include <string.h>

#include "plan/step.h"

static void plan_is_a_list(void **state)
{
	struct plan plan = { .n = 0 };

	(void)state;
	assert_null(plan_find(&plan, STEP_EXEC));
	plan_add(&plan, STEP_FORK)->fork.flags = 1;
	plan_add(&plan, STEP_FORK)->fork.flags = 2;
	plan_add(&plan, STEP_EXEC);
	assert_int_equal(plan.n, 3);
	assert_ptr_equal(plan_find(&plan, STEP_FORK), &plan.steps[0]);
	assert_ptr_equal(plan_find(&plan, STEP_EXEC), &plan.steps[2]);
	assert_int_equal(idmap_add(&plan.uid_map, (struct extent){ 0, 0, 1 }), 0);
	plan_free(&plan);
	assert_int_equal(plan.n, 0);
	assert_int_equal(plan.uid_map.n, 0);
}

/* The heap takes over where the room in the plan ends. */
static void long_plan_keeps_its_steps(void **state)
{
	enum { MANY = 5 * PLAN_STEPS_FEW };
	struct plan plan = { .n = 0 };

	(void)state;
	for (int i = 0; i < MANY; i++)
		plan_add(&plan, STEP_SETUID)->setuid.uid = (uint32_t)i;
	assert_int_equal(plan.n, MANY);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(plan.steps[i].setuid.uid, i);
	plan_free(&plan);
	assert_null(plan_find(&plan, STEP_SETUID));
}

int main(void)
{
	UNIT_ADD(plan_is_a_list);
	UNIT_ADD(long_plan_keeps_its_steps);
	return unit_run("step_plan");
}
