/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"

/* Text that is too long ends in an ellipsis, and not within a character. */
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
	/* strerror() is not made for threads, but needs no locale of ours either, and there is
	 * one thread wherever a diagnosis is printed. */
	const char *reason = diag->err ? strerror(diag->err) : "";
	size_t tail = diag->err ? strlen(": ") + strlen(reason) : 0;

	/* Escapes make text longer: if anything is cut, then not the reason. */
	if (tail >= size)
		tail = 0;
	escape_text(diag->what, strlen(diag->what), buf, size - tail);
	if (tail)
		snprintf(buf + strlen(buf), size - strlen(buf), ": %s", reason);
}

/* One write, so that lines of parent and child do not mix. Nobody is left to tell if it fails. */
static void print_line(const char *line, size_t len)
{
	ssize_t ignored = write(STDERR_FILENO, line, len);

	(void)ignored;
}

static void print_escaped(const char *applet, const char *kind, const char *text,
			  const char *tail)
{
	char safe[4 * DIAG_TEXT], line[5 * DIAG_TEXT];
	int len;

	escape_text(text, strlen(text), safe, sizeof(safe));
	len = snprintf(line, sizeof(line), "%s: %s%s%s\n", applet, kind, safe, tail);
	if (len > 0)
		print_line(line, (size_t)len < sizeof(line) ? (size_t)len : sizeof(line) - 1);
}

void diag_print(const char *applet, const struct diag *diag)
{
	char text[4 * DIAG_TEXT], help[64] = "";

	diag_render(diag, text, sizeof(text));
	if (diag->usage)
		snprintf(help, sizeof(help), " (see '%s --help')", applet);
	print_escaped(applet, "", text, help);
	if (diag->hint[0])
		print_escaped(applet, "hint: ", diag->hint, "");
}

void diag_warn(const char *applet, const char *fmt, ...)
{
	char text[DIAG_TEXT];
	va_list args;

	va_start(args, fmt);
	format(text, fmt, args);
	va_end(args);
	print_escaped(applet, "warning: ", text, "");
}

int diag_status(const struct diag *diag)
{
	return diag->status ? diag->status : EXIT_FAILURE;
}
