/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps whose path lies in a root that a stranger may have prepared: what is refused. */
#include <errno.h>
#include <stdio.h>

#include "base/kernel.h"
#include "step_unit.h"

static const struct step step = { .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "/srv",
				  .inside = true };

/* The directory that was found is not there any more, or what is there is not the new mount. */
static void mount_that_is_not_where_it_should_be(void **state)
{
	struct run run;

	(void)state;
	prepare(&step, &run);
	fake_returns("mount", 1, 0);
	apply_plan(&run);
	assert_failed(&run, "cannot mount proc at '/srv': the directory was replaced meanwhile");
	fake_assert_closed();
	prepare(&step, &run);
	fake_returns("openat", 6, -ENOENT);
	apply_plan(&run);
	assert_failed(&run, "cannot mount proc at '/srv': No such file or directory");
	fake_assert_closed();
}

struct elsewhere {
	const char *name;
	const char *link; /* that /srv is */
	const char *message;
};

static const struct elsewhere elsewhere[] = {
	{ "not mounted: over the root", "..",
	  "cannot mount proc at '/srv': the path leads to the root directory itself" },
	{ "not mounted: over the root, by an absolute link", "/b/..",
	  "cannot mount proc at '/srv': the path leads to the root directory itself" },
	{ "not mounted: in a process's directory", "/proc/4242/cwd",
	  "cannot mount proc at '/srv': a link of /proc to an open file or a process's directory "
	  "is not followed" },
	{ "not mounted: in a circle", "srv",
	  "cannot mount proc at '/srv': Too many levels of symbolic links" },
	{ "not mounted: on a file", "b/register", "cannot mount proc at '/srv': Not a directory" },
};

static void is_not_mounted(void **state)
{
	const struct elsewhere *row = *state;
	struct run run;

	prepare(&step, &run);
	fake_link("/srv", row->link);
	fake_link("/proc/4242/cwd", "/b");
	apply_plan(&run);
	assert_failed(&run, row->message);
	assert_int_equal(fake_count("mount"), 0);
	fake_assert_closed();
}

static void root_that_is_replaced_meanwhile(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_PIVOT, .pivot.path = "/srv" }, &run);
	fake_dir("/b");
	fake_covered("/srv", "/b");
	apply_plan(&run);
	assert_failed(&run, "cannot make '/srv' the root mount: the directory was replaced "
			    "meanwhile");
	assert_int_equal(fake_count("pivot_root"), 0);
	fake_assert_closed();
}

static void root_that_stays_covered(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_DETACH_ROOT }, &run);
	fake_dir("/..");
	apply_plan(&run);
	assert_failed(&run, "cannot detach the old root mount: something is still mounted over the "
			    "root directory");
	fake_assert_closed();
}

/* The same directory in another mount, which Linux before 5.8 does not report. */
static void root_that_is_covered_by_itself(void **state)
{
	struct run run;

	(void)state;
	for (int reported = 0; reported < 2; reported++) {
		prepare(&(struct step){ .kind = STEP_DETACH_ROOT }, &run);
		fake_returns("mount_id", 1, reported ? 0 : -ENOSYS); /* 0: the mount is number 0 */
		apply_plan(&run);
		assert_int_equal(run.end, reported ? FAKE_RETURNED : FAKE_EXECUTED);
		fake_assert_closed();
	}
}

static void directory_outside_the_root(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_CHDIR, .chdir.path = "/srv", .inside = true }, &run);
	fake_returns("getcwd", 1, -ENOENT);
	apply_plan(&run);
	assert_failed(&run, "cannot change to the directory '/srv': it lies outside the root "
			    "directory");
	fake_assert_closed();
}

/* A FIFO, say, or a file that somebody put there. */
static void register_that_is_none(void **state)
{
	struct run run;

	(void)state;
	for (int inside = 0; inside < 2; inside++) {
		prepare(&(struct step){ .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "/srv", .binfmt_register.line = ":a:",
					.inside = inside }, &run);
		fake_file("/srv/register", "");
		apply_plan(&run);
		assert_failed(&run, "cannot open /srv/register: no binfmt_misc is mounted there");
		assert_int_equal(fake_count("write"), 0);
		fake_assert_closed();
	}
}

int main(void)
{
	UNIT_ADD(mount_that_is_not_where_it_should_be);
	UNIT_ADD_ROWS(is_not_mounted, elsewhere);
	UNIT_ADD(root_that_is_replaced_meanwhile);
	UNIT_ADD(root_that_stays_covered);
	UNIT_ADD(root_that_is_covered_by_itself);
	UNIT_ADD(directory_outside_the_root);
	UNIT_ADD(register_that_is_none);
	return unit_run("apply_root");
}
