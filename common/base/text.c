/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool text_join(char *buf, size_t size, const char *separator, const char *fmt, ...)
{
	size_t used = strlen(buf), room = size - used;
	int gap = used ? snprintf(buf + used, room, "%s", separator) : 0, len = -1;
	va_list args;

	if ((size_t)gap < room) {
		va_start(args, fmt);
		len = vsnprintf(buf + used + gap, room - (size_t)gap, fmt, args);
		va_end(args);
	}
	if (len >= 0 && (size_t)gap + (size_t)len < room)
		return true;
	buf[used] = '\0';
	return false;
}

char *text_format_list(const char *fmt, va_list args)
{
	va_list again;
	size_t size;
	char *text;

	va_copy(again, args);
	size = (size_t)vsnprintf(NULL, 0, fmt, again) + 1;
	va_end(again);
	text = malloc(size);
	if (text)
		vsnprintf(text, size, fmt, args);
	return text;
}

char *text_format(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = text_format_list(fmt, args);
	va_end(args);
	return text;
}

char *text_copy(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}
