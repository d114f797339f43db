/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Id maps: what is read and refused, holes against a naive model, the kernel's limits. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "idmap.h"
#include "memory.h"

/* "0:1000:1 1:100000:65535"; not by the parser under test. */
static struct idmap make(const char *text)
{
	struct idmap map = { 0 };
	struct extent e;
	int used;

	while (sscanf(text, "%u:%u:%u %n", &e.inner, &e.outer, &e.count, &used) == 3) {
		assert_int_equal(idmap_add(&map, e), 0);
		text += used;
	}
	return map;
}

static void assert_map(const struct idmap *map, const char *expected)
{
	char text[1024];

	idmap_render(map, "; ", text, sizeof(text));
	assert_string_equal(text, expected);
}

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

	(void)state;
	for (int n = 0; n < 3; n++) {
		memory_left = n;
		assert_int_equal(idmap_parse_file("0 0 1\n1 1 1\n2 2 1\n", &map), -ENOMEM);
		memory_left = -1;
		assert_int_equal(map.n, 77);
	}
}

/* ---- adding ---- */

static void free_leaves_an_empty_map(void **state)
{
	struct idmap map = make("0:0:1 1:1:1");

	(void)state;
	idmap_free(&map);
	assert_null(map.extents);
	assert_int_equal(map.n, 0);
	idmap_free(&map);
}

static void add_keeps_the_order(void **state)
{
	struct idmap map = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(idmap_add(&map, (struct extent){ 100 - i, i, 1 }), 0);
	assert_int_equal(map.n, 100);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(map.extents[i].outer, i);
	idmap_free(&map);
}

static void add_without_memory_leaves_the_map(void **state)
{
	struct idmap map = make("0:0:1 1:1:1");

	(void)state;
	memory_left = 0;
	assert_int_equal(idmap_add(&map, (struct extent){ 2, 2, 1 }), -ENOMEM);
	memory_left = -1;
	assert_map(&map, "0 0 1; 1 1 1");
	idmap_free(&map);
}

struct single_row {
	const char *name;
	const char *blocks;
	uint32_t inner, outer;
	const char *map;
};

static const struct single_row single_rows[] = {
	{ "single: alone", "", 0, 1000, "0 1000 1" },
	{ "single: root in front of subordinate ids", "0:100000:65536", 0, 1000,
	  "0 1000 1; 1 100000 65535" },
	{ "single: beside the block", "1:100000:65536", 0, 1000, "0 1000 1; 1 100000 65536" },
	{ "single: just behind the block costs nothing", "0:100000:1000", 1000, 101000,
	  "1000 101000 1; 0 100000 1000" },
	{ "single: just before the block costs nothing", "1:100001:1000", 0, 100000,
	  "0 100000 1; 1 100001 1000" },
	{ "single: hole in the middle inside", "0:100000:10", 4, 1000,
	  "4 1000 1; 0 100000 4; 5 100004 5" },
	{ "single: hole in the middle outside", "0:100000:10", 1000, 100004,
	  "1000 100004 1; 0 100000 4; 4 100005 5" },
	{ "single: hole at the end inside", "0:100000:10", 9, 1000, "9 1000 1; 0 100000 9" },
	{ "single: hole at the end outside", "0:100000:10", 1000, 100009,
	  "1000 100009 1; 0 100000 9" },
	{ "single: the same pair as the block's", "0:100000:10", 4, 100004,
	  "4 100004 1; 0 100000 4; 5 100005 5" },
	{ "single: two holes, inside first", "0:100000:10", 2, 100005,
	  "2 100005 1; 0 100000 2; 3 100002 3; 6 100006 4" },
	{ "single: two holes, outside first", "0:100000:10", 5, 100002,
	  "5 100002 1; 0 100000 2; 2 100003 3; 6 100006 4" },
	{ "single: takes a block of one inside", "5:100000:1", 5, 1000, "5 1000 1" },
	{ "single: takes a block of one outside", "5:100000:1", 6, 100000, "6 100000 1" },
	{ "single: a hole in each of two blocks", "0:1000:4 10:2000:4", 11, 1002,
	  "11 1002 1; 0 1000 2; 2 1003 1; 10 2000 1; 12 2001 2" },
	{ "single: identity of all ids", "0:0:4294967295", 0, 0, "0 0 1; 1 1 4294967294" },
	{ "single: the last of all ids", "0:0:4294967295", UINT32_C(4294967294),
	  UINT32_C(4294967294), "4294967294 4294967294 1; 0 0 4294967294" },
	{ "single: across all ids", "0:0:4294967295", 0, UINT32_C(4294967294),
	  "0 4294967294 1; 1 0 4294967294" },
	{ "single: a block at the very end", "4294967293:4294967293:2", UINT32_C(4294967293), 0,
	  "4294967293 0 1; 4294967294 4294967293 1" },
};

static void add_single(void **state)
{
	const struct single_row *row = *state;
	struct idmap map = make(row->blocks);

	assert_int_equal(idmap_add_single(&map, row->inner, row->outer), 0);
	assert_map(&map, row->map);
	idmap_free(&map);
}

/* Pairs of ids, one by one: what a map means. */
struct pairs {
	uint32_t inner[64], outer[64];
	size_t n;
};

static void append(struct pairs *pairs, uint32_t inner, uint32_t outer)
{
	pairs->inner[pairs->n] = inner;
	pairs->outer[pairs->n++] = outer;
}

/* The naive model of one block: its ids but for the single one, on each side, zipped. */
static void model_block(struct pairs *pairs, struct extent block, uint32_t inner, uint32_t outer)
{
	uint32_t in[16], out[16];
	size_t n_in = 0, n_out = 0;

	for (uint32_t i = 0; i < block.count; i++) {
		if (block.inner + i != inner)
			in[n_in++] = block.inner + i;
		if (block.outer + i != outer)
			out[n_out++] = block.outer + i;
	}
	for (size_t i = 0; i < n_in && i < n_out; i++)
		append(pairs, in[i], out[i]);
}

static void expand(struct pairs *pairs, const struct idmap *map)
{
	for (size_t i = 0; i < map->n; i++) {
		assert_true(map->extents[i].count > 0);
		for (uint32_t k = 0; k < map->extents[i].count; k++)
			append(pairs, map->extents[i].inner + k, map->extents[i].outer + k);
	}
}

static void check_against_model(const struct extent *blocks, size_t n, uint32_t inner,
				uint32_t outer)
{
	struct pairs expected = { .n = 0 }, got = { .n = 0 };
	struct idmap map = { 0 };

	append(&expected, inner, outer);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(idmap_add(&map, blocks[i]), 0);
		model_block(&expected, blocks[i], inner, outer);
	}
	assert_int_equal(idmap_add_single(&map, inner, outer), 0);
	expand(&got, &map);
	if (got.n != expected.n || memcmp(got.inner, expected.inner, got.n * sizeof(uint32_t)) ||
	    memcmp(got.outer, expected.outer, got.n * sizeof(uint32_t)))
		fail_msg("%u:%u:%u and %zu more, single %u:%u", blocks[0].inner, blocks[0].outer,
			 blocks[0].count, n - 1, inner, outer);
	/* No block in more pieces than it needs: one, and one more for each hole. */
	assert_true(map.n <= 1 + 3 * n);
	if (n == 1)
		for (size_t i = 2; i < map.n; i++)
			assert_true(map.extents[i - 1].inner + map.extents[i - 1].count !=
					    map.extents[i].inner ||
				    map.extents[i - 1].outer + map.extents[i - 1].count !=
					    map.extents[i].outer);
	idmap_free(&map);
}

static void one_block_and_a_single_id_follow_the_model(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 6 * 6 * 6; i++)
		for (uint32_t k = 0; k < 12 * 12; k++) {
			struct extent block = { i % 6, i / 6 % 6, i / 36 + 1 };

			check_against_model(&block, 1, k % 12, k / 12);
		}
}

static void two_blocks_and_a_single_id_follow_the_model(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 4 * 4 * 4; i++)
		for (uint32_t j = 0; j < 4 * 4 * 4; j++)
			for (uint32_t k = 0; k < 8 * 8; k++) {
				struct extent blocks[] = {
					{ i % 4, i / 4 % 4, i / 16 + 1 },
					{ j % 4, j / 4 % 4, j / 16 + 1 },
				};

				check_against_model(blocks, 2, k % 8, k / 8);
			}
}

static void random_blocks_follow_the_model(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t n = 1 + unit_random(&seed) % 5;
		struct extent blocks[5];

		for (size_t i = 0; i < n; i++) {
			/* Near both ends of the ids, where sums could wrap. */
			uint32_t base = unit_random(&seed) & 1 ? 0 : UINT32_MAX - 30;

			blocks[i].inner = base + unit_random(&seed) % 15;
			blocks[i].outer = UINT32_MAX - 30 - base + unit_random(&seed) % 15;
			blocks[i].count = 1 + unit_random(&seed) % 10;
		}
		check_against_model(blocks, n, blocks[0].inner + unit_random(&seed) % 12,
				    blocks[n - 1].outer + unit_random(&seed) % 12);
	}
}

static void a_second_single_id_cuts_the_first(void **state)
{
	struct idmap map = make("0:100000:10");

	(void)state;
	assert_int_equal(idmap_add_single(&map, 0, 1000), 0);
	assert_int_equal(idmap_add_single(&map, 0, 2000), 0);
	assert_map(&map, "0 2000 1; 1 100000 9");
	idmap_free(&map);
}

static void add_single_without_memory_leaves_the_map(void **state)
{
	(void)state;
	/* The result has four extents: the array is made, then grows at one and two. */
	for (int n = 0; n < 3; n++) {
		struct idmap map = make("0:100000:10");
		struct extent *extents = map.extents;

		memory_left = n;
		assert_int_equal(idmap_add_single(&map, 2, 100005), -ENOMEM);
		memory_left = -1;
		assert_ptr_equal(map.extents, extents);
		assert_map(&map, "0 100000 10");
		idmap_free(&map);
	}
}

/* ---- what the kernel would take ---- */

struct check_row {
	const char *name;
	const char *map;
	const char *message; /* NULL: taken */
};

static const struct check_row check_rows[] = {
	{ "check: one id", "0:1000:1", NULL },
	{ "check: all ids", "0:0:4294967295", NULL },
	{ "check: side by side on both sides", "0:1000:10 10:1010:10", NULL },
	{ "check: any order", "10:1000:10 0:5000:10", NULL },
	{ "check: outer side crossed", "0:1010:10 10:1000:10", NULL },
	{ "check: the last id alone", "4294967294:4294967294:1 0:0:4294967294", NULL },
	{ "check: empty map", "", "user id map: it is empty" },
	{ "check: empty extent", "0:1000:1 1:2000:0", "user id map: 1:2000:0 is empty" },
	{ "check: 2^32 - 1 inside", "4294967295:0:1",
	  "user id map: 4294967295:0:1 runs beyond id 4294967294" },
	{ "check: 2^32 - 1 outside", "0:4294967295:1",
	  "user id map: 0:4294967295:1 runs beyond id 4294967294" },
	{ "check: wraps inside", "4294967290:0:10",
	  "user id map: 4294967290:0:10 runs beyond id 4294967294" },
	{ "check: wraps outside", "0:4294967290:10",
	  "user id map: 0:4294967290:10 runs beyond id 4294967294" },
	{ "check: the same twice", "0:1000:1 0:1000:1",
	  "user id map: 0:1000:1 and 0:1000:1 overlap inside, at id 0" },
	{ "check: overlap inside by one id", "0:1000:10 9:2000:5",
	  "user id map: 0:1000:10 and 9:2000:5 overlap inside, at id 9" },
	{ "check: overlap inside, the later one lower", "9:2000:5 0:1000:10",
	  "user id map: 9:2000:5 and 0:1000:10 overlap inside, at id 9" },
	{ "check: overlap outside by one id", "0:1000:10 100:1009:5",
	  "user id map: 0:1000:10 and 100:1009:5 overlap outside, at id 1009" },
	{ "check: one within the other inside", "0:1000:100 50:5000:1",
	  "user id map: 0:1000:100 and 50:5000:1 overlap inside, at id 50" },
	{ "check: one within the other outside", "0:1000:100 200:1050:1",
	  "user id map: 0:1000:100 and 200:1050:1 overlap outside, at id 1050" },
	{ "check: overlap at the last id", "0:0:4294967295 4294967294:4294967294:1",
	  "user id map: 0:0:4294967295 and 4294967294:4294967294:1 overlap inside, at id "
	  "4294967294" },
	{ "check: the third with the second", "10:2000:5 0:1000:5 4:3000:1",
	  "user id map: 0:1000:5 and 4:3000:1 overlap inside, at id 4" },
	{ "check: the third with the first", "0:1000:5 10:2000:5 4:3000:1",
	  "user id map: 0:1000:5 and 4:3000:1 overlap inside, at id 4" },
};

static void check(void **state)
{
	const struct check_row *row = *state;
	struct idmap map = make(row->map);
	struct diag diag = { .what = "untouched" };

	assert_int_equal(idmap_check(&map, "user", &diag), row->message ? -EINVAL : 0);
	assert_string_equal(diag.what, row->message ? row->message : "untouched");
	assert_int_equal(diag.err, 0);
	idmap_free(&map);
}

static void check_says_which_map(void **state)
{
	struct idmap map = { 0 };
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(idmap_check(&map, "group", &diag), -EINVAL);
	assert_string_equal(diag.what, "group id map: it is empty");
}

static struct idmap make_many(uint32_t n)
{
	struct idmap map = { 0 };

	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(idmap_add(&map, (struct extent){ i, i, 1 }), 0);
	return map;
}

static void check_takes_340_extents(void **state)
{
	struct idmap map = make_many(340);
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(idmap_check(&map, "user", &diag), 0);
	idmap_free(&map);
}

static void check_refuses_341_extents(void **state)
{
	struct idmap map = make_many(341);
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(idmap_check(&map, "user", &diag), -EINVAL);
	assert_string_equal(diag.what, "user id map: 341 extents, the kernel takes at most 340");
	idmap_free(&map);
}

/* 170 lines of 24 bytes, "4000000000 4000000000 1\n", and a last one. */
static struct idmap make_wide(struct extent last)
{
	struct idmap map = { 0 };

	for (uint32_t i = 0; i < 170; i++)
		assert_int_equal(idmap_add(&map, (struct extent){ UINT32_C(4000000000) + i,
								  UINT32_C(4000000000) + i, 1 }),
				 0);
	assert_int_equal(idmap_add(&map, last), 0);
	return map;
}

static void check_takes_4095_bytes(void **state)
{
	struct idmap map = make_wide((struct extent){ 100000, 10000, 1 });
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(idmap_render(&map, "\n", NULL, 0), 4095);
	assert_int_equal(idmap_check(&map, "user", &diag), 0);
	idmap_free(&map);
}

static void check_refuses_4096_bytes(void **state)
{
	struct idmap map = make_wide((struct extent){ 100000, 100000, 1 });
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(idmap_render(&map, "\n", NULL, 0), 4096);
	assert_int_equal(idmap_check(&map, "user", &diag), -EINVAL);
	assert_string_equal(diag.what, "user id map: 4096 bytes, the kernel takes at most 4095");
	idmap_free(&map);
}

/* What holes leave never overlaps: the checks and the algebra agree. */
static void a_checked_block_with_a_single_id_passes_the_check(void **state)
{
	(void)state;
	for (uint32_t inner = 0; inner < 12; inner++)
		for (uint32_t outer = 0; outer < 12; outer++) {
			struct idmap map = make("2:3:4 6:7:3");
			struct diag diag = { 0 };

			assert_int_equal(idmap_add_single(&map, inner, outer), 0);
			assert_int_equal(idmap_check(&map, "user", &diag), 0);
			idmap_free(&map);
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
	{ "lookup: behind the range", 11, -1, false },
	{ "lookup: to outer id 0", 20, 0, false },
	{ "lookup: the last id", UINT32_C(4294967294), 5, true },
	{ "lookup: to the last id", 30, INT64_C(4294967294), false },
	{ "lookup: an outer id only", 1000, -1, true },
	{ "lookup: before an outer range", 99999, -1, false },
	{ "lookup: first of an outer range", 100000, -1, true },
	{ "lookup: last of an outer range", 100009, -1, true },
	{ "lookup: behind an outer range", 100010, -1, false },
	{ "lookup: not mapped in the reader's namespace", 40, -1, false },
	{ "lookup: 2^32 - 1 means none", UINT32_MAX, -1, false },
};

static void lookup(void **state)
{
	const struct lookup_row *row = *state;
	struct idmap map = make(lookup_map);
	uint32_t outer = 77;

	assert_int_equal(idmap_outer(&map, row->id, &outer), row->outer >= 0);
	assert_int_equal(outer, row->outer >= 0 ? row->outer : 77);
	assert_int_equal(idmap_has_outer(&map, row->id), row->has_outer);
	idmap_free(&map);
}

static void nothing_is_in_an_empty_map(void **state)
{
	struct idmap map = { 0 };
	uint32_t outer = 77;

	(void)state;
	assert_false(idmap_outer(&map, 0, &outer));
	assert_false(idmap_has_outer(&map, 0));
	assert_int_equal(outer, 77);
}

/* ---- rendering ---- */

static void render_ends_each_line_of_a_map_file(void **state)
{
	struct idmap map = make("0:1000:1 1:100000:65535");
	char text[64];

	(void)state;
	assert_int_equal(idmap_render(&map, "\n", text, sizeof(text)), 24);
	assert_string_equal(text, "0 1000 1\n1 100000 65535\n");
	idmap_free(&map);
}

static void render_separates_for_a_message(void **state)
{
	struct idmap map = make("0:1000:1 1:100000:65535");
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
	struct idmap map = make("0:1000:1 1:100000:65535 4294967294:4294967294:1");

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
	UNIT_ADD(free_leaves_an_empty_map);
	UNIT_ADD(add_keeps_the_order);
	UNIT_ADD(add_without_memory_leaves_the_map);
	UNIT_ADD_ROWS(add_single, single_rows);
	UNIT_ADD(one_block_and_a_single_id_follow_the_model);
	UNIT_ADD(two_blocks_and_a_single_id_follow_the_model);
	UNIT_ADD(random_blocks_follow_the_model);
	UNIT_ADD(a_second_single_id_cuts_the_first);
	UNIT_ADD(add_single_without_memory_leaves_the_map);
	UNIT_ADD_ROWS(check, check_rows);
	UNIT_ADD(check_says_which_map);
	UNIT_ADD(check_takes_340_extents);
	UNIT_ADD(check_refuses_341_extents);
	UNIT_ADD(check_takes_4095_bytes);
	UNIT_ADD(check_refuses_4096_bytes);
	UNIT_ADD(a_checked_block_with_a_single_id_passes_the_check);
	UNIT_ADD_ROWS(lookup, lookup_rows);
	UNIT_ADD(nothing_is_in_an_empty_map);
	UNIT_ADD(render_ends_each_line_of_a_map_file);
	UNIT_ADD(render_separates_for_a_message);
	UNIT_ADD(render_of_an_empty_map_is_empty);
	UNIT_ADD(render_is_cut_to_every_size);
	UNIT_ADD(what_is_rendered_is_read_back);
	return unit_run("idmap");
}
