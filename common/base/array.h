/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays that grow. */
#ifndef XNS_ARRAY_H
#define XNS_ARRAY_H

#include <stddef.h>

/*
 * Returns the array with room for at least n elements of size bytes, perhaps moved, and sets *room
 * to the number that fit. Without memory it returns NULL, and the old array stays as it is. The room
 * doubles, so appending n elements one by one takes time proportional to n.
 */
void *array_reserve(void *array, size_t n, size_t *room, size_t size);

#endif
