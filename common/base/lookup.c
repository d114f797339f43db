/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/lookup.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 64 };

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_of(const char *key, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)key[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static struct lookup_entry *find(struct lookup_entry *entries, size_t size, const char *key,
				 size_t len, uint64_t hash)
{
	size_t i = (size_t)hash & (size - 1);

	while (entries[i].key && (entries[i].hash != hash || entries[i].len != len ||
				  memcmp(entries[i].key, key, len) != 0))
		i = (i + 1) & (size - 1);
	return &entries[i];
}

static int grow(struct lookup *lookup)
{
	size_t size = lookup->size ? 2 * lookup->size : FIRST_SIZE;
	struct lookup_entry *entries = calloc(size, sizeof(*entries));

	if (!entries)
		return -1;
	for (size_t i = 0; i < lookup->size; i++) {
		const struct lookup_entry *old = &lookup->entries[i];

		if (old->key)
			*find(entries, size, old->key, old->len, old->hash) = *old;
	}
	free(lookup->entries);
	lookup->entries = entries;
	lookup->size = size;
	return 0;
}

void **lookup_place(struct lookup *lookup, const char *key, size_t len)
{
	uint64_t hash = hash_of(key, len);
	struct lookup_entry *entry;

	if (2 * (lookup->n + 1) > lookup->size && grow(lookup) < 0)
		return NULL;
	entry = find(lookup->entries, lookup->size, key, len, hash);
	if (entry->key)
		return &entry->value;
	entry->key = malloc(len + 1);
	if (!entry->key)
		return NULL;
	memcpy(entry->key, key, len);
	entry->key[len] = '\0';
	entry->len = len;
	entry->hash = hash;
	lookup->n++;
	return &entry->value;
}

void lookup_free(struct lookup *lookup, void (*release)(void *value))
{
	for (size_t i = 0; i < lookup->size; i++) {
		if (lookup->entries[i].key && release)
			release(lookup->entries[i].value);
		free(lookup->entries[i].key);
	}
	free(lookup->entries);
	*lookup = (struct lookup){ .n = 0 };
}
