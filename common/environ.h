/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which variables of somebody else's environment may be taken over. Pure. */
#ifndef XNS_ENVIRON_H
#define XNS_ENVIRON_H

#include <stdbool.h>

/*
 * Whether "NAME=VALUE" steers the dynamic loader or the C library of the program that gets it:
 * what ld.so(8) ignores in a program that runs with other privileges than its caller's. A text
 * without "=" is unsafe as well.
 */
bool environ_is_unsafe(const char *variable);

/* Whether the variable's name is in a comma list. */
bool environ_is_listed(const char *variable, const char *list);

#endif
