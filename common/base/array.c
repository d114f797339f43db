/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>

#define ROOM_AT_FIRST 16

void *array_reserve(void *array, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : ROOM_AT_FIRST;
	void *larger;

	if (n <= *room)
		return array;
	if (more < n)
		more = n;
	if (more > SIZE_MAX / 2 / size)
		return NULL;
	larger = realloc(array, more * size);
	if (larger)
		*room = more;
	return larger;
}
