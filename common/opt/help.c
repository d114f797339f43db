/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the help text of an option table. */
#include "kernel/io.h"
#include "opt/opt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"

enum {
	HELP_WIDTH = 80,
	HELP_COLUMN = 28, /* the help of an option with a longer text begins on the next line */
	HELP_MORE = 2,    /* additional indentation of wrapped help */
};

static void new_line(FILE *out, size_t column)
{
	fputc('\n', out);
	for (size_t i = 0; i < column; i++)
		fputc(' ', out);
}

/*
 * Prints the text, wrapped; the cursor is at column, and wrapped lines begin at column + more.
 * After the first line, a line that begins with a space belongs to a table, and is not wrapped.
 */
static void put_wrapped(FILE *out, const char *text, size_t column, size_t more)
{
	size_t at = column, breaks = 0;
	bool first = true;

	while (*text) {
		size_t word = strcspn(text, breaks > 0 && *text == ' ' ? "\n" : " \n");

		if (word > 0 && breaks > 0) {
			for (; breaks > 1; breaks--)
				fputc('\n', out);
			new_line(out, column);
			at = column;
		} else if (word > 0 && !first && at + 1 + word > HELP_WIDTH) {
			new_line(out, column + more);
			at = column + more;
		} else if (word > 0 && !first) {
			fputc(' ', out);
			at++;
		}
		if (word > 0) {
			first = false;
			breaks = 0;
		}
		fwrite(text, 1, word, out);
		at += word;
		text += word;
		breaks += *text == '\n';
		text += *text != '\0';
	}
	fputc('\n', out);
}

/* Renders the option's names and argument: "-m, --mount[=FILE]". */
static size_t option_text(const struct opt *row, char *buf, size_t size)
{
	const char *before = "", *after = "";
	char letter[8] = "   ";
	int len;

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c,", row->letter);
	if (row->metavar && row->arg == ARG_REQUIRED) {
		before = " ";
	} else if (row->metavar && row->arg != ARG_NONE) {
		before = "[=";
		after = "]";
	}
	len = snprintf(buf, size, " %s --%s%s%s%s", letter, row->name, before,
		       row->metavar && row->arg != ARG_NONE ? row->metavar : "", after);
	return len > 0 ? (size_t)len : 0;
}

/* The column of all help texts: two after the longest option text that fits into HELP_COLUMN. */
static size_t help_column(const struct opt *table)
{
	size_t column = 0;

	for (const struct opt *row = table; !opt_is_end(row); row++) {
		char text[256];
		size_t len;

		if (!row->name || !row->help)
			continue;
		len = option_text(row, text, sizeof(text));
		if (len <= HELP_COLUMN && len > column)
			column = len;
	}
	return column + 2;
}

static void put_table(FILE *out, const struct opt *table)
{
	size_t column = help_column(table);

	if (table->name)
		fputs("\nOptions:\n", out);
	for (const struct opt *row = table; !opt_is_end(row); row++) {
		char text[256];
		size_t len;

		if (!row->name)
			fprintf(out, "\n%s:\n", row->help);
		if (!row->name || !row->help)
			continue;
		len = option_text(row, text, sizeof(text));
		if (len + 2 <= column)
			fprintf(out, "%-*s", (int)column, text);
		else
			fprintf(out, "%s\n%*s", text, (int)column, "");
		put_wrapped(out, row->help, column, HELP_MORE);
	}
}

static void put_help(FILE *out, const struct opt *table, const char *name, const char *synopsis,
		     const char *purpose, const char *tail)
{
	fputs("Usage:\n", out);
	while (*synopsis) {
		size_t len = strcspn(synopsis, "\n");

		fprintf(out, " %s %.*s\n", name, (int)len, synopsis);
		synopsis += len + (synopsis[len] != '\0');
	}
	fputc('\n', out);
	put_wrapped(out, purpose, 0, 0);
	put_table(out, table);
	if (tail) {
		fputc('\n', out);
		put_wrapped(out, tail, 0, 0);
	}
}

/* Builds the text in memory, so that there is one write, and one place for its error. */
int opt_help(const struct opt *table, const char *name, const char *synopsis, const char *purpose,
	     const char *tail)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	bool complete;

	if (!out)
		return -ENOMEM;
	put_help(out, table, name, synopsis, purpose, tail);
	complete = !ferror(out);
	if (fclose(out) != 0 || !complete)
		return -ENOMEM;
	errno = 0;
	if (fwrite(text, 1, len, stdout) != len)
		return errno ? -errno : -EIO;
	return io_flush(stdout);
}
