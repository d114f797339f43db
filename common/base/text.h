/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists in the text of a message. Pure. */
#ifndef XNS_TEXT_H
#define XNS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

/*
 * Appends to the text in buf, after the separator if buf is not empty. False if there is no room;
 * then buf is unchanged.
 */
bool text_join(char *buf, size_t size, const char *separator, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* Converts ASCII letters to upper case, in place and independently of the locale. */
void text_upper(char *text);

#endif
