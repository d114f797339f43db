/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which variables of somebody else's environment may be taken over. Pure. */
#ifndef XNS_ENVIRON_H
#define XNS_ENVIRON_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether "NAME=VALUE" steers the dynamic loader or the C library of the program that gets it:
 * what ld.so(8) ignores in a program that runs with other privileges than its caller's. A text
 * without "=" is unsafe as well.
 */
bool environ_is_unsafe(const char *variable);

/* Whether the variable's name is in a comma list. */
bool environ_is_listed(const char *variable, const char *list);

/*
 * The variables in /proc/PID/environ, text of len bytes with a NUL behind it, as a NULL-terminated
 * array of pointers into the text, for free(3). Unsafe ones are left out unless all are wanted.
 * NULL: no memory.
 */
char **environ_split(char *text, size_t len, bool all);

#endif
