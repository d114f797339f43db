/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays that grow. */
#ifndef XNS_ARRAY_H
#define XNS_ARRAY_H

#include <stddef.h>

/*
 * The array, with room for at least one more than n elements of size bytes: moved perhaps, and then
 * *room says for how many. NULL where there is no memory; the old one stands. The sizes double, so
 * that adding n costs n.
 */
void *array_grow(void *array, size_t n, size_t *room, size_t size);

#endif
