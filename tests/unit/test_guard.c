/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sealed image that executes programs inside, and the restart from a copy of ourselves. */
#include "apply/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/trampoline.h"
#include "apply_unit.h"

/* The program that is executed in place of this one would inherit no memory. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static char *program[] = { (char *)"prog", (char *)"arg", NULL };

static void image_is_written_and_sealed(void **state)
{
	int fd = -1;

	(void)state;
	fake_reset();
	assert_int_equal(guard_make_trampoline(&fd), 0);
	assert_true(fd >= 0);
	assert_int_equal(fake_count("memfd_create"), 1);
	assert_memory_equal(fake_find("write(")->data, "\177ELF", 4);
	assert_string_equal(fake_call(fake_n_calls() - 1)->name, "add_seals");
	close(fd);
	fake_assert_closed();
}

/* prlimit(1, ...): RLIMIT_FSIZE. */
static void a_limit_on_files_is_lifted_and_restored(void **state)
{
	int fd = -1;

	(void)state;
	fake_reset();
	fake_limit = (struct rlimit){ 0, 4096 };
	assert_int_equal(guard_make_trampoline(&fd), 0);
	assert_int_equal(fake_count("prlimit"), 3);
	assert_non_null(fake_find("prlimit(1, -1, -1)"));
	assert_string_equal(fake_call(fake_n_calls() - 3)->text, "prlimit(1, 0, 4096)");
	assert_string_equal(fake_call(fake_n_calls() - 2)->text, "sigaction(XFSZ, ignore)");
	close(fd);
	/* Without the right to raise the hard limit. */
	fake_reset();
	fake_limit = (struct rlimit){ 0, 4096 };
	fake_returns("prlimit", 2, -EPERM);
	assert_int_equal(guard_make_trampoline(&fd), 0);
	assert_non_null(fake_find("prlimit(1, 4096, 4096)"));
	assert_non_null(fake_find("prlimit(1, 0, 4096)"));
	close(fd);
	/* The program must not run without its limit. */
	fake_reset();
	fake_limit = (struct rlimit){ 0, 4096 };
	fake_returns("prlimit", 3, -EPERM);
	assert_int_equal(guard_make_trampoline(&fd), -EPERM);
	fake_assert_closed();
}

static void image_in_two_writes(void **state)
{
	int fd = -1;

	(void)state;
	fake_reset();
	fake_returns("write", 1, 100);
	assert_int_equal(guard_make_trampoline(&fd), 0);
	assert_int_equal(fake_count("write"), 2);
	close(fd);
}

/* Before Linux 6.3 MFD_EXEC is unknown. */
static void older_kernel_is_asked_otherwise(void **state)
{
	int fd = -1;

	(void)state;
	fake_reset();
	fake_returns("memfd_create", 1, -EINVAL);
	assert_int_equal(guard_make_trampoline(&fd), 0);
	assert_int_equal(fake_count("memfd_create"), 2);
	close(fd);
}

/* vm.memfd_noexec=2 (Documentation/admin-guide/sysctl/vm.rst) */
static void memory_files_are_forbidden(void **state)
{
	static const char reopened[] = "openat(AT_FDCWD, \"/proc/self/fd/";
	int fd = -1;
	char link[32];

	(void)state;
	fake_reset();
	fake_returns("memfd_create", 0, -EACCES);
	assert_int_equal(guard_make_trampoline(&fd), -EACCES);
	fake_dir("/var/tmp");
	assert_int_equal(guard_make_trampoline(&fd), -ENOENT); /* no /proc */
	assert_int_equal(fd, -1);
	fake_assert_closed();
	/* The fake's descriptors are numbered on. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d",
		 atoi(fake_find(reopened)->text + strlen(reopened)) + 1);
	fake_file(link, "");
	assert_int_equal(guard_make_trampoline(&fd), 0);
	assert_null(strstr(fake_find(reopened)->text, "O_RDWR"));
	close(fd);
	fake_assert_closed();
}

static void image_that_cannot_be_made(void **state)
{
	static const char *const calls[] = { "memfd_create", "write", "add_seals" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		int fd = -1;

		fake_reset();
		fake_returns(calls[i], 0, -EACCES);
		assert_int_equal(guard_make_trampoline(&fd), -EACCES);
		assert_int_equal(fd, -1);
		fake_assert_closed();
	}
}

static void run_copy(void *arg)
{
	*(int *)arg = guard_restart_from_copy(program);
}

static void restart_executes_a_sealed_copy(void **state)
{
	int rc;

	(void)state;
	fake_reset();
	fake_file("/proc/self/exe", "our binary");
	assert_int_equal(fake_run(run_copy, &rc), FAKE_EXECUTED);
	assert_non_null(fake_find("write(<memfd xns>, \"our binary\")"));
	assert_string_equal(fake_call(fake_n_calls() - 1)->text, "execveat(<memfd xns>: prog arg)");
	assert_string_equal(fake_call(fake_n_calls() - 2)->name, "add_seals");
}

static void copy_goes_on(void **state)
{
	int rc = 1;

	(void)state;
	fake_reset();
	fake_file("/proc/self/exe", "our binary");
	fake_returns("get_seals", 1, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	assert_int_equal(fake_run(run_copy, &rc), FAKE_RETURNED);
	assert_int_equal(rc, 0);
	assert_int_equal(fake_count("memfd_create"), 0);
	/* With some seals missing it is not our copy. */
	fake_reset();
	fake_file("/proc/self/exe", "our binary");
	fake_returns("get_seals", 1, F_SEAL_WRITE);
	assert_int_equal(fake_run(run_copy, &rc), FAKE_EXECUTED);
	/* The descriptors of that run went with the exec. */
}

static void restart_that_fails(void **state)
{
	static const char *const calls[] = { "openat", "memfd_create", "read", "write",
					     "add_seals", "execveat" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		int rc = 1;

		fake_reset();
		fake_file("/proc/self/exe", "our binary");
		fake_returns(calls[i], 1, -EPERM);
		assert_int_equal(fake_run(run_copy, &rc), FAKE_RETURNED);
		assert_int_equal(rc, -EPERM);
		fake_assert_closed();
	}
}

/* --- in a plan --------------------------------------------------------------------------------- */

static void make_plan(struct run *run)
{
	fake_reset();
	fake_file("/bin/prog", "");
	fake_file("/proc/self/exe", "our binary");
	*run = (struct run){ .rc = 0 };
	plan_add(&run->plan, STEP_GUARD)->guard.argv = program;
	plan_add(&run->plan, STEP_UNDUMPABLE);
	add_exec(&run->plan);
}

static void plan_runs_the_program_by_the_image(void **state)
{
	struct run run;

	(void)state;
	make_plan(&run);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	/* Our name for messages, nothing before, the path that was found, then the program's own arguments. */
	assert_non_null(fake_find("execveat(<memfd xns-trampoline>: test  /bin/prog prog arg)"));
	assert_int_equal(fake_count("execvp"), 0);
}

static void program_is_looked_for_before_the_image_runs(void **state)
{
	struct run run;

	(void)state;
	make_plan(&run);
	fake_remove("/bin/prog");
	apply_plan(&run);
	assert_failed(&run, "cannot run 'prog': No such file or directory");
	assert_int_equal(diag_status(&run.diag), 127);
	fake_assert_closed();
}

static void image_that_fails(void **state)
{
	struct run run;

	(void)state;
	make_plan(&run);
	fake_returns("memfd_create", 0, -EACCES);
	apply_plan(&run);
	assert_failed(&run, "cannot protect the binary of xns: Permission denied");
	assert_non_null(strstr(run.diag.hint, "vm.memfd_noexec"));
	assert_int_equal(fake_count("prctl"), 0);
}

static void guard_that_fails(void **state)
{
	struct run run;

	(void)state;
	fake_reset();
	run = (struct run){ .rc = 0 };
	plan_add(&run.plan, STEP_UNDUMPABLE);
	add_exec(&run.plan);
	fake_returns("prctl", 1, -EPERM);
	apply_plan(&run);
	assert_failed(&run, "cannot protect this process from tracing: Operation not permitted");
	fake_assert_closed();
}

int main(void)
{
	setenv("PATH", "/bin", 1);
	UNIT_ADD(image_is_written_and_sealed);
	UNIT_ADD(a_limit_on_files_is_lifted_and_restored);
	UNIT_ADD(image_in_two_writes);
	UNIT_ADD(older_kernel_is_asked_otherwise);
	UNIT_ADD(memory_files_are_forbidden);
	UNIT_ADD(image_that_cannot_be_made);
	UNIT_ADD(restart_executes_a_sealed_copy);
	UNIT_ADD(copy_goes_on);
	UNIT_ADD(restart_that_fails);
	if (TRAMPOLINE) {
		UNIT_ADD(plan_runs_the_program_by_the_image);
		UNIT_ADD(program_is_looked_for_before_the_image_runs);
		UNIT_ADD(image_that_fails);
	}
	UNIT_ADD(guard_that_fails);
	return unit_run("guard");
}
