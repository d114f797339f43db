/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A new sysfs over the old one, and what was mounted in that. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "apply_unit.h"

/* Two mounts in /sys, one in one of those, and one below /sys that a mount over it hides. */
#define MOUNTS                                                  \
	"20 1 254:0 / / rw - ext4 /dev/sda rw\n"                \
	"21 20 0:20 / /sys rw - sysfs sysfs rw\n"               \
	"22 21 0:21 / /sys/fs/cgroup rw - cgroup2 none rw\n"    \
	"23 22 0:22 / /sys/fs/cgroup/x rw - tmpfs none rw\n"    \
	"24 21 0:23 / /sys/kernel/debug rw - debugfs none rw\n" \
	"25 20 0:24 / /system rw - tmpfs none rw\n"

static void set_up(void *arg)
{
	(void)arg;
	fake_dir("/sys");
	fake_mounted("/sys", 0x62656572);
	fake_file("/proc/4242/mountinfo", MOUNTS);
	fake_file("/bin/prog", "");
}

static void begin(struct run *run)
{
	fake_reset();
	set_up(NULL);
	*run = (struct run){ .rc = 0 };
	add_step(&run->plan, (struct step){ .kind = STEP_SYSFS, .sysfs.path = "/sys" });
	add_exec(&run->plan);
}

static void assert_done(struct run *run)
{
	apply_plan(run);
	assert_int_equal(run->end, FAKE_EXECUTED);
}

/* Those right below move; what is mounted in them goes along. */
static void mounts_in_it_are_kept(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	assert_done(&run);
	assert_int_equal(fake_count("mount"), 1);
	assert_int_equal(fake_count("move_mount"), 2);
	assert_non_null(fake_find("mount(sysfs, /sys, sysfs, MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)"));
	assert_non_null(fake_find("move_mount(</sys>, fs/cgroup, </sys>, fs/cgroup)"));
	assert_non_null(fake_find("move_mount(</sys>, kernel/debug, </sys>, kernel/debug)"));
}

static void locked_mount_is_copied(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_dir("/sys/fs/cgroup");
	fake_returns("move_mount", 1, -EINVAL);
	assert_done(&run);
	assert_non_null(fake_find("/fs/cgroup, NULL, MS_BIND|MS_REC, NULL)"));
	assert_non_null(fake_find("</sys>, kernel/debug)"));
}

/* A device's directory, which this network namespace does not have. */
static void mount_without_a_place_is_left(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_returns("move_mount", 1, -ENOENT);
	fake_returns("faccessat", 1, -ENOENT);
	assert_done(&run);
	assert_non_null(fake_find("</sys>, kernel/debug)"));
}

static void nothing_mounted_there(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_file("/proc/4242/mountinfo", "20 1 254:0 / / rw - ext4 /dev/sda rw\n");
	assert_done(&run);
	assert_int_equal(fake_count("mount"), 1);
}

struct refusal {
	const char *name;
	const char *call;
	unsigned nth;
	int err;
	const char *message;
};

static const struct refusal refusals[] = {
	{ "no /sys", "openat", 1, ENOENT,
	  "cannot mount a sysfs at /sys: No such file or directory\nadd --no-sysfs to go without" },
	{ "/sys cannot be kept", "openat", 2, EMFILE, "cannot open /sys: Too many open files\n"
	  "the hint for sysfs" },
	{ "the mounts cannot be read", "openat2", 2, EACCES,
	  "cannot read /proc/self/mountinfo: Permission denied\nthe hint for sysfs" },
	{ "its options cannot be read", "fstatfs", 2, EIO,
	  "cannot mount a sysfs at /sys: Input/output error\nadd --no-sysfs to go without" },
	{ "the new one is not there", "openat", 4, ENOENT,
	  "cannot mount a sysfs at /sys: No such file or directory\nadd --no-sysfs to go without" },
	{ "not in this user namespace", "mount", 1, EPERM,
	  "cannot mount a sysfs at /sys: Operation not permitted\nadd --no-sysfs to go without: "
	  "this user namespace may not mount one here" },
};

static void is_refused(void **state)
{
	const struct refusal *row = *state;
	char text[3 * DIAG_TEXT];
	struct run run;

	begin(&run);
	fake_returns(row->call, row->nth, -row->err);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_RETURNED);
	assert_int_equal(run.rc, -row->err);
	snprintf(text, sizeof(text), "%s: %s\n%s", run.diag.what, strerror(run.diag.err), run.diag.hint);
	assert_string_equal(text, row->message);
	fake_assert_closed();
}

/* The kernel refuses the same sysfs on its own root: what is wanted is there, with all mounts in it. */
static void same_sysfs_is_there(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_returns("mount", 1, -EBUSY);
	assert_done(&run);
	assert_int_equal(fake_count("mount"), 1);
	assert_int_equal(fake_count("move_mount"), 0);
	fake_assert_closed();
}

/* Another file system is no sysfs, whatever keeps the place busy. */
static void busy_for_another_reason(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_mounted("/sys", 0x01021994);
	fake_returns("mount", 1, -EBUSY);
	apply_plan(&run);
	assert_int_equal(run.rc, -EBUSY);
	assert_string_equal(run.diag.what, "cannot mount a sysfs at /sys");
	fake_assert_closed();
}

/* The old one lies there still, and mounts would be moved to where they are. */
static void new_one_is_not_where_it_should_be(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_returns("mount", 1, 0);
	apply_plan(&run);
	assert_int_equal(run.rc, -ESTALE);
	assert_string_equal(run.diag.what, "cannot mount a sysfs at /sys");
	assert_int_equal(fake_count("move_mount"), 0);
	fake_assert_closed();
}

/* Neither moved nor copied, and it is not for want of a place. */
static void mount_that_cannot_be_kept(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_dir("/sys/fs/cgroup");
	fake_returns("move_mount", 1, -EINVAL);
	fake_returns("mount", 2, -ENOENT);
	apply_plan(&run);
	assert_int_equal(run.rc, -ENOENT);
	assert_string_equal(run.diag.what, "cannot keep the mount at /sys/fs/cgroup");
	assert_string_equal(run.diag.hint, "add --no-sysfs to leave /sys as it is");
	fake_assert_closed();
}

int main(void)
{
	setenv("PATH", "/bin", 1);
	UNIT_ADD(mounts_in_it_are_kept);
	UNIT_ADD(locked_mount_is_copied);
	UNIT_ADD(mount_without_a_place_is_left);
	UNIT_ADD(nothing_mounted_there);
	UNIT_ADD_ROWS(is_refused, refusals);
	UNIT_ADD(same_sysfs_is_there);
	UNIT_ADD(busy_for_another_reason);
	UNIT_ADD(new_one_is_not_where_it_should_be);
	UNIT_ADD(mount_that_cannot_be_kept);
	return unit_run("apply_sysfs");
}
