/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The id maps that the kernel would take: overlaps, the ends of the ids, its limits. */
#include "idmap_unit.h"

#include <errno.h>

#include "base/diag.h"

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
	struct idmap map = make_map(row->map);
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

/* The blocks beside a hole never overlap: the checks and the algebra agree. */
static void a_checked_block_with_a_single_id_passes_the_check(void **state)
{
	(void)state;
	for (uint32_t inner = 0; inner < 12; inner++)
		for (uint32_t outer = 0; outer < 12; outer++) {
			struct idmap map = make_map("2:3:4 6:7:3");
			struct diag diag = { 0 };

			assert_int_equal(idmap_add_single(&map, inner, outer), 0);
			assert_int_equal(idmap_check(&map, "user", &diag), 0);
			idmap_free(&map);
		}
}

int main(void)
{
	UNIT_ADD_ROWS(check, check_rows);
	UNIT_ADD(check_says_which_map);
	UNIT_ADD(check_takes_340_extents);
	UNIT_ADD(check_refuses_341_extents);
	UNIT_ADD(check_takes_4095_bytes);
	UNIT_ADD(check_refuses_4096_bytes);
	UNIT_ADD(a_checked_block_with_a_single_id_passes_the_check);
	return unit_run("idmap_check");
}
