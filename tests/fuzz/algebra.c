/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The algebra of maps, on ids so few that every one can be looked at: no id is mapped that was not
 * asked for, none twice, and what the kernel would take it still takes when a single id came in.
 */
#include "base/diag.h"
#include "base/idmap.h"
#include "fuzz.h"

enum { IDS = 64, EXTENTS = 8, SINGLES = 4 };

struct asked {
	bool inner[2 * IDS], outer[2 * IDS];
};

static void ask_for(struct asked *asked, struct extent extent)
{
	for (uint32_t i = 0; i < extent.count; i++) {
		asked->inner[extent.inner + i] = true;
		asked->outer[extent.outer + i] = true;
	}
}

static void check_asked(const struct idmap *map, const struct asked *asked)
{
	for (uint32_t id = 0; id < 2 * IDS; id++) {
		uint32_t outer;

		if (idmap_outer(map, id, &outer)) {
			HOLDS(asked->inner[id]);
			HOLDS(outer < 2 * IDS && asked->outer[outer]);
		}
		if (idmap_has_outer(map, id))
			HOLDS(asked->outer[id]);
	}
}

static size_t count(const struct idmap *map)
{
	size_t n = 0;

	for (size_t i = 0; i < map->n; i++)
		n += map->extents[i].count;
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct asked asked = { .inner = { false } };
	struct idmap map = { 0 };
	struct diag diag;
	bool valid;

	for (unsigned n = fuzz_byte(&data, &size) % (EXTENTS + 1); n > 0; n--) {
		struct extent extent = { .inner = fuzz_byte(&data, &size) % IDS,
					 .outer = fuzz_byte(&data, &size) % IDS,
					 .count = 1 + fuzz_byte(&data, &size) % IDS };

		HOLDS(idmap_add(&map, extent) == 0);
		ask_for(&asked, extent);
	}
	valid = map.n == 0 || idmap_check(&map, "user", &diag) == 0;
	for (int n = 0; size > 0 && n < SINGLES; n++) {
		uint32_t inner = fuzz_byte(&data, &size) % IDS, got = ~0u;
		uint32_t outer = fuzz_byte(&data, &size) % IDS;
		size_t before = count(&map);

		HOLDS(idmap_add_single(&map, inner, outer) == 0);
		ask_for(&asked, (struct extent){ inner, outer, 1 });
		check_asked(&map, &asked);
		HOLDS(idmap_outer(&map, inner, &got) && got == outer);
		if (valid) {
			HOLDS(idmap_check(&map, "user", &diag) == 0);
			/* At most one id of a block is lost on each side. */
			HOLDS(count(&map) <= before + 1 && count(&map) + 1 >= before);
		}
	}
	idmap_free(&map);
	return 0;
}
