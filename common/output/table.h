/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables and trees for people, printed by libsmartcols, which the first table loads. The functions
 * escape all text (escape.h). Output for programs uses json.h.
 */
#ifndef XNS_TABLE_H
#define XNS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct libscols_line;
struct libscols_table;

enum table_column_flags {
	TABLE_RIGHT = 1, /* aligned to the right */
	TABLE_TREE = 2,  /* the tree is drawn in this column */
	TABLE_CUT = 4,   /* may be truncated to the width of the terminal */
	TABLE_SET = 32,  /* for the caller: the cell has several items */
	TABLE_WRAP = 16, /* goes on in further lines, if the terminal is narrow */
	TABLE_LINES = 8, /* a newline in a cell starts a new line of the cell; otherwise it is escaped */
};

struct table_column {
	const char *name;
	unsigned flags;
	unsigned width; /* the minimum, in characters; 0: the width of its cells */
};

enum table_flags {
	TABLE_NO_HEADINGS = 1,
	TABLE_COLOR = 2,
};

/* Colours of rows and cells. */
enum table_color { TABLE_PLAIN, TABLE_DIM, TABLE_WARN };

/* COLOR_AUTO: on a terminal that supports colour, unless NO_COLOR is set (no-color.org). */
enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
bool color_wanted(enum color_mode mode);

struct table {
	struct libscols_table *scols;
	unsigned *column_flags;
	unsigned flags;
	bool utf8; /* the character set of the locale is UTF-8 */
};

/* 0 or -errno with the diagnosis filled. Release with table_close(), also after a failure. */
int table_open(struct table *table, const struct table_column *columns, size_t n, unsigned flags,
	       struct diag *diag);

/* Adds a row below parent, or at the top level (NULL). NULL without memory. */
struct libscols_line *table_row(struct table *table, struct libscols_line *parent);

/* Sets the text of a cell; NULL leaves it empty. 0 or -ENOMEM. */
int table_cell(struct table *table, struct libscols_line *row, size_t column, const char *text);

void table_color_row(struct table *table, struct libscols_line *row, enum table_color color);
void table_color_cell(struct table *table, struct libscols_line *row, size_t column,
		      enum table_color color);

/* Prints the table to standard output, and flushes. 0 or -errno. */
int table_print(struct table *table);

void table_close(struct table *table);

#endif
