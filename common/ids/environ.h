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

/*
 * Whether the variable in "NAME=VALUE" decides which programs are found, or makes common programs load or execute
 * something, or write a file of its choice: PATH, HOME, BASH_ENV, PS0, HISTFILE, IP_LIB_DIR and so on.
 */
bool environ_chooses_code(const char *variable);

/* Whether the name in "NAME=VALUE" is in the list, whose names are separated by commas. */
bool environ_is_listed(const char *variable, const char *list);

enum environ_choice {
	ENVIRON_ALL,
	ENVIRON_SAFE, /* none that environ_is_unsafe() */
	ENVIRON_DATA, /* nor any that environ_chooses_code(); PATH, HOME and SHELL from own instead */
};

/*
 * Splits the len bytes of /proc/PID/environ, after which the caller has put a NUL, into an array of
 * pointers into text and own that ends with NULL. The caller frees the array with free(3). Returns NULL
 * if there is no memory.
 */
char **environ_split(char *text, size_t len, enum environ_choice choice, char *const *own);

#endif
