/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Helpers for every file: sizes, attributes, release at the end of a scope. */
#ifndef XNS_MACROS_H
#define XNS_MACROS_H

#include <stdlib.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))

/*
 * For functions that take the address of a variable: without inlining, the compiler would add a
 * stack protector to their callers.
 */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* A descriptor has one owner. -1 is the only value for "no descriptor". */
ALWAYS_INLINE void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
#define _cleanup_close_ __attribute__((cleanup(cleanup_close)))

ALWAYS_INLINE void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}
#define _cleanup_free_ __attribute__((cleanup(cleanup_free)))

/* Passes the ownership of a descriptor to the caller. */
ALWAYS_INLINE int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif
