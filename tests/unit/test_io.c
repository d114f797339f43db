/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files, links, directories and streams, each read or written as a whole. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/io.h"

static char work[64];
static int dir = -1;

static int make_work(void **state)
{
	(void)state;
	snprintf(work, sizeof(work), "/tmp/xns-test-io.XXXXXX");
	if (!mkdtemp(work))
		return -1;
	dir = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -1 : 0;
}

static int remove_work(void **state)
{
	(void)state;
	unlinkat(dir, "file", 0);
	unlinkat(dir, "link", 0);
	close(dir);
	return rmdir(work);
}

static int open_with(const char *text, size_t len)
{
	int fd = openat(dir, "file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void a_line_ends_at_its_newline_or_with_the_buffer(void **state)
{
	char line[8] = "before";

	(void)state;
	close(open_with("one\ntwo\n", 8));
	assert_int_equal(io_read_line(dir, "none", line, sizeof(line)), -ENOENT);
	assert_string_equal(line, "before");
	assert_int_equal(io_read_line(dir, "file", line, sizeof(line)), 0);
	assert_string_equal(line, "one");
	close(open_with("0123456789", 10));
	assert_int_equal(io_read_line(dir, "file", line, sizeof(line)), 0);
	assert_string_equal(line, "0123456");
}

static void all_is_written_or_the_failure_told(void **state)
{
	_cleanup_close_ int fd = open_with("", 0), full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct stat st;

	(void)state;
	assert_int_equal(io_write_all(fd, "some text", 9), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 9);
	assert_int_equal(io_write_all(fd, NULL, 0), 0);
	assert_int_equal(io_write_all(full, "some text", 9), -ENOSPC);
}

static void a_link_is_terminated_also_where_it_is_cut(void **state)
{
	char text[8];

	(void)state;
	assert_int_equal(symlinkat("over there", dir, "link"), 0);
	assert_int_equal(io_read_link(dir, "link", text, sizeof(text)), 7);
	assert_string_equal(text, "over th");
	assert_int_equal(io_read_link(dir, "none", text, sizeof(text)), -ENOENT);
	assert_string_equal(text, "over th");
}

static void an_open_file_is_opened_once_more(void **state)
{
	int fd, again;
	char text[8] = "";

	(void)state;
	fd = openat(dir, "moved", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "it", 2), 2);
	assert_int_equal(renameat(dir, "moved", dir, "away"), 0);
	again = io_reopen(fd, O_RDONLY);
	assert_true(again >= 0);
	assert_int_equal(read(again, text, sizeof(text)), 2);
	assert_string_equal(text, "it");
	close(again);
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlinkat(dir, "away", 0), 0);
	assert_int_equal(io_reopen(fd, O_RDONLY), -ENOENT);
}

static void names_are_all_but_the_two_of_every_directory(void **state)
{
	const char *name;
	DIR *list = NULL;
	int n = 0, rc = 0;

	(void)state;
	close(open_with("", 0));
	assert_int_equal(io_open_dir(dir, ".", &list), 0);
	while ((name = io_next_name(list, &rc)) != NULL) {
		assert_true(strcmp(name, "file") == 0 || strcmp(name, "link") == 0);
		n++;
	}
	closedir(list);
	assert_int_equal(rc, 0);
	assert_int_equal(n, faccessat(dir, "link", F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? 2 : 1);
	assert_int_equal(io_open_dir(dir, "file", &list), -ENOTDIR);
}

static void a_directory_that_cannot_be_read_on_is_told(void **state)
{
	_cleanup_close_ int file = open_with("", 0);
	DIR *list = NULL;
	int rc = 0;

	(void)state;
	assert_int_equal(io_open_dir(dir, ".", &list), 0);
	assert_true(dup2(file, dirfd(list)) >= 0);
	assert_null(io_next_name(list, &rc));
	assert_int_equal(rc, -ENOTDIR);
	closedir(list);
}

static void a_flush_tells_of_this_write_and_of_earlier_ones(void **state)
{
	FILE *full = fopen("/dev/full", "we"), *null = fopen("/dev/null", "we");

	(void)state;
	assert_non_null(full);
	assert_non_null(null);
	fputs("text", full);
	assert_int_equal(io_flush(full), -ENOSPC);
	assert_int_equal(io_flush(full), -EIO);
	fputs("text", null);
	assert_int_equal(io_flush(null), 0);
	fclose(full);
	fclose(null);
}

int main(void)
{
	UNIT_ADD(a_line_ends_at_its_newline_or_with_the_buffer);
	UNIT_ADD(all_is_written_or_the_failure_told);
	UNIT_ADD(a_link_is_terminated_also_where_it_is_cut);
	UNIT_ADD(an_open_file_is_opened_once_more);
	UNIT_ADD(names_are_all_but_the_two_of_every_directory);
	UNIT_ADD(a_directory_that_cannot_be_read_on_is_told);
	UNIT_ADD(a_flush_tells_of_this_write_and_of_earlier_ones);
	return _cmocka_run_group_tests("io", unit_tests, unit_n_tests, make_work, remove_work);
}
