/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keeps a namespace alive, as JSON. */
#ifndef XNS_XNSLS_HELD_H
#define XNS_XNSLS_HELD_H

struct json;
struct model;
struct ns_node;

/* Writes all holders as an array of objects. */
void held_json(const struct model *model, const struct ns_node *node, const char *key,
	       struct json *json);

#endif
