/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Extents and map files: what is read is within the ids, and is rendered as it can be read again. */
#include <errno.h>

#include "base/diag.h"
#include "base/idmap.h"
#include "base/parse.h"
#include "fuzz.h"

static void check_extent(const char *text)
{
	struct extent extent = { 1, 2, 3 };
	int rc = idmap_parse_extent(text, &extent);
	char again[64];

	if (rc < 0) {
		HOLDS(rc == -EINVAL || rc == -ERANGE);
		HOLDS(extent.inner == 1 && extent.outer == 2 && extent.count == 3);
		return;
	}
	HOLDS(extent.count > 0);
	HOLDS((uint64_t)extent.inner + extent.count - 1 <= ID_MAX);
	HOLDS((uint64_t)extent.outer + extent.count - 1 <= ID_MAX);
	snprintf(again, sizeof(again), "%u:%u:%u", extent.inner, extent.outer, extent.count);
	struct extent second = { 0, 0, 0 };

	HOLDS(idmap_parse_extent(again, &second) == 0);
	HOLDS(memcmp(&extent, &second, sizeof(extent)) == 0);
}

static void check_file(const char *text)
{
	struct idmap map = { 0 }, again = { 0 };
	int rc = idmap_parse_file(text, &map);
	char *rendered;
	struct diag diag;
	size_t len;

	HOLDS(rc == 0 || rc == -EINVAL);
	if (rc < 0) {
		HOLDS(!map.extents && map.n == 0);
		return;
	}
	len = idmap_render(&map, "\n", NULL, 0);
	rendered = malloc(len + 1);
	HOLDS(rendered && idmap_render(&map, "\n", rendered, len + 1) == len);
	HOLDS(strlen(rendered) == len);
	HOLDS(idmap_parse_file(rendered, &again) == 0 && again.n == map.n);
	HOLDS(map.n == 0 || memcmp(map.extents, again.extents, map.n * sizeof(*map.extents)) == 0);
	if (idmap_check(&map, "user", &diag) == 0)
		HOLDS(map.n > 0 && map.n <= IDMAP_EXTENTS_MAX && len <= IDMAP_TEXT_MAX);
	free(rendered);
	idmap_free(&again);
	idmap_free(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_extent(text);
	check_file(text);
	free(text);
	return 0;
}
