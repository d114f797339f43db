/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The holders of a namespace as JSON. */
#ifndef XNS_XNSLS_HOLDERS_H
#define XNS_XNSLS_HOLDERS_H

struct json;
struct model;
struct ns_node;

/* Writes all holders, members and relatives, as an array of objects. */
void holders_json(const struct model *model, const struct ns_node *node, const char *key,
	       struct json *json);

#endif
