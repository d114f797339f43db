/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading subordinate ids from a file: every size, and what is no file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/macros.h"
#include "kernel/subid_read.h"
#include "memory.h"
#include "subid_unit.h"

static char directory[] = "/tmp/xns-test-subid.XXXXXX";
static char path[sizeof(directory) + 8];

static void write_file(const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static int enter(void **state)
{
	(void)state;
	memcpy(directory + sizeof(directory) - 7, "XXXXXX", 6);
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/subuid", directory);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static void read_gives_the_ranges_of_the_file(void **state)
{
	static const char text[] = "ann:1:1\nbob:100000:65536\n";
	struct subid_list list = { .n = 77 };

	(void)state;
	write_file(text, strlen(text));
	assert_int_equal(subid_read(path, "bob", 1001, &list), 0);
	assert_list(&list, "100000:65536");
	subid_free(&list);
}

static void read_takes_a_missing_file_for_an_empty_one(void **state)
{
	struct subid_list list = { .n = 77 };

	(void)state;
	assert_int_equal(subid_read(path, "ann", 1000, &list), 0);
	assert_int_equal(list.n, 0);
	assert_null(list.ranges);
}

static void read_takes_an_empty_file(void **state)
{
	struct subid_list list = { .n = 77 };

	(void)state;
	write_file("", 0);
	assert_int_equal(subid_read(path, "ann", 1000, &list), 0);
	assert_int_equal(list.n, 0);
}

static void read_of_a_directory_fails(void **state)
{
	struct subid_list list = { .n = 77 };

	(void)state;
	assert_int_equal(subid_read(directory, "ann", 1000, &list), -EISDIR);
	assert_int_equal(list.n, 77);
}

static void read_below_a_file_fails(void **state)
{
	struct subid_list list = { .n = 77 };
	char below[sizeof(path) + 2];

	(void)state;
	write_file("", 0);
	snprintf(below, sizeof(below), "%s/x", path);
	assert_int_equal(subid_read(below, "ann", 1000, &list), -ENOTDIR);
	assert_int_equal(list.n, 77);
}

static void read_does_not_wait_for_a_fifo(void **state)
{
	struct subid_list list = { .n = 77 };

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(subid_read(path, "ann", 1000, &list), 0);
	assert_int_equal(list.n, 0);
}

/* Around the size at which the buffer grows, with the line of interest last. */
static void read_takes_files_of_every_size_around_4096(void **state)
{
	static const char last[] = "ann:5:5";
	char text[4200];

	(void)state;
	for (size_t len = 4090; len < 4110; len++) {
		struct subid_list list;

		memset(text, '\n', sizeof(text));
		memcpy(text + len - strlen(last), last, strlen(last));
		write_file(text, len);
		assert_int_equal(subid_read(path, "ann", 1000, &list), 0);
		assert_list(&list, "5:5");
		subid_free(&list);
	}
}

static void read_takes_a_line_of_a_megabyte(void **state)
{
	enum { LEN = 1 << 20 };
	char *text = test_malloc(LEN);
	struct subid_list list;

	(void)state;
	memset(text, 'a', LEN);
	memcpy(text + LEN - 9, "\nann:5:5\n", 9);
	write_file(text, LEN);
	assert_int_equal(subid_read(path, "ann", 1000, &list), 0);
	assert_list(&list, "5:5");
	subid_free(&list);
	test_free(text);
}

static void read_takes_100000_lines(void **state)
{
	FILE *file = fopen(path, "w");
	struct subid_list list;

	(void)state;
	assert_non_null(file);
	for (unsigned i = 0; i < 100000; i++)
		fprintf(file, "%u:%u:1\n", i % 2 ? 1000 : i, i);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(subid_read(path, NULL, 1000, &list), 0);
	/* Every odd line, and line 1000. */
	assert_int_equal(list.n, 50001);
	assert_int_equal(list.ranges[0].start, 1);
	assert_int_equal(list.ranges[50000].start, 99999);
	subid_free(&list);
}

static void read_without_memory_leaves_the_list(void **state)
{
	static const char text[] = "ann:1:1\n";

	(void)state;
	write_file(text, strlen(text));
	for (int n = 0; n < 2; n++) {
		struct subid_list list = { .n = 77 };
		int rc;

		memory_left = n;
		rc = subid_read(path, "ann", 1000, &list);
		memory_left = -1;
		assert_int_equal(rc, -ENOMEM);
		assert_int_equal(list.n, 77);
	}
}

static int lowest_free_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(fd);
	return fd;
}

static void read_leaves_no_descriptor_open(void **state)
{
	struct subid_list list = { 0 };
	int before = lowest_free_fd();

	(void)state;
	write_file("ann:1:1\n", 8);
	assert_int_equal(subid_read(path, "ann", 1000, &list), 0);
	subid_free(&list);
	assert_int_equal(subid_read(directory, "ann", 1000, &list), -EISDIR);
	assert_int_equal(lowest_free_fd(), before);
}

static void add_file_test(const char *name, CMUnitTestFunction function)
{
	unit_add(name, function, NULL);
	unit_tests[unit_n_tests - 1].setup_func = enter;
	unit_tests[unit_n_tests - 1].teardown_func = leave;
}

#define ADD_FILE_TEST(function) add_file_test(#function, function)

int main(void)
{
	ADD_FILE_TEST(read_gives_the_ranges_of_the_file);
	ADD_FILE_TEST(read_takes_a_missing_file_for_an_empty_one);
	ADD_FILE_TEST(read_takes_an_empty_file);
	ADD_FILE_TEST(read_of_a_directory_fails);
	ADD_FILE_TEST(read_below_a_file_fails);
	ADD_FILE_TEST(read_does_not_wait_for_a_fifo);
	ADD_FILE_TEST(read_takes_files_of_every_size_around_4096);
	ADD_FILE_TEST(read_takes_a_line_of_a_megabyte);
	ADD_FILE_TEST(read_takes_100000_lines);
	ADD_FILE_TEST(read_without_memory_leaves_the_list);
	ADD_FILE_TEST(read_leaves_no_descriptor_open);
	return unit_run("subid_file");
}
