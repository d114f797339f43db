/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The id maps of a new user namespace: what is asked for, and the extents that it comes to. Pure. */
#ifndef XNS_IDS_MAPS_H
#define XNS_IDS_MAPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/idmap.h"

struct caller;
struct diag;

/* Everything that differs between users and groups. */
struct id_kind {
	const char *name;    /* "uid" */
	const char *word;    /* "user" */
	const char *program; /* newuidmap(1) or newgidmap(1): writes maps of this kind */
};

extern const struct id_kind uid_kind, gid_kind;

/* Where the ids of a block come from. */
enum block_source {
	BLOCK_EXTENT, /* INNER:OUTER:COUNT */
	BLOCK_AUTO,   /* the first subordinate block, onto 0 */
	BLOCK_SUBIDS, /* the same block onto itself */
	BLOCK_ALL,    /* all that is mapped here, onto itself */
};

struct block {
	enum block_source source;
	struct extent extent; /* for BLOCK_EXTENT */
};

/* What one kind of id, user or group, is to be mapped to. Owns its array. */
struct map_request {
	enum { SINGLE_NONE, SINGLE_ID, SINGLE_CURRENT } single;
	uint32_t id; /* for SINGLE_ID */
	struct block *blocks;
	size_t n, room;
};

/* Which facts (enum caller_facts) maps_build() needs for these. */
unsigned maps_facts(const struct map_request *users, const struct map_request *groups);

/*
 * Builds the map that is requested for own_id, the id of the namespace's owner. ret is to be freed
 * with idmap_free() in both cases. 0 or -errno with the diagnosis filled; -ENOENT if the caller has
 * no subordinate ids.
 */
int maps_build(const struct id_kind *kind, const struct map_request *request, uint32_t own_id,
	       const struct caller *caller, struct idmap *ret, struct diag *diag);

#endif
