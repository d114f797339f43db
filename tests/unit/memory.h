/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lack of memory. A program that includes this is linked with --wrap=malloc, --wrap=calloc and
 * --wrap=realloc; all three, as compilers turn one into another.
 */
#ifndef XNS_UNIT_MEMORY_H
#define XNS_UNIT_MEMORY_H

#include <stddef.h>

/* Allocations that succeed before all others fail; -1 for no failure. */
static int memory_left = -1;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static int memory_fails(void)
{
	if (memory_left > 0)
		memory_left--;
	else if (memory_left == 0)
		return 1;
	return 0;
}

void *__wrap_malloc(size_t size)
{
	return memory_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return memory_fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *pointer, size_t size)
{
	return memory_fails() ? NULL : __real_realloc(pointer, size);
}

#endif
