/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists in the text of a message. Pure. */
#ifndef XNS_TEXT_H
#define XNS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

/*
 * Adds to the text in buf, with the separator in between if there is some already. False: that has
 * no room, and buf is as it was.
 */
bool text_join(char *buf, size_t size, const char *separator, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* In place, and of ASCII letters only, whatever the locale. */
void text_upper(char *text);

#endif
