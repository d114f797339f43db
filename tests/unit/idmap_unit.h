/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Id maps for tests: made from a short text, and compared with one. */
#ifndef XNS_UNIT_IDMAP_UNIT_H
#define XNS_UNIT_IDMAP_UNIT_H

#include <stdio.h>

#include "base/idmap.h"
#include "unit.h"

/* "0:1000:1 1:100000:65535"; not by the parser under test. */
static inline struct idmap make_map(const char *text)
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

static inline void assert_map(const struct idmap *map, const char *expected)
{
	char text[1024];

	idmap_render(map, "; ", text, sizeof(text));
	assert_string_equal(text, expected);
}

/* 170 lines of 24 bytes, "4000000000 4000000000 1\n", and a last one. */
static inline struct idmap make_wide(struct extent last)
{
	struct idmap map = { 0 };

	for (uint32_t i = 0; i < 170; i++)
		assert_int_equal(idmap_add(&map, (struct extent){ UINT32_C(4000000000) + i,
								  UINT32_C(4000000000) + i, 1 }),
				 0);
	assert_int_equal(idmap_add(&map, last), 0);
	return map;
}

#endif
