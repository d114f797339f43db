/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taken over from a target: directories, cgroup, context, environment, ids. */
#include <errno.h>
#include <unistd.h>

#include "enter_unit.h"

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
	assert_failed(&run, "cannot follow the security label 'u:r:t:s0': No such file or "
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
	UNIT_ADD(root_by_descriptor);
	UNIT_ADD(old_directory_outside_the_root_is_left);
	UNIT_ADD(directories_that_are_refused);
	UNIT_ADD(cgroup_is_joined);
	UNIT_ADD(context_is_written);
	UNIT_ADD(environment_is_taken);
	UNIT_ADD(ids_of_the_target);
	return unit_run("apply_target");
}
