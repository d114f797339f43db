/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entering namespaces of others, in one call or one by one. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "base/kernel.h"
#include "enter_unit.h"

enum { FLAGS = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET };

static void enter(struct run *run, int flags, int optional, bool tentative)
{
	add_step(&run->plan, (struct step){ .kind = STEP_ENTER, .enter.target = &target, .enter.flags = flags,
					    .enter.optional = optional, .tentative = tentative });
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

/* A namespace that was entered tentatively is not entered again. */
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

/* Between the comparison and setns(2) it may have joined a user namespace of others. */
static void target_that_has_left_our_user_namespace(void **state)
{
	struct run run;

	(void)state;
	for (int pidfd = 0; pidfd < 2; pidfd++) {
		begin(&run, pidfd);
		fake_remove("/proc/77/ns/user");
		fake_link("/proc/77/ns/user", "user:[5]");
		enter(&run, CLONE_NEWNS, 0, false);
		run.plan.steps[0].enter.stays_in = "user:[5]";
		go(&run);
		assert_int_equal(run.end, FAKE_EXECUTED);
		begin(&run, pidfd);
		fake_remove("/proc/77/ns/user");
		fake_link("/proc/77/ns/user", "user:[55]");
		enter(&run, CLONE_NEWNS, 0, false);
		run.plan.steps[0].enter.stays_in = "user:[5]";
		go(&run);
		assert_failed(&run, "process 77 has changed its namespaces meanwhile");
		assert_int_equal(fake_count("setns"), 1);
		assert_int_equal(fake_count("execvp"), 0);
	}
	begin(&run, true);
	enter(&run, CLONE_NEWNS, 0, false);
	run.plan.steps[0].enter.stays_in = "user:[5]";
	fake_returns("readlinkat", 0, -EACCES);
	go(&run);
	assert_failed(&run, "cannot read /proc/77/ns/user: Permission denied");
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
	UNIT_ADD(target_that_has_left_our_user_namespace);
	UNIT_ADD(file_is_entered);
	return unit_run("apply_enter");
}
