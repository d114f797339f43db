/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adding to id maps: blocks, and single ids for which these get holes, against a naive model. */
#include "idmap_unit.h"

#include <errno.h>
#include <string.h>

#include "memory.h"

static void free_leaves_an_empty_map(void **state)
{
	struct idmap map = make_map("0:0:1 1:1:1");

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
	struct idmap map = make_map("0:0:1");
	uint32_t n = 1;

	(void)state;
	for (; n < map.room; n++)
		assert_int_equal(idmap_add(&map, (struct extent){ n, n, 1 }), 0);
	memory_left = 0;
	assert_int_equal(idmap_add(&map, (struct extent){ n, n, 1 }), -ENOMEM);
	memory_left = -1;
	assert_int_equal(map.n, n);
	assert_int_equal(map.extents[n - 1].outer, n - 1);
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
	{ "single: directly after the block, no id is lost", "0:100000:1000", 1000, 101000,
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
	struct idmap map = make_map(row->blocks);

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
	struct idmap map = make_map("0:100000:10");

	(void)state;
	assert_int_equal(idmap_add_single(&map, 0, 1000), 0);
	assert_int_equal(idmap_add_single(&map, 0, 2000), 0);
	assert_map(&map, "0 2000 1; 1 100000 9");
	idmap_free(&map);
}

static void add_single_without_memory_leaves_the_map(void **state)
{
	(void)state;
	/* The result has 17 extents and more: its array is made, and grows once. */
	for (int n = 0; n < 2; n++) {
		struct idmap map = make_map("0:100000:10");
		struct extent *extents;

		for (uint32_t i = 20; i < 35; i++)
			assert_int_equal(idmap_add(&map, (struct extent){ i, i, 1 }), 0);
		extents = map.extents;
		memory_left = n;
		assert_int_equal(idmap_add_single(&map, 2, 100005), -ENOMEM);
		memory_left = -1;
		assert_ptr_equal(map.extents, extents);
		assert_int_equal(map.n, 16);
		assert_int_equal(map.extents[0].count, 10);
		idmap_free(&map);
	}
}

int main(void)
{
	UNIT_ADD(free_leaves_an_empty_map);
	UNIT_ADD(add_keeps_the_order);
	UNIT_ADD(add_without_memory_leaves_the_map);
	UNIT_ADD_ROWS(add_single, single_rows);
	UNIT_ADD(one_block_and_a_single_id_follow_the_model);
	UNIT_ADD(two_blocks_and_a_single_id_follow_the_model);
	UNIT_ADD(random_blocks_follow_the_model);
	UNIT_ADD(a_second_single_id_cuts_the_first);
	UNIT_ADD(add_single_without_memory_leaves_the_map);
	return unit_run("idmap_add");
}
