/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds values by a text: a hash table that only grows. */
#ifndef XNS_LOOKUP_H
#define XNS_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

struct lookup_entry {
	char *key; /* NULL: free */
	size_t len;
	uint64_t hash;
	void *value;
};

/* All zero: empty. Owns the keys, and not the values. */
struct lookup {
	struct lookup_entry *entries;
	size_t n, size; /* a power of two */
};

/*
 * The place of the value for a text of len bytes, which is NULL if it is new. It stays until the next
 * call. NULL: no memory.
 */
void **lookup_place(struct lookup *lookup, const char *key, size_t len);

/* Releases the table, and each value by release() unless that is NULL. */
void lookup_free(struct lookup *lookup, void (*release)(void *value));

#endif
