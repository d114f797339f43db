/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subordinate ids from other sources than the files: for which user the source is asked, and which
 * ranges count.
 */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/subid.h"
#include "kernel/subid_read.h"
#include "memory.h"

#define FIFTY "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"

struct row {
	const char *name;
	const char *text;
	const char *source;
};

static const struct row rows[] = {
	{ "empty", "", "" },
	{ "no such line", "passwd: files sss\ngroup: files sss\n", "" },
	{ "the files", "subid: files\n", "" },
	{ "another", "subid: sss\n", "sss" },
	{ "among other lines", "passwd: files\nsubid: sss\nsubuid: x\n", "sss" },
	{ "without a newline", "subid: sss", "sss" },
	{ "without a blank", "subid:sss\n", "sss" },
	{ "blanks around", "subid: \t sss \t \n", "sss" },
	{ "capitals", "SubID: sss\n", "sss" },
	{ "a source is taken as it is", "subid: SSS\n", "SSS" },
	{ "Files are another source", "subid: Files\n", "Files" },
	{ "more than files", "subid: files2\n", "files2" },
	{ "less than files", "subid: file\n", "file" },
	{ "several: the first counts", "subid: sss files\n", "sss" },
	{ "several: the files first", "subid: files sss\n", "" },
	{ "two lines: the first counts", "subid: sss\nsubid: files\n", "sss" },
	{ "two lines: the files first", "subid: files\nsubid: sss\n", "" },
	{ "a line without a source is none", "subid:\nsubid: \t\nsubid: sss\n", "sss" },
	{ "only lines without a source", "subid:\nsubid: \n", "" },
	{ "the end after the colon", "subid:", "" },
	{ "the end before the colon", "subid", "" },
	{ "a comment", "#subid: sss\n# subid: sss\n", "" },
	{ "a comment for a source", "subid: # sss\n", "" },
	{ "a comment after it", "subid: sss # since May\n", "sss" },
	{ "blank in front", " subid: sss\n", "" },
	{ "blank before the colon", "subid : sss\n", "" },
	{ "another key", "subids: sss\nxsubid: sss\nsubi: sss\n", "" },
	{ "fifty characters", "subid: " FIFTY "\n", FIFTY },
	{ "fifty-one characters", "subid: " FIFTY "y\n", "" },
};

static void find_source(void **state)
{
	const struct row *row = *state;
	size_t len = strlen(row->text);
	/* Without its terminator, so that valgrind and ASan see a step too far. */
	char *text = test_malloc(len ? len : 1);
	char source[SUBID_SOURCE] = "before";

	memcpy(text, row->text, len);
	subid_find_source(text, len, source);
	assert_string_equal(source, row->source);
	test_free(text);
}

static void places(void **state)
{
	char buf[SUBID_PLACE];

	(void)state;
	assert_string_equal(subid_place("", "uid", buf), "/etc/subuid");
	assert_string_equal(subid_place("", "gid", buf), "/etc/subgid");
	assert_string_equal(subid_place("sss", "gid", buf),
			    "'sss' (subid: in /etc/nsswitch.conf)");
	assert_string_equal(subid_place(FIFTY, "uid", buf),
			    "'" FIFTY "' (subid: in /etc/nsswitch.conf)");
}

static void ranges_that_are_none_are_skipped(void **state)
{
	static const struct {
		uint64_t start, count;
		bool taken;
	} ranges[] = {
		{ 100000, 65536, true },
		{ 100000, 0, false },
		{ 0, 1, true },
		{ 0, UINT64_C(4294967295), true },
		{ 0, UINT64_C(4294967296), false },
		{ 1, UINT64_C(4294967295), false },
		{ UINT64_C(4294967294), 1, true },
		{ UINT64_C(4294967294), 2, false },
		{ UINT64_C(4294967295), 1, false },
		{ UINT64_C(4294967296), 1, false },
		{ 1, UINT64_MAX, false },
		{ UINT64_MAX, 1, false },
		{ UINT64_MAX, UINT64_MAX, false },
	};
	struct subid_list list = { 0 };
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		assert_int_equal(subid_add(&list, ranges[i].start, ranges[i].count), 0);
		n += ranges[i].taken;
		assert_int_equal(list.n, n);
		if (ranges[i].taken) {
			assert_int_equal(list.ranges[n - 1].start, ranges[i].start);
			assert_int_equal(list.ranges[n - 1].count, ranges[i].count);
		}
	}
	subid_free(&list);
}

static void lack_of_memory_adds_nothing(void **state)
{
	struct subid_list list = { 0 };

	(void)state;
	do
		assert_int_equal(subid_add(&list, list.n, 1), 0);
	while (list.n < list.room);
	memory_left = 0;
	assert_int_equal(subid_add(&list, list.n, 1), -ENOMEM);
	memory_left = -1;
	assert_int_equal(list.n, list.room);
	subid_free(&list);
}

static void read_source(void **state)
{
	char path[] = "/tmp/xns-test-subid-source.XXXXXX", below[sizeof(path) + 2];
	char source[SUBID_SOURCE] = "before";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "subid: sss\n", 11), 11);
	assert_int_equal(close(fd), 0);
	snprintf(below, sizeof(below), "%s/x", path);
	assert_int_equal(subid_read_source(below, source), -ENOTDIR);
	assert_string_equal(source, "before");
	assert_int_equal(subid_read_source(path, source), 0);
	assert_string_equal(source, "sss");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(subid_read_source(path, source), 0);
	assert_string_equal(source, "");
}

int main(void)
{
	UNIT_ADD_ROWS(find_source, rows);
	UNIT_ADD(places);
	UNIT_ADD(ranges_that_are_none_are_skipped);
	UNIT_ADD(lack_of_memory_adds_nothing);
	UNIT_ADD(read_source);
	return unit_run("subid_source");
}
