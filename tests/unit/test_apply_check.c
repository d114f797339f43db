/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checks before the first step: if one refuses, nothing at all has been done. */
#include <errno.h>
#include <sched.h>

#include "step_unit.h"

struct refusal {
	const char *name;
	struct step step;
	const char *message;
	const char *call; /* fails, where it is not a file that is missing */
};

static const struct refusal refused[] = {
	{ "refused: a root that is not there", { .kind = STEP_CHROOT, .chroot.path = "/none" },
	  "cannot use '/none' as the root directory: No such file or directory" },
	{ "refused: a root to pivot to that is a file",
	  { .kind = STEP_PIVOT, .pivot.path = "/b/register" },
	  "cannot use '/b/register' as the root directory: Not a directory" },
	{ "refused: a directory that is not there", { .kind = STEP_CHDIR, .chdir.path = "/none" },
	  "cannot change to the directory '/none': No such file or directory" },
	{ "refused: a place for a mount that is not there",
	  { .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "/none" },
	  "cannot mount proc at '/none': No such file or directory" },
	{ "refused: a place for a pin that is not there",
	  { .kind = STEP_PIN, .pin.ns = NS_NET, .pin.path = "/none", .by_helper = true },
	  "cannot pin a namespace at '/none': No such file or directory" },
	{ "refused: a place for a pin that is a directory",
	  { .kind = STEP_PIN, .pin.ns = NS_NET, .pin.path = "/srv", .by_helper = true },
	  "cannot pin a namespace at '/srv': not a regular file" },
	{ "refused: newuidmap that is not there",
	  { .kind = STEP_MAP, .map.ids = "uid", .map.map = &two_extents, .map.program = "/x/newuidmap",
	    .by_helper = true },
	  "cannot write the uid map with /x/newuidmap: No such file or directory" },
	{ "refused: capabilities without their library", { .kind = STEP_AMBIENT_CAPS },
	  "cannot keep the capabilities: no such library", .call = "caps_load" },
};

static void is_refused(void **state)
{
	const struct refusal *row = *state;
	struct run run;

	prepare(&(struct step){ .kind = STEP_UNSHARE, .unshare.flags = CLONE_NEWNS }, &run);
	add_step(&run.plan, row->step);
	if (row->call)
		fake_returns(row->call, 1, -ENOENT);
	apply_plan(&run);
	assert_failed(&run, row->message);
	assert_int_equal(fake_count("unshare"), 0);
	assert_int_equal(fake_count("fork"), 0);
	fake_assert_closed();
}

/* Behind another root the directory may be another one, so today's is not looked at. */
static void directory_in_another_root_is_not_looked_at(void **state)
{
	static const enum step_kind kinds[] = { STEP_CHROOT, STEP_PIVOT };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct run run;

		prepare(&(struct step){ .kind = kinds[i], .pivot.path = "/srv" }, &run);
		run.plan.n = 1;
		add_step(&run.plan, (struct step){ .kind = STEP_CHDIR, .chdir.path = "/only/inside" });
		add_exec(&run.plan);
		apply_plan(&run);
		assert_int_equal(run.end, FAKE_EXECUTED);
		assert_non_null(fake_find("chdir(/only/inside)"));
	}
}

int main(void)
{
	UNIT_ADD_ROWS(is_refused, refused);
	UNIT_ADD(directory_in_another_root_is_not_looked_at);
	return unit_run("apply_check");
}
