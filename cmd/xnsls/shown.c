/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which columns are shown. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "xnsls/listing.h"

static const enum column_id default_columns[] = {
	COLUMN_NS, COLUMN_TYPE, COLUMN_NPROCS, COLUMN_PID, COLUMN_USER,
	COLUMN_NETNSID, COLUMN_NSFS, /* only with --type net */
	COLUMN_COMMAND,
};

static const enum column_id process_columns[] = { COLUMN_PID, COLUMN_PPID, COLUMN_USER,
						  COLUMN_COMMAND };

static const enum column_id group_columns[] = { COLUMN_PID, COLUMN_NPROCS, COLUMN_USER,
						COLUMN_TYPES, COLUMN_WHOSE, COLUMN_COMMAND };

static const enum column_id mounted_columns[] = { COLUMN_NS, COLUMN_NPROCS, COLUMN_PID, COLUMN_USER,
						  COLUMN_WHOSE, COLUMN_MOUNTED, COLUMN_COMMAND };

static const enum column_id watch_columns[] = { COLUMN_TYPE, COLUMN_NS, COLUMN_PID, COLUMN_COMMAND,
						COLUMN_UNIT };

static int show_column(struct listing *listing, enum column_id column, struct diag *diag)
{
	enum column_id *shown = array_reserve(listing->shown, listing->n_shown + 1,
					      &listing->shown_room, sizeof(*shown));

	if (!shown)
		return diag_set(diag, ENOMEM, "cannot remember the columns");
	listing->shown = shown;
	listing->shown[listing->n_shown++] = column;
	return 0;
}

static int show_defaults(struct listing *listing, struct diag *diag)
{
	const struct xnsls *request = listing->request;
	bool net = request->types >> NS_NET & 1;
	const enum column_id *list = default_columns;
	size_t n = ARRAY_LEN(default_columns);
	int rc = 0;

	if (xnsls_lists_processes(request)) {
		list = group_columns;
		n = ARRAY_LEN(group_columns);
	} else if (opt_given(&request->given, OPT_WATCH)) {
		list = watch_columns;
		n = ARRAY_LEN(watch_columns);
	} else if (request->mounted) {
		list = mounted_columns;
		n = ARRAY_LEN(mounted_columns);
	} else if (request->has_ns) {
		list = process_columns;
		n = ARRAY_LEN(process_columns);
	}
	for (size_t i = 0; rc == 0 && i < n; i++) {
		bool of_net = list[i] == COLUMN_NETNSID || list[i] == COLUMN_NSFS;
		/* The number would be 1 in each row. */
		bool of_group = list[i] == COLUMN_NPROCS && opt_given(&request->given, OPT_PROCESSES);

		if ((net || !of_net) && !of_group)
			rc = show_column(listing, list[i], diag);
	}
	return rc;
}

/* All that rows of this kind can have. LISTEN and LINKS ask every network, so they are asked for by name. */
static int show_all(struct listing *listing, struct diag *diag)
{
	int n = applet_is_drop_in() ? COLUMN_REFERENCE_COUNT : COLUMN_COUNT, rc = 0;
	unsigned without = NEED_NETWORK | (xnsls_lists_processes(listing->request) ? NEED_NODE : 0) |
			   (listing->request->mounted ? 0 : NEED_MOUNTED);

	for (int i = 0; rc == 0 && i < n; i++)
		if (!(columns[i].needs & without))
			rc = show_column(listing, (enum column_id)i, diag);
	return rc;
}

/* "NS,TYPE" or "+PATH,ID". */
static int show_list(struct listing *listing, const char *list, struct diag *diag)
{
	for (;;) {
		size_t len = strcspn(list, ",");
		enum column_id column = column_by_name(list, len);

		if (column == COLUMN_COUNT) {
			diag_usage(diag, "option '--output': '%.*s' is not a column", (int)len, list);
			diag_hint(diag, "%s --list-columns lists them", applet_name());
			return -EINVAL;
		}
		if (show_column(listing, column, diag) < 0)
			return -ENOMEM;
		if (!list[len])
			return 0;
		list += len + 1;
	}
}

int listing_choose_columns(struct listing *listing, struct diag *diag)
{
	const char *list = listing->request->columns;
	bool all = opt_given(&listing->request->given, OPT_OUTPUT_ALL);
	int rc;

	if (list && *list != '+')
		return show_list(listing, list, diag);
	rc = all ? show_all(listing, diag) : show_defaults(listing, diag);
	return rc == 0 && list ? show_list(listing, list + 1, diag) : rc;
}

/* A table that a person reads, and in which no columns were asked for. */
static bool may_add_columns(const struct xnsls *request)
{
	static const int others[] = { OPT_OUTPUT, OPT_OUTPUT_ALL, OPT_JSON, OPT_RAW, OPT_DOT, OPT_TREE };

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (opt_given(&request->given, others[i]))
			return false;
	return !request->has_ns && !xnsls_lists_processes(request) && !applet_is_drop_in() &&
	       isatty(STDOUT_FILENO);
}

int listing_show_holders(struct listing *listing, struct diag *diag)
{
	bool empty = false;

	for (size_t i = 0; !empty && i < listing->n_rows; i++)
		empty = listing->rows[i].node && listing->rows[i].node->n_processes == 0;
	if (!empty || !may_add_columns(listing->request))
		return 0;
	listing->holders_of_empty = true;
	listing->needs |= columns[COLUMN_HELDBY].needs;
	return show_column(listing, COLUMN_HELDBY, diag);
}
