/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of other processes are read up to a limit. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_unit.h"
#include "kernel/bounded.h"
#include "memory.h"

static void all_is_read_whatever_the_length(void **state)
{
	static const size_t lengths[] = { 0, 1, 8190, 8191, 8192, 8193, 100000 };
	static char written[100000];

	(void)state;
	for (size_t i = 0; i < sizeof(written); i++)
		written[i] = (char)i; /* NULs among them */
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		_cleanup_close_ int fd = file_with(written, lengths[i]);
		_cleanup_free_ char *text = NULL;
		size_t len = 0;

		assert_int_equal(bounded_read(fd, BOUNDED_TEXT, &text, &len), 0);
		assert_int_equal(len, lengths[i]);
		assert_memory_equal(text, written, len);
		assert_int_equal(text[len], '\0');
	}
}

static void what_cannot_be_read_leaves_nothing(void **state)
{
	char kept[] = "kept", *text = kept;
	size_t len = 7;
	_cleanup_close_ int dir = open("/", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(bounded_read(dir, BOUNDED_TEXT, &text, &len), -EISDIR);
	memory_left = 0;
	assert_int_equal(bounded_read(dir, BOUNDED_TEXT, &text, &len), -ENOMEM);
	memory_left = -1;
	assert_ptr_equal(text, kept);
	assert_int_equal(len, 7);
}

static void the_limit_may_be_reached_but_not_passed(void **state)
{
	static char written[20001];

	(void)state;
	for (size_t size = 19999; size <= 20001; size++) {
		_cleanup_close_ int fd = file_with(written, size);
		_cleanup_free_ char *text = NULL;
		size_t len = 7;

		assert_int_equal(bounded_read(fd, 20000, &text, &len), size > 20000 ? -EFBIG : 0);
		assert_int_equal(len, size > 20000 ? 7 : size);
	}
}

/* A limit holds however much there is. */
static void an_endless_file_ends_at_the_limit(void **state)
{
	_cleanup_close_ int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct bounded_lines lines = { .fd = fd };
	char *text = NULL;
	size_t len;

	(void)state;
	assert_int_equal(bounded_read(fd, BOUNDED_TEXT, &text, &len), -EFBIG);
	assert_int_equal(bounded_next_line(&lines, &text), -EFBIG);
	assert_null(text);
	assert_in_range(lines.room, BOUNDED_LINE, 4 * BOUNDED_LINE);
	bounded_free(&lines);
}

static void lines_come_one_by_one_and_again(void **state)
{
	_cleanup_close_ int fd = file_with("one\n\nthree", 10);
	struct bounded_lines lines = { .fd = fd };
	char *line;

	(void)state;
	for (int i = 0; i < 2; i++, bounded_rewind(&lines)) {
		assert_int_equal(bounded_next_line(&lines, &line), 1);
		assert_string_equal(line, "one");
		assert_int_equal(bounded_next_line(&lines, &line), 1);
		assert_string_equal(line, "");
		assert_int_equal(bounded_next_line(&lines, &line), 1);
		assert_string_equal(line, "three");
		assert_int_equal(bounded_next_line(&lines, &line), 0);
		assert_int_equal(bounded_next_line(&lines, &line), 0);
	}
	bounded_free(&lines);
}

int main(void)
{
	UNIT_ADD(all_is_read_whatever_the_length);
	UNIT_ADD(what_cannot_be_read_leaves_nothing);
	UNIT_ADD(the_limit_may_be_reached_but_not_passed);
	UNIT_ADD(an_endless_file_ends_at_the_limit);
	UNIT_ADD(lines_come_one_by_one_and_again);
	return unit_run("bounded");
}
