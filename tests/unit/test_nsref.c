/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespace files: looked at before they are opened, and compared afterwards. */
#include "kernel/nsref.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/kernel.h"
#include "diag_unit.h"
#include "fake_internal.h"
#include "kernel/sys.h"
#include "unit.h"

/* /run/n is a network namespace; its descriptors are found in /proc by their numbers. */
static void begin(void)
{
	char path[64];

	fake_reset();
	fake_ns("/run/n")->ino = 500;
	for (int fd = 1000; fd < 1003; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		fake_link(path, "/run/n");
	}
	fake_returns("ioctl", 0, CLONE_NEWNET);
}

static int open_net(struct diag *diag)
{
	return nsref_open_file(AT_FDCWD, "/run/n", NS_NET, 0, diag);
}

static void is_looked_at_first(void **state)
{
	struct diag diag;
	int fd;

	(void)state;
	begin();
	fd = open_net(&diag);
	assert_true(fd >= 0);
	assert_string_equal(fake_call(0)->text, "openat(AT_FDCWD, \"/run/n\", O_PATH)");
	assert_string_equal(fake_call(1)->text, "stat_known(</run/n>)");
	assert_string_equal(fake_call(2)->text, "fstatfs(</run/n>)");
	assert_string_equal(fake_call(3)->text,
			    "openat(AT_FDCWD, \"/proc/self/fd/1000\", O_NONBLOCK)");
	close(fd);
	fake_assert_closed();
}

static void any_type_will_do(void **state)
{
	struct diag diag;
	int fd;

	(void)state;
	begin();
	fd = nsref_open_file(AT_FDCWD, "/run/n", NS_NONE, NSREF_NOFOLLOW, &diag);
	assert_true(fd >= 0);
	assert_non_null(fake_find("openat(AT_FDCWD, \"/run/n\", O_NOFOLLOW|O_PATH)"));
	close(fd);
	fake_assert_closed();
}

static void without_proc_by_its_path(void **state)
{
	struct diag diag;
	int fd;

	(void)state;
	begin();
	fake_remove("/proc/self/fd/1000");
	fd = open_net(&diag);
	assert_true(fd >= 0);
	assert_non_null(fake_find("openat(AT_FDCWD, \"/run/n\", O_NONBLOCK)"));
	close(fd);
	fake_assert_closed();
}

/* If only root could put something else in its place, /proc is not touched. */
static void directory_of_roots(void **state)
{
	struct diag diag;
	int fd;

	(void)state;
	begin();
	fd = nsref_open_file(AT_FDCWD, "/run/n", NS_NET, NSREF_ROOTS_DIR, &diag);
	assert_true(fd >= 0);
	assert_null(fake_find("/proc"));
	close(fd);
	fake_assert_closed();
}

static void replaced_in_between(void **state)
{
	struct diag diag;

	(void)state;
	begin();
	fake_file("/other", "");
	fake_link("/proc/self/fd/1000", "/other");
	assert_int_equal(open_net(&diag), -ESTALE);
	fake_assert_closed();
}

struct refused {
	const char *name;
	mode_t mode;
	int rc;
	const char *message;
};

static const struct refused refused[] = {
	{ "an ordinary file", S_IFREG, EINVAL,
	  "'/run/x' is no network namespace file but an ordinary file" },
	{ "a directory", S_IFDIR, EINVAL, "'/run/x' is no network namespace file but a directory" },
	{ "a FIFO", S_IFIFO, EINVAL, "'/run/x' is no network namespace file but a FIFO" },
	{ "a socket", S_IFSOCK, EINVAL, "'/run/x' is no network namespace file but a socket" },
	{ "a device", S_IFCHR, EINVAL, "'/run/x' is no network namespace file but a device" },
	{ "a block device", S_IFBLK, EINVAL,
	  "'/run/x' is no network namespace file but a device" },
};

static void is_refused(void **state)
{
	const struct refused *row = *state;
	struct diag diag;

	begin();
	fake_file("/run/x", "")->mode = row->mode | 0644;
	assert_int_equal(nsref_open_file(AT_FDCWD, "/run/x", NS_NET, 0, &diag), -row->rc);
	assert_message(&diag, row->message);
	/* Never opened but as a path, and its file system, which may be remote, is not asked. */
	assert_int_equal(fake_count("openat"), 1);
	assert_int_equal(fake_count("fstat") + fake_count("fstatfs"), 0);
	fake_assert_closed();
}

static void another_type_is_refused(void **state)
{
	struct diag diag;

	(void)state;
	begin();
	fake_returns("ioctl", 1, CLONE_NEWUTS);
	assert_int_equal(open_net(&diag), -EINVAL);
	assert_message(&diag, "'/run/n' is a UTS namespace, not a network namespace");
	fake_assert_closed();
}

/* Before Linux 4.11 the type cannot be told; setns(2) will. */
static void type_that_cannot_be_told(void **state)
{
	struct diag diag;
	int fd;

	(void)state;
	begin();
	fake_returns("ioctl", 1, -ENOTTY);
	fd = open_net(&diag);
	assert_true(fd >= 0);
	close(fd);
}

static void failures_are_told(void **state)
{
	static const struct {
		const char *call;
		unsigned nth;
		const char *message;
	} rows[] = {
		{ "openat", 1, "cannot open the network namespace file '/run/n': Permission denied" },
		{ "stat_known", 1,
		  "cannot examine the network namespace file '/run/n': Permission denied" },
		{ "fstatfs", 1,
		  "cannot examine the network namespace file '/run/n': Permission denied" },
		{ "openat", 2, "cannot open the network namespace file '/run/n': Permission denied" },
		{ "fstat", 1, "cannot open the network namespace file '/run/n': Permission denied" },
		{ "fstat", 2, "cannot open the network namespace file '/run/n': Permission denied" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct diag diag;

		begin();
		fake_returns(rows[i].call, rows[i].nth, -EACCES);
		assert_int_equal(open_net(&diag), -EACCES);
		assert_message(&diag, rows[i].message);
		fake_assert_closed();
	}
}

static void sameness(void **state)
{
	bool same = false;
	int a, b, c;

	(void)state;
	begin();
	fake_file("/run/m", "")->ino = 500; /* the same number, another device */
	a = sys_openat(AT_FDCWD, "/run/n", O_PATH, 0);
	b = sys_openat(AT_FDCWD, "/run/n", O_PATH, 0);
	c = sys_openat(AT_FDCWD, "/run/m", O_PATH, 0);
	assert_int_equal(nsref_same(a, b, &same), 0);
	assert_true(same);
	assert_int_equal(nsref_same(a, c, &same), 0);
	assert_false(same);
	assert_int_equal(nsref_same(-1, a, &same), -EBADF);
	assert_int_equal(nsref_same(a, -1, &same), -EBADF);
}

/* --- by id ------------------------------------------------------------------------------------- */

static void id_by_its_handle(void **state)
{
	struct diag diag;

	(void)state;
	begin();
	fake_returns("open_by_handle_at", 1, 5);
	assert_int_equal(nsref_open_id(99, NS_NET, &diag), 5);
	assert_int_equal(fake_count("openat"), 0);
}

static void id_of_another_type(void **state)
{
	static const struct {
		int type;
		const char *message;
	} rows[] = {
		{ CLONE_NEWUTS, "the namespace with the id 99 is of type UTS, not network" },
		{ -ENOTTY, "the namespace with the id 99 is of type unknown, not network" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct diag diag;
		int fd;

		begin();
		fd = sys_openat(AT_FDCWD, "/run/n", O_RDONLY, 0);
		fake_returns("open_by_handle_at", 1, fd);
		fake_returns("ioctl", 1, rows[i].type);
		assert_int_equal(nsref_open_id(99, NS_NET, &diag), -EINVAL);
		assert_message(&diag, rows[i].message);
		fake_assert_closed();
	}
}

static void id_where_proc_cannot_be_read(void **state)
{
	struct diag diag;

	(void)state;
	begin();
	fake_returns("openat", 1, -EACCES);
	assert_int_equal(nsref_open_id(99, NS_NET, &diag), -EACCES);
	assert_message(&diag, "cannot open /proc: Permission denied");
	begin();
	fake_returns("openat", 2, -EMFILE);
	assert_int_equal(nsref_open_id(99, NS_NET, &diag), -EMFILE);
	assert_message(&diag, "cannot read /proc: Too many open files");
	fake_assert_closed();
}

/* Processes 4242, which is us, 7 and 8, and some files that are none; what the handle would give cannot be opened. */
static void begin_search(void)
{
	static const char *const processes[] = { "/proc/7", "/proc/8" };
	char path[64];

	fake_reset();
	fake_file("/proc/uptime", "");
	fake_dir("/proc/acpi");
	for (size_t i = 0; i < ARRAY_LEN(processes); i++) {
		fake_dir(processes[i]);
		snprintf(path, sizeof(path), "%s/ns/net", processes[i]);
		fake_ns(path);
	}
	fake_returns("open_by_handle_at", 0, -EPERM);
}

static void give_id(uint64_t id)
{
	fake_input("ioctl NS_GET_ID", &id, sizeof(id));
}

static void id_of_a_process(void **state)
{
	struct diag diag;
	int fd;

	(void)state;
	begin_search();
	give_id(97);
	give_id(98);
	give_id(99);
	fd = nsref_open_id(99, NS_NET, &diag);
	assert_true(fd >= 0);
	assert_string_equal(fake_fd_path(fd), "/proc/8/ns/net");
	assert_null(fake_find("acpi"));
	close(fd);
	fake_assert_closed();
}

static void id_of_nobody(void **state)
{
	struct diag diag;

	(void)state;
	begin_search();
	fake_remove("/proc/7/ns/net"); /* it has just ended */
	give_id(98);
	assert_int_equal(nsref_open_id(99, NS_NET, &diag), -ESRCH);
	assert_message(&diag, "no network namespace with the id 99 was found");
	fake_assert_closed();
}

static void id_on_a_kernel_without(void **state)
{
	struct diag diag;

	(void)state;
	begin_search();
	fake_returns("ioctl", 0, -ENOTTY);
	assert_true(nsref_open_id(99, NS_NET, &diag) < 0);
	assert_message(&diag, "this kernel has no namespace ids (Linux 6.18)");
	assert_int_equal(fake_count("ioctl"), 1);
	fake_assert_closed();
}

static void id_where_the_list_breaks_off(void **state)
{
	struct diag diag;

	(void)state;
	begin_search();
	fake_returns("fdopendir", 1, -ENOMEM);
	assert_int_equal(nsref_open_id(99, NS_NET, &diag), -ENOMEM);
	assert_message(&diag, "cannot read /proc: Cannot allocate memory");
	fake_assert_closed();
	begin_search();
	fake_returns("readdir", 2, -EIO);
	assert_int_equal(nsref_open_id(99, NS_NET, &diag), -EIO);
	assert_message(&diag, "cannot read /proc: Input/output error");
	fake_assert_closed();
}

static void liveness_by_the_handle(void **state)
{
	(void)state;
	begin();
	fake_returns("open_by_handle_at", 1, sys_openat(AT_FDCWD, "/run/n", O_RDONLY, 0));
	assert_int_equal(nsref_is_alive(99, NS_NET, 5), 1);
	fake_assert_closed();
	fake_returns("open_by_handle_at", 0, -ESTALE);
	assert_int_equal(nsref_is_alive(99, NS_NET, 5), 0);
	fake_returns("open_by_handle_at", 0, -EPERM);
	assert_int_equal(nsref_is_alive(99, NS_NET, 5), -EPERM);
}

int main(void)
{
	UNIT_ADD(is_looked_at_first);
	UNIT_ADD(any_type_will_do);
	UNIT_ADD(without_proc_by_its_path);
	UNIT_ADD(directory_of_roots);
	UNIT_ADD(replaced_in_between);
	UNIT_ADD_ROWS(is_refused, refused);
	UNIT_ADD(another_type_is_refused);
	UNIT_ADD(type_that_cannot_be_told);
	UNIT_ADD(failures_are_told);
	UNIT_ADD(sameness);
	UNIT_ADD(id_by_its_handle);
	UNIT_ADD(id_of_another_type);
	UNIT_ADD(id_where_proc_cannot_be_read);
	UNIT_ADD(id_of_a_process);
	UNIT_ADD(id_of_nobody);
	UNIT_ADD(id_on_a_kernel_without);
	UNIT_ADD(id_where_the_list_breaks_off);
	UNIT_ADD(liveness_by_the_handle);
	return unit_run("nsref");
}
