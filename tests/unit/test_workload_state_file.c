/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A runtime's file is read only if nobody else could have written it; a reader never waits. */
#include <errno.h>
#include <signal.h>

#include "base/macros.h"
#include "tree_unit.h"
#include "workload/state_file.h"

enum { A_STRANGER = 4711 };

static int read_as(uint32_t owner, const char *path, size_t *ret_len)
{
	_cleanup_free_ char *text = NULL;

	return state_file_read(tree_root, path, owner, &text, ret_len);
}

static int read_ours(const char *path)
{
	size_t len;

	return read_as(geteuid(), path, &len);
}

static void reads_a_file(void **state)
{
	char *text = NULL;
	size_t len = 0;

	(void)state;
	tree_write("run/x/status", "a\0b", 3);
	assert_int_equal(state_file_read(tree_root, "/run/x/status", geteuid(), &text, &len), 0);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b", 4);
	free(text);
	assert_int_equal(read_ours("run//x/status"), 0);
	assert_int_equal(read_ours("run/x/none"), -ENOENT);
	assert_int_equal(read_ours("none/x/status"), -ENOENT);
}

static void refuses_what_others_may_write(void **state)
{
	(void)state;
	tree_write("run/x/status", "a", 1);
	chmod(tree_path("run/x/status"), 0620);
	assert_int_equal(read_ours("run/x/status"), -EPERM);
	chmod(tree_path("run/x/status"), 0602);
	assert_int_equal(read_ours("run/x/status"), -EPERM);
	chmod(tree_path("run/x/status"), 0644);
	assert_int_equal(read_ours("run/x/status"), 0);
	chmod(tree_path("run/x"), 0775);
	assert_int_equal(read_ours("run/x/status"), -EPERM);
	chmod(tree_path("run/x"), 0755);
	chmod(tree_path("run"), 01777);
	assert_int_equal(read_ours("run/x/status"), -EPERM);
	chmod(tree_path("run"), 0711);
	assert_int_equal(read_ours("run/x/status"), 0);
	chmod(tree_directory, 0777);
	assert_int_equal(read_ours("run/x/status"), -EPERM);
}

static void refuses_what_others_own(void **state)
{
	size_t len;

	(void)state;
	tree_write("run/x/status", "a", 1);
	if (geteuid() != 0) {
		assert_int_equal(read_as(A_STRANGER, "run/x/status", &len), -EPERM);
		return;
	}
	/* A file of root's is believed for every owner. */
	assert_int_equal(read_as(A_STRANGER, "run/x/status", &len), 0);
	for (size_t i = 0; i < 2; i++) {
		const char *path = i == 0 ? "run/x/status" : "run/x";

		assert_int_equal(chown(tree_path(path), A_STRANGER, 0), 0);
		assert_int_equal(read_as(0, "run/x/status", &len), -EPERM);
		assert_int_equal(read_as(A_STRANGER + 1, "run/x/status", &len), -EPERM);
		assert_int_equal(read_as(A_STRANGER, "run/x/status", &len), 0);
		assert_int_equal(chown(tree_path(path), 0, 0), 0);
	}
}

static void follows_no_link(void **state)
{
	(void)state;
	tree_write("run/x/status", "a", 1);
	assert_int_equal(symlink("status", tree_path("run/x/link")), 0);
	assert_int_equal(symlink("x", tree_path("run/y")), 0);
	assert_int_equal(read_ours("run/x/link"), -ELOOP);
	assert_int_equal(read_ours("run/y/status"), -ELOOP);
}

static void refuses_what_is_no_file(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(tree_path("run/x/fifo"), 0600), 0);
	tree_write("run/x/file", "a", 1);
	assert_int_equal(read_ours("run/x/fifo"), -EPERM);
	assert_int_equal(read_ours("run/x"), -EPERM);
	assert_int_equal(read_ours("run/x/file/status"), -EPERM);
}

/* A lease would hold up a plain open(2) for /proc/sys/fs/lease-break-time, 45 seconds. */
static void a_lease_does_not_hold_it_up(void **state)
{
	int fd;

	(void)state;
	tree_write("run/x/status", "a", 1);
	fd = open(tree_path("run/x/status"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	signal(SIGIO, SIG_IGN);
	assert_int_equal(fcntl(fd, F_SETLEASE, F_WRLCK), 0);
	assert_int_equal(read_ours("run/x/status"), -EAGAIN);
	close(fd);
	assert_int_equal(read_ours("run/x/status"), 0);
}

static void a_mebibyte_is_read_and_no_more(void **state)
{
	size_t len = 0;

	(void)state;
	tree_write("run/x/status", "", 0);
	assert_int_equal(truncate(tree_path("run/x/status"), STATE_FILE_MAX), 0);
	assert_int_equal(read_as(geteuid(), "run/x/status", &len), 0);
	assert_int_equal(len, STATE_FILE_MAX);
	assert_int_equal(truncate(tree_path("run/x/status"), STATE_FILE_MAX + 1), 0);
	assert_int_equal(read_ours("run/x/status"), -EFBIG);
	assert_int_equal(truncate(tree_path("run/x/status"), 64 << 20), 0);
	assert_int_equal(read_ours("run/x/status"), -EFBIG);
}

static void a_component_that_is_too_long(void **state)
{
	char path[512];

	(void)state;
	memset(path, 'x', sizeof(path));
	strcpy(path + sizeof(path) - 8, "/status");
	assert_int_equal(read_ours(path), -ENAMETOOLONG);
}

#define ADD(function)                                                                           \
	unit_tests[unit_n_tests++] = (struct CMUnitTest)                                        \
		cmocka_unit_test_setup_teardown(function, tree_enter, tree_leave)

int main(void)
{
	ADD(reads_a_file);
	ADD(refuses_what_others_may_write);
	ADD(refuses_what_others_own);
	ADD(follows_no_link);
	ADD(refuses_what_is_no_file);
	ADD(a_lease_does_not_hold_it_up);
	ADD(a_mebibyte_is_read_and_no_more);
	ADD(a_component_that_is_too_long);
	return unit_run("workload_state_file");
}
