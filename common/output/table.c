/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file that uses libsmartcols. */
#include "output/table.h"

#include <errno.h>
#include <langinfo.h>
#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/escape.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/library.h"

#define SONAME "libsmartcols.so.1"

static struct {
	__typeof__(scols_new_table) *new_table;
	__typeof__(scols_unref_table) *unref_table;
	__typeof__(scols_table_new_column) *new_column;
	__typeof__(scols_table_new_line) *new_line;
	__typeof__(scols_table_enable_noheadings) *no_headings;
	__typeof__(scols_table_enable_noencoding) *no_encoding;
	__typeof__(scols_table_enable_colors) *colors;
	__typeof__(scols_table_enable_ascii) *ascii;
	__typeof__(scols_column_set_wrapfunc) *set_wrapfunc;
	__typeof__(scols_wrapnl_chunksize) *wrapnl_chunksize;
	__typeof__(scols_wrapnl_nextchunk) *wrapnl_nextchunk;
	__typeof__(scols_line_refer_data) *refer_data;
	__typeof__(scols_line_set_color) *line_color;
	__typeof__(scols_line_get_cell) *get_cell;
	__typeof__(scols_cell_set_color) *cell_color;
	__typeof__(scols_print_table) *print;
} scols;

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(scols.new_table, scols_new_table),
	LIBRARY_SYMBOL(scols.unref_table, scols_unref_table),
	LIBRARY_SYMBOL(scols.new_column, scols_table_new_column),
	LIBRARY_SYMBOL(scols.new_line, scols_table_new_line),
	LIBRARY_SYMBOL(scols.no_headings, scols_table_enable_noheadings),
	LIBRARY_SYMBOL(scols.no_encoding, scols_table_enable_noencoding),
	LIBRARY_SYMBOL(scols.colors, scols_table_enable_colors),
	LIBRARY_SYMBOL(scols.ascii, scols_table_enable_ascii),
	LIBRARY_SYMBOL(scols.set_wrapfunc, scols_column_set_wrapfunc),
	LIBRARY_SYMBOL(scols.wrapnl_chunksize, scols_wrapnl_chunksize),
	LIBRARY_SYMBOL(scols.wrapnl_nextchunk, scols_wrapnl_nextchunk),
	LIBRARY_SYMBOL(scols.refer_data, scols_line_refer_data),
	LIBRARY_SYMBOL(scols.line_color, scols_line_set_color),
	LIBRARY_SYMBOL(scols.get_cell, scols_line_get_cell),
	LIBRARY_SYMBOL(scols.cell_color, scols_cell_set_color),
	LIBRARY_SYMBOL(scols.print, scols_print_table),
};

LIBRARY_NOTE("required", SONAME, "libsmartcols", "tables: xnsls, xnetns list");

/* Escape sequences; libsmartcols adds the one that resets the colour. */
static const char *const colors[] = {
	[TABLE_PLAIN] = "",
	[TABLE_DIM] = "\033[2m",
	[TABLE_WARN] = "\033[1;31m",
};

bool color_wanted(enum color_mode mode)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	if (mode != COLOR_AUTO)
		return mode == COLOR_ALWAYS;
	return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
	       !(term && strcmp(term, "dumb") == 0);
}

static int add_column(struct table *table, const struct table_column *column)
{
	int flags = 0;
	double width = column->width;
	struct libscols_column *added;

	if (column->flags & TABLE_RIGHT)
		flags |= SCOLS_FL_RIGHT;
	if (column->flags & TABLE_TREE)
		flags |= SCOLS_FL_TREE;
	if (column->flags & TABLE_CUT)
		flags |= SCOLS_FL_TRUNC;
	if (column->flags & (TABLE_LINES | TABLE_WRAP))
		flags |= SCOLS_FL_WRAP;
	/* The minimum width of a column that may be truncated. */
	if (column->flags & TABLE_CUT)
		width = 0.1;
	added = scols.new_column(table->scols, column->name, width, flags);
	if (!added)
		return -ENOMEM;
	if (column->flags & TABLE_LINES)
		return scols.set_wrapfunc(added, scols.wrapnl_chunksize, scols.wrapnl_nextchunk,
					  NULL);
	return 0;
}

int table_open(struct table *table, const struct table_column *columns, size_t n, unsigned flags,
	       struct diag *diag)
{
	const char *text = "";
	int rc = 0;

	*table = (struct table){ .flags = flags };
	if (!scols.new_table && library_load(SONAME, symbols, ARRAY_LEN(symbols), &text) < 0) {
		diag_set(diag, 0, "cannot print a table: %s", text);
		diag_hint(diag, "install libsmartcols (Debian: libsmartcols1), or use --json");
		return -ENOENT;
	}
	/* libsmartcols counts characters of the locale. */
	setlocale(LC_CTYPE, "");
	table->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	table->scols = scols.new_table();
	table->column_flags = calloc(n, sizeof(*table->column_flags));
	if (!table->scols || !table->column_flags)
		return diag_set(diag, ENOMEM, "cannot make a table");
	scols.no_encoding(table->scols, 1);
	scols.no_headings(table->scols, flags & TABLE_NO_HEADINGS ? 1 : 0);
	scols.colors(table->scols, flags & TABLE_COLOR ? 1 : 0);
	scols.ascii(table->scols, !table->utf8);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		table->column_flags[i] = columns[i].flags;
		rc = add_column(table, &columns[i]);
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot make a table") : 0;
}

struct libscols_line *table_row(struct table *table, struct libscols_line *parent)
{
	return scols.new_line(table->scols, parent);
}

/*
 * Escapes the text; with lines it keeps newlines, and the caller has escaped those within an item.
 */
static char *escape_cell(const char *text, bool lines)
{
	size_t all = strlen(text), size = escape_text(text, all, NULL, 0) + 1, used = 0;
	char *safe = malloc(size); /* suffices: escaping makes a newline longer */

	while (safe && text) {
		size_t len = lines ? strcspn(text, "\n") : all;

		used += escape_text(text, len, safe + used, size - used);
		text = text[len] ? text + len + 1 : NULL;
		if (text)
			safe[used++] = '\n';
	}
	return safe;
}

/*
 * Escapes bytes outside ASCII as \xNN, since libsmartcols does not terminate at characters that the
 * locale does not have. Takes the ownership of text.
 */
static char *ascii_of(char *text)
{
	char *ascii = text ? malloc(4 * strlen(text) + 1) : NULL, *end = ascii;

	for (const char *c = text; ascii && *c; c++) {
		if ((unsigned char)*c < 0x80)
			*end++ = *c;
		else
			end += snprintf(end, 5, "\\x%02x", (unsigned char)*c);
	}
	if (ascii)
		*end = '\0';
	free(text);
	return ascii;
}

int table_cell(struct table *table, struct libscols_line *row, size_t column, const char *text)
{
	char *safe;

	if (!text)
		return 0;
	safe = escape_cell(text, table->column_flags[column] & TABLE_LINES);
	if (!table->utf8)
		safe = ascii_of(safe);
	if (!safe)
		return -ENOMEM;
	return scols.refer_data(row, column, safe);
}

void table_color_row(struct table *table, struct libscols_line *row, enum table_color color)
{
	if (table->flags & TABLE_COLOR && color != TABLE_PLAIN)
		scols.line_color(row, colors[color]);
}

void table_color_cell(struct table *table, struct libscols_line *row, size_t column,
		      enum table_color color)
{
	if (table->flags & TABLE_COLOR && color != TABLE_PLAIN)
		scols.cell_color(scols.get_cell(row, column), colors[color]);
}

int table_print(struct table *table)
{
	int rc = scols.print(table->scols), written = io_flush(stdout);

	return written < 0 ? written : rc < 0 ? rc : 0;
}

void table_close(struct table *table)
{
	if (table->scols)
		scols.unref_table(table->scols);
	free(table->column_flags);
	*table = (struct table){ 0 };
}
