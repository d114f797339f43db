/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every kind of step by itself: its system calls, and what is said where one of them fails. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>

#include "base/kernel.h"
#include "step_unit.h"

#define OPEN_ROOT "openat(AT_FDCWD, \"/\", O_DIRECTORY|O_PATH)\n"
#define SAME_PLACE(left, right)                                                              \
	"fstat(<" left ">)\nfstat(<" right ">)\nmount_id(<" left ">)\nmount_id(<" right ">)\n"

static const struct works works[] = {
	{ "owner: groups, then group, then user",
	  { .kind = STEP_OWNER, .owner.uid = 7, .owner.gid = 8 },
	  "setgroups(0)\nsetresgid(8, 8, 8)\nsetresuid(7, 7, 7)\n" },
	{ "unshare: all types in one call",
	  { .kind = STEP_UNSHARE, .unshare.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWTIME },
	  "unshare(CLONE_NEWNS|CLONE_NEWUSER|CLONE_NEWTIME)\n" },
	{ "setgroups: through a /proc that was examined",
	  { .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny" },
	  OPEN_SELF WRITE_SELF("setgroups", "\"deny\"") },
	{ "map: the whole map in one write",
	  { .kind = STEP_MAP, .map.ids = "uid", .map.map = &two_extents },
	  OPEN_SELF WRITE_SELF("uid_map", "\"0 1000 1\\n1 100000 65535\\n\"") },
	{ "map of groups",
	  { .kind = STEP_MAP, .map.ids = "gid", .map.map = &two_extents },
	  OPEN_SELF WRITE_SELF("gid_map", "\"0 1000 1\\n1 100000 65535\\n\"") },
	{ "clock",
	  { .kind = STEP_CLOCK, .clock.clock = "boottime", .clock.seconds = -5 },
	  OPEN_SELF WRITE_SELF("timens_offsets", "\"boottime -5 0\\n\"") },
	{ "the new time namespace, entered as children are",
	  { .kind = STEP_ENTER_NEW, .enter_new.ns = NS_TIME },
	  OPEN_SELF
	  "openat2(</proc/4242>, \"ns\", O_DIRECTORY|O_NOFOLLOW|O_PATH)\n"
	  "openat(</proc/4242/ns>, \"time_for_children\", O_NONBLOCK)\n"
	  "fstatfs(</proc/4242/ns/time_for_children>)\n"
	  "setns(</proc/4242/ns/time_for_children>, CLONE_NEWTIME)\n" },
	{ "propagation",
	  { .kind = STEP_PROPAGATION, .propagation.flag = MS_PRIVATE, .propagation.word = "private" },
	  "mount(none, /, NULL, MS_REC|MS_PRIVATE, NULL)\n" },
	{ "loopback: the other flags stay",
	  { .kind = STEP_LOOPBACK },
	  "socket(2, 0)\nioctl(<socket>, SIOCGIFFLAGS)\nioctl(<socket>, SIOCSIFFLAGS)\n" },
	{ "host name", { .kind = STEP_HOSTNAME, .hostname.name = "box" }, "sethostname(box, 3)\n" },
	{ "private proc",
	  { .kind = STEP_PRIVATE_PROC, .private_proc.path = "/proc" },
	  "mount(none, /proc, NULL, MS_REC|MS_PRIVATE, NULL)\n" },
	{ "mount: without devices, programs and set-user-id bits",
	  { .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "/proc" },
	  "openat(AT_FDCWD, \"/proc\", O_DIRECTORY|O_PATH)\n"
	  "openat(AT_FDCWD, \"/proc\", O_DIRECTORY|O_PATH)\n"
	  OPEN_SELF "openat2(</proc/4242>, \"mountinfo\", O_NOFOLLOW)\n"
	  "pread(</proc/4242/mountinfo>, 0)\npread(</proc/4242/mountinfo>, 29)\nmount_id(</proc>)\n"
	  "mount(proc, /proc, proc, MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)\n" },
	{ "binfmt register",
	  { .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "/b", .binfmt_register.line = ":a:" },
	  "openat(AT_FDCWD, \"/b\", O_DIRECTORY|O_PATH)\nfstatfs(</b>)\n"
	  "openat(</b>, \"register\", O_WRONLY|O_NONBLOCK|O_NOFOLLOW)\n"
	  "write(</b/register>, \":a:\")\n" },
	{ "chroot: looked at first, and entered",
	  { .kind = STEP_CHROOT, .chroot.path = "/srv" },
	  "openat(AT_FDCWD, \"/srv\", O_DIRECTORY|O_PATH)\nchroot(/srv)\nchdir(/)\n" },
	{ "pivot: the new root is made a mount, if that is seen nowhere else",
	  { .kind = STEP_PIVOT, .pivot.path = "/srv" },
	  "openat(AT_FDCWD, \"/srv\", O_DIRECTORY|O_PATH)\n"
	  "openat(AT_FDCWD, \"/srv\", O_DIRECTORY|O_PATH)\n" OPEN_SELF
	  "openat2(</proc/4242>, \"mountinfo\", O_NOFOLLOW)\n"
	  "pread(</proc/4242/mountinfo>, 0)\npread(</proc/4242/mountinfo>, 29)\nmount_id(</srv>)\n"
	  "mount(/srv, /srv, NULL, MS_BIND|MS_REC, NULL)\n"
	  "openat(AT_FDCWD, \"/srv\", O_DIRECTORY|O_PATH)\n"
	  "fstat(</srv>)\nfstat(</srv>)\n"
	  "fchdir(</srv>)\npivot_root(., .)\nchdir(/)\n" },
	{ "detach root: nothing lies over the new one afterwards",
	  { .kind = STEP_DETACH_ROOT },
	  "chdir(/)\numount2(., MNT_DETACH)\n"
	  OPEN_ROOT "openat(AT_FDCWD, \"/..\", O_DIRECTORY|O_PATH)\n" SAME_PLACE("/", "/") },
	{ "mount in another root: on the directory that was found, which is found again",
	  { .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "/srv", .inside = true },
	  OPEN_ROOT OPEN_ROOT
	  "openat(</>, \"srv\", O_NOFOLLOW|O_PATH)\nfstat(</srv>)\nfstat(</srv>)\n"
	  "fstat(</>)\nfstat(</srv>)\n"
	  "openat(AT_FDCWD, \".\", O_DIRECTORY|O_PATH)\nfchdir(</srv>)\n"
	  "mount(proc, ., proc, MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)\nfchdir(<.>)\n"
	  OPEN_ROOT
	  "openat(</>, \"srv\", O_NOFOLLOW|O_PATH)\nfstat(</srv>)\nfstat(</srv>)\n"
	  "fstatfs(</srv>)\nfstat(</srv>)\nfstat(</srv>)\n" },
	{ "binfmt register in another root",
	  { .kind = STEP_BINFMT_REGISTER, .binfmt_register.path = "/b", .binfmt_register.line = ":a:", .inside = true },
	  OPEN_ROOT
	  "openat(</>, \"b\", O_NOFOLLOW|O_PATH)\nfstat(</b>)\nfstat(</b>)\nfstatfs(</b>)\n"
	  "openat(</b>, \"register\", O_WRONLY|O_NONBLOCK|O_NOFOLLOW)\n"
	  "write(</b/register>, \":a:\")\n" },
	{ "chdir in another root: it must lie there",
	  { .kind = STEP_CHDIR, .chdir.path = "/srv", .inside = true },
	  "chdir(/srv)\ngetcwd()\n" },
	{ "chdir: looked at first",
	  { .kind = STEP_CHDIR, .chdir.path = "/srv" },
	  "openat(AT_FDCWD, \"/srv\", O_DIRECTORY|O_PATH)\nchdir(/srv)\n" },
	{ "drop groups", { .kind = STEP_DROP_GROUPS }, "setgroups(0)\n" },
	{ "setgid: all three", { .kind = STEP_SETGID, .setgid.gid = 5 }, "setresgid(5, 5, 5)\n" },
	{ "setuid: all three", { .kind = STEP_SETUID, .setuid.uid = 5 }, "setresuid(5, 5, 5)\n" },
	{ "setuid that keeps the capabilities",
	  { .kind = STEP_SETUID, .setuid.uid = 5, .setuid.keep_caps = 1 },
	  "prctl(PR_SET_KEEPCAPS, 1)\nsetresuid(5, 5, 5)\n" },
	{ "ambient capabilities: the library is loaded before anything",
	  { .kind = STEP_AMBIENT_CAPS },
	  "caps_load()\ncaps_make_ambient()\n" },
	{ "no new privileges", { .kind = STEP_NO_NEW_PRIVS }, "prctl(PR_SET_NO_NEW_PRIVS, 1)\n" },
	{ "undumpable", { .kind = STEP_UNDUMPABLE }, "prctl(PR_SET_DUMPABLE, 0)\n" },
	{ "keyring", { .kind = STEP_KEYRING }, "join_session_keyring()\n" },
};

static const struct fails fails[] = {
	{ "owner: setgroups fails", ONE(STEP_OWNER, .owner.uid = 7, .owner.gid = 8), "setgroups", 1, EPERM,
	  "cannot become the owner 7:8: Operation not permitted" },
	{ "owner: setresgid fails", ONE(STEP_OWNER, .owner.uid = 7, .owner.gid = 8), "setresgid", 1, EINVAL,
	  "cannot become the owner 7:8: Invalid argument" },
	{ "owner: setresuid fails", ONE(STEP_OWNER, .owner.uid = 7, .owner.gid = 8), "setresuid", 1, EAGAIN,
	  "cannot become the owner 7:8: Resource temporarily unavailable" },
	{ "unshare of one type fails", ONE(STEP_UNSHARE, .unshare.flags = CLONE_NEWUTS), "unshare", 1,
	  EPERM, "cannot create a UTS namespace: Operation not permitted" },
	{ "unshare of one type with another article fails",
	  ONE(STEP_UNSHARE, .unshare.flags = CLONE_NEWIPC), "unshare", 1, ENOSPC,
	  "cannot create an IPC namespace: No space left on device" },
	{ "unshare of several types fails",
	  ONE(STEP_UNSHARE, .unshare.flags = CLONE_NEWUTS | CLONE_NEWNET), "unshare", 1, EPERM,
	  "cannot create namespaces (UTS, network): Operation not permitted" },
	{ "setgroups: the write fails", ONE(STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "allow"), "write", 1, EPERM,
	  "cannot allow setgroups in the user namespace (/proc/4242/setgroups): Operation not "
	  "permitted" },
	{ "setgroups: no /proc", ONE(STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny"), "openat", 1, ENOENT,
	  "cannot open /proc: No such file or directory" },
	{ "setgroups: /proc cannot be examined", ONE(STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny"), "fstatfs", 1,
	  EACCES, "cannot examine /proc: Permission denied" },
	{ "setgroups: a /proc that does not show us", ONE(STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny"),
	  "readlinkat", 1, ENOENT, "/proc does not show this process" },
	{ "map: the write fails", ONE(STEP_MAP, .map.ids = "uid", .map.map = &two_extents), "write", 1,
	  EPERM,
	  "cannot write the uid map '0 1000 1; 1 100000 65535' (/proc/4242/uid_map): Operation "
	  "not permitted" },
	{ "map: a file that something is mounted over",
	  ONE(STEP_MAP, .map.ids = "gid", .map.map = &two_extents), "openat2", 2, EXDEV,
	  "cannot write the gid map '0 1000 1; 1 100000 65535': something is mounted over "
	  "/proc/4242/gid_map" },
	{ "clock: the write fails", ONE(STEP_CLOCK, .clock.clock = "monotonic", .clock.seconds = 9), "write", 1,
	  ERANGE, "cannot set the monotonic clock off by 9 s (/proc/4242/timens_offsets): "
	  "Numerical result out of range" },
	{ "the new time namespace: not opened", { .kind = STEP_ENTER_NEW, .enter_new.ns = NS_TIME }, "openat", 2,
	  EMFILE, "cannot enter the new time namespace: Too many open files" },
	{ "the new time namespace: not entered", { .kind = STEP_ENTER_NEW, .enter_new.ns = NS_TIME }, "setns", 1,
	  EPERM, "cannot enter the new time namespace: Operation not permitted" },
	{ "propagation fails", ONE(STEP_PROPAGATION, .propagation.flag = MS_SLAVE, .propagation.word = "slave"), "mount",
	  1, EPERM, "cannot make the mounts below / slave: Operation not permitted" },
	{ "loopback: no socket", ONE(STEP_LOOPBACK), "socket", 1, EMFILE,
	  "cannot bring the loopback device up: Too many open files" },
	{ "loopback: no flags", ONE(STEP_LOOPBACK), "ioctl", 1, ENODEV,
	  "cannot bring the loopback device up: No such device" },
	{ "loopback: not up", ONE(STEP_LOOPBACK), "ioctl", 2, EPERM,
	  "cannot bring the loopback device up: Operation not permitted" },
	{ "host name fails", ONE(STEP_HOSTNAME, .hostname.name = "box"), "sethostname", 1, EPERM,
	  "cannot set the host name to 'box': Operation not permitted" },
	{ "private proc fails", ONE(STEP_PRIVATE_PROC, .private_proc.path = "/p"), "mount", 1, EPERM,
	  "cannot make the mount at /p private: Operation not permitted" },
	{ "mount fails", ONE(STEP_MOUNT, .mount.type = "proc", .mount.path = "/srv"), "mount", 1, EPERM,
	  "cannot mount proc at '/srv': Operation not permitted" },
	{ "binfmt: the file cannot be opened",
	  ONE(STEP_BINFMT_REGISTER, .binfmt_register.path = "/b", .binfmt_register.line = ":a:"), "openat", 2, EACCES,
	  "cannot open /b/register: Permission denied" },
	{ "binfmt: the line is refused", ONE(STEP_BINFMT_REGISTER, .binfmt_register.path = "/b", .binfmt_register.line = ":a:"),
	  "write", 1, EINVAL, "cannot register the interpreter ':a:': Invalid argument" },
	{ "chroot fails", ONE(STEP_CHROOT, .chroot.path = "/srv"), "chroot", 1, EPERM,
	  "cannot change the root directory to '/srv': Operation not permitted" },
	{ "chroot: its root cannot be entered", ONE(STEP_CHROOT, .chroot.path = "/srv"), "chdir", 1,
	  EACCES, "cannot change to the root of '/srv': Permission denied" },
	{ "pivot: the bind mount fails", ONE(STEP_PIVOT, .pivot.path = "/srv"), "mount", 1, EPERM,
	  "cannot make '/srv' the root mount: Operation not permitted" },
	{ "pivot: it cannot be entered", ONE(STEP_PIVOT, .pivot.path = "/srv"), "fchdir", 1, EACCES,
	  "cannot make '/srv' the root mount: Permission denied" },
	{ "pivot: pivot_root fails", ONE(STEP_PIVOT, .pivot.path = "/srv"), "pivot_root", 1, EINVAL,
	  "cannot make '/srv' the root mount: Invalid argument" },
	{ "pivot: the root cannot be entered", ONE(STEP_PIVOT, .pivot.path = "/srv"), "chdir", 1, EACCES,
	  "cannot make '/srv' the root mount: Permission denied" },
	{ "detach root: the unmount fails", ONE(STEP_DETACH_ROOT), "umount2", 1, EINVAL,
	  "cannot detach the old root mount: Invalid argument" },
	{ "detach root: the root cannot be entered", ONE(STEP_DETACH_ROOT), "chdir", 1, EACCES,
	  "cannot detach the old root mount: Permission denied" },
	{ "chdir fails", ONE(STEP_CHDIR, .chdir.path = "/srv"), "chdir", 1, EACCES,
	  "cannot change to the directory '/srv': Permission denied" },
	{ "drop groups fails", ONE(STEP_DROP_GROUPS), "setgroups", 1, EPERM,
	  "cannot drop the supplementary groups: Operation not permitted" },
	{ "setgid fails", ONE(STEP_SETGID, .setgid.gid = 5), "setresgid", 1, EINVAL,
	  "cannot become gid 5: Invalid argument" },
	{ "setuid fails", ONE(STEP_SETUID, .setuid.uid = 4294967294), "setresuid", 1, EINVAL,
	  "cannot become uid 4294967294: Invalid argument" },
	{ "setuid: the capabilities cannot be kept", ONE(STEP_SETUID, .setuid.uid = 5, .setuid.keep_caps = 1),
	  "prctl", 1, EPERM, "cannot become uid 5: Operation not permitted" },
	{ "no new privileges: refused", ONE(STEP_NO_NEW_PRIVS), "prctl", 1, EINVAL,
	  "cannot set no_new_privs: Invalid argument" },
	{ "ambient capabilities fail", ONE(STEP_AMBIENT_CAPS), "caps_make_ambient", 1, EPERM,
	  "cannot keep the capabilities: Operation not permitted" },
};

/* --- what the tables do not hold --------------------------------------------------------------- */

static void root_that_is_no_mount_is_made_one(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_PROPAGATION, .propagation.flag = MS_SLAVE, .propagation.word = "slave" },
		&run);
	fake_returns("mount", 1, -EINVAL);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	fake_assert_trace("mount(none, /, NULL, MS_REC|MS_SLAVE, NULL) = EINVAL\n"
			  "getcwd()\n"
			  "mount(/, /, NULL, MS_BIND|MS_REC, NULL)\n"
			  "chdir(/..)\nchroot(.)\nchdir(/here)\n"
			  "mount(none, /, NULL, MS_REC|MS_SLAVE, NULL)\n"
			  "execvp(prog: prog arg)\n");
}

static void root_that_cannot_be_made_a_mount(void **state)
{
	static const struct {
		const char *call;
		unsigned nth;
	} rows[] = { { "mount", 2 }, { "chdir", 1 }, { "chroot", 1 }, { "chdir", 2 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		prepare(&(struct step){ .kind = STEP_PROPAGATION, .propagation.flag = MS_SLAVE,
					.propagation.word = "slave" }, &run);
		fake_returns("mount", 1, -EINVAL);
		fake_returns(rows[i].call, rows[i].nth, -EPERM);
		apply_plan(&run);
		assert_failed(&run, "cannot make the mounts below / slave: Invalid argument");
		assert_int_equal(fake_count("mount"), 2);
		fake_assert_closed();
	}
}

static void nothing_mounted_at_proc_is_private_enough(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_PRIVATE_PROC, .private_proc.path = "/p" }, &run);
	fake_returns("mount", 1, -EINVAL);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
}

static void proc_that_is_none_is_not_written_to(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny" }, &run);
	fake_mounted("/proc", 0x01021994); /* tmpfs */
	apply_plan(&run);
	assert_failed(&run, "/proc is not a proc file system, so it is not used");
	assert_string_equal(run.diag.hint, "mount one there: mount -t proc proc /proc");
	assert_int_equal(fake_count("write"), 0);
}

/* /proc is opened once, and so a mount over it between two steps changes nothing. */
static void proc_is_opened_once(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny" }, &run);
	run.plan.n = 1;
	add_step(&run.plan, (struct step){ .kind = STEP_MAP, .map.ids = "uid", .map.map = &two_extents });
	add_step(&run.plan, (struct step){ .kind = STEP_MAP, .map.ids = "gid", .map.map = &two_extents });
	add_exec(&run.plan);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("openat"), 1);
	assert_int_equal(fake_count("write"), 3);
}

static void groups_that_may_stay(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_DROP_GROUPS, .drop_groups.flags = DROP_GROUPS_TRY }, &run);
	fake_returns("setgroups", 1, -EPERM);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	prepare(&(struct step){ .kind = STEP_DROP_GROUPS, .drop_groups.flags = DROP_GROUPS_AGAIN }, &run);
	fake_returns("setgroups", 1, -EPERM);
	apply_plan(&run);
	assert_failed(&run, "cannot drop the supplementary groups: Operation not permitted");
}

static void environment_is_cut_down(void **state)
{
	char *variables[] = { (char *)"A=1", (char *)"AB=2", (char *)"B=", (char *)"C", NULL };
	char **saved = environ;
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_ENVIRON, .environ.keep = "B,AB,none" }, &run);
	environ = variables;
	apply_plan(&run);
	environ = saved;
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_string_equal(variables[0], "AB=2");
	assert_string_equal(variables[1], "B=");
	assert_null(variables[2]);
}

static void environment_that_is_none(void **state)
{
	char **saved = environ;
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_ENVIRON, .environ.keep = "" }, &run);
	environ = NULL;
	apply_plan(&run);
	environ = saved;
	assert_int_equal(run.end, FAKE_EXECUTED);
}

int main(void)
{
	UNIT_ADD_ROWS(step_works, works);
	UNIT_ADD_ROWS(step_fails, fails);
	UNIT_ADD(root_that_is_no_mount_is_made_one);
	UNIT_ADD(root_that_cannot_be_made_a_mount);
	UNIT_ADD(nothing_mounted_at_proc_is_private_enough);
	UNIT_ADD(proc_that_is_none_is_not_written_to);
	UNIT_ADD(proc_is_opened_once);
	UNIT_ADD(groups_that_may_stay);
	UNIT_ADD(environment_is_cut_down);
	UNIT_ADD(environment_that_is_none);
	return unit_run("apply_steps");
}
