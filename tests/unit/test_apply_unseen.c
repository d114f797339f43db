/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A mount on a directory of a shared mount, whose peers do not get it. */
#include <errno.h>
#include <sys/mount.h>

#include "base/macros.h"
#include "step_unit.h"

/* The mount of the directory leaves its peer group until the new mount lies in it. */
static void directory_of_a_shared_mount(void **state)
{
	static const struct {
		const char *call, *then;
		int err;
	} rows[] = {
		{ NULL, "set_peer_group(</>, </>)\nexecvp", 0 },
		{ "set_peer_group",
		  "set_peer_group(</>, </>) = EINVAL\nmount(none, /, NULL, MS_SHARED, "
		  "NULL)\nexecvp",
		  EINVAL },
		{ "open_tree",
		  "MS_NOEXEC, NULL)\nopenat(AT_FDCWD, \"/\", O_DIRECTORY|O_PATH)\n"
		  "mount(none, /, NULL, MS_SHARED, NULL)\nexecvp",
		  ENOSYS },
	};
	struct run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		prepare(&(struct step){ .kind = STEP_MOUNT,
					.mount.type = "proc",
					.mount.path = "/srv" },
			&run);
		fake_file("/proc/4242/mountinfo", "10 0 254:0 / / rw shared:7 - ext4 x rw\n");
		if (rows[i].call)
			fake_returns(rows[i].call, 1, -rows[i].err);
		apply_plan(&run);
		assert_int_equal(run.end, FAKE_EXECUTED);
		assert_non_null(fake_find("open_tree(AT_FDCWD, /, 0x1)"));
		assert_non_null(strstr(fake_trace(), "mount(none, /, NULL, MS_PRIVATE, NULL)\n"
						     "mount(proc, /srv, proc, MS_NOSUID"));
		if (!strstr(fake_trace(), rows[i].then))
			fail_msg("%s", fake_trace());
		fake_assert_closed();
	}
}

static void mount_that_fails_leaves_it_shared(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "/srv" },
		&run);
	fake_file("/proc/4242/mountinfo", "10 0 254:0 / / rw shared:7 - ext4 x rw\n");
	fake_returns("mount", 2, -EPERM);
	apply_plan(&run);
	assert_failed(&run, "cannot mount proc at '/srv': Operation not permitted");
	assert_non_null(fake_find("set_peer_group(</>, </>)"));
	fake_assert_closed();
}

static void nothing_is_asked_if_no_mount_is_shared(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_PROPAGATION,
				.propagation.flag = MS_SLAVE,
				.propagation.word = "slave" },
		&run);
	run.plan.n = 1;
	add_step(&run.plan,
		 (struct step){ .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "/srv" });
	add_exec(&run.plan);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("openat2"), 0);
}

/* Its mount may have its root outside the chroot, which is left for the mount. */
static void directory_of_another_root(void **state)
{
	static const struct step chroot = { .kind = STEP_CHROOT, .chroot.path = "/b" };
	static const struct {
		const char *call;
		int err;
		const char *message;
	} rows[] = {
		{ NULL, 0, NULL },
		{ "fchdir", EACCES, "cannot mount proc at '/srv': Permission denied" },
		{ "mount", EPERM, "cannot mount proc at '/srv': Operation not permitted" },
	};
	struct run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		prepare(&chroot, &run);
		run.plan.n = 1;
		add_step(&run.plan, (struct step){ .kind = STEP_MOUNT,
						   .inside = true,
						   .mount.type = "proc",
						   .mount.path = "/srv" });
		add_exec(&run.plan);
		fake_file("/proc/4242/mountinfo", "10 0 254:0 / / rw shared:7 - ext4 x rw\n");
		if (rows[i].call)
			fake_returns(rows[i].call, 1, -rows[i].err);
		apply_plan(&run);
		if (rows[i].message)
			assert_failed(&run, rows[i].message);
		else
			assert_non_null(strstr(fake_trace(), "mount(none, /, NULL, MS_PRIVATE, NULL)\n"
							     "mount(proc, ., proc, MS_NOSUID"));
		/* Into the chroot, out and in again, or in at least, whatever fails. */
		assert_int_equal(fake_count("chroot"), rows[i].call && i == 1 ? 2 : 3);
		fake_assert_closed();
	}
}

static void new_root_on_a_shared_mount(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_PIVOT, .pivot.path = "/srv" }, &run);
	fake_file("/proc/4242/mountinfo", "10 0 254:0 / / rw shared:7 - ext4 x rw\n");
	apply_plan(&run);
	assert_failed(&run, "cannot make '/srv' the root mount: Invalid argument");
	assert_int_equal(fake_count("mount"), 0);
	fake_assert_closed();
}

int main(void)
{
	UNIT_ADD(directory_of_a_shared_mount);
	UNIT_ADD(mount_that_fails_leaves_it_shared);
	UNIT_ADD(nothing_is_asked_if_no_mount_is_shared);
	UNIT_ADD(directory_of_another_root);
	UNIT_ADD(new_root_on_a_shared_mount);
	return unit_run("apply_unseen");
}
