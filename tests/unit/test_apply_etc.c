/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The view of /etc in which some files are others, and what becomes of each call that fails. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apply_unit.h"

#define SOURCE "/etc/netns/n"

/* "tree" is the copy of the host's /etc, which waits on the directory of the other files. */
static void set_up(void *arg)
{
	(void)arg;
	fake_dir("/etc");
	fake_dir(SOURCE);
	fake_file(SOURCE "/resolv.conf", "nameserver 10.0.0.1\n");
	fake_dir(SOURCE "/pam.d");
	fake_covered(SOURCE, "tree");
	fake_dir("tree")->ino = fake_dir("/etc")->ino;
	fake_file("tree/passwd", "");
	fake_dir("tree/ssl");
	fake_link("tree/mtab", "../proc/self/mounts");
	fake_dir("/run");
	fake_dir("/run/nscd");
	fake_file("/bin/prog", "");
}

static void begin(struct run *run)
{
	fake_reset();
	set_up(NULL);
	*run = (struct run){ .rc = 0 };
	add_step(&run->plan, (struct step){ .kind = STEP_ETC, .etc.path = SOURCE });
	add_exec(&run->plan);
}

static void assert_done(struct run *run)
{
	apply_plan(run);
	assert_int_equal(run->end, FAKE_EXECUTED);
}

/* The parts of the view, in the order in which they are made. */
static void view_is_made(void **state)
{
	static const char *const quiet[] = { "openat", "close", "fdopendir", "readdir", "fstat",
					     "fstatat", "readlinkat", "faccessat", "read",
					     "getxattr", "fstatfs" };
	struct run run;

	(void)state;
	begin(&run);
	for (size_t i = 0; i < ARRAY_LEN(quiet); i++)
		fake_hide(quiet[i]);
	assert_done(&run);
	fake_assert_trace(
		"mount(/proc/self/fd/1007, /proc/self/fd/1002, NULL, MS_BIND|MS_REC, NULL)\n"
		"mount(tmpfs, /proc/self/fd/1007, tmpfs, MS_NOSUID|MS_NODEV|MS_NOEXEC, \"mode=0755\")\n"
		"mkdirat(</etc>, \".xns-host\", 755)\n"
		"mount(/proc/self/fd/1008, /proc/self/fd/1010/.xns-host, NULL, MS_MOVE, NULL)\n"
		"mount(/proc/self/fd/1004, /proc/self/fd/1010/resolv.conf, NULL, MS_BIND, NULL)\n"
		"mkdirat(</etc>, \"pam.d\", 755)\n"
		"mount(/proc/self/fd/1005, /proc/self/fd/1010/pam.d, NULL, MS_BIND|MS_REC, NULL)\n"
		"symlinkat(.xns-host/passwd, </etc>, passwd)\n"
		"mkdirat(</etc>, \"ssl\", 755)\n"
		"mount(/proc/self/fd/1013, /proc/self/fd/1010/ssl, NULL, MS_BIND|MS_REC, NULL)\n"
		"symlinkat(../proc/self/mounts, </etc>, mtab)\n"
		"mount(none, /proc/self/fd/1010, NULL, MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC|MS_REMOUNT|MS_BIND, "
		"NULL)\n"
		"mount(tmpfs, /proc/self/fd/1016, tmpfs, MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC, "
		"\"mode=0755\")\n"
		"getcwd()\n"
		"execvp(prog: prog arg)\n");
}

static void resolver_stays_with_another_name_server(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_remove(SOURCE "/resolv.conf");
	assert_done(&run);
	assert_null(fake_find("nscd"));
}

/* In each case another directory lies where a mount was made just now. */
static void view_that_is_not_where_it_should_be(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_dir("tree")->ino = 7;
	apply_plan(&run);
	assert_failed(&run, "cannot mount a view over /etc: Stale file handle");
	assert_int_equal(fake_count("mount"), 1);
	fake_assert_closed();
	begin(&run);
	fake_returns("mount", 2, 0);
	apply_plan(&run);
	assert_failed(&run, "cannot bind /etc into its own view: Stale file handle");
	assert_int_equal(fake_count("mkdirat"), 0);
	fake_assert_closed();
}

#define VIEW_MOUNT "mount(tmpfs, /proc/self/fd/1007, tmpfs, MS_NOSUID|MS_NODEV|MS_NOEXEC, "

static void view_has_the_label_of_etc(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_file("/etc security.selinux", "system_u:object_r:etc_t:s0");
	assert_done(&run);
	assert_non_null(fake_find("rootcontext=\"system_u:object_r:etc_t:s0\""));
	assert_null(fake_find(VIEW_MOUNT "\"mode=0755\")"));
}

/* The label is on the disk, and the kernel without SELinux does not know the option. */
static void view_goes_without_a_label(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_file("/etc security.selinux", "system_u:object_r:etc_t:s0");
	fake_returns("mount", 2, -EINVAL);
	assert_done(&run);
	assert_non_null(fake_find(VIEW_MOUNT "\"mode=0755\")"));
}

/* Its profiles know the paths of files, and none below the copy. */
static void files_are_bound_for_apparmor(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_file("/sys/module/apparmor/parameters/enabled", "Y\n");
	assert_done(&run);
	assert_non_null(fake_find(", /proc/self/fd/1010/passwd, NULL, MS_BIND, NULL)"));
	assert_null(fake_find("symlinkat(.xns-host/passwd"));
}

static void what_stands_there_or_has_gone_is_no_failure(void **state)
{
	struct run run;

	(void)state;
	begin(&run);
	fake_returns("symlinkat", 1, -EEXIST);
	fake_returns("readlinkat", 1, -ENOENT);
	assert_done(&run);
}

/* ---- every call fails ---- */

/*
 * Whether the program may run although this call failed, because the failure makes no difference to
 * it.
 */
static bool may_be_ignored(const struct fake_fault *fault)
{
	static const char *const calls[] = {
		"close(", "/parameters/enabled", "read(", "execvp(",
		"faccessat(", "getxattr(", "getcwd(",
	};

	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (strstr(fault->call.text, calls[i]))
			return true;
	return (fault->err == ENOENT || fault->err == EEXIST) &&
	       (strstr(fault->call.text, "tree") || strstr(fault->call.text, "</run") ||
		strstr(fault->call.text, "\"run\"") || strncmp(fault->call.text, "symlinkat", 9) == 0 ||
		strstr(fault->call.text, "</etc>, \"ssl\"") ||
		strstr(fault->call.text, "/ssl, NULL, MS_BIND|MS_REC"));
}

static void check(const struct fake_fault *fault, void *arg)
{
	const struct run *run = arg;

	if (may_be_ignored(fault))
		return;
	if (fault->end != FAKE_RETURNED)
		print_message("%s: ignored\n", fault->call.text);
	assert_int_equal(fault->end, FAKE_RETURNED);
	assert_int_equal(run->rc, -fault->err);
	assert_int_equal(run->diag.err, fault->err);
	assert_true(*run->diag.what);
	fake_assert_closed();
}

static void every_call_fails(void **state)
{
	static const int errnos[] = { EPERM, EEXIST, ENOENT, ENOMEM, EMFILE, 0 };
	struct run run;
	const struct fake_sweep sweep = {
		.set_up = set_up, .run = run_apply, .check = check, .arg = &run, .errnos = errnos,
	};

	(void)state;
	begin(&run);
	assert_in_range(fake_sweep(&sweep), 100, 2000);
}

int main(void)
{
	setenv("PATH", "/bin", 1);
	UNIT_ADD(view_is_made);
	UNIT_ADD(view_that_is_not_where_it_should_be);
	UNIT_ADD(view_has_the_label_of_etc);
	UNIT_ADD(view_goes_without_a_label);
	UNIT_ADD(resolver_stays_with_another_name_server);
	UNIT_ADD(files_are_bound_for_apparmor);
	UNIT_ADD(what_stands_there_or_has_gone_is_no_failure);
	UNIT_ADD(every_call_fails);
	return unit_run("apply_etc");
}
