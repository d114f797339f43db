/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
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

void text_upper(char *text)
{
	for (; *text; text++)
		if (*text >= 'a' && *text <= 'z')
			*text = (char)(*text - 'a' + 'A');
}
