/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which variables of another process's environment the program may get. Pure. */
#ifndef XNS_ENVIRON_H
#define XNS_ENVIRON_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether "NAME=VALUE" changes which code the dynamic loader or the C library runs, such as LD_*:
 * ld.so(8) ignores these variables in secure-execution mode. A text without "=" is unsafe, too.
 */
bool environ_is_unsafe(const char *variable);

/* Whether the name in "NAME=VALUE" is in the list, whose names are separated by commas. */
bool environ_is_listed(const char *variable, const char *list);

/*
 * Splits the len bytes of /proc/PID/environ, after which the caller has put a NUL, into an array of
 * pointers into text that ends with NULL. Leaves unsafe variables out unless all is set. The caller
 * frees the array with free(3). Returns NULL if there is no memory.
 */
char **environ_split(char *text, size_t len, bool all);

#endif
