/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How engines name the cgroups of their containers: what path.c and path_match.c share. */
#ifndef XNS_WORKLOAD_PATH_MATCH_H
#define XNS_WORKLOAD_PATH_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "workload/path.h"

/* A part of the path. */
struct piece {
	const char *text;
	size_t len;
};

/* The directories of an engine whose children are containers or more such directories. */
enum place {
	IN_ANY,
	IN_DOCKER,
	IN_LIBPOD,
	IN_LXC,
	IN_KUBEPODS,
	IN_POD,
	IN_NAMESPACE, /* of containerd: /NAMESPACE/ID */
	IN_MACHINE,
};

enum shape {
	SHAPE_NOTHING,
	SHAPE_ID,
	SHAPE_NAME,
};

struct pattern {
	enum place place; /* IN_ANY: everywhere */
	const char *before, *behind;
	enum shape shape; /* of what stands between the two */
	enum workload_engine engine; /* ENGINE_NONE: a monitor, which runs outside of its container */
};

/*
 * The pattern that the component of a path matches in this place, or NULL. piece becomes what the pattern
 * takes for the name.
 */
const struct pattern *path_match(enum place place, struct piece *piece);

/* Whether it is a directory of an engine's in this place; *place becomes that of its children. */
bool path_match_parent(struct piece piece, enum place *place);

static inline bool is(struct piece piece, const char *text)
{
	return piece.len == strlen(text) && memcmp(piece.text, text, piece.len) == 0;
}

static inline bool ends_with(struct piece piece, const char *text)
{
	size_t len = strlen(text);

	return piece.len >= len && memcmp(piece.text + piece.len - len, text, len) == 0;
}

/* Takes the text off the front. */
static inline bool skip(struct piece *piece, const char *text)
{
	size_t len = strlen(text);

	if (piece->len < len || memcmp(piece->text, text, len) != 0)
		return false;
	piece->text += len;
	piece->len -= len;
	return true;
}

#endif
