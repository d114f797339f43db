/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the model to the output: the rows, their tree, and the contents of their columns. */
#ifndef XNS_XNSLS_LISTING_H
#define XNS_XNSLS_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "inventory/model.h"
#include "inventory/mounted.h"
#include "inventory/network.h"
#include "inventory/scan.h"
#include "workload/workload.h"
#include "xnsls/xnsls.h"

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
	COLUMN_REFERENCE_COUNT, /* lsns(8) has the columns above */
	COLUMN_ID = COLUMN_REFERENCE_COUNT,
	COLUMN_OWNERUID,
	COLUMN_HELDBY,
	COLUMN_UNIT,
	COLUMN_CONTAINER,
	COLUMN_ENGINE,
	COLUMN_POD,
	COLUMN_CGROUP,
	COLUMN_WHOSE,
	COLUMN_TYPES,
	COLUMN_MAPS,
	COLUMN_LISTEN,
	COLUMN_LINKS,
	COLUMN_MOUNTED,
	COLUMN_COUNT,
};

/* Information that must be read before a column can be filled. */
enum column_needs {
	NEED_STATUS = 1,
	NEED_COMMAND = 2,
	NEED_NETNSID = 4,
	NEED_RELATIONS = 8,
	NEED_ID = 16,
	NEED_HOLDERS = 32, /* of what no process is in also those that only --deep finds */
	NEED_USERS = 64,
	NEED_WORKLOAD = 128,
	NEED_TYPES = 256, /* the namespaces of every type */
	NEED_NODE = 512,  /* the row is one namespace */
	NEED_PORTS = 1024,
	NEED_LINKS = 2048,
	NEED_MOUNTED = 4096, /* --mounted */
	NEED_NETWORK = NEED_PORTS | NEED_LINKS,
};

/* The contents of a column in a row. */
struct cell {
	enum { CELL_EMPTY, CELL_NUMBER, CELL_TEXT } kind;
	uint64_t number;
	const char *text; /* in the row, buf or owned; of a set, and with TABLE_LINES, one item per line */
	char *owned;
	char buf[64];
};

struct listing;
struct row;

struct column {
	const char *name;
	const char *help;
	bool number; /* a number in JSON, otherwise a string */
	unsigned flags; /* of table.h */
	unsigned width; /* the minimum in a table */
	unsigned needs;
	void (*fill)(const struct listing *listing, const struct row *row, struct cell *ret);
	/* Writes a JSON value that is neither a number nor a string. NULL: use fill(). */
	void (*json)(const struct listing *listing, const struct row *row, const char *key,
		     struct json *json);
};

extern const struct column columns[COLUMN_COUNT];

/* In upper or lower case. COLUMN_COUNT: there is no such column. */
enum column_id column_by_name(const char *name, size_t len);

/* The cell stays empty without memory. Release it with cell_free(). */
void cell_fill(const struct listing *listing, const struct row *row, enum column_id column,
	       struct cell *ret);
void cell_free(struct cell *cell);

/* ---- rows ---- */

#define ROW_NONE UINT32_MAX

struct row {
	const struct ns_node *node;  /* NULL with --groups and --processes */
	uint32_t n_processes;        /* with these, how many processes share its namespaces */
	struct ns_process *process;  /* the process shown in this row, or NULL */
	const struct workload *workload; /* its unit and container; NULL: unknown, or not read */
	uint32_t parent;             /* its parent in the tree, or ROW_NONE */
	bool above_only;             /* it is listed for the rows below it only */
	uint32_t first, next;        /* its first child and its next sibling */
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
	uint32_t first_row; /* the first row of the top level */
	enum column_id *shown; /* a column may be asked for several times */
	size_t n_shown, shown_room;
	enum relation relation;
	enum column_id tree_column; /* the column with the tree, or COLUMN_COUNT */
	unsigned needs; /* of the columns shown and of the tree */
	bool holders_read;
	bool holders_of_empty; /* HELDBY only for namespaces without a process */
	struct diag unread_task; /* why the process of --task could not be read, if it could not */
	struct user_names *users; /* with NEED_USERS */
	int32_t *netnsids; /* by index of node: the id or NETNSID_*; NULL: not read */
	struct mounted mounted; /* with --mounted; empty before */
	struct networks networks; /* with NEED_NETWORK; empty before */
	struct workloads workloads; /* with NEED_WORKLOAD; WORKLOADS_NONE before */
	struct scan_silent lost; /* processes whose cgroup could not be read */
};

/* shown.c: by --output, --output-all or the defaults. 0 or -errno with the diagnosis filled. */
int listing_choose_columns(struct listing *listing, struct diag *diag);

/*
 * Adds HELDBY to the default columns, on a terminal and if a namespace has no process: what keeps it alive is
 * the first question about it. 0 or -errno with the diagnosis filled.
 */
int listing_show_holders(struct listing *listing, struct diag *diag);

/*
 * Selects the columns and the tree, and sets the flags and types of the scan accordingly. Call it
 * before the scan. 0 or -errno with the diagnosis filled.
 */
int listing_prepare(struct listing *listing, unsigned filter_needs, struct diag *diag);

/* Extends the scan as --deep does. Call it after listing_prepare(). */
void listing_deepen(struct listing *listing);

/*
 * Makes the rows from the scanned model, except those for which keep() returns false; NULL keeps
 * all. 0 or -errno with the diagnosis filled.
 */
int listing_make(struct listing *listing,
		 bool (*keep)(void *state, const struct listing *listing, const struct row *row),
		 void *state, unsigned filter_needs, struct diag *diag);

void listing_free(struct listing *listing);

/* Finds the units and containers of the processes in the rows, each once. 0 or -ENOMEM. */
int listing_read_workloads(struct listing *listing);

/*
 * Reads the ids of the network namespaces in the rows, once. 0, even if the kernel reports none; or
 * -errno with the diagnosis filled.
 */
int listing_read_netnsids(struct listing *listing, struct diag *diag);

#endif
