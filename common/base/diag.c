/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"

/* Ends a text that is too long in an ellipsis, after a whole character. */
PRINTF_LIKE(2, 0) static void format(char *buf, const char *fmt, va_list args)
{
	static const char ellipsis[] = "...";
	size_t cut = DIAG_TEXT - sizeof(ellipsis);

	if (vsnprintf(buf, DIAG_TEXT, fmt, args) < DIAG_TEXT)
		return;
	for (int i = 0; i < 3 && ((unsigned char)buf[cut] & 0xc0) == 0x80; i++)
		cut--;
	memcpy(buf + cut, ellipsis, sizeof(ellipsis));
}

int diag_set(struct diag *diag, int err, const char *fmt, ...)
{
	va_list args;

	memset(diag, 0, sizeof(*diag));
	diag->err = err;
	va_start(args, fmt);
	format(diag->what, fmt, args);
	va_end(args);
	return err ? -err : -EINVAL;
}

int diag_usage(struct diag *diag, const char *fmt, ...)
{
	va_list args;

	memset(diag, 0, sizeof(*diag));
	diag->usage = true;
	va_start(args, fmt);
	format(diag->what, fmt, args);
	va_end(args);
	return -EINVAL;
}

void diag_hint(struct diag *diag, const char *fmt, ...)
{
	va_list args;

	if (diag->hint[0])
		return;
	va_start(args, fmt);
	format(diag->hint, fmt, args);
	va_end(args);
}

void diag_render(const struct diag *diag, char *buf, size_t size)
{
	/* strerror() is not thread-safe, but only one thread prints diagnoses, and it needs no
	 * locale object. */
	const char *reason = diag->err ? strerror(diag->err) : "";
	size_t tail = diag->err ? strlen(": ") + strlen(reason) : 0;

	/* Escapes make the text longer; if it is truncated, the reason stays. */
	if (tail >= size)
		tail = 0;
	escape_text(diag->what, strlen(diag->what), buf, size - tail);
	if (tail)
		snprintf(buf + strlen(buf), size - strlen(buf), ": %s", reason);
}

int diag_status(const struct diag *diag)
{
	return diag->status ? diag->status : EXIT_FAILURE;
}
