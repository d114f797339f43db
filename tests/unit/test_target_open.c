/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening things through a process: its namespaces, directories, files, sockets, its cgroup. */
#include "target_unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- namespaces, directories, files ------------------------------------------------------------- */

static void namespace_by_pidfd(void **state)
{
	struct target target;

	(void)state;
	begin();
	open_target(&target);
	fake_returns("ioctl", 1, 1234);
	assert_int_equal(target_open_ns(&target, NS_NET), 1234);
	fake_returns("ioctl", 2, -EACCES);
	assert_int_equal(target_open_ns(&target, NS_NET), -EACCES);
	fake_returns("ioctl", 3, -ESRCH);
	assert_int_equal(target_open_ns(&target, NS_NET), -ESRCH);
	target_close(&target);
}

static void namespace_by_file(void **state)
{
	static const int errnos[] = { ENOTTY, EOPNOTSUPP };
	struct target target;
	int fd;

	(void)state;
	begin();
	open_target(&target);
	for (unsigned i = 0; i < ARRAY_LEN(errnos); i++) {
		fake_returns("ioctl", i + 1, -errnos[i]);
		fd = target_open_ns(&target, NS_NET);
		assert_true(fd >= 0);
		close(fd);
	}
	assert_int_equal(target_open_ns(&target, NS_TIME), -ENOENT);
	target_close(&target);
	fake_assert_closed();
}

/* Each type has a request of its own. */
static void requests_differ(void **state)
{
	struct target target;

	(void)state;
	begin();
	open_target(&target);
	for (int k = 0; k < NS_COUNT; k++)
		target_open_ns(&target, (enum ns_type)k);
	for (size_t i = 0; i < fake_n_calls(); i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(fake_call(i)->name, "ioctl") == 0)
				assert_string_not_equal(fake_call(i)->text, fake_call(j)->text);
	assert_int_equal(fake_count("ioctl"), NS_COUNT);
	target_close(&target);
}

static void directory(void **state)
{
	struct target target;
	struct diag diag;
	int fd;

	(void)state;
	begin();
	open_target(&target);
	fd = target_open_dir(&target, "root", &diag);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(target_open_dir(&target, "cwd", &diag), -ENOENT);
	assert_message(&diag, "cannot open /proc/77/cwd: No such file or directory");
	target_close(&target);
	fake_assert_closed();
}

static void file_is_read_whole(void **state)
{
	char large[10000], *text = NULL;
	struct target target;
	struct diag diag;
	size_t len;

	(void)state;
	memset(large, 'e', sizeof(large));
	large[5] = '\0';
	begin();
	fake_bytes("/proc/77/environ", large, sizeof(large));
	open_target(&target);
	assert_int_equal(target_read(&target, "environ", &text, &len, &diag), 0);
	assert_int_equal(len, sizeof(large));
	assert_memory_equal(text, large, len);
	assert_int_equal(text[len], '\0');
	free(text);
	assert_int_equal(target_read(&target, "none", &text, &len, &diag), -ENOENT);
	assert_message(&diag, "cannot read /proc/77/none: No such file or directory");
	fake_returns("read", 0, -ESRCH);
	assert_int_equal(target_read(&target, "environ", &text, &len, &diag), -ESRCH);
	assert_message(&diag, "cannot read /proc/77/environ: No such process");
	assert_string_equal(diag.hint, "process 77 has no memory of its own; kernel threads have none");
	fake_returns("read", 0, -EIO);
	assert_int_equal(target_read(&target, "environ", &text, &len, &diag), -EIO);
	target_close(&target);
	fake_assert_closed();
}

/* --- sockets and cgroups ------------------------------------------------------------------------ */

static void namespace_of_a_socket(void **state)
{
	struct target target;
	struct diag diag;
	int fd;

	(void)state;
	begin();
	open_target(&target);
	fd = target_open_socket_ns(&target, 5, &diag);
	assert_true(fd >= 0);
	close(fd);
	target_close(&target);
	fake_assert_closed();
}

static void namespace_of_what_is_no_socket(void **state)
{
	static const struct {
		const char *call;
		int err, rc;
		const char *message;
	} rows[] = {
		{ "ioctl", ENOTTY, ENOTSOCK,
		  "descriptor 5 of process 77 is no socket of a network namespace" },
		{ "ioctl", EINVAL, ENOTSOCK,
		  "descriptor 5 of process 77 is no socket of a network namespace" },
		{ "ioctl", EOPNOTSUPP, ENOTSOCK,
		  "descriptor 5 of process 77 is no socket of a network namespace" },
		{ "ioctl", EPERM, EPERM,
		  "cannot open the network namespace of descriptor 5 of process 77: Operation not "
		  "permitted" },
		{ "pidfd_getfd", EPERM, EPERM,
		  "cannot take descriptor 5 of process 77: Operation not permitted" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct target target;
		struct diag diag;

		begin();
		open_target(&target);
		fake_returns(rows[i].call, 1, -rows[i].err);
		assert_int_equal(target_open_socket_ns(&target, 5, &diag), -rows[i].rc);
		assert_message(&diag, rows[i].message);
		target_close(&target);
		fake_assert_closed();
	}
}

static void socket_without_a_pidfd(void **state)
{
	struct target target = TARGET_NONE;
	struct diag diag;

	(void)state;
	begin();
	target.pid = 77;
	assert_int_equal(target_open_socket_ns(&target, 5, &diag), -ENOSYS);
	assert_int_equal(fake_n_calls(), 0);
}

enum { CGROUP2 = 0x63677270, TMPFS = 0x01021994 };

static void begin_cgroup(const char *place, const char *text)
{
	begin();
	fake_dir("/sys/fs/cgroup");
	fake_dir("/sys/fs/cgroup/unified");
	fake_mounted("/sys/fs/cgroup", TMPFS);
	fake_mounted(place, CGROUP2);
	fake_file("/proc/77/cgroup", text);
	fake_file("/sys/fs/cgroup/./a/b/cgroup.procs", "");
	fake_file("/sys/fs/cgroup/unified/./a/b/cgroup.procs", "");
}

static void cgroup_is_opened(void **state)
{
	static const char *const places[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct target target;
		struct diag diag;
		int fd;

		begin_cgroup(places[i], "1:name=systemd:/other\n0::/a/b\n");
		open_target(&target);
		fd = target_open_cgroup(&target, &diag);
		assert_true(fd >= 0);
		assert_non_null(fake_find("\"./a/b/cgroup.procs\", O_WRONLY"));
		close(fd);
		target_close(&target);
		fake_assert_closed();
	}
}

struct no_cgroup {
	const char *name, *place, *text;
	int rc;
	const char *message;
};

static const struct no_cgroup no_cgroups[] = {
	{ "no cgroup2 is mounted", "/elsewhere", "0::/a/b\n", ENOENT,
	  "no cgroup2 is mounted at /sys/fs/cgroup or /sys/fs/cgroup/unified" },
	{ "only version 1", "/sys/fs/cgroup", "1:cpu:/a/b\n", ENOENT,
	  "process 77 is in no cgroup of version 2" },
	{ "no path", "/sys/fs/cgroup", "0::\n", ENOENT, "process 77 is in no cgroup of version 2" },
	{ "outside our cgroup namespace", "/sys/fs/cgroup", "0::/../x\n", EXDEV,
	  "the cgroup '/../x' of process 77 lies outside our cgroup namespace" },
	{ "right outside our cgroup namespace", "/sys/fs/cgroup", "0::/..\n", EXDEV,
	  "the cgroup '/..' of process 77 lies outside our cgroup namespace" },
	{ "a name that only begins so", "/sys/fs/cgroup", "0::/..x\n", ENOENT,
	  "cannot open the cgroup '/..x' of process 77: No such file or directory" },
	{ "removed", "/sys/fs/cgroup", "0::/gone\n", ENOENT,
	  "cannot open the cgroup '/gone' of process 77: No such file or directory" },
};

static void cgroup_is_not_opened(void **state)
{
	const struct no_cgroup *row = *state;
	struct target target;
	struct diag diag;

	begin_cgroup(row->place, row->text);
	open_target(&target);
	assert_int_equal(target_open_cgroup(&target, &diag), -row->rc);
	assert_message(&diag, row->message);
	target_close(&target);
	fake_assert_closed();
}

static void cgroup_with_a_long_path(void **state)
{
	static char text[6000] = "0::/";
	struct target target;
	struct diag diag;

	(void)state;
	memset(text + 4, 'c', sizeof(text) - 5);
	begin_cgroup("/sys/fs/cgroup", text);
	open_target(&target);
	assert_int_equal(target_open_cgroup(&target, &diag), -ENAMETOOLONG);
	fake_remove("/proc/77/cgroup");
	assert_int_equal(target_open_cgroup(&target, &diag), -ENOENT);
	assert_message(&diag, "cannot read /proc/77/cgroup: No such file or directory");
	target_close(&target);
	fake_assert_closed();
}

int main(void)
{
	UNIT_ADD(namespace_by_pidfd);
	UNIT_ADD(namespace_by_file);
	UNIT_ADD(requests_differ);
	UNIT_ADD(directory);
	UNIT_ADD(file_is_read_whole);
	UNIT_ADD(namespace_of_a_socket);
	UNIT_ADD(namespace_of_what_is_no_socket);
	UNIT_ADD(socket_without_a_pidfd);
	UNIT_ADD(cgroup_is_opened);
	UNIT_ADD_ROWS(cgroup_is_not_opened, no_cgroups);
	UNIT_ADD(cgroup_with_a_long_path);
	return unit_run("target_open");
}
