/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that a command acts on. */
#ifndef XNS_XNETNS_NAMES_H
#define XNS_XNETNS_NAMES_H

#include <stddef.h>

struct diag;
struct xnetns;

struct names {
	char **list; /* owned, as are the strings */
	size_t n, room;
};

/*
 * The first n operands, or with --all the names in the store: mounted and stale ones, no other
 * files. Operands with --all, or neither, are an error. 0, or -errno with the diagnosis filled.
 */
int names_of_request(const struct xnetns *request, int n, struct names *ret, struct diag *diag);

/* Adds a copy of the name. 0, or -ENOMEM with the diagnosis filled. */
int names_add(struct names *names, const char *name, struct diag *diag);

void names_free(struct names *names);

#endif
