/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the id maps of a new user namespace from the user's request. Pure. */
#ifndef XNS_IDS_MAPS_H
#define XNS_IDS_MAPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/idmap.h"

struct caller;
struct diag;

/* The differences between user and group ids. */
struct id_kind {
	const char *name;    /* "uid" */
	const char *word;    /* "user" */
	const char *program; /* newuidmap(1) or newgidmap(1), which writes maps of this kind */
};

extern const struct id_kind uid_kind, gid_kind;

/* The source of a block's ids. */
enum block_source {
	BLOCK_EXTENT, /* INNER:OUTER:COUNT of the user */
	BLOCK_AUTO,   /* the first subordinate range, mapped to 0 and up */
	BLOCK_SUBIDS, /* the first subordinate range, mapped to the same ids */
	BLOCK_ALL,    /* all ids of our user namespace, mapped to the same ids */
};

struct block {
	enum block_source source;
	struct extent extent; /* for BLOCK_EXTENT */
};

/* The request for the map of one kind of ids. Owns its array. */
struct map_request {
	enum { SINGLE_NONE, SINGLE_ID, SINGLE_CURRENT } single;
	uint32_t id; /* for SINGLE_ID */
	struct block *blocks;
	size_t n, room;
};

/* The facts (enum caller_facts) that maps_build() needs for these requests. */
unsigned maps_facts(const struct map_request *users, const struct map_request *groups);

/*
 * Builds the requested map. own_id is the id of the namespace's owner, and the outer id of a single
 * id. 0, or -errno with the diagnosis filled; -ENOENT if the caller has no subordinate ids. The
 * caller frees ret with idmap_free() in both cases.
 */
int maps_build(const struct id_kind *kind, const struct map_request *request, uint32_t own_id,
	       const struct caller *caller, struct idmap *ret, struct diag *diag);

#endif
