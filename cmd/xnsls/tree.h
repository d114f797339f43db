/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of the rows of a listing. */
#ifndef XNS_XNSLS_TREE_H
#define XNS_XNSLS_TREE_H

#include <stdint.h>

struct listing;

/*
 * Links the rows by the requested relation. The parent of a row is that of its nearest ancestor in
 * the listing; without one, the row is at the top level. Every row is in the tree exactly once,
 * even if /proc contains cycles. 0 or -ENOMEM.
 */
int tree_make(struct listing *listing);

/* The row after this one in the order of output, or ROW_NONE. */
uint32_t tree_next(const struct listing *listing, uint32_t row);

#endif
