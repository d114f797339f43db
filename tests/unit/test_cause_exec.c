/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why no directory was entered and no program run. */
#include "cause_unit.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "base/kernel.h"
#include "kernel/target.h"

#define CHDIR(path_) { .kind = STEP_CHDIR, .chdir.path = (path_) }
#define EXEC(path_) { .kind = STEP_EXEC, .exec.path = (path_), .exec.argv = named }
#define SHELL(path_) { .kind = STEP_EXEC, .exec.path = (path_), .exec.argv = named + 1 }
static char *named[] = { (char *)"program", NULL };
#define IN_SRV .before = { { .kind = STEP_CHROOT, .chroot.path = "/srv" } }

#define NAME_ONE "name a program, such as /bin/sh; without one your shell is run"

static const struct hint_row path_rows[] = {
	{ "path: the message has said it", CHDIR("none"), ENOENT, NULL },
	{ "path: a directory above", CHDIR("proc/none/a/b"), ENOENT, "path",
	  "'proc/none' does not exist", NULL },
	{ "path: absolute", CHDIR("/none/a"), ENOENT, "path", "'/none' does not exist", NULL },
	{ "path: slashes", CHDIR("proc//none//a"), ENOENT, "path", "'proc//none' does not exist",
	  NULL },
	{ "path: a file on the way", CHDIR("proc/100/status/a"), ENOTDIR, "path",
	  "'proc/100/status' is not a directory", NULL },
	{ "path: a file at the end", CHDIR("proc/100/status"), ENOTDIR, "path",
	  "'proc/100/status' is a file", NULL },
	{ "path: a file and a slash", CHDIR("proc/100/status/"), ENOTDIR, "path",
	  "'proc/100/status' is not a directory", NULL },
	{ "path: a broken link", CHDIR("proc/link"), ENOENT, "path",
	  "'proc/link' is a link to 'none', which does not exist", NULL,
	  .files = { { "proc/link", "-> none" } } },
	{ "path: a broken link on the way", CHDIR("proc/link/a"), ENOENT, "path",
	  "'proc/link' is a link to 'none', which does not exist", NULL,
	  .files = { { "proc/link", "-> none" } } },
	{ "path: in a new root", CHDIR("/none"), ENOENT, "path",
	  "'/none' does not exist, as seen from the new root directory '/srv'", NULL, IN_SRV },
	{ "path: a root that comes later is none", CHDIR("none"), ENOENT, NULL },
	{ "path: all is there", CHDIR("proc"), ENOENT, NULL },
	{ "chroot: no capability", { .kind = STEP_CHROOT, .chroot.path = "proc" }, EPERM, "capability",
	  LACKS("CAP_SYS_CHROOT"), AS_ROOT, .files = { { STATUS, NO_CAPS } } },

	{ "exec: no name", EXEC(""), ENOENT, "not-found", "its name is empty", NULL },
	{ "exec: not in PATH", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b", NULL },
	{ "exec: not in PATH, in a new root", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b, below the new root directory '/srv'",
	  NULL, IN_SRV },
	{ "exec: no such directory", EXEC("none/x"), ENOENT, "not-found", "'none' does not exist",
	  NULL },
	{ "exec: no such file", EXEC("./none"), ENOENT, "not-found", "'./none' does not exist",
	  NULL },
	{ "exec: no such shell", SHELL("/none"), ENOENT, "not-found", "'/none' does not exist",
	  NAME_ONE },
	{ "exec: no such shell in PATH", SHELL("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b", NAME_ONE },
	{ "exec: no such file in a new root", EXEC("./none"), ENOENT, "not-found",
	  "'./none' does not exist, below the new root directory '/srv'", NULL, IN_SRV },
	{ "exec: not in PATH, in the mounts of another", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b, in the mount namespace of process 77",
	  "give its full path, or take the target's PATH with --env",
	  .before = { { .kind = STEP_ENTER, .enter.flags = CLONE_NEWNS, .enter.pid = 77 } } },
	{ "exec: not in PATH, in the network of another", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b", NULL,
	  .before = { { .kind = STEP_ENTER, .enter.flags = CLONE_NEWNET, .enter.pid = 77 } } },
	{ "exec: not in PATH, in mounts from a file", EXEC("none"), ENOENT, "not-found",
	  "it is in none of the directories of PATH: /a:/b, in the mount namespace of '/f'",
	  "give its full path, or take the target's PATH with --env",
	  .before = { { .kind = STEP_SETNS, .setns.ns = NS_MNT, .setns.path = "/f" } } },
	{ "exec: no such file, in the root of another", EXEC("./none"), ENOENT, "not-found",
	  "'./none' does not exist, below the root directory of process 77", NULL,
	  .before = { { .kind = STEP_ROOT_FD, .root_fd.path = "the target's", .root_fd.pid = 77 } } },
	{ "exec: no such file, in a root that was opened", EXEC("./none"), ENOENT, "not-found",
	  "'./none' does not exist, below the root directory '/r'", NULL,
	  .before = { { .kind = STEP_ROOT_FD, .root_fd.path = "/r" } } },
	{ "exec: below a file", EXEC("proc/100/status/x"), ENOTDIR, "path",
	  "'proc/100/status' is not a directory", NULL },
	{ "exec: a directory", EXEC("./proc"), EACCES, "not-a-file", "'./proc' is a directory",
	  NULL },
	{ "exec: a device", EXEC("/dev/null"), EACCES, "not-a-file",
	  "'/dev/null' is not a regular file", NULL },
	{ "exec: not executable", EXEC("proc/100/status"), EACCES, "not-executable",
	  "'proc/100/status' is not executable", NULL },
	{ "exec: a script that is not executable", EXEC("proc/script"), EACCES, "not-executable",
	  "'proc/script' is not executable", "chmod +x proc/script",
	  .files = { { "proc/script", "#!/bin/sh\n" } } },
	{ "exec: one whose name a shell would take apart", EXEC("proc/it's; x"), EACCES, "not-executable",
	  "'proc/it's; x' is not executable", "chmod +x 'proc/it'\\''s; x'",
	  .files = { { "proc/it's; x", "#!/bin/sh\n" } } },
	{ "exec: one in the mounts of others", EXEC("proc/script"), EACCES, "not-executable",
	  "'proc/script' is not executable", NULL, .files = { { "proc/script", "#!/bin/sh\n" } },
	  .before = { { .kind = STEP_SETNS, .setns.ns = NS_MNT, .setns.path = "/f" } } },
	{ "exec: no format", EXEC("x"), ENOEXEC, "format",
	  "it is neither a program for this machine nor a script that begins with '#!'", NULL },
	{ "exec: too long", EXEC("x"), E2BIG, "too-long",
	  "arguments and environment are longer than the kernel accepts (together a quarter of "
	  "ulimit -s, each 128 KiB)", NULL },
};

static const struct step script = EXEC("./script");

static void a_missing_interpreter(void **state)
{
	(void)state;
	hint_put_program("script", "#!/none/sh -e\n", 0755);
	hint_assert(&script, ENOENT, "interpreter", "its interpreter '/none/sh' does not exist",
		    NULL);
}

static void an_interpreter_with_a_carriage_return(void **state)
{
	(void)state;
	hint_put_program("script", "#!/bin/sh\r\n", 0755);
	hint_assert(&script, ENOENT, "interpreter", "its interpreter '/bin/sh\r' does not exist",
		    "remove the carriage returns at the ends of its lines");
}

static void an_interpreter_that_is_not_executable(void **state)
{
	(void)state;
	hint_put_program("script", "#!proc/100/status\n", 0755);
	hint_assert(&script, EACCES, "interpreter",
		    "its interpreter 'proc/100/status' may not be executed", NULL);
}

static void a_program_without_fault(void **state)
{
	(void)state;
	hint_put_program("script", "#!/bin/sh\n", 0755);
	hint_assert(&script, ENOENT, NULL, NULL, NULL);
	hint_assert(&script, EACCES, NULL, NULL, NULL);
}

static void a_program_on_noexec(void **state)
{
	(void)state;
	hint_put_program("script", "#!/bin/sh\n", 0755);
	hint_fakes.fs_flags = ST_NOEXEC;
	hint_assert(&script, EACCES, "noexec", "the file system that it lies on is mounted noexec",
		    NULL);
	hint_put_descriptors("30", "-> /tmp/x");
	hint_put(MOUNTS, ROOT_MOUNT "30 20 0:9 / /tmp rw,noexec - tmpfs tmpfs rw\n");
	hint_assert(&script, EACCES, "noexec", "the file system at /tmp is mounted noexec", NULL);
}

static void an_empty_path(void **state)
{
	const struct step step = EXEC("none");

	(void)state;
	assert_int_equal(setenv("PATH", "", 1), 0);
	hint_assert(&step, ENOENT, "not-found",
		    "it is in none of the directories of PATH: (empty)", NULL);
	assert_int_equal(setenv("PATH", "/a:/b", 1), 0);
}

static void no_path(void **state)
{
	const struct step step = EXEC("none");

	(void)state;
	assert_int_equal(unsetenv("PATH"), 0);
	hint_assert(&step, ENOENT, "not-found",
		    "PATH is not set, and it is neither in /bin nor in /usr/bin", NULL);
	assert_int_equal(setenv("PATH", "/a:/b", 1), 0);
}

static void found_in_path_without_interpreter(void **state)
{
	const struct step step = EXEC("script");

	(void)state;
	hint_put_program("bin/script", "#!/none/sh\n", 0755);
	assert_int_equal(setenv("PATH", "/a:bin", 1), 0);
	hint_assert(&step, ENOENT, "interpreter", "its interpreter '/none/sh' does not exist", NULL);
	assert_int_equal(setenv("PATH", "/a:/b", 1), 0);
}

static void a_program_that_a_profile_refuses(void **state)
{
	(void)state;
	hint_put_program("script", "#!/bin/sh\n", 0755);
	hint_put("proc/100/attr/current", "box (enforce)\n");
	hint_assert(&script, EACCES, "apparmor", PROFILE("box"), PROFILE_REMEDY);
}

int main(void)
{
	/* Programs are looked for in here only where a test says so; rm is found by hint_leave(). */
	if (setenv("PATH", "/a:/b", 1) < 0)
		return 1;
	HINT_ADD_ROWS(hint_test_row, path_rows);
	HINT_ADD(a_program_that_a_profile_refuses);
	HINT_ADD(a_missing_interpreter);
	HINT_ADD(an_interpreter_with_a_carriage_return);
	HINT_ADD(an_interpreter_that_is_not_executable);
	HINT_ADD(a_program_without_fault);
	HINT_ADD(a_program_on_noexec);
	HINT_ADD(an_empty_path);
	HINT_ADD(no_path);
	HINT_ADD(found_in_path_without_interpreter);
	return unit_run("hint_exec");
}
