/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the model and the output: which rows there are, how they hang together, and what stands in
 * each column of them.
 */
#ifndef XNS_XNSLS_LISTING_H
#define XNS_XNSLS_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inventory/model.h"
#include "inventory/scan.h"
#include "xnsls/xnsls.h"

struct diag;
struct json;

/* ---- columns ---- */

enum column_id {
	COLUMN_NS,
	COLUMN_TYPE,
	COLUMN_PATH,
	COLUMN_NPROCS,
	COLUMN_PID,
	COLUMN_PPID,
	COLUMN_COMMAND,
	COLUMN_UID,
	COLUMN_USER,
	COLUMN_NETNSID,
	COLUMN_NSFS,
	COLUMN_PNS,
	COLUMN_ONS,
	COLUMN_REFERENCE_COUNT, /* those above are the columns of lsns(8) */
	COLUMN_ID = COLUMN_REFERENCE_COUNT,
	COLUMN_OWNERUID,
	COLUMN_HELDBY,
	COLUMN_COUNT,
};

/* What has to be found out before a column can be filled. */
enum column_needs {
	NEED_STATUS = 1,
	NEED_COMMAND = 2,
	NEED_NETNSID = 4,
	NEED_RELATIONS = 8,
	NEED_ID = 16,
	NEED_DEEP = 32,
	NEED_USERS = 64,
};

/* What stands in one column of one row. */
struct cell {
	enum { CELL_EMPTY, CELL_NUMBER, CELL_TEXT } kind;
	uint64_t number;
	const char *text; /* within row or buf, or owned; with COLUMN_LINES one item a line, escaped */
	char *owned;
	char buf[64];
};

struct listing;
struct row;

struct column {
	const char *name;
	const char *help;
	bool number; /* JSON shows a number; the others are strings */
	unsigned flags; /* of table.h */
	unsigned width; /* in a table, at least */
	unsigned needs;
	void (*fill)(const struct listing *listing, const struct row *row, struct cell *ret);
	/* Writes a JSON value that is neither a number nor a string. NULL: fill() will do. */
	void (*json)(const struct listing *listing, const struct row *row, const char *key,
		     struct json *json);
};

extern const struct column columns[COLUMN_COUNT];

/* Upper or lower case. COLUMN_COUNT: there is none of that name. */
enum column_id column_by_name(const char *name, size_t len);

/* Release with cell_free(). Lack of memory leaves the cell empty. */
void cell_fill(const struct listing *listing, const struct row *row, enum column_id column,
	       struct cell *ret);
void cell_free(struct cell *cell);

/* ---- rows ---- */

#define ROW_NONE UINT32_MAX

struct row {
	const struct ns_node *node;
	struct ns_process *process;  /* that is shown with it, or NULL */
	uint32_t parent;             /* row above it in the tree, or ROW_NONE */
	uint32_t first, next;        /* below it, and beside it */
	unsigned depth;
};

struct user_names;

struct listing {
	const struct xnsls *request;
	struct scan *scan;
	bool hidden; /* /proc hides processes from us */
	struct model model;
	struct row *rows;
	size_t n_rows;
	uint32_t first_row; /* the first of the rows at the top; the others by next */
	enum column_id shown[COLUMN_COUNT];
	size_t n_shown;
	enum relation relation;
	enum column_id tree_column; /* in which it is drawn, or COLUMN_COUNT */
	unsigned needs; /* of what is shown, of the filter and of the tree */
	struct user_names *users; /* with NEED_USERS */
	int32_t *netnsids; /* by index of node: NETNSID_* or the number */
};

/*
 * Which columns are shown and what has to be found out: to be called before the scan, whose request
 * is filled. 0 or -errno with the diagnosis filled.
 */
int listing_prepare(struct listing *listing, unsigned filter_needs, struct diag *diag);

/* Has the scan look deep, as --deep does: also after listing_prepare(). */
void listing_deepen(struct listing *listing);

/*
 * Makes the rows from the scanned model. keep(state, row) leaves those out for which it is false;
 * NULL keeps all. 0 or -errno with the diagnosis filled.
 */
int listing_make(struct listing *listing,
		 bool (*keep)(void *state, const struct listing *listing, const struct row *row),
		 void *state, unsigned filter_needs, struct diag *diag);

void listing_free(struct listing *listing);

/*
 * Asks for the ids of the network namespaces in the rows, unless they are known. 0, also if the kernel
 * tells none; or -errno with the diagnosis filled.
 */
int listing_read_netnsids(struct listing *listing, struct diag *diag);

#endif
