/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of /etc/subuid: which belong to a user, and which are invalid. */
#include <errno.h>
#include <string.h>

#include "base/macros.h"
#include "memory.h"
#include "subid_unit.h"

struct row {
	const char *name;
	const char *text;
	const char *user; /* NULL: has none */
	uid_t uid;
	const char *list;
};

static const struct row rows[] = {
	{ "owner: by name", "ann:100000:65536\n", "ann", 1000, "100000:65536" },
	{ "owner: by uid", "1000:100000:65536\n", "ann", 1000, "100000:65536" },
	{ "owner: by uid, without a name", "1000:100000:65536\n", NULL, 1000, "100000:65536" },
	{ "owner: a name for one who has none", "ann:100000:65536\n", NULL, 1000, "" },
	{ "owner: empty name", ":100000:65536\n", "", 1000, "" },
	{ "owner: empty, for root", ":100000:65536\n", "root", 0, "" },
	{ "owner: root by name", "ann:1:1\nroot:100000:65536\n", "root", 0, "100000:65536" },
	{ "owner: root by uid", "ann:1:1\n0:100000:65536\n", "root", 0, "100000:65536" },
	/* strtoul() makes 0 of all of these. */
	{ "owner: a word is not uid 0", "ann:100000:65536\n", "root", 0, "" },
	{ "owner: a hash sign is not uid 0", "# 0:1:1\n#:100000:65536\n", "root", 0, "" },
	{ "owner: a minus is not uid 0", "-:100000:65536\n", "root", 0, "" },
	{ "owner: -0 is not uid 0", "-0:100000:65536\n", "root", 0, "" },
	{ "owner: 00 is not uid 0", "00:100000:65536\n", "root", 0, "" },
	{ "owner: 0x0 is not uid 0", "0x0:100000:65536\n", "root", 0, "" },
	{ "owner: 2^32 is not uid 0", "4294967296:100000:65536\n", "root", 0, "" },
	{ "owner: 2^64 is not uid 0", "18446744073709551616:100000:65536\n", "root", 0, "" },
	{ "owner: 1000x", "1000x:100000:65536\n", "ann", 1000, "" },
	{ "owner: x1000", "x1000:100000:65536\n", "ann", 1000, "" },
	{ "owner: leading blank", " 1000:100000:65536\n ann:1:1\n", "ann", 1000, "" },
	{ "owner: trailing blank", "1000 :100000:65536\nann :1:1\n", "ann", 1000, "" },
	{ "owner: +1000", "+1000:100000:65536\n", "ann", 1000, "" },
	{ "owner: 01000", "01000:100000:65536\n", "ann", 1000, "" },
	{ "owner: 1000.0", "1000.0:100000:65536\n", "ann", 1000, "" },
	{ "owner: 2^32 + 1000", "4294968296:100000:65536\n", "ann", 1000, "" },
	{ "owner: a beginning of the name", "an:100000:65536\n", "ann", 1000, "" },
	{ "owner: the name and more", "anna:100000:65536\n", "ann", 1000, "" },
	{ "owner: other case", "Ann:100000:65536\n", "ann", 1000, "" },
	{ "owner: a beginning of the uid", "100:100000:65536\n", "ann", 1000, "" },
	{ "owner: the uid and more", "10000:100000:65536\n", "ann", 1000, "" },
	{ "owner: a name of digits is another's uid", "1001:100000:65536\n", "1001", 1000,
	  "100000:65536" },
	{ "owner: the last uid", "4294967294:100000:65536\n", NULL, UINT32_C(4294967294),
	  "100000:65536" },
	{ "range: one id", "ann:100000:1\n", "ann", 1000, "100000:1" },
	{ "range: start 0", "ann:0:1\n", "ann", 1000, "0:1" },
	{ "range: the last id", "ann:4294967294:1\n", "ann", 1000, "4294967294:1" },
	{ "range: all ids", "ann:0:4294967295\n", "ann", 1000, "0:4294967295" },
	{ "range: one too many", "ann:0:4294967296\n", "ann", 1000, "" },
	{ "range: ends after the last id", "ann:4294967294:2\n", "ann", 1000, "" },
	{ "range: wraps", "ann:4294967000:65536\n", "ann", 1000, "" },
	{ "range: start 2^32 - 1", "ann:4294967295:1\n", "ann", 1000, "" },
	{ "range: start 2^32", "ann:4294967296:1\n", "ann", 1000, "" },
	{ "range: start 2^64", "ann:18446744073709551616:1\n", "ann", 1000, "" },
	{ "range: count 2^32 + 1", "ann:100000:4294967297\n", "ann", 1000, "" },
	{ "range: count 0", "ann:100000:0\n", "ann", 1000, "" },
	{ "range: count -1", "ann:100000:-1\n", "ann", 1000, "" },
	{ "range: start -1", "ann:-1:1\n", "ann", 1000, "" },
	{ "range: start +1", "ann:+1:1\n", "ann", 1000, "" },
	{ "range: hexadecimal", "ann:0x100:1\n", "ann", 1000, "" },
	{ "range: blank before the start", "ann: 100000:1\n", "ann", 1000, "" },
	{ "range: a space after the count", "ann:100000:1 \n", "ann", 1000, "" },
	{ "range: no start", "ann::65536\n", "ann", 1000, "" },
	{ "range: no count", "ann:100000:\n", "ann", 1000, "" },
	{ "range: two fields", "ann:100000\n", "ann", 1000, "" },
	{ "range: only the owner", "ann\n", "ann", 1000, "" },
	{ "range: owner and colon", "ann:\n", "ann", 1000, "" },
	{ "range: four fields", "ann:100000:65536:1\n", "ann", 1000, "" },
	{ "range: a comment after it", "ann:100000:65536 # ann's\n", "ann", 1000, "" },
	{ "file: empty", "", "ann", 1000, "" },
	{ "file: only a newline", "\n", "ann", 1000, "" },
	{ "file: only colons", "::\n:::\n", "ann", 1000, "" },
	{ "file: no newline at the end", "ann:100000:65536", "ann", 1000, "100000:65536" },
	{ "file: carriage returns", "ann:100000:65536\r\n", "ann", 1000, "" },
	{ "file: empty lines and comments", "\n# ann:1:1\n\nann:100000:65536\n\n", "ann", 1000,
	  "100000:65536" },
	{ "file: all ranges in order", "ann:300000:2\nbob:1:1\n1000:100000:3\nann:200000:1\n",
	  "ann", 1000, "300000:2 100000:3 200000:1" },
	{ "file: a bad line between", "ann:1:1\nann:x:1\nann:2:1\n", "ann", 1000, "1:1 2:1" },
	{ "file: the same range twice", "ann:1:1\nann:1:1\n", "ann", 1000, "1:1 1:1" },
};

static void parse(void **state)
{
	const struct row *row = *state;
	size_t len = strlen(row->text);
	/* Without its terminator, so that valgrind and ASan see a step too far. */
	char *text = test_malloc(len ? len : 1);
	struct subid_list list = { .n = 77 };

	memcpy(text, row->text, len);
	assert_int_equal(subid_parse(text, len, row->user, row->uid, &list), 0);
	assert_list(&list, row->list);
	subid_free(&list);
	test_free(text);
}

static void a_nul_belongs_to_no_field(void **state)
{
	static const char text[] = "ann\0:1:1\nann:2\0:1\nann:3:1\0\nann:4:1\n";
	struct subid_list list;

	(void)state;
	assert_int_equal(subid_parse(text, sizeof(text) - 1, "ann", 1000, &list), 0);
	assert_list(&list, "4:1");
	subid_free(&list);
}

static void the_text_ends_at_its_length(void **state)
{
	struct subid_list list;

	(void)state;
	assert_int_equal(subid_parse("ann:100000:65536\n", 15, "ann", 1000, &list), 0);
	assert_list(&list, "100000:6553");
	subid_free(&list);
}

/* A range that may be granted: after the ranges of all users, and above ids reserved by custom. */
static void unused_ids(void **state)
{
	static const struct {
		const char *text, *unused;
	} files[] = {
		{ "", "100000-165535" },
		{ "bob:1:1\n", "100000-165535" },
		{ "bob:100000:65536\n", "165536-231071" },
		{ "bob:100000:65536\nann:300000:1\neve:200000:5\n", "300001-365536" },
		{ "ann:165536:65536\nbob:1:1\n", "231072-296607" },
		{ "bob:4294901758:1\n", "4294901759-4294967294" },
		{ "bob:4294901759:1\n", "FIRST-LAST" },
		{ "bob:0:4294967295\n", "FIRST-LAST" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct subid_list list;
		char buf[SUBID_TEXT];

		assert_int_equal(subid_parse(files[i].text, strlen(files[i].text), "ann", 1000,
					     &list), 0);
		assert_string_equal(subid_unused(&list, buf), files[i].unused);
		subid_free(&list);
	}
}

static void free_leaves_an_empty_list(void **state)
{
	struct subid_list list;

	(void)state;
	assert_int_equal(subid_parse("a:1:1", 5, "a", 1000, &list), 0);
	subid_free(&list);
	assert_null(list.ranges);
	assert_int_equal(list.n, 0);
	subid_free(&list);
}

static void lack_of_memory_leaves_the_list(void **state)
{
	char text[1024];
	size_t used = 0;

	(void)state;
	/* The array grows for the first line, the 17th and the 33rd. */
	for (unsigned i = 0; i < 33; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "a:%u:1\n", i);
	for (int n = 0; n < 3; n++) {
		struct subid_list list = { .n = 77 };
		int rc;

		memory_left = n;
		rc = subid_parse(text, strlen(text), "a", 1000, &list);
		memory_left = -1;
		assert_int_equal(rc, -ENOMEM);
		assert_int_equal(list.n, 77);
		assert_null(list.ranges);
	}
}

int main(void)
{
	UNIT_ADD_ROWS(parse, rows);
	UNIT_ADD(a_nul_belongs_to_no_field);
	UNIT_ADD(the_text_ends_at_its_length);
	UNIT_ADD(unused_ids);
	UNIT_ADD(free_leaves_an_empty_list);
	UNIT_ADD(lack_of_memory_leaves_the_list);
	return unit_run("subid");
}
