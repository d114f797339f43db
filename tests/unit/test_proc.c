/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc: only the real one, only the right process, only files that nothing covers. */
#include "kernel/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/kernel.h"
#include "diag_unit.h"
#include "fake_sys.h"
#include "kernel/sys.h"
#include "unit.h"

enum { TMPFS = 0x01021994 };

static int open_root(void)
{
	struct diag diag;
	int fd = proc_open_root(&diag);

	assert_true(fd >= 0);
	return fd;
}

/* --- the root ---------------------------------------------------------------------------------- */

static void root_is_opened(void **state)
{
	int fd;

	(void)state;
	fake_reset();
	fd = open_root();
	fake_assert_trace("openat(AT_FDCWD, \"/proc\", O_DIRECTORY|O_PATH)\n"
			  "fstatfs(</proc>)\nfstat(</proc>)\n");
	close(fd);
	fake_assert_closed();
}

static void root_of_another_file_system(void **state)
{
	struct diag diag;

	(void)state;
	fake_reset();
	fake_mounted("/proc", TMPFS);
	assert_int_equal(proc_open_root(&diag), -EMEDIUMTYPE);
	assert_message(&diag, "/proc is not a proc file system, so it is not used");
	fake_assert_closed();
}

/* A directory of a procfs, bound over /proc, shows another process as the whole. */
static void root_that_is_a_part_of_procfs(void **state)
{
	struct diag diag;

	(void)state;
	fake_reset();
	fake_dir("/proc")->ino = 77;
	assert_int_equal(proc_open_root(&diag), -EMEDIUMTYPE);
	fake_assert_closed();
}

static void root_that_cannot_be_examined(void **state)
{
	static const char *const calls[] = { "openat", "fstatfs", "fstat" };
	static const char *const messages[] = { "cannot open /proc: Permission denied",
						"cannot examine /proc: Permission denied",
						"cannot examine /proc: Permission denied" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		struct diag diag;

		fake_reset();
		fake_returns(calls[i], 1, -EACCES);
		assert_int_equal(proc_open_root(&diag), -EACCES);
		assert_message(&diag, messages[i]);
		fake_assert_closed();
	}
}

/* --- ourselves --------------------------------------------------------------------------------- */

static void self_is_opened_by_its_number(void **state)
{
	struct diag diag;
	pid_t pid = 0;
	int root, self;

	(void)state;
	fake_reset();
	root = open_root();
	self = proc_open_self(root, &pid, &diag);
	assert_int_equal(pid, FAKE_PID);
	assert_non_null(fake_find("openat2(</proc>, \"4242\", O_DIRECTORY|O_NOFOLLOW|O_PATH)"));
	close(self);
	self = proc_open_self(root, NULL, &diag);
	assert_true(self >= 0);
	close(self);
	close(root);
	fake_assert_closed();
}

static void self_that_is_not_shown(void **state)
{
	struct diag diag;

	(void)state;
	fake_reset();
	fake_remove("/proc/self");
	assert_int_equal(proc_open_self(open_root(), NULL, &diag), -ENOENT);
	assert_message(&diag, "/proc does not show this process");
	assert_non_null(strstr(diag.hint, "mount -t proc proc /proc"));
}

static void self_that_is_no_number(void **state)
{
	struct diag diag;
	pid_t pid;

	(void)state;
	fake_reset();
	fake_link("/proc/self", "../etc");
	assert_int_equal(proc_open_self(open_root(), &pid, &diag), -EINVAL);
	assert_message(&diag, "/proc/self is '../etc', which is no process id");
	assert_int_equal(fake_count("openat2"), 0);
}

static void self_that_cannot_be_opened(void **state)
{
	struct diag diag;

	(void)state;
	fake_reset();
	fake_returns("readlinkat", 1, -EACCES);
	assert_int_equal(proc_open_self(open_root(), NULL, &diag), -EACCES);
	assert_message(&diag, "cannot read /proc/self: Permission denied");
	fake_reset();
	fake_remove("/proc/4242");
	assert_int_equal(proc_open_self(open_root(), NULL, &diag), -ENOENT);
	assert_message(&diag, "cannot open /proc/4242: No such file or directory");
}

/* --- files ------------------------------------------------------------------------------------- */

static void covered_file_is_refused(void **state)
{
	(void)state;
	fake_reset();
	fake_mounted("/proc/4242/uid_map", TMPFS);
	assert_int_equal(proc_open_file(open_root(), "4242/uid_map", O_WRONLY), -EXDEV);
	assert_int_equal(fake_count("openat2"), 1);
}

static void without_openat2(void **state)
{
	static const int errnos[] = { ENOSYS, EPERM };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errnos); i++) {
		int root, fd;

		fake_reset();
		fake_returns("openat2", 0, -errnos[i]);
		root = open_root();
		fd = proc_open_file(root, "4242/uid_map", O_RDONLY);
		assert_true(fd >= 0);
		assert_non_null(fake_find("openat(</proc>, \"4242/uid_map\", "
					  "O_NONBLOCK|O_NOFOLLOW)"));
		close(fd);
		fake_mounted("/proc/4242/uid_map", TMPFS);
		assert_int_equal(proc_open_file(root, "4242/uid_map", O_RDONLY), -EXDEV);
		assert_int_equal(proc_open_file(root, "4242/none", O_RDONLY), -ENOENT);
		fake_returns("fstat", 0, -EIO);
		assert_int_equal(proc_open_file(root, "4242/uid_map", O_RDONLY), -EIO);
		close(root);
		fake_assert_closed();
	}
}

/* A procfs over itself has the same device. */
static void without_openat2_another_mount(void **state)
{
	char info[40];
	int root;

	(void)state;
	fake_reset();
	fake_returns("openat2", 0, -ENOSYS);
	root = open_root();
	snprintf(info, sizeof(info), "/proc/self/fdinfo/%d", root);
	fake_file(info, "pos:\t0\nflags:\t012300000\nmnt_id:\t20\nino:\t1\n");
	assert_int_equal(proc_open_file(root, "4242/uid_map", O_RDONLY), -EXDEV);
	close(root);
	fake_assert_closed();
}

static void file_is_read_whole(void **state)
{
	char buf[8];
	int root;

	(void)state;
	fake_reset();
	root = open_root();
	fake_file("/proc/x", "1234567");
	assert_int_equal(proc_read_file(root, "x", buf, sizeof(buf)), 7);
	assert_string_equal(buf, "1234567");
	fake_file("/proc/x", "12345678");
	assert_int_equal(proc_read_file(root, "x", buf, sizeof(buf)), -EFBIG);
	fake_file("/proc/x", "");
	assert_int_equal(proc_read_file(root, "x", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	assert_int_equal(proc_read_file(root, "none", buf, sizeof(buf)), -ENOENT);
	fake_returns("read", 0, -EIO);
	assert_int_equal(proc_read_file(root, "x", buf, sizeof(buf)), -EIO);
	close(root);
	fake_assert_closed();
}

static void file_is_written_at_once(void **state)
{
	int root;

	(void)state;
	fake_reset();
	root = open_root();
	assert_int_equal(proc_write_file(root, "4242/setgroups", "deny"), 0);
	assert_int_equal(fake_count("write"), 1);
	fake_returns("write", 2, 3);
	assert_int_equal(proc_write_file(root, "4242/setgroups", "deny"), -EIO);
	fake_returns("write", 3, -EPERM);
	assert_int_equal(proc_write_file(root, "4242/setgroups", "deny"), -EPERM);
	assert_int_equal(proc_write_file(root, "4242/none", "deny"), -ENOENT);
	close(root);
	fake_assert_closed();
}

static void namespace_file_is_on_nsfs(void **state)
{
	int root, fd;

	(void)state;
	fake_reset();
	root = open_root();
	fd = sys_openat(root, "4242", O_PATH, 0);
	close(root);
	root = proc_open_ns(fd, "pid_for_children");
	assert_true(root >= 0);
	close(root);
	assert_int_equal(proc_open_ns(fd, "none"), -ENOENT);
	fake_returns("fstatfs", 0, -EIO);
	assert_int_equal(proc_open_ns(fd, "net"), -EIO);
	close(fd);
	fake_assert_closed();
}

static void namespace_file_that_is_another_file(void **state)
{
	int fd;

	(void)state;
	fake_reset();
	fake_mounted("/proc/4242/ns/net", TMPFS);
	fd = sys_openat(AT_FDCWD, "/proc/4242", O_PATH, 0);
	assert_int_equal(proc_open_ns(fd, "net"), -EXDEV);
	close(fd);
	fake_assert_closed();
}

struct number {
	const char *name, *text;
	int rc;
	long long value;
};

static const struct number numbers[] = {
	{ "number with a newline", "31231\n", 0, 31231 },
	{ "number without one", "0", 0, 0 },
	{ "negative number", "-1\n", 0, -1 },
	{ "no number: nothing", "", -EINVAL, 99 },
	{ "no number: a newline", "\n", -EINVAL, 99 },
	{ "no number: two of them", "1\t2\n", -EINVAL, 99 },
	{ "number of 64 bits and more", "9223372036854775808\n", -ERANGE, 99 },
	{ "number longer than the room", "11111111111111111111111111111111111111111\n", -ERANGE,
	  99 },
};

static void number_is_read(void **state)
{
	const struct number *row = *state;
	long long value = 99;
	int root;

	fake_reset();
	root = open_root();
	fake_file("/proc/sys/n", row->text);
	assert_int_equal(proc_read_number(root, "sys/n", &value), row->rc);
	assert_int_equal(value, row->value);
	close(root);
	fake_assert_closed();
}

static void number_that_is_not_there(void **state)
{
	long long value = 99;
	int root;

	(void)state;
	fake_reset();
	root = open_root();
	assert_int_equal(proc_read_number(root, "sys/none", &value), -ENOENT);
	fake_file("/proc/sys/n", "1\n");
	fake_returns("read", 1, -EIO);
	assert_int_equal(proc_read_number(root, "sys/n", &value), -EIO);
	assert_int_equal(value, 99);
	close(root);
	fake_assert_closed();
}

int main(void)
{
	UNIT_ADD(root_is_opened);
	UNIT_ADD(root_of_another_file_system);
	UNIT_ADD(root_that_is_a_part_of_procfs);
	UNIT_ADD(root_that_cannot_be_examined);
	UNIT_ADD(self_is_opened_by_its_number);
	UNIT_ADD(self_that_is_not_shown);
	UNIT_ADD(self_that_is_no_number);
	UNIT_ADD(self_that_cannot_be_opened);
	UNIT_ADD(covered_file_is_refused);
	UNIT_ADD(without_openat2);
	UNIT_ADD(without_openat2_another_mount);
	UNIT_ADD(file_is_read_whole);
	UNIT_ADD(file_is_written_at_once);
	UNIT_ADD(namespace_file_is_on_nsfs);
	UNIT_ADD(namespace_file_that_is_another_file);
	UNIT_ADD_ROWS(number_is_read, numbers);
	UNIT_ADD(number_that_is_not_there);
	return unit_run("proc");
}
