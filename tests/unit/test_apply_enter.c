/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entering namespaces of others, in one call or one by one, and what is taken over from a target. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "apply_unit.h"
#include "base/kernel.h"
#include "kernel/sys.h"
#include "kernel/target.h"

enum { FLAGS = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET };

static struct target target;

/* Process 77 lives; its namespace files are named by their types. */
static void begin(struct run *run, bool pidfd)
{
	static const char *const names[] = { "user", "mnt", "net" };
	char path[64];

	fake_reset();
	fake_hide("close");
	fake_hide("poll");
	fake_hide("fstatfs");
	*run = (struct run){ .rc = 0 };
	fake_dir("/proc/77");
	fake_file("/proc/77/stat", "77 (x) S 1\n");
	fake_dir("/proc/77/ns");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "/proc/77/ns/%s", names[i]);
		fake_ns(path);
	}
	target = (struct target){ .pid = 77, .pidfd = -1 };
	target.dir = sys_openat(AT_FDCWD, "/proc/77", O_PATH, 0);
	if (pidfd)
		target.pidfd = sys_pidfd_open(77, 0);
}

static void enter(struct run *run, int flags, int optional, bool tentative)
{
	add_step(&run->plan, (struct step){ .kind = STEP_ENTER, .enter.target = &target, .enter.flags = flags,
					    .enter.optional = optional, .tentative = tentative });
}

static void go(struct run *run)
{
	add_exec(&run->plan);
	apply_plan(run);
}

static void all_in_one_call(void **state)
{
	struct run run;

	(void)state;
	begin(&run, true);
	enter(&run, FLAGS, 0, false);
	go(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("setns"), 1);
	assert_non_null(fake_find("setns(<pidfd 77>, CLONE_NEWNS|CLONE_NEWUSER|CLONE_NEWNET)"));
}

/* A user namespace gives rights and takes them: what can be entered without it goes first. */
static void one_by_one_in_two_passes(void **state)
{
	struct run run;

	(void)state;
	begin(&run, false);
	enter(&run, FLAGS, 0, false);
	/* The mount namespace can only be entered with the rights in the user namespace. */
	fake_returns("setns", 1, -EPERM);
	fake_hide("openat");
	fake_hide("openat2");
	fake_hide("read");
	go(&run);
	fake_assert_trace("setns(</proc/77/ns/mnt>, CLONE_NEWNS) = EPERM\n"
			  "setns(</proc/77/ns/net>, CLONE_NEWNET)\n"
			  "setns(</proc/77/ns/user>, CLONE_NEWUSER)\n"
			  "setns(</proc/77/ns/mnt>, CLONE_NEWNS)\n"
			  "execvp(prog: prog arg)\n");
}

static void one_call_that_is_refused_is_parted(void **state)
{
	struct run run;

	(void)state;
	begin(&run, true);
	enter(&run, FLAGS, 0, false);
	fake_returns("setns", 1, -EINVAL);
	go(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("setns"), 4);
}

/* With sysctl fs.suid_dumpable=1 each of these would let processes inside trace us again. */
static void no_change_of_rights_makes_us_dumpable(void **state)
{
#define HIDE "prctl(PR_SET_DUMPABLE, 0)\n"
	struct run run;

	(void)state;
	begin(&run, true);
	fake_returns("setns", 2, 0);
	fake_hide("openat");
	fake_hide("pidfd_open");
	plan_add(&run.plan, STEP_UNDUMPABLE);
	enter(&run, CLONE_NEWUSER, 0, false);
	add_step(&run.plan, (struct step){ .kind = STEP_SETNS, .setns.ns = NS_UTS, .setns.fd = -1 });
	add_step(&run.plan, (struct step){ .kind = STEP_HOSTNAME, .hostname.name = "inside" });
	add_step(&run.plan, (struct step){ .kind = STEP_SETGID, .setgid.gid = 6 });
	add_step(&run.plan, (struct step){ .kind = STEP_SETUID, .setuid.uid = 5 });
	go(&run);
	fake_assert_trace(HIDE "setns(<pidfd 77>, CLONE_NEWUSER)\n" HIDE
			  "setns(-1, CLONE_NEWUTS)\n" HIDE "sethostname(inside, 6)\n"
			  "setresgid(6, 6, 6)\n" HIDE "setresuid(5, 5, 5)\n" HIDE
			  "execvp(prog: prog arg)\n");
#undef HIDE
}

static void process_that_has_ended(void **state)
{
	struct run run;

	(void)state;
	begin(&run, true);
	enter(&run, FLAGS, 0, false);
	fake_returns("setns", 1, -ESRCH);
	go(&run);
	assert_failed(&run, "process 77 has ended");
	begin(&run, false);
	enter(&run, FLAGS, 0, false);
	fake_file("/proc/77/stat", "77 (x) Z 1\n");
	go(&run);
	assert_failed(&run, "process 77 has ended");
	assert_int_equal(fake_count("setns"), 0);
}

static void type_that_the_kernel_lacks(void **state)
{
	struct run run;

	(void)state;
	begin(&run, false);
	enter(&run, CLONE_NEWNET | CLONE_NEWTIME, CLONE_NEWTIME, false);
	go(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("setns"), 1);
	begin(&run, false);
	enter(&run, CLONE_NEWNET | CLONE_NEWTIME, 0, false);
	go(&run);
	assert_failed(&run, "this kernel has no time namespaces");
	assert_int_equal(fake_count("setns"), 0);
}

/* Its directory was opened before, but is not to be searched (hidepid), or it has ended since. */
static void process_whose_namespaces_are_not_there(void **state)
{
	struct run run;

	(void)state;
	for (int ended = 0; ended < 2; ended++) {
		begin(&run, false);
		enter(&run, CLONE_NEWNET, 0, false);
		fake_remove("/proc/77/ns/net");
		fake_remove("/proc/77/ns");
		if (ended)
			fake_remove("/proc/77/stat");
		go(&run);
		assert_failed(&run, ended ? "process 77 has ended" :
					    "cannot enter the network namespace of process 77: "
					    "Permission denied");
		assert_int_equal(fake_count("setns"), 0);
	}
}

static void refusal_names_the_namespace(void **state)
{
	struct run run;

	(void)state;
	begin(&run, false);
	enter(&run, CLONE_NEWNET, 0, false);
	fake_returns("setns", 1, -EPERM);
	go(&run);
	assert_failed(&run, "cannot enter the network namespace of process 77: Operation not "
			    "permitted");
	begin(&run, false);
	enter(&run, FLAGS, 0, false);
	fake_returns("setns", 0, -EPERM);
	go(&run);
	assert_failed(&run,
		      "cannot enter the user namespace of process 77: Operation not permitted");
	begin(&run, false);
	enter(&run, CLONE_NEWNET, 0, false);
	fake_returns("openat", 2, -EACCES);
	go(&run);
	assert_failed(&run,
		      "cannot enter the network namespace of process 77: Permission denied");
}

/* What was entered tentatively is not entered again. */
static void tentative_steps_try(void **state)
{
	struct run run;

	(void)state;
	begin(&run, false);
	enter(&run, CLONE_NEWNS | CLONE_NEWNET, 0, true);
	enter(&run, CLONE_NEWUSER, 0, false);
	enter(&run, CLONE_NEWNS | CLONE_NEWNET, 0, false);
	fake_returns("setns", 1, -EPERM);
	fake_hide("openat");
	fake_hide("openat2");
	fake_hide("read");
	go(&run);
	fake_assert_trace("setns(</proc/77/ns/mnt>, CLONE_NEWNS) = EPERM\n"
			  "setns(</proc/77/ns/net>, CLONE_NEWNET)\n"
			  "setns(</proc/77/ns/user>, CLONE_NEWUSER)\n"
			  "setns(</proc/77/ns/mnt>, CLONE_NEWNS)\n"
			  "execvp(prog: prog arg)\n");
	begin(&run, true);
	enter(&run, CLONE_NEWNET, 0, true);
	enter(&run, CLONE_NEWNET, 0, false);
	go(&run);
	assert_int_equal(fake_count("setns"), 1);
	begin(&run, true);
	enter(&run, CLONE_NEWNET, 0, true);
	fake_returns("setns", 0, -ESRCH);
	go(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
}

/* --- by file ----------------------------------------------------------------------------------- */

static void add_setns(struct run *run, int fd, bool tentative)
{
	add_step(&run->plan, (struct step){ .kind = STEP_SETNS, .setns.ns = NS_UTS, .setns.fd = fd,
					    .setns.path = "/run/u", .tentative = tentative });
}

static void file_is_entered(void **state)
{
	struct run run;
	int fd;

	(void)state;
	begin(&run, false);
	fake_file("/run/u", "");
	fd = sys_openat(AT_FDCWD, "/run/u", O_RDONLY, 0);
	add_setns(&run, fd, true);
	add_setns(&run, fd, false);
	go(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("setns"), 1);
	assert_non_null(fake_find("setns(</run/u>, CLONE_NEWUTS)"));
	begin(&run, false);
	add_setns(&run, -1, true);
	add_setns(&run, -1, false);
	fake_returns("setns", 0, -EPERM);
	go(&run);
	assert_failed(&run, "cannot enter the UTS namespace of '/run/u': Operation not permitted");
	assert_int_equal(fake_count("setns"), 2);
}

/* --- directories, cgroup, context, environment ------------------------------------------------- */

static void root_by_descriptor(void **state)
{
	struct run run;

	(void)state;
	begin(&run, false);
	add_step(&run.plan, (struct step){ .kind = STEP_ROOT_FD, .root_fd.fd = target.dir, .root_fd.path = "/r" });
	fake_hide("openat");
	go(&run);
	fake_assert_trace("fchdir(</proc/77>)\nchroot(.)\nfchdir(<.>)\ngetcwd()\n"
			  "execvp(prog: prog arg)\n");
}

/* From outside the new root "../.." would walk out of it. */
static void old_directory_outside_the_root_is_left(void **state)
{
	struct run run;

	(void)state;
	begin(&run, false);
	add_step(&run.plan, (struct step){ .kind = STEP_ROOT_FD, .root_fd.fd = target.dir, .root_fd.path = "/r" });
	fake_returns("getcwd", 1, -ENOENT);
	go(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(fake_find("chdir(/)"));
	/* With a working directory to come it is not asked for. */
	begin(&run, false);
	add_step(&run.plan, (struct step){ .kind = STEP_ROOT_FD, .root_fd.fd = target.dir, .root_fd.path = "/r",
					   .root_fd.cwd_follows = 1 });
	add_step(&run.plan, (struct step){ .kind = STEP_CHDIR_FD, .chdir_fd.fd = target.dir, .chdir_fd.path = "/w" });
	go(&run);
	assert_int_equal(fake_count("getcwd"), 0);
	assert_int_equal(fake_count("fchdir"), 2);
}

static void directories_that_are_refused(void **state)
{
	struct run run;

	(void)state;
	begin(&run, false);
	add_step(&run.plan, (struct step){ .kind = STEP_ROOT_FD, .root_fd.fd = target.dir, .root_fd.path = "/r" });
	fake_returns("chroot", 1, -EPERM);
	go(&run);
	assert_failed(&run, "cannot change the root directory to /r: Operation not permitted");
	begin(&run, false);
	add_step(&run.plan, (struct step){ .kind = STEP_CHDIR_FD, .chdir_fd.fd = target.dir, .chdir_fd.path = "/w" });
	fake_returns("fchdir", 1, -EACCES);
	go(&run);
	assert_failed(&run, "cannot change the working directory to /w: Permission denied");
}

static void cgroup_is_joined(void **state)
{
	struct run run;

	(void)state;
	begin(&run, false);
	add_step(&run.plan, (struct step){ .kind = STEP_JOIN_CGROUP, .join_cgroup.fd = target.dir, .join_cgroup.pid = 77 });
	go(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(fake_find("write(</proc/77>, \"0\")"));
	begin(&run, false);
	add_step(&run.plan, (struct step){ .kind = STEP_JOIN_CGROUP, .join_cgroup.fd = target.dir, .join_cgroup.pid = 77 });
	fake_returns("write", 1, -EPERM);
	go(&run);
	assert_failed(&run, "cannot move into the cgroup of process 77: Operation not permitted");
}

static void context_is_written(void **state)
{
	const struct step step = { .kind = STEP_EXEC_CONTEXT, .exec_context.context = "u:r:t:s0" };
	struct run run;

	(void)state;
	begin(&run, false);
	fake_file("/proc/4242/attr/exec", "");
	add_step(&run.plan, step);
	go(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(fake_find("write(</proc/4242/attr/exec>, \"u:r:t:s0\")"));
	begin(&run, false);
	add_step(&run.plan, step);
	go(&run);
	assert_failed(&run, "cannot follow the SELinux context 'u:r:t:s0': No such file or "
			    "directory");
	begin(&run, false);
	add_step(&run.plan, step);
	fake_returns("readlinkat", 1, -ENOENT);
	go(&run);
	assert_failed(&run, "/proc does not show this process");
}

static void environment_is_taken(void **state)
{
	static char *variables[] = { (char *)"A=1", NULL };
	char **saved = environ;
	struct run run;

	(void)state;
	begin(&run, false);
	add_step(&run.plan, (struct step){ .kind = STEP_TAKE_ENVIRON, .take_environ.variables = variables });
	go(&run);
	assert_ptr_equal(environ, variables);
	environ = saved;
	assert_int_equal(run.end, FAKE_EXECUTED);
}

static void ids_of_the_target(void **state)
{
	struct run run;

	(void)state;
	begin(&run, false);
	add_step(&run.plan, (struct step){ .kind = STEP_SETGID, .setgid.target = &target });
	add_step(&run.plan, (struct step){ .kind = STEP_SETUID, .setuid.target = &target });
	go(&run);
	assert_non_null(fake_find("setresgid(0, 0, 0)"));
	assert_non_null(fake_find("setresuid(0, 0, 0)"));
	for (int kind = STEP_SETGID; kind <= STEP_SETUID; kind++) {
		begin(&run, false);
		add_step(&run.plan, (struct step){ .kind = (enum step_kind)kind,
						   .setuid.target = &target });
		fake_returns("fstat", 1, -EIO);
		go(&run);
		assert_int_equal(run.rc, -EIO);
		assert_non_null(strstr(run.diag.what, "id of process 77"));
		assert_int_equal(fake_count("setresgid") + fake_count("setresuid"), 0);
	}
}

int main(void)
{
	UNIT_ADD(all_in_one_call);
	UNIT_ADD(one_by_one_in_two_passes);
	UNIT_ADD(no_change_of_rights_makes_us_dumpable);
	UNIT_ADD(one_call_that_is_refused_is_parted);
	UNIT_ADD(process_that_has_ended);
	UNIT_ADD(type_that_the_kernel_lacks);
	UNIT_ADD(process_whose_namespaces_are_not_there);
	UNIT_ADD(refusal_names_the_namespace);
	UNIT_ADD(tentative_steps_try);
	UNIT_ADD(file_is_entered);
	UNIT_ADD(root_by_descriptor);
	UNIT_ADD(old_directory_outside_the_root_is_left);
	UNIT_ADD(directories_that_are_refused);
	UNIT_ADD(cgroup_is_joined);
	UNIT_ADD(context_is_written);
	UNIT_ADD(environment_is_taken);
	UNIT_ADD(ids_of_the_target);
	return unit_run("apply_enter");
}
