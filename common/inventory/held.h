/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keeps a namespace alive, in words. */
#ifndef XNS_XNSLS_HELD_H
#define XNS_XNSLS_HELD_H

#include "inventory/model.h"

struct json;

/*
 * The first few holders and how many more there are: "process 12, fd 9/5, mount /run/netns/x, +2".
 * The caller frees it. NULL: nothing that we could see, or no memory.
 */
char *held_text(const struct model *model, const struct ns_node *node);

/* All of them, as an array of objects. */
void held_json(const struct model *model, const struct ns_node *node, const char *key,
	       struct json *json);

#endif
