/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/escape.h"
#include "kernel/sys.h"

/* Makes one write, so that lines of parent and child do not mix. A failure cannot be reported. */
static void print_line(const char *line, size_t len)
{
	ssize_t ignored = sys_write(STDERR_FILENO, line, len);

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
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	print_escaped(applet, "warning: ", text, "");
}
