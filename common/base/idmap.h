/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The algebra of id maps (user_namespaces(7), "User and group ID mappings"): parse, merge, cut
 * holes, check, render. Pure: no system call.
 */
#ifndef XNS_IDMAP_H
#define XNS_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;

/* count ids: inner .. inner+count-1 inside are outer .. outer+count-1 outside. */
struct extent {
	uint32_t inner;
	uint32_t outer;
	uint32_t count;
};

/* An ordered list of extents. All zero is an empty map. Owns its array. */
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

/* Appends an extent, unchecked. 0 or -ENOMEM (map untouched). */
int idmap_add(struct idmap *map, struct extent extent);

/*
 * One argument of --map-users or --map-groups: "INNER:OUTER:COUNT", or the older form
 * "OUTER,INNER,COUNT". Digits only; ids up to 4294967294; COUNT at least 1; neither side may run
 * beyond 4294967294. 0, -EINVAL or -ERANGE; on failure ret is untouched.
 */
int idmap_parse_extent(const char *text, struct extent *ret);

/*
 * A map file's text, "INNER OUTER COUNT" a line (/proc/PID/uid_map). No text is an empty map: a
 * user namespace has none until one is written. OUTER is 4294967295 where that id is not mapped in
 * the reader's own user namespace; such an extent is kept and maps to nothing. ret is overwritten,
 * and untouched on failure: 0, -EINVAL or -ENOMEM.
 */
int idmap_parse_file(const char *text, struct idmap *ret);

/*
 * Puts a single id in front: inner becomes outer, and a hole is cut into every block, on both
 * sides. The ids that a block has left are paired again in ascending order, so that a block which
 * lost an id on one side only loses its topmost id on the other. 0 or -ENOMEM (map untouched).
 */
int idmap_add_single(struct idmap *map, uint32_t inner, uint32_t outer);

/*
 * Whether the kernel would take this map: not empty, at most IDMAP_EXTENTS_MAX extents and
 * IDMAP_TEXT_MAX bytes, no extent that is empty or runs beyond 4294967294 or overlaps another,
 * inside or outside. what is "user" or "group"; the diagnosis names the extents at odds. 0 or
 * -EINVAL with the diagnosis filled.
 */
int idmap_check(const struct idmap *map, const char *what, struct diag *diag);

/* The outer id of an inner one; false, and ret untouched, where it is not mapped. */
bool idmap_outer(const struct idmap *map, uint32_t inner, uint32_t *ret);

/* Whether this outer id is mapped. */
bool idmap_has_outer(const struct idmap *map, uint32_t outer);

/*
 * The text for a map file, with the separator "\n": "INNER OUTER COUNT\n" an extent. With another
 * separator for one line of a message, and none behind the last: "0 1000 1; 1 100000 65535".
 * Terminates, and returns the length that the whole text needs, as snprintf(3) does.
 */
size_t idmap_render(const struct idmap *map, const char *separator, char *buf, size_t size);

#endif
