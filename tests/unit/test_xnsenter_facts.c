/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsenter opens and reads all facts before it enters a namespace; on a fake system. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xnsenter_facts_unit.h"

/* --- which namespaces ---------------------------------------------------------------------------- */

/* compared: a letter for each type, as in test_xnsenter_choose.c. */
static void assert_compared(const char *command, bool privileged, const char *compared)
{
	static const char letters[] = {
		[COMPARED_NEVER] = '.',
		[COMPARED_SAME] = '=',
		[COMPARED_OTHER] = '/',
		[COMPARED_NO_TYPE] = '-',
	};
	char found[NS_COUNT + 1] = "";

	if (privileged)
		fake_returns("geteuid", 0, 0);
	assert_read(command);
	assert_int_equal(run.facts.privileged, privileged);
	for (int k = 0; k < NS_COUNT; k++)
		found[k] = letters[run.facts.compared[k]];
	assert_string_equal(found, compared);
}

static void namespaces_are_compared_as_far_as_it_matters(void **state)
{
	(void)state;
	begin();
	assert_compared("-t 77 -a true", true, "..../=..");
	assert_string_equal(run.facts.stays_in, "user:[105]");
	end();
	begin();
	assert_compared("-t 77 -a true", false, "//=//=//");
	end();
	begin();
	fake_link("/proc/77/ns/user", "user:[5]");
	fake_remove("/proc/77/ns/time");
	assert_compared("-t 77 -a -n/run/ns true", false, "//=.///-");
	assert_true(run.facts.fds[NS_NET] >= 0);
	end();
	begin();
	assert_compared("-t 77 -p true", true, "..../...");
	end();
	/* A namespace that cannot be compared is not taken for ours. */
	begin();
	fake_remove("/proc/77/ns/pid");
	fake_returns("readlinkat", 3, -EACCES);
	assert_compared("-t 77 -m -p true", true, "........");
	end();
	begin();
	assert_compared("-t 77 -m -n/run/ns true", false, "........");
	assert_null(fake_find("readlinkat(</proc/77>, \"ns/mnt\""));
	end();
}

static void what_may_not_be_looked_at(void **state)
{
	(void)state;
	begin();
	fake_returns("readlinkat", 3, -EACCES);
	assert_refused("-t 77 -a true", EACCES,
		       "cannot open the mount namespace of process 77: Permission denied",
		       "process 77 belongs to uid 0, and this one to uid 1000; run it as root");
	begin();
	fake_remove("/proc/self");
	assert_refused("-t 77 -a true", ENOENT, "/proc does not show this process",
		       "/proc belongs to another pid namespace; mount a new one there: mount -t proc "
		       "proc /proc");
}

static void a_namespace_of_its_own(void **state)
{
	(void)state;
	begin();
	assert_read("--net=/run/ns true");
	assert_true(run.facts.fds[NS_NET] >= 0);
	end();
	begin();
	fake_returns("ioctl", 1, CLONE_NEWUTS);
	assert_refused("--net=/run/ns true", EINVAL,
		       "'/run/ns' is a UTS namespace, not a network namespace", "");
	begin();
	assert_refused("-np true", ENOENT,
		       "cannot open the network namespace file 'p': No such file or directory",
		       "separate the options: -n -p (text after a letter is its FILE)");
	begin();
	assert_refused("-uZrt true", ENOENT,
		       "cannot open the UTS namespace file 'Zrt': No such file or directory",
		       "separate the options: -u -Z -r -t (text after a letter is its FILE)");
	begin();
	assert_refused("-upq true", ENOENT,
		       "cannot open the UTS namespace file 'pq': No such file or directory", "");
	begin();
	assert_refused("-uuuuuuuuuuuuuuuuuu true", ENOENT,
		       "cannot open the UTS namespace file 'uuuuuuuuuuuuuuuuu': No such file or directory", "");
	begin();
	fake_returns("open_by_handle_at", 1, 5000);
	fake_returns("ioctl", 1, CLONE_NEWNET);
	assert_read("--net=:5 true");
	assert_int_equal(run.facts.fds[NS_NET], 5000);
	run.facts.fds[NS_NET] = -1;
	end();
	begin();
	fake_returns("pidfd_getfd", 1, -EPERM);
	assert_refused("-t 77 -N 9 true", EPERM,
		       "cannot take descriptor 9 of process 77: Operation not permitted",
		       "process 77 belongs to uid 0, and this one to uid 1000; run it as root");
	begin();
	assert_read("-t 77 -N 9 true");
	assert_true(run.facts.fds[NS_NET] >= 0);
	end();
}

static void those_of_the_children(void **state)
{
	(void)state;
	begin();
	fake_ns("/proc/77/ns/pid_for_children");
	assert_read("-t 77 -p --children true");
	assert_true(run.facts.fds[NS_PID] >= 0);
	end();
	begin();
	assert_refused("-t 77 -p --children true", ENOENT,
		       "process 77 has started no child yet in the pid namespace that it has created",
		       "wait for the first: --wait");
	begin();
	assert_refused("-t 77 -T --children true", ENOENT, "this kernel has no time namespaces", "");
}

static void the_owner_or_parent(void **state)
{
	(void)state;
	begin();
	fake_returns("ioctl", 2, 5000);
	assert_read("--net=/run/ns --user-parent true");
	assert_non_null(fake_find("ioctl(</run/ns>, NS_GET_USERNS)"));
	assert_int_equal(run.facts.fds[NS_USER], 5000);
	run.facts.fds[NS_USER] = -1;
	end();
	begin();
	fake_returns("ioctl", 2, 5000);
	assert_read("--user=/run/ns --user-parent true");
	assert_non_null(fake_find("ioctl(</run/ns>, NS_GET_PARENT)"));
	assert_int_equal(run.facts.fds[NS_USER], 5000);
	run.facts.fds[NS_USER] = -1;
	end();
	begin();
	/* The namespace whose owner is asked for is the one that is entered. */
	fake_ns("/proc/77/ns/net");
	fake_returns("ioctl", 2, 5000);
	assert_read("-t 77 -n --user-parent true");
	assert_non_null(fake_find("ioctl(</proc/77/ns/net>, NS_GET_USERNS)"));
	assert_true(run.facts.fds[NS_NET] >= 0);
	run.facts.fds[NS_USER] = -1;
	end();
	begin();
	fake_ns("/proc/77/ns/net");
	fake_returns("ioctl", 2, -EPERM);
	assert_refused("-t 77 -n --user-parent true", EPERM,
		       "cannot open the owning user namespace of the network namespace: "
		       "Operation not permitted",
		       "run it in an ancestor user namespace, if there is one: that user namespace is "
		       "neither ours nor a descendant of ours");
	begin();
	fake_ns("/proc/77/ns/user");
	fake_returns("ioctl", 2, 5000);
	assert_read("-t 77 --user-parent true");
	assert_non_null(fake_find("ioctl(</proc/77/ns/user>, NS_GET_PARENT)"));
	assert_int_equal(run.facts.fds[NS_USER], 5000);
	run.facts.fds[NS_USER] = -1;
	end();
	begin();
	fake_returns("ioctl", 1, -EACCES);
	assert_refused(
		"-t 77 -n --user-parent true", EACCES,
		"cannot open the network namespace of process 77: Permission denied",
		"process 77 belongs to uid 0, and this one to uid 1000; run it as root");
}

/* --- surroundings -------------------------------------------------------------------------------- */

static void directories(void **state)
{
	(void)state;
	begin();
	assert_read("-t 77 -r -w true");
	assert_non_null(fake_find("openat(</proc/77>, \"root\", O_DIRECTORY|O_PATH)"));
	assert_non_null(fake_find("openat(</proc/77>, \"cwd\", O_DIRECTORY|O_PATH)"));
	end();
	begin();
	assert_read("-r/srv -w/there true");
	assert_true(run.facts.root >= 0 && run.facts.wd >= 0 && run.facts.root != run.facts.wd);
	end();
	begin();
	assert_refused("-r/none true", ENOENT,
		       "cannot open the directory '/none': No such file or directory", "");
	begin();
	assert_read("-t 77 -W true");
	assert_string_equal(run.facts.wdns, "/there");
	end();
	begin();
	assert_read("-W/x true");
	assert_null(run.facts.wdns);
	end();
	begin();
	fake_remove("/proc/77/cwd");
	assert_refused("-t 77 -W true", ENOENT, "cannot read /proc/77/cwd: No such file or directory",
		       "");
}

static void assert_environ(const char *expected)
{
	char text[256] = "";

	for (char **variable = run.facts.environ; *variable; variable++)
		strcat(strcat(text, *variable), " ");
	assert_string_equal(text, expected);
}

static void environment(void **state)
{
	(void)state;
	unsetenv("HOME");
	setenv("PATH", "/ours", 1);
	setenv("SHELL", "/bin/ours", 1);
	begin();
	assert_read("-t 77 -e");
	assert_environ("A=1 B=2 PATH=/ours SHELL=/bin/ours ");
	assert_string_equal(run.facts.shell, "/bin/ours");
	end();
	begin();
	assert_read("-t 77 -m -e");
	assert_environ("A=1 SHELL=/bin/own B=2 ");
	assert_string_equal(run.facts.shell, "/bin/own");
	end();
	begin();
	assert_read("-t 77 -r -e");
	assert_string_equal(run.facts.shell, "/bin/own");
	end();
	unsetenv("PATH");
	unsetenv("SHELL");
	begin();
	assert_read("-t 77 --env=all true");
	assert_environ("A=1 LD_PRELOAD=/x SHELL=/bin/own B=2 ");
	assert_null(run.facts.shell);
	end();
	begin();
	fake_bytes("/proc/77/environ", "", 0);
	assert_read("-t 77 -e true");
	assert_environ("");
	end();
	begin();
	fake_bytes("/proc/77/environ", "\0\0no equals\0C=3\0", 16);
	assert_read("-t 77 -e true");
	assert_environ("C=3 ");
	end();
	begin();
	fake_returns("read", 1, -EACCES);
	assert_refused("-t 77 -e true", EACCES, "cannot read /proc/77/environ: Permission denied",
		       "process 77 belongs to uid 0, and this one to uid 1000; run it as root");
}

static void context(void **state)
{
	(void)state;
	begin();
	fake_file("/proc/77/attr/current", "u:r:t:s0");
	assert_read("-t 77 -Z true");
	assert_null(run.facts.context);
	end();
	begin();
	fake_file("/proc/77/attr/current", "u:r:t:s0");
	fake_dir("/sys/fs/selinux");
	fake_mounted("/sys/fs/selinux", (long)SELINUX_MAGIC);
	assert_read("-t 77 -Z true");
	assert_string_equal(run.facts.context, "u:r:t:s0");
	end();
}

static void cgroup(void **state)
{
	(void)state;
	begin();
	assert_read("-t 77 -c true");
	assert_true(run.facts.cgroup >= 0);
	end();
	begin();
	fake_file("/proc/77/cgroup", "0::/../other\n");
	assert_refused("-t 77 -c true", EXDEV,
		       "the cgroup '/../other' of process 77 lies outside our cgroup namespace", "");
}

/* --- the target ---------------------------------------------------------------------------------- */

static void target_that_ends_meanwhile(void **state)
{
	(void)state;
	begin();
	fake_returns("poll", 2, 1);
	assert_refused("-t 77 -r -w -e -c true", ESRCH, "process 77 has ended", "");
	begin();
	fake_file("/proc/77/stat", "77 (a) Z 1 77 77 0\n");
	fake_returns("poll", 1, 1);
	assert_refused("-t 77 -u true", ESRCH, "process 77 has ended",
		       "choose another process: this one is a zombie, which has left its namespaces "
		       "and waits for its parent to reap it");
}

static void target_that_is_hidden(void **state)
{
	(void)state;
	begin();
	fake_returns("fstat", 3, -ENOENT);
	fake_returns("read", 1, -EACCES);
	assert_refused("-t 77 -e true", EACCES, "cannot read /proc/77/environ: Permission denied",
		       "this /proc hides the processes of others (hidepid, see proc(5)); run it as "
		       "the user of process 77, or as root");
}

static void target_of_our_own_that_is_closed(void **state)
{
	(void)state;
	begin();
	fake_returns("geteuid", 0, 0);
	fake_returns("read", 1, -EACCES);
	assert_refused("-t 77 -e true", EACCES, "cannot read /proc/77/environ: Permission denied",
		       "process 77 is in a user namespace that is not below ours, or is protected by "
		       "a security module; run it as root outside");
}

/* --- whatever fails ------------------------------------------------------------------------------ */

static void set_up(void *arg)
{
	(void)arg;
	begin();
}

static void run_all(void *arg)
{
	*(int *)arg = read_facts("-t 77 -a -n/run/ns -r -w/there -e -c -Z true");
	xnsenter_facts_free(&run.facts);
}

/* A failure either does not matter or is reported; no descriptor stays open. */
static void check_fault(const struct fake_fault *fault, void *arg)
{
	(void)fault;
	if (*(int *)arg < 0)
		assert_true(run.diag.what[0]);
	fake_assert_closed();
}

static void whatever_fails_is_told(void **state)
{
	static const int errnos[] = { EPERM, EACCES, ENOENT, EMFILE, EIO, ENOSYS, ESRCH, 0 };
	int rc;

	(void)state;
	assert_true(fake_sweep(&(struct fake_sweep){ .set_up = set_up,
						     .run = run_all,
						     .check = check_fault,
						     .arg = &rc,
						     .errnos = errnos }) > 100);
}

int main(void)
{
	UNIT_ADD(namespaces_are_compared_as_far_as_it_matters);
	UNIT_ADD(what_may_not_be_looked_at);
	UNIT_ADD(a_namespace_of_its_own);
	UNIT_ADD(those_of_the_children);
	UNIT_ADD(the_owner_or_parent);
	UNIT_ADD(directories);
	UNIT_ADD(environment);
	UNIT_ADD(context);
	UNIT_ADD(cgroup);
	UNIT_ADD(target_that_ends_meanwhile);
	UNIT_ADD(target_that_is_hidden);
	UNIT_ADD(target_of_our_own_that_is_closed);
	UNIT_ADD(whatever_fails_is_told);
	return unit_run("xnsenter_facts");
}
