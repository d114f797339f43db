/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Id maps (user_namespaces(7), "User and group ID mappings"): parse, merge, cut holes, check,
 * render. Pure: no system call.
 */
#ifndef XNS_IDMAP_H
#define XNS_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;

/* Maps inner to inner + count - 1 inside to outer to outer + count - 1 outside. */
struct extent {
	uint32_t inner;
	uint32_t outer;
	uint32_t count;
};

/* A list of extents, in this order. All zero is an empty map. Owns its array. */
struct idmap {
	struct extent *extents;
	size_t n, room;
};

enum {
	/* Linux 4.15 and later; kernel/user_namespace.c, UID_GID_MAP_MAX_EXTENTS */
	IDMAP_EXTENTS_MAX = 340,
	/* The text is one write of less than a page: map_write() refuses count >= PAGE_SIZE. */
	IDMAP_TEXT_MAX = 4095,
};

void idmap_free(struct idmap *map);

/* Appends an extent without checking it. 0 or -ENOMEM (map unchanged). */
int idmap_add(struct idmap *map, struct extent extent);

/*
 * Parses an argument of --map-users or --map-groups: "INNER:OUTER:COUNT", or "OUTER,INNER,COUNT" as
 * in older versions of unshare(1). COUNT is at least 1, and no id exceeds 4294967294. 0, -EINVAL or
 * -ERANGE; ret is unchanged on failure.
 */
int idmap_parse_extent(const char *text, struct extent *ret);

/*
 * Parses the text of /proc/PID/uid_map, "INNER OUTER COUNT" per line. It is empty until a map is
 * written. OUTER is 4294967295 if the user namespace of the reader does not map it; such an extent
 * is kept, and maps to nothing. Replaces ret, or leaves it unchanged on failure: -EINVAL or
 * -ENOMEM.
 */
int idmap_parse_file(const char *text, struct idmap *ret);

/*
 * Inserts an extent of one id at the beginning, and removes inner and outer from all other extents. The
 * remaining ids of an extent are paired again in ascending order; if it lost an id on one side only, it
 * also loses the highest id of the other side. 0 or -ENOMEM (map unchanged).
 */
int idmap_add_single(struct idmap *map, uint32_t inner, uint32_t outer);

/*
 * Checks the map by the rules of the kernel (map_write(), kernel/user_namespace.c): not empty, at
 * most IDMAP_EXTENTS_MAX extents and IDMAP_TEXT_MAX bytes, no empty extent, no id above 4294967294,
 * no overlap inside or outside. what is "user" or "group". 0, or -EINVAL with the diagnosis filled,
 * which names the extents.
 */
int idmap_check(const struct idmap *map, const char *what, struct diag *diag);

/* The outer id of an inner one. False if it is not mapped; then ret is unchanged. */
bool idmap_outer(const struct idmap *map, uint32_t inner, uint32_t *ret);

/* The inner id of an outer one. False if it is not mapped; then ret is unchanged. */
bool idmap_inner(const struct idmap *map, uint32_t outer, uint32_t *ret);

/* Whether this outer id is mapped. */
bool idmap_has_outer(const struct idmap *map, uint32_t outer);

/*
 * With the separator "\n", writes the text for a map file: "INNER OUTER COUNT\n" per extent. Another
 * separator stands between extents only, for messages: "0 1000 1; 1 100000 65535". Terminates, and
 * returns the length of the complete text, like snprintf(3).
 */
size_t idmap_render(const struct idmap *map, const char *separator, char *buf, size_t size);

#endif
