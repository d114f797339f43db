/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts that are put together. Pure. */
#ifndef XNS_TEXT_H
#define XNS_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

/*
 * Appends to the text in buf, after the separator if buf is not empty. False if there is no room;
 * then buf is unchanged.
 */
bool text_join(char *buf, size_t size, const char *separator, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* Formats into a new buffer, or copies len bytes that have no NUL; the caller frees it. NULL without memory. */
char *text_format(const char *fmt, ...) PRINTF_LIKE(1, 2);
char *text_format_list(const char *fmt, va_list args) PRINTF_LIKE(1, 0);
char *text_copy(const char *text, size_t len);

#endif
