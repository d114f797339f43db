/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that leave the program fewer rights: their system calls, and what is said if one fails. */
#include <errno.h>
#include <linux/filter.h>
#include <sched.h>

#include "kernel/sys.h"
#include "step_unit.h"

#define SETUP(text) { .kind = STEP_SETUP, .setup.flags = CLONE_NEWPID, .setup.command = (text) }
#define DROP { .kind = STEP_DROP, .drop.uid = 1000, .drop.gid = 100 }
#define NO_USER_NS { .kind = STEP_DISABLE_USERNS, .disable_userns.limit = "1" }
#define FILTER { .kind = STEP_SECCOMP, .seccomp.path = "/f" }

static const struct works works[] = {
	{ "setup: the shell is the init of a pid namespace, and is waited for",
	  { .kind = STEP_SETUP, .setup.flags = CLONE_NEWPID, .setup.command = "mount -a" },
	  "openat(AT_FDCWD, \"/\", O_DIRECTORY|O_PATH)\n"
	  "openat(</>, \"bin\", O_NOFOLLOW|O_PATH)\nfstat(</bin>)\n"
	  "openat(</bin>, \"sh\", O_NOFOLLOW|O_PATH)\nfstat(</bin/sh>)\n"
	  "socketpair(SEQPACKET)\nfork_into_pid_ns()\nread(<socket1>)\nwaitpid(191, 0)\n" },
	{ "no user namespaces: written, and read back",
	  { .kind = STEP_DISABLE_USERNS, .disable_userns.limit = "1" },
	  OPEN_SELF "openat2(</proc>, \"sys/user/max_user_namespaces\", O_WRONLY|O_NOFOLLOW)\n"
	  "write(</proc/sys/user/max_user_namespaces>, \"1\")\n"
	  "openat(</proc>, \"sys/user/max_user_namespaces\", O_NONBLOCK|O_NOFOLLOW)\n"
	  "fstat(</proc>)\nfstat(</proc/sys/user/max_user_namespaces>)\n"
	  "read(</proc/sys/user/max_user_namespaces>)\n" },
	{ "drop: both maps of one id, and setgroups denied between them",
	  { .kind = STEP_DROP, .drop.uid = 1000, .drop.gid = 100, .drop.first_gid = 3 },
	  OPEN_SELF "unshare(CLONE_NEWUSER)\nreadlinkat(</proc>, \"self\")\n"
	  "openat2(</proc>, \"4242\", O_DIRECTORY|O_NOFOLLOW|O_PATH)\n"
	  WRITE_SELF("uid_map", "\"1000 0 1\\n\"") WRITE_SELF("setgroups", "\"deny\"")
	  WRITE_SELF("gid_map", "\"100 3 1\\n\"") },
	{ "bounding set: each is dropped, and read back",
	  { .kind = STEP_CAP_BOUND, .cap_bound.drop = 1 << 5 | 1 << 21 },
	  "prctl(PR_CAPBSET_READ, 5)\nprctl(PR_CAPBSET_DROP, 5)\nprctl(PR_CAPBSET_READ, 5)\n"
	  "prctl(PR_CAPBSET_READ, 21)\nprctl(PR_CAPBSET_DROP, 21)\nprctl(PR_CAPBSET_READ, 21)\n" },
	{ "fewer capabilities: read back",
	  { .kind = STEP_LIMIT_CAPS, .limit_caps.drop = UINT64_MAX },
	  "capget()\ncapset(0, 0, 0)\ncapget()\n" },
	{ "more capabilities: inheritable, then ambient",
	  { .kind = STEP_LIMIT_CAPS, .limit_caps.add = 1 << 5 },
	  "capget()\ncapset(0, 0, 20)\ncapget()\n"
	  "prctl(PR_CAP_AMBIENT, 2)\nprctl(PR_CAP_AMBIENT, 1)\n" },
	{ "descriptors of the caller", { .kind = STEP_CLOSE_FDS }, "close_on_exec_from(3)\n" },
};

static const struct fails fails[] = {
	{ "setup: no shell", SETUP("x"), "openat", 3, ENOENT,
	  "cannot use /bin/sh for --setup: No such file or directory" },
	{ "setup: no socket", SETUP("x"), "socketpair", 1, EMFILE,
	  "cannot create a socket: Too many open files" },
	{ "setup: no namespace", SETUP("x"), "fork_into_pid_ns", 1, EPERM,
	  "cannot create a pid namespace for --setup: Operation not permitted" },
	{ "setup: not waited for", SETUP("x"), "waitpid", 1, ECHILD,
	  "cannot wait for /bin/sh: No child processes" },
	{ "no user namespaces: /proc is read-only", NO_USER_NS, "openat2", 2, EROFS,
	  "cannot limit the number of user namespaces (/proc/sys/user/max_user_namespaces): Read-only "
	  "file system" },
	{ "no user namespaces: not allowed", NO_USER_NS, "write", 1, EPERM,
	  "cannot limit the number of user namespaces (/proc/sys/user/max_user_namespaces): Operation "
	  "not permitted" },
	{ "drop: no second namespace", DROP, "unshare", 1, ENOSPC,
	  "cannot create the second user namespace: No space left on device" },
	{ "drop: no uid map", DROP, "write", 1, EPERM,
	  "cannot write uid_map of the second user namespace: Operation not permitted" },
	{ "drop: setgroups not denied", DROP, "write", 2, EPERM,
	  "cannot write setgroups of the second user namespace: Operation not permitted" },
	{ "drop: no gid map", DROP, "write", 3, EPERM,
	  "cannot write gid_map of the second user namespace: Operation not permitted" },
	{ "seccomp: no file", FILTER, "openat", 1, ENOENT,
	  "cannot read the seccomp filter '/f': No such file or directory" },
	{ "seccomp: not read", FILTER, "read", 1, EIO,
	  "cannot read the seccomp filter '/f': Input/output error" },
	{ "bounding set: not read", ONE(STEP_CAP_BOUND, .cap_bound.drop = 1), "prctl", 1, EINVAL,
	  "cannot take capabilities from the bounding set: CAP_CHOWN: Invalid argument" },
	{ "bounding set: not dropped", ONE(STEP_CAP_BOUND, .cap_bound.drop = 2), "prctl", 2, EPERM,
	  "cannot take capabilities from the bounding set: CAP_DAC_OVERRIDE: Operation not permitted" },
	{ "capabilities: not read", ONE(STEP_LIMIT_CAPS, .limit_caps.drop = UINT64_MAX), "capget", 1, EPERM,
	  "cannot drop capabilities: all: Operation not permitted" },
	{ "capabilities: not set", ONE(STEP_LIMIT_CAPS, .limit_caps.drop = UINT64_MAX), "capset", 1, EPERM,
	  "cannot drop capabilities: all: Operation not permitted" },
	{ "capabilities: not read back", ONE(STEP_LIMIT_CAPS, .limit_caps.drop = 1), "capget", 2, EPERM,
	  "cannot drop capabilities: CAP_CHOWN: Operation not permitted" },
	{ "capabilities: not raised", ONE(STEP_LIMIT_CAPS, .limit_caps.add = 1), "prctl", 1, EPERM,
	  "cannot add capabilities: CAP_CHOWN: Operation not permitted" },
	{ "descriptors: not closed", ONE(STEP_CLOSE_FDS), "close_on_exec_from", 1, EMFILE,
	  "cannot close the descriptors above 2: Too many open files" },
};

/* --- --setup ------------------------------------------------------------------------------------- */

/* The process prepares itself before it becomes the shell. */
static void set_up_ends_with_us(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step)SETUP("mount -a"), &run);
	fake_returns("fork_into_pid_ns", 1, 0);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(strstr(fake_trace(), "fork_into_pid_ns()\nprctl(PR_SET_PDEATHSIG, 9)\n"
					     "poll(<socket1 other>, 0)\n"
					     "execvp(/bin/sh: /bin/sh -euc mount -a)\n"));
	/* The shell cannot be executed: its process says so and ends. */
	prepare(&(struct step)SETUP("mount -a"), &run);
	fake_returns("fork_into_pid_ns", 1, 0);
	fake_returns("execvp", 1, -ENOENT);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXITED);
	assert_non_null(fake_find("write(<socket1 other>"));
}

static void a_failed_set_up_is_reported(void **state)
{
	static const struct {
		int status;
		const char *message;
		int exit;
	} rows[] = {
		{ EXITED(3), "cannot set up: status 3 from 'mount -a'", 3 },
		{ KILLED(9), "cannot set up: signal 9 ended 'mount -a'", EXIT_FAILURE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		prepare(&(struct step)SETUP("mount -a"), &run);
		fake_child(FAKE_FIRST_CHILD + 90, rows[i].status);
		apply_plan(&run);
		assert_failed(&run, rows[i].message);
		assert_int_equal(diag_status(&run.diag), rows[i].exit);
		fake_assert_closed();
	}
}

static void a_shell_that_cannot_be_run(void **state)
{
	static const int failure = -EACCES;
	struct run run;

	(void)state;
	prepare(&(struct step)SETUP("x"), &run);
	fake_input("socket1", &failure, sizeof(failure));
	apply_plan(&run);
	assert_failed(&run, "cannot run /bin/sh for --setup: Permission denied");
}

/* The shell is looked for where the program will find it. */
static void a_root_without_a_shell(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_CHROOT, .chroot.path = "/srv" }, &run);
	run.plan.n = 1;
	add_step(&run.plan, (struct step)SETUP("x"));
	add_exec(&run.plan);
	apply_plan(&run);
	assert_failed(&run, "cannot use /bin/sh of '/srv' for --setup: No such file or directory");
	assert_int_equal(fake_count("chroot"), 0);
}

/* --- --seccomp ----------------------------------------------------------------------------------- */

#define ALLOW BPF_STMT(BPF_RET | BPF_K, 0x7fff0000)

static void prepare_filter(const struct step *before, struct run *run)
{
	static const struct sock_filter code[] = { ALLOW };

	prepare(before, run);
	run->plan.n = 1;
	add_step(&run->plan, (struct step)FILTER);
	add_exec(&run->plan);
	fake_bytes("/f", code, sizeof(code));
	fake_file("/bin/prog", "");
	setenv("PATH", "/bin", 1);
}

static void filter_is_the_last_before_exec(void **state)
{
	struct run run;

	(void)state;
	prepare_filter(&(struct step){ .kind = STEP_NO_NEW_PRIVS }, &run);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(strstr(fake_trace(), "prctl(PR_SET_NO_NEW_PRIVS, 1)\n"
					     "prctl(PR_GET_NO_NEW_PRIVS)\n"));
	assert_non_null(strstr(fake_trace(), "prctl(PR_SET_SECCOMP)\nexecvp(/bin/prog: prog arg)\n"));
}

static void filter_that_forbids_exec(void **state)
{
	struct run run;

	(void)state;
	prepare_filter(&(struct step){ .kind = STEP_NO_NEW_PRIVS }, &run);
	fake_returns("execvp", 1, -EPERM);
	apply_plan(&run);
	assert_failed(&run, "cannot run 'prog': Operation not permitted");
	assert_string_equal(run.diag.hint, "the seccomp filter may forbid execve(2)");
}

static void filter_that_may_not_be_loaded(void **state)
{
	struct run run;

	(void)state;
	prepare_filter(&(struct step){ .kind = STEP_UNDUMPABLE }, &run);
	fake_returns("prctl", 2, -EACCES);
	apply_plan(&run);
	assert_failed(&run, "cannot load the seccomp filter: Permission denied");
	assert_non_null(strstr(run.diag.hint, "add --no-new-privs"));
}

/* A filter that is loaded already lets setresuid(2) succeed, and does nothing. */
static void nothing_is_filtered_that_was_not_done(void **state)
{
	static const struct {
		struct step step;
		const char *call;
		const char *what;
	} rows[] = {
		{ { .kind = STEP_SETUID, .setuid.uid = 7 }, NULL, "the user id has not changed" },
		{ { .kind = STEP_SETGID, .setgid.gid = 7 }, NULL, "the group id has not changed" },
		{ { .kind = STEP_DROP, .drop.uid = 7 }, NULL, "the user id has not changed" },
		{ { .kind = STEP_NO_NEW_PRIVS }, "prctl", "no_new_privs is not set" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char message[160];
		struct run run;

		prepare_filter(&rows[i].step, &run);
		if (rows[i].call)
			fake_returns(rows[i].call, 1, 0);
		apply_plan(&run);
		snprintf(message, sizeof(message), "cannot load the seccomp filter: %s, although the "
			 "kernel reported success", rows[i].what);
		assert_failed(&run, message);
		assert_null(fake_find("PR_SET_SECCOMP"));
	}
}

static void files_that_are_no_filters(void **state)
{
	static const struct sock_filter endless[] = { BPF_STMT(BPF_LD | BPF_IMM, 0) };
	static char many[(BPF_MAXINSNS + 1) * sizeof(struct sock_filter)];
	static const char *const size =
		"'/f' is no seccomp filter: it has not 1 to 4096 instructions of 8 bytes";
	const struct {
		const void *bytes;
		size_t n;
		const char *message;
	} rows[] = {
		{ "", 0, size },
		{ "1234567", 7, size },
		{ "123456789", 9, size },
		{ many, sizeof(many), size },
		{ endless, sizeof(endless),
		  "'/f' is no seccomp filter: its last instruction does not return" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		prepare_filter(&(struct step){ .kind = STEP_UNSHARE, .unshare.flags = CLONE_NEWUTS }, &run);
		fake_bytes("/f", rows[i].bytes, rows[i].n);
		apply_plan(&run);
		assert_failed(&run, rows[i].message);
		assert_int_equal(fake_count("unshare"), 0);
	}
}

/* --- capabilities -------------------------------------------------------------------------------- */

/* A seccomp filter may make the calls succeed and change nothing. */
static void capabilities_that_only_seem_gone(void **state)
{
	static const struct sys_caps all = { .effective = 7, .permitted = 7, .inheritable = 7 };
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_CAP_BOUND, .cap_bound.drop = 1 }, &run);
	fake_returns("prctl", 2, 0);
	apply_plan(&run);
	assert_failed(&run, "cannot take capabilities from the bounding set: CAP_CHOWN: Operation not "
			    "permitted");
	prepare(&(struct step){ .kind = STEP_LIMIT_CAPS, .limit_caps.drop = 1 }, &run);
	fake_input("capget", &all, sizeof(all));
	fake_input("capget", &all, sizeof(all));
	apply_plan(&run);
	assert_failed(&run, "cannot drop capabilities: CAP_CHOWN: Operation not permitted");
	prepare(&(struct step){ .kind = STEP_LIMIT_CAPS, .limit_caps.add = 1 }, &run);
	fake_returns("prctl", 1, 0);
	apply_plan(&run);
	assert_failed(&run, "cannot add capabilities: CAP_CHOWN: Operation not permitted");
}

/* Linux 5.7 has no number 38 yet. */
static void capabilities_that_the_kernel_lacks(void **state)
{
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_CAP_BOUND, .cap_bound.drop = UINT64_C(7) << 38 }, &run);
	fake_returns("prctl", 1, -EINVAL);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("prctl"), 1);
}

int main(void)
{
	UNIT_ADD_ROWS(step_works, works);
	UNIT_ADD_ROWS(step_fails, fails);
	UNIT_ADD(set_up_ends_with_us);
	UNIT_ADD(a_failed_set_up_is_reported);
	UNIT_ADD(a_shell_that_cannot_be_run);
	UNIT_ADD(a_root_without_a_shell);
	UNIT_ADD(filter_is_the_last_before_exec);
	UNIT_ADD(filter_that_forbids_exec);
	UNIT_ADD(filter_that_may_not_be_loaded);
	UNIT_ADD(nothing_is_filtered_that_was_not_done);
	UNIT_ADD(files_that_are_no_filters);
	UNIT_ADD(capabilities_that_only_seem_gone);
	UNIT_ADD(capabilities_that_the_kernel_lacks);
	return unit_run("apply_rights");
}
