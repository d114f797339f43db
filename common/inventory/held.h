/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keeps a namespace alive, in words. */
#ifndef XNS_INVENTORY_HELD_H
#define XNS_INVENTORY_HELD_H

#include "inventory/model.h"

/*
 * The first few holders and how many more there are: "process 12, fd 9/5, mount /run/netns/x, +2".
 * The caller frees it. NULL: nothing that we could see, or no memory.
 */
char *held_text(const struct model *model, const struct ns_node *node);

/*
 * Whether the namespace with the index owned, which node owns, is a child of it too: a user
 * namespace that is a child is owned as well, and counts once.
 */
bool held_is_child(const struct model *model, const struct ns_node *node, uint32_t owned);

#endif
