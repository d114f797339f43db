/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The holders of a namespace as text. */
#ifndef XNS_INVENTORY_HOLDERS_H
#define XNS_INVENTORY_HOLDERS_H

#include "inventory/model.h"

/*
 * The first few holders, members and relatives included, and the number of the others: "process 12,
 * fd 9/5, mount /run/netns/x, +2". The caller frees the text. NULL: none is known, or no memory.
 */
char *holders_text(const struct model *model, const struct ns_node *node);

#endif
