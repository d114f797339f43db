/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "base/diag.h"
#include "base/escape.h"
#include "base/macros.h"
#include "base/text.h"
#include "kernel/io.h"
#include "output/json.h"
#include "output/table.h"
#include "xnsls/listing.h"
#include "xnsls/tree.h"

int output_result(int rc, struct diag *diag)
{
	return rc < 0 ? diag_set(diag, -rc, "cannot write to standard output") : 0;
}

int output_flush(struct diag *diag)
{
	return output_result(io_flush(stdout), diag);
}

/* A cell as text, NULL if it is empty. Commas replace newlines, unless lines is set. */
static const char *cell_text(struct cell *cell, bool lines)
{
	if (cell->kind == CELL_NUMBER) {
		snprintf(cell->buf, sizeof(cell->buf), "%" PRIu64, cell->number);
		return cell->buf;
	}
	if (cell->kind == CELL_EMPTY)
		return NULL;
	if ((cell->owned || cell->text == cell->buf) && !lines)
		for (char *c = cell->owned ? cell->owned : cell->buf; *c; c++)
			if (*c == '\n')
				*c = ',';
	return cell->text;
}

/* ---- table ---- */

static unsigned column_flags(const struct listing *listing, enum column_id column)
{
	unsigned flags = columns[column].flags;

	if (opt_given(&listing->request->given, OPT_NOTRUNCATE))
		flags &= ~(unsigned)TABLE_CUT;
	if (opt_given(&listing->request->given, OPT_NOWRAP))
		flags &= ~(unsigned)(TABLE_LINES | TABLE_WRAP);
	if (column == listing->tree_column)
		flags = (flags | TABLE_TREE) & ~(unsigned)TABLE_RIGHT;
	return flags;
}

static int fill_row(const struct listing *listing, const struct row *row, struct table *table,
		    struct libscols_line *line)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < listing->n_shown; i++) {
		bool lines = column_flags(listing, listing->shown[i]) & TABLE_LINES;
		struct cell cell;

		cell_fill(listing, row, listing->shown[i], &cell);
		rc = table_cell(table, line, i, cell_text(&cell, lines));
		cell_free(&cell);
	}
	if (row->node && row->node->n_processes == 0)
		table_color_row(table, line, TABLE_DIM);
	return rc;
}

static int fill_table(const struct listing *listing, struct table *table)
{
	_cleanup_free_ struct libscols_line **lines = calloc(listing->n_rows + 1, sizeof(*lines));
	int rc = lines ? 0 : -ENOMEM;

	for (uint32_t i = listing->first_row; rc == 0 && i != ROW_NONE; i = tree_next(listing, i)) {
		const struct row *row = &listing->rows[i];

		lines[i] = table_row(table, row->parent == ROW_NONE ? NULL : lines[row->parent]);
		rc = lines[i] ? fill_row(listing, row, table, lines[i]) : -ENOMEM;
	}
	return rc;
}

static int output_table(const struct listing *listing, struct diag *diag)
{
	_cleanup_free_ struct table_column *shown = calloc(listing->n_shown + 1, sizeof(*shown));
	unsigned flags = 0;
	struct table table;
	int rc;

	if (listing->n_rows == 0)
		return 0;
	if (!shown)
		return diag_set(diag, ENOMEM, "cannot make the table");
	for (size_t i = 0; i < listing->n_shown; i++)
		shown[i] = (struct table_column){ columns[listing->shown[i]].name,
						  column_flags(listing, listing->shown[i]),
						  columns[listing->shown[i]].width };
	if (opt_given(&listing->request->given, OPT_NOHEADINGS))
		flags |= TABLE_NO_HEADINGS;
	if (color_wanted(listing->request->color))
		flags |= TABLE_COLOR;
	rc = table_open(&table, shown, listing->n_shown, flags, diag);
	if (rc == 0) {
		rc = fill_table(listing, &table);
		rc = rc < 0 ? diag_set(diag, -rc, "cannot make the table") :
			      output_result(table_print(&table), diag);
	}
	table_close(&table);
	return rc;
}

/* ---- raw ---- */

static void raw_text(const char *text, FILE *out)
{
	while (*text) {
		size_t len = strcspn(text, " \\");
		_cleanup_free_ char *word = text_copy(text, len);

		if (word)
			escape_write(word, out);
		text += len;
		if (*text)
			fprintf(out, "\\x%02x", (unsigned char)*text++);
	}
}

void output_raw_text(const char *text)
{
	raw_text(text, stdout);
}

static int output_raw(const struct listing *listing, struct diag *diag)
{
	/* Like libsmartcols, prints no heading if there are no rows. */
	bool headings = listing->first_row != ROW_NONE &&
			!opt_given(&listing->request->given, OPT_NOHEADINGS);

	for (size_t i = 0; i < listing->n_shown; i++)
		if (headings)
			printf("%s%s", columns[listing->shown[i]].name,
			       i + 1 < listing->n_shown ? " " : "\n");
	for (uint32_t r = listing->first_row; r != ROW_NONE; r = tree_next(listing, r))
		for (size_t i = 0; i < listing->n_shown; i++) {
			const char *text;
			struct cell cell;

			cell_fill(listing, &listing->rows[r], listing->shown[i], &cell);
			text = cell_text(&cell, false);
			if (text)
				output_raw_text(text);
			putchar(i + 1 < listing->n_shown ? ' ' : '\n');
			cell_free(&cell);
		}
	return output_flush(diag);
}

/* ---- JSON ---- */

static void json_cell(const struct listing *listing, const struct row *row, enum column_id column,
		      struct json *json)
{
	const char *name = columns[column].name;
	char key[32];
	struct cell cell;
	size_t i;

	for (i = 0; i < sizeof(key) - 1 && name[i]; i++)
		key[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
	key[i] = '\0';
	if (columns[column].json) {
		columns[column].json(listing, row, key, json);
		return;
	}
	cell_fill(listing, row, column, &cell);
	if (cell.kind == CELL_NUMBER)
		json_number(json, key, (int64_t)cell.number);
	else
		json_text(json, key, cell.kind == CELL_EMPTY ? NULL : cell.text);
	cell_free(&cell);
}

/* The recursion ends: a tree has at most 100 levels (tree.c). */
static void json_rows(const struct listing *listing, uint32_t first, struct json *json)
{
	for (uint32_t r = first; r != ROW_NONE; r = listing->rows[r].next) {
		const struct row *row = &listing->rows[r];

		json_open(json, NULL, '{');
		for (size_t i = 0; i < listing->n_shown; i++)
			json_cell(listing, row, listing->shown[i], json);
		if (row->first != ROW_NONE) {
			json_open(json, "children", '[');
			json_rows(listing, row->first, json);
			json_close(json, ']');
		}
		json_close(json, '}');
	}
}

/* By the old name a document is what lsns(8) prints, without a version. */
static void begin(struct json *json)
{
	if (applet_is_drop_in())
		json_open(json, NULL, '{');
	else
		json_begin(json);
}

static int output_json(const struct listing *listing, struct diag *diag)
{
	const struct opt_set *given = &listing->request->given;
	const char *name = opt_given(given, OPT_GROUPS)	   ? "groups" :
			   opt_given(given, OPT_PROCESSES) ? "processes" :
							     "namespaces";
	struct json json = { .out = stdout };

	begin(&json);
	json_open(&json, name, '[');
	json_rows(listing, listing->first_row, &json);
	json_close(&json, ']');
	json_close(&json, '}');
	return output_result(json_end(&json), diag);
}

/* ---- one row as a line ---- */

/* Words: what type, number and command are is plain. */
static void line_cell(enum column_id column, struct cell *cell, FILE *out)
{
	const char *text = cell_text(cell, false), *name = columns[column].name;

	if (!text)
		return;
	fputc(' ', out);
	if (column != COLUMN_TYPE && column != COLUMN_NS && column != COLUMN_COMMAND) {
		for (; *name; name++)
			fputc(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name, out);
		fputc(' ', out);
	}
	escape_write(text, out);
}

static void line_json(const struct listing *listing, const struct row *row, FILE *out)
{
	struct json json = { .out = out, .compact = true, .filled = true, .depth = 1 };

	for (size_t i = 0; i < listing->n_shown; i++)
		json_cell(listing, row, listing->shown[i], &json);
	fputc('}', out);
}

void output_line(const struct listing *listing, const struct row *row, FILE *out)
{
	if (opt_given(&listing->request->given, OPT_JSON)) {
		line_json(listing, row, out);
		return;
	}
	for (size_t i = 0; i < listing->n_shown; i++) {
		struct cell cell;

		cell_fill(listing, row, listing->shown[i], &cell);
		if (opt_given(&listing->request->given, OPT_RAW)) {
			const char *text = cell_text(&cell, false);

			fputc(' ', out);
			if (text)
				raw_text(text, out);
		} else {
			line_cell(listing->shown[i], &cell, out);
		}
		cell_free(&cell);
	}
}

int output_listing(const struct listing *listing, struct diag *diag)
{
	if (opt_given(&listing->request->given, OPT_JSON))
		return output_json(listing, diag);
	if (opt_given(&listing->request->given, OPT_RAW))
		return output_raw(listing, diag);
	return output_table(listing, diag);
}

/* ---- the list of columns ---- */

/* By the old name in the words of lsns(8), and only its columns. */
static const char *type_of(const struct column *column)
{
	if (applet_is_drop_in())
		return column->number ? "<integer>" : "<string>";
	return column->json ? "array" : column->number ? "number" : "string";
}

static int columns_json(int n, struct diag *diag)
{
	bool drop_in = applet_is_drop_in();
	struct json json = { .out = stdout };

	begin(&json);
	json_open(&json, drop_in ? "lsns-columns" : "columns", '[');
	for (int i = 0; i < n; i++) {
		json_open(&json, NULL, '{');
		json_text(&json, drop_in ? "holder" : "name", columns[i].name);
		json_text(&json, "type", type_of(&columns[i]));
		json_text(&json, "description", columns[i].help);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	return output_result(json_end(&json), diag);
}

int output_columns(const struct xnsls *request, struct diag *diag)
{
	bool raw = opt_given(&request->given, OPT_RAW);
	int n = applet_is_drop_in() ? COLUMN_REFERENCE_COUNT : COLUMN_COUNT;

	if (opt_given(&request->given, OPT_JSON))
		return columns_json(n, diag);
	for (int i = 0; i < n; i++) {
		if (!raw) {
			printf(applet_is_drop_in() ? "%7s %-9s %s\n" : "%8s  %-6s  %s\n",
			       columns[i].name, type_of(&columns[i]), columns[i].help);
			continue;
		}
		printf("%s %s ", columns[i].name, type_of(&columns[i]));
		output_raw_text(columns[i].help);
		putchar('\n');
	}
	return output_flush(diag);
}
