/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growth of arrays. */
#ifndef XNS_ARRAY_H
#define XNS_ARRAY_H

#include <stddef.h>

/*
 * Returns the array, perhaps moved, with room for at least n elements of size bytes, and sets *room
 * to the number that fit. Returns NULL without memory; then the old array is unchanged. The room
 * doubles, so appending one by one takes linear time.
 */
void *array_reserve(void *array, size_t n, size_t *room, size_t size);

#endif
