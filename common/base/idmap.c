/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/idmap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"

void idmap_free(struct idmap *map)
{
	free(map->extents);
	*map = (struct idmap){ 0 };
}

int idmap_add(struct idmap *map, struct extent extent)
{
	struct extent *larger =
		array_reserve(map->extents, map->n + 1, &map->room, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	map->extents = larger;
	map->extents[map->n++] = extent;
	return 0;
}

/*
 * The kernel refuses a range whose first + count overflows 32 bits (map_write()): ids end at
 * ID_MAX.
 */
static bool is_within_ids(uint64_t first, uint64_t count)
{
	return count > 0 && first + count - 1 <= ID_MAX;
}

int idmap_parse_extent(const char *text, struct extent *ret)
{
	char separator = strchr(text, ':') ? ':' : ',';
	uint64_t numbers[3];
	int rc = 0;

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		const char *end = strchr(text, separator);
		int field;

		if (!end != (i == ARRAY_LEN(numbers) - 1))
			return -EINVAL;
		field = parse_digits(text, end ? (size_t)(end - text) : strlen(text), UINT32_MAX,
				     &numbers[i]);
		if (field == -EINVAL)
			return field;
		rc = field ? field : rc;
		text = end ? end + 1 : text;
	}
	if (rc < 0)
		return rc;
	if (!is_within_ids(numbers[0], numbers[2]) || !is_within_ids(numbers[1], numbers[2]))
		return -ERANGE;
	ret->inner = (uint32_t)numbers[separator == ':' ? 0 : 1];
	ret->outer = (uint32_t)numbers[separator == ':' ? 1 : 0];
	ret->count = (uint32_t)numbers[2];
	return 0;
}

/* A line of a map file: three numbers between spaces and tabs. */
static int parse_line(const char *line, const char *end, struct extent *ret)
{
	uint64_t numbers[3];

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		const char *start;

		while (line < end && (*line == ' ' || *line == '\t'))
			line++;
		start = line;
		while (line < end && *line != ' ' && *line != '\t')
			line++;
		if (parse_digits(start, (size_t)(line - start), UINT32_MAX, &numbers[i]) < 0)
			return -EINVAL;
	}
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	if (line != end || !is_within_ids(numbers[0], numbers[2]))
		return -EINVAL;
	/* uid_m_show() prints (uid_t)-1 for an outer id that the reader's namespace lacks. */
	if (numbers[1] != UINT32_MAX && !is_within_ids(numbers[1], numbers[2]))
		return -EINVAL;
	ret->inner = (uint32_t)numbers[0];
	ret->outer = (uint32_t)numbers[1];
	ret->count = (uint32_t)numbers[2];
	return 0;
}

int idmap_parse_file(const char *text, struct idmap *ret)
{
	struct idmap map = { 0 };
	int rc = 0;

	while (rc == 0 && *text) {
		const char *end = text + strcspn(text, "\n");
		struct extent extent;

		rc = parse_line(text, end, &extent);
		if (rc == 0)
			rc = idmap_add(&map, extent);
		text = *end ? end + 1 : end;
	}
	if (rc < 0) {
		idmap_free(&map);
		return rc;
	}
	*ret = map;
	return 0;
}

/* The position of id in the range of count ids that begins with first; count if it is outside. */
static uint32_t position(uint32_t first, uint32_t count, uint32_t id)
{
	return id >= first && id - first < count ? id - first : count;
}

/*
 * Appends the extent without inner and outer. After the hole on its side, each id is paired with
 * the previous one; so the offset changes only at the two holes, and three pieces suffice.
 */
static int add_cut(struct idmap *map, struct extent block, uint32_t inner, uint32_t outer)
{
	uint32_t in_hole = position(block.inner, block.count, inner);
	uint32_t out_hole = position(block.outer, block.count, outer);
	uint32_t cuts[3] = { in_hole < out_hole ? in_hole : out_hole,
			     in_hole < out_hole ? out_hole : in_hole, block.count - 1 };
	uint32_t from = 0;

	if (in_hole == block.count && out_hole == block.count)
		return idmap_add(map, block);
	for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
		uint32_t to = cuts[i] < block.count - 1 ? cuts[i] : block.count - 1;
		struct extent piece = {
			.inner = block.inner + from + (from >= in_hole),
			.outer = block.outer + from + (from >= out_hole),
			.count = to - from,
		};

		if (piece.count > 0 && idmap_add(map, piece) < 0)
			return -ENOMEM;
		from = to;
	}
	return 0;
}

int idmap_add_single(struct idmap *map, uint32_t inner, uint32_t outer)
{
	struct idmap result = { 0 };
	int rc = idmap_add(&result, (struct extent){ inner, outer, 1 });

	for (size_t i = 0; rc == 0 && i < map->n; i++)
		rc = add_cut(&result, map->extents[i], inner, outer);
	if (rc < 0) {
		idmap_free(&result);
		return rc;
	}
	idmap_free(map);
	*map = result;
	return 0;
}

/* Whether two ranges overlap, and the lowest common id. */
static bool ranges_meet(uint32_t a, uint32_t a_count, uint32_t b, uint32_t b_count, uint32_t *ret)
{
	*ret = a > b ? a : b;
	return *ret - a < a_count && *ret - b < b_count;
}

static int check_pair(const struct extent *a, const struct extent *b, const char *what,
		      struct diag *diag)
{
	const char *side = "inside";
	uint32_t id;

	if (!ranges_meet(a->inner, a->count, b->inner, b->count, &id)) {
		side = "outside";
		if (!ranges_meet(a->outer, a->count, b->outer, b->count, &id))
			return 0;
	}
	return diag_set(diag, 0, "%s id map: %u:%u:%u and %u:%u:%u overlap %s, at id %u", what,
			a->inner, a->outer, a->count, b->inner, b->outer, b->count, side, id);
}

static int check_extents(const struct idmap *map, const char *what, struct diag *diag)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct extent *e = &map->extents[i];

		if (e->count == 0)
			return diag_set(diag, 0, "%s id map: %u:%u:%u is empty", what, e->inner,
					e->outer, e->count);
		if (!is_within_ids(e->inner, e->count) || !is_within_ids(e->outer, e->count))
			return diag_set(diag, 0, "%s id map: %u:%u:%u runs beyond id %u", what,
					e->inner, e->outer, e->count, ID_MAX);
		/* Compares every pair: there are at most IDMAP_EXTENTS_MAX extents. */
		for (size_t j = 0; j < i; j++) {
			int rc = check_pair(&map->extents[j], e, what, diag);

			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

int idmap_check(const struct idmap *map, const char *what, struct diag *diag)
{
	size_t len;

	if (map->n == 0)
		return diag_set(diag, 0, "%s id map: it is empty", what);
	if (map->n > IDMAP_EXTENTS_MAX)
		return diag_set(diag, 0, "%s id map: %zu extents, the kernel takes at most %d",
				what, map->n, IDMAP_EXTENTS_MAX);
	len = idmap_render(map, "\n", NULL, 0);
	if (len > IDMAP_TEXT_MAX)
		return diag_set(diag, 0, "%s id map: %zu bytes, the kernel takes at most %d", what,
				len, IDMAP_TEXT_MAX);
	return check_extents(map, what, diag);
}

bool idmap_outer(const struct idmap *map, uint32_t inner, uint32_t *ret)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct extent *e = &map->extents[i];

		if (inner < e->inner || inner - e->inner >= e->count || e->outer == UINT32_MAX)
			continue;
		*ret = e->outer + (inner - e->inner);
		return true;
	}
	return false;
}

bool idmap_inner(const struct idmap *map, uint32_t outer, uint32_t *ret)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct extent *e = &map->extents[i];

		if (outer >= e->outer && outer - e->outer < e->count && e->outer != UINT32_MAX) {
			*ret = e->inner + (outer - e->outer);
			return true;
		}
	}
	return false;
}

bool idmap_has_outer(const struct idmap *map, uint32_t outer)
{
	uint32_t ignored;

	return idmap_inner(map, outer, &ignored);
}

size_t idmap_render(const struct idmap *map, const char *separator, char *buf, size_t size)
{
	bool ends_lines = strcmp(separator, "\n") == 0;
	size_t used = 0;

	if (size > 0)
		buf[0] = '\0';
	for (size_t i = 0; i < map->n; i++) {
		const struct extent *e = &map->extents[i];
		bool fits = used < size;
		int len = snprintf(fits ? buf + used : NULL, fits ? size - used : 0, "%u %u %u%s",
				   e->inner, e->outer, e->count,
				   ends_lines || i + 1 < map->n ? separator : "");

		used += len > 0 ? (size_t)len : 0;
	}
	return used;
}
