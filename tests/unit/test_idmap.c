/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Id maps: what is read and refused, looked up and written. */
#include "idmap_unit.h"

#include <errno.h>
#include <string.h>

#include "memory.h"

/* ---- one argument ---- */

struct extent_row {
	const char *name;
	const char *text;
	int rc;
	struct extent extent;
};

static const struct extent_row extent_rows[] = {
	{ "extent: new form", "0:100000:65536", 0, { 0, 100000, 65536 } },
	{ "extent: old form has the outer id first", "100000,0,65536", 0, { 0, 100000, 65536 } },
	{ "extent: count 1", "0:0:1", 0, { 0, 0, 1 } },
	{ "extent: all ids", "0:0:4294967295", 0, { 0, 0, UINT32_C(4294967295) } },
	{ "extent: the last inner id", "4294967294:0:1", 0, { UINT32_C(4294967294), 0, 1 } },
	{ "extent: the last outer id", "0:4294967294:1", 0, { 0, UINT32_C(4294967294), 1 } },
	{ "extent: up to the last id",
	  "4294967285:4294967285:10",
	  0,
	  { UINT32_C(4294967285), UINT32_C(4294967285), 10 } },
	{ "extent: leading zeros are decimal", "007:0010:01", 0, { 7, 10, 1 } },
	{ "extent: count 0", "0:1000:0", -ERANGE, { 0 } },
	{ "extent: count 0, and no id 0", "5:1000:0", -ERANGE, { 0 } },
	{ "extent: count 0, old form", "1000,0,0", -ERANGE, { 0 } },
	{ "extent: inner id 2^32 - 1", "4294967295:0:1", -ERANGE, { 0 } },
	{ "extent: outer id 2^32 - 1", "0:4294967295:1", -ERANGE, { 0 } },
	{ "extent: outer id 2^32 - 1, old form", "4294967295,0,1", -ERANGE, { 0 } },
	{ "extent: inner id 2^32 does not wrap", "4294967296:0:1", -ERANGE, { 0 } },
	{ "extent: outer id 2^32 does not wrap", "0:4294967296:1", -ERANGE, { 0 } },
	{ "extent: count 2^32 does not wrap", "0:0:4294967296", -ERANGE, { 0 } },
	{ "extent: count 2^32 + 1 does not wrap", "0:0:4294967297", -ERANGE, { 0 } },
	{ "extent: from 1 to the last id inside",
	  "1:0:4294967294",
	  0,
	  { 1, 0, UINT32_C(4294967294) } },
	{ "extent: runs beyond inside", "2:0:4294967294", -ERANGE, { 0 } },
	{ "extent: runs beyond outside", "0:2:4294967294", -ERANGE, { 0 } },
	{ "extent: wraps inside", "4294967290:0:100", -ERANGE, { 0 } },
	{ "extent: wraps outside", "0:4294967290:100", -ERANGE, { 0 } },
	{ "extent: wraps outside, old form", "4294967290,0,100", -ERANGE, { 0 } },
	{ "extent: 2^64 + 1", "18446744073709551617:0:1", -ERANGE, { 0 } },
	{ "extent: too large and malformed", "18446744073709551617:0:x", -EINVAL, { 0 } },
	{ "extent: empty", "", -EINVAL, { 0 } },
	{ "extent: one number", "0", -EINVAL, { 0 } },
	{ "extent: two numbers", "0:1", -EINVAL, { 0 } },
	{ "extent: two numbers, old form", "0,1", -EINVAL, { 0 } },
	{ "extent: four numbers", "0:1:2:3", -EINVAL, { 0 } },
	{ "extent: four numbers, old form", "0,1,2,3", -EINVAL, { 0 } },
	{ "extent: colon at the end", "0:1:2:", -EINVAL, { 0 } },
	{ "extent: no inner id", ":1:2", -EINVAL, { 0 } },
	{ "extent: no outer id", "0::2", -EINVAL, { 0 } },
	{ "extent: no count", "0:1:", -EINVAL, { 0 } },
	{ "extent: only colons", "::", -EINVAL, { 0 } },
	{ "extent: only commas", ",,", -EINVAL, { 0 } },
	{ "extent: colon, then comma", "0:1,2", -EINVAL, { 0 } },
	{ "extent: comma, then colon", "0,1:2", -EINVAL, { 0 } },
	{ "extent: negative inner id", "-1:0:1", -EINVAL, { 0 } },
	{ "extent: negative outer id", "0:-1:1", -EINVAL, { 0 } },
	{ "extent: negative count", "0:0:-1", -EINVAL, { 0 } },
	{ "extent: plus", "+0:0:1", -EINVAL, { 0 } },
	{ "extent: leading blank", " 0:0:1", -EINVAL, { 0 } },
	{ "extent: blank between", "0: 0:1", -EINVAL, { 0 } },
	{ "extent: trailing blank", "0:0:1 ", -EINVAL, { 0 } },
	{ "extent: trailing newline", "0:0:1\n", -EINVAL, { 0 } },
	{ "extent: hexadecimal", "0x0:0:1", -EINVAL, { 0 } },
	{ "extent: a name", "root:0:1", -EINVAL, { 0 } },
	{ "extent: blanks instead of colons", "0 0 1", -EINVAL, { 0 } },
	{ "extent: two of them", "0:0:1,1:1:1", -EINVAL, { 0 } },
};

static void parse_extent(void **state)
{
	const struct extent_row *row = *state;
	static const struct extent untouched = { 7, 8, 9 };
	const struct extent *expected = row->rc ? &untouched : &row->extent;
	struct extent extent = untouched;

	assert_int_equal(idmap_parse_extent(row->text, &extent), row->rc);
	assert_int_equal(extent.inner, expected->inner);
	assert_int_equal(extent.outer, expected->outer);
	assert_int_equal(extent.count, expected->count);
}

/* ---- a map file ---- */

struct file_row {
	const char *name;
	const char *text;
	const char *map; /* NULL: refused */
};

static const struct file_row file_rows[] = {
	{ "file: nothing written yet", "", "" },
	{ "file: as the kernel prints it", "         0          0 4294967295\n", "0 0 4294967295" },
	{ "file: two lines", "0 1000 1\n1 100000 65536\n", "0 1000 1; 1 100000 65536" },
	{ "file: no newline at the end", "0 1000 1\n1 100000 65536", "0 1000 1; 1 100000 65536" },
	{ "file: tabs", "\t0\t1000\t1\n", "0 1000 1" },
	{ "file: blanks at the end of the line", "0 1000 1 \t\n", "0 1000 1" },
	{ "file: an outer id that is not mapped here", "0 4294967295 1\n", "0 4294967295 1" },
	{ "file: a range of such", "0 4294967295 65536\n", "0 4294967295 65536" },
	{ "file: the kernel's rules on overlap come later", "0 0 2\n1 1 2\n", "0 0 2; 1 1 2" },
	{ "file: only a newline", "\n", NULL },
	{ "file: empty line at the end", "0 1000 1\n\n", NULL },
	{ "file: empty line between", "0 1000 1\n\n1 2 3\n", NULL },
	{ "file: line of blanks", "0 1000 1\n  \n", NULL },
	{ "file: two numbers", "0 1000\n", NULL },
	{ "file: four numbers", "0 1000 1 1\n", NULL },
	{ "file: carriage return", "0 1000 1\r\n", NULL },
	{ "file: colons", "0:1000:1\n", NULL },
	{ "file: hexadecimal", "0x0 1000 1\n", NULL },
	{ "file: negative", "-1 1000 1\n", NULL },
	{ "file: count 0", "0 1000 0\n", NULL },
	{ "file: count 0, and no id 0", "5 1000 0\n", NULL },
	{ "file: inner id 2^32 - 1", "4294967295 0 1\n", NULL },
	{ "file: inner id 2^32", "4294967296 0 1\n", NULL },
	{ "file: outer id 2^32", "0 4294967296 1\n", NULL },
	{ "file: runs beyond inside", "1 0 4294967295\n", NULL },
	{ "file: runs beyond outside", "0 1 4294967295\n", NULL },
	{ "file: bad second line", "0 1000 1\nx\n", NULL },
};

static void parse_file(void **state)
{
	const struct file_row *row = *state;
	struct extent own = { 7, 8, 9 };
	struct idmap map = { .extents = &own, .n = 1 };
	int rc = idmap_parse_file(row->text, &map);

	assert_int_equal(rc, row->map ? 0 : -EINVAL);
	if (rc < 0) {
		assert_ptr_equal(map.extents, &own);
		assert_map(&map, "7 8 9");
		return;
	}
	assert_map(&map, row->map);
	idmap_free(&map);
}

static void a_file_of_10000_lines_is_read(void **state)
{
	enum { LINES = 10000 };
	static char text[LINES * 16];
	struct idmap map;
	size_t used = 0;

	(void)state;
	for (unsigned i = 0; i < LINES; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%u %u 1\n", i, i);
	assert_int_equal(idmap_parse_file(text, &map), 0);
	assert_int_equal(map.n, LINES);
	assert_int_equal(map.extents[LINES - 1].outer, LINES - 1);
	idmap_free(&map);
}

static void parse_file_reports_lack_of_memory(void **state)
{
	struct idmap map = { .n = 77 };
	char text[1024];
	size_t used = 0;

	(void)state;
	/* The array grows for the first line, the 17th and the 33rd. */
	for (unsigned i = 0; i < 33; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%u %u 1\n", i, i);
	for (int n = 0; n < 3; n++) {
		memory_left = n;
		assert_int_equal(idmap_parse_file(text, &map), -ENOMEM);
		memory_left = -1;
		assert_int_equal(map.n, 77);
	}
}

/* ---- looking up ---- */

struct lookup_row {
	const char *name;
	uint32_t id;
	int64_t outer; /* -1: not mapped */
	bool has_outer;
};

static const char lookup_map[] = "0:1000:1 1:100000:10 20:0:1 4294967294:5:1 30:4294967294:1 "
				 "40:4294967295:9";

static const struct lookup_row lookup_rows[] = {
	{ "lookup: 0", 0, 1000, true },
	{ "lookup: first of a range", 1, 100000, false },
	{ "lookup: last of a range", 10, 100009, false },
	{ "lookup: after the range", 11, -1, false },
	{ "lookup: to outer id 0", 20, 0, false },
	{ "lookup: the last id", UINT32_C(4294967294), 5, true },
	{ "lookup: to the last id", 30, INT64_C(4294967294), false },
	{ "lookup: an outer id only", 1000, -1, true },
	{ "lookup: before an outer range", 99999, -1, false },
	{ "lookup: first of an outer range", 100000, -1, true },
	{ "lookup: last of an outer range", 100009, -1, true },
	{ "lookup: after an outer range", 100010, -1, false },
	{ "lookup: not mapped in the reader's namespace", 40, -1, false },
	{ "lookup: 2^32 - 1 means none", UINT32_MAX, -1, false },
};

static void lookup(void **state)
{
	const struct lookup_row *row = *state;
	struct idmap map = make_map(lookup_map);
	uint32_t outer = 77;

	assert_int_equal(idmap_outer(&map, row->id, &outer), row->outer >= 0);
	assert_int_equal(outer, row->outer >= 0 ? row->outer : 77);
	assert_int_equal(idmap_has_outer(&map, row->id), row->has_outer);
	idmap_free(&map);
}

static void inner_ids(void **state)
{
	struct idmap map = make_map(lookup_map);
	uint32_t inner = 77;

	(void)state;
	assert_true(idmap_inner(&map, 100009, &inner));
	assert_int_equal(inner, 10);
	assert_true(idmap_inner(&map, UINT32_C(4294967294), &inner));
	assert_int_equal(inner, 30);
	assert_false(idmap_inner(&map, 100010, &inner));
	assert_false(idmap_inner(&map, UINT32_MAX, &inner));
	assert_int_equal(inner, 30);
	idmap_free(&map);
}

static void nothing_is_in_an_empty_map(void **state)
{
	struct idmap map = { 0 };
	uint32_t outer = 77;

	(void)state;
	assert_false(idmap_outer(&map, 0, &outer));
	assert_false(idmap_has_outer(&map, 0));
	assert_false(idmap_inner(&map, 0, &outer));
	assert_int_equal(outer, 77);
}

/* ---- rendering ---- */

static void render_ends_each_line_of_a_map_file(void **state)
{
	struct idmap map = make_map("0:1000:1 1:100000:65535");
	char text[64];

	(void)state;
	assert_int_equal(idmap_render(&map, "\n", text, sizeof(text)), 24);
	assert_string_equal(text, "0 1000 1\n1 100000 65535\n");
	idmap_free(&map);
}

static void render_separates_for_a_message(void **state)
{
	struct idmap map = make_map("0:1000:1 1:100000:65535");
	char text[64];

	(void)state;
	assert_int_equal(idmap_render(&map, "; ", text, sizeof(text)), 24);
	assert_string_equal(text, "0 1000 1; 1 100000 65535");
	idmap_free(&map);
}

static void render_of_an_empty_map_is_empty(void **state)
{
	struct idmap map = { 0 };
	char text[4] = "xx";

	(void)state;
	assert_int_equal(idmap_render(&map, "\n", text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

static void render_is_cut_to_every_size(void **state)
{
	static const char full[] = "0 1000 1\n1 100000 65535\n4294967294 4294967294 1\n";
	struct idmap map = make_map("0:1000:1 1:100000:65535 4294967294:4294967294:1");

	(void)state;
	for (size_t size = 0; size < sizeof(full) + 2; size++) {
		size_t fits = size < sizeof(full) ? size : sizeof(full);
		char text[64];

		memset(text, '#', sizeof(text));
		assert_int_equal(idmap_render(&map, "\n", text, size), strlen(full));
		if (fits > 0) {
			assert_memory_equal(text, full, fits - 1);
			assert_int_equal(text[fits - 1], '\0');
		}
		for (size_t i = size; i < sizeof(text); i++)
			assert_int_equal(text[i], '#');
	}
	idmap_free(&map);
}

static void what_is_rendered_is_read_back(void **state)
{
	struct idmap map = make_wide((struct extent){ 0, 0, 70000 }), copy;
	char text[IDMAP_TEXT_MAX + 1], again[IDMAP_TEXT_MAX + 1];

	(void)state;
	idmap_render(&map, "\n", text, sizeof(text));
	assert_int_equal(idmap_parse_file(text, &copy), 0);
	idmap_render(&copy, "\n", again, sizeof(again));
	assert_string_equal(again, text);
	idmap_free(&map);
	idmap_free(&copy);
}

int main(void)
{
	UNIT_ADD_ROWS(parse_extent, extent_rows);
	UNIT_ADD_ROWS(parse_file, file_rows);
	UNIT_ADD(a_file_of_10000_lines_is_read);
	UNIT_ADD(parse_file_reports_lack_of_memory);
	UNIT_ADD_ROWS(lookup, lookup_rows);
	UNIT_ADD(inner_ids);
	UNIT_ADD(nothing_is_in_an_empty_map);
	UNIT_ADD(render_ends_each_line_of_a_map_file);
	UNIT_ADD(render_separates_for_a_message);
	UNIT_ADD(render_of_an_empty_map_is_empty);
	UNIT_ADD(render_is_cut_to_every_size);
	UNIT_ADD(what_is_rendered_is_read_back);
	return unit_run("idmap");
}
