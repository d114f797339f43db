/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the rows of a listing hang together. */
#ifndef XNS_XNSLS_TREE_H
#define XNS_XNSLS_TREE_H

#include <stdint.h>

struct listing;

/*
 * Links the rows by the relation asked for. Where the row above is not in the listing, that of the
 * next namespace above it takes its place; where there is none, the row stands at the top. Every
 * row is in the tree exactly once, also where /proc tells of circles. 0 or -ENOMEM.
 */
int tree_make(struct listing *listing);

/* The row behind this one from top to bottom, or ROW_NONE. */
uint32_t tree_next(const struct listing *listing, uint32_t row);

#endif
