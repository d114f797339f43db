/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selects columns and rows, and reads what they need. */
#include "xnsls/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/text.h"
#include "inventory/users.h"
#include "kernel/sys.h"
#include "xnsls/columns_network.h"
#include "xnsls/rows.h"
#include "xnsls/tree.h"

/* ---- columns and the scan ---- */

static bool is_shown(const struct listing *listing, enum column_id column)
{
	for (size_t i = 0; i < listing->n_shown; i++)
		if (listing->shown[i] == column)
			return true;
	return false;
}

/*
 * The tree is drawn in the column COMMAND for processes, and in NS for namespaces. If that column
 * is not shown, the default tree becomes a list, and a requested one moves to the first column, but not
 * with lsns(8). With --raw, only the rows of lsns(8) have the order of its default tree, which is not drawn.
 */
static void choose_tree(struct listing *listing)
{
	enum column_id at = listing->request->relation == RELATION_PROCESS ? COLUMN_COMMAND : COLUMN_NS;
	bool raw_list = opt_given(&listing->request->given, OPT_RAW) &&
			!opt_given(&listing->request->given, OPT_TREE);

	listing->relation = xnsls_lists_processes(listing->request) ? RELATION_NONE : listing->request->relation;
	listing->tree_column = COLUMN_COUNT;
	if (raw_list && !applet_is_drop_in())
		listing->relation = RELATION_NONE;
	if (listing->relation == RELATION_NONE)
		return;
	if (is_shown(listing, at))
		listing->tree_column = raw_list ? COLUMN_COUNT : at;
	else if (opt_given(&listing->request->given, OPT_TREE) && !applet_is_drop_in())
		listing->tree_column = listing->shown[0];
	else if (listing->relation == RELATION_PROCESS)
		listing->relation = RELATION_NONE;
}

/*
 * The types to scan: namespaces of every type lead to user namespaces, and mount namespaces lead to
 * mounts.
 */
static unsigned kinds_to_scan(const struct listing *listing, unsigned needs, unsigned scan_flags)
{
	unsigned types = listing->request->types;

	if (!types || listing->request->has_ns || types >> NS_USER & 1 || needs & NEED_TYPES ||
	    opt_given(&listing->request->given, OPT_DOT))
		return SCAN_ALL_TYPES;
	if (scan_flags & SCAN_DEEP)
		types |= 1u << NS_MNT;
	if (needs & NEED_NETWORK)
		types |= 1u << NS_NET;
	return types;
}

/*
 * Only options and operands decide which rows there are, never columns. Like lsns(8), a drop-in
 * does not look into other mount namespaces, although a mount there may be all that holds a
 * namespace.
 */
static bool is_deep(const struct xnsls *request)
{
	return opt_given(&request->given, OPT_DEEP) || request->has_ns || request->mounted ||
	       (opt_given(&request->given, OPT_PERSISTENT) && !applet_is_drop_in());
}

static int no_such_column(struct diag *diag)
{
	int rc = diag_usage(diag, "with --groups and --processes a row has several namespaces, and no column "
				  "of one namespace");
	char names[128] = "";

	for (int i = 0; i < COLUMN_COUNT; i++)
		if (columns[i].needs & NEED_NODE)
			text_join(names, sizeof(names), ", ", "%s", columns[i].name);
	diag_hint(diag, "leave out these columns: %s", names);
	return rc;
}

int listing_prepare(struct listing *listing, unsigned filter_needs, struct diag *diag)
{
	const struct xnsls *request = listing->request;
	unsigned needs, flags = 0;
	int rc = listing_choose_columns(listing, diag);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < listing->n_shown; i++)
		listing->needs |= columns[listing->shown[i]].needs;
	if (xnsls_lists_processes(request) && (listing->needs | filter_needs) & NEED_NODE)
		return no_such_column(diag);
	if ((listing->needs | filter_needs) & NEED_MOUNTED && !request->mounted)
		return diag_usage(diag, "the column MOUNTED exists only with --mounted");
	choose_tree(listing);
	if (listing->relation == RELATION_PROCESS)
		listing->needs |= NEED_STATUS;
	if (opt_given(&request->given, OPT_DOT))
		listing->needs = NEED_RELATIONS | NEED_COMMAND | columns[COLUMN_WHOSE].needs;
	needs = listing->needs | filter_needs;
	if (!opt_given(&request->given, OPT_NO_FDS))
		flags |= SCAN_FDS;
	if (is_deep(request))
		flags |= SCAN_DEEP;
	if (needs & NEED_ID || request->ns_id)
		flags |= SCAN_IDS;
	/* In a row without a process, USER and UID are the owner's. */
	if (needs & (NEED_RELATIONS | NEED_STATUS) || listing->relation == RELATION_PARENT ||
	    listing->relation == RELATION_OWNER)
		flags |= SCAN_RELATIONS;
	listing->scan->flags = flags;
	listing->scan->types = kinds_to_scan(listing, needs, flags);
	return 0;
}

void listing_deepen(struct listing *listing)
{
	listing->scan->flags |= SCAN_DEEP;
	listing->scan->types = kinds_to_scan(listing, listing->needs, listing->scan->flags);
}

/* ---- details ---- */

static bool is_row_without_process(const struct listing *listing, const struct ns_node *node)
{
	for (size_t i = 0; i < listing->n_rows; i++)
		if (listing->rows[i].node == node)
			return node->n_processes == 0;
	return false;
}

/*
 * Only a deep scan may see the holders of a row without a process. It adds holders, and no row: other
 * namespaces that it finds are left out.
 */
static int read_holders(struct listing *listing, struct diag *diag)
{
	struct scan deep = *listing->scan;
	struct model found = { .n_nodes = 0 };
	bool needed = false;
	int rc;

	for (size_t i = 0; i < listing->n_rows; i++)
		needed = needed || listing->rows[i].node->n_processes == 0;
	if (listing->holders_read || !needed || listing->scan->flags & SCAN_DEEP)
		return 0;
	listing->holders_read = true;
	deep.flags |= SCAN_DEEP;
	deep.types |= 1u << NS_MNT;
	rc = scan(&deep, &found, diag);
	for (size_t i = 0; rc == 0 && i < found.n_nodes; i++) {
		const struct ns_node *node = &found.nodes[i];
		uint32_t own = model_find(&listing->model, node->type, node->ino);

		if (own != MODEL_NONE && is_row_without_process(listing, &listing->model.nodes[own]))
			rc = model_take_holders(&listing->model, own, &found, (uint32_t)i);
	}
	model_free(&found);
	listing->scan->unreadable_mounts = deep.unreadable_mounts;
	return rc == -ENOMEM ? diag_set(diag, ENOMEM, "cannot list the namespaces") : rc;
}

/* A process may be in several rows, but scan_details() takes each one once. */
static int read_details(struct listing *listing, unsigned needs)
{
	unsigned what = (needs & NEED_STATUS ? PROCESS_STATUS : 0) |
			(needs & NEED_COMMAND ? PROCESS_COMMAND : 0);
	_cleanup_free_ struct ns_process **list = calloc(listing->n_rows + 1, sizeof(*list));
	size_t n = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < listing->n_rows; i++) {
		struct ns_process *process = listing->rows[i].process;

		if (!process || (what & ~process->known) == 0 || process->known & PROCESS_LISTED)
			continue;
		process->known |= PROCESS_LISTED;
		list[n++] = process;
	}
	for (size_t i = 0; i < n; i++)
		list[i]->known &= ~(unsigned)PROCESS_LISTED;
	scan_details(listing->scan->proc, list, n, what, &listing->scan->silent);
	return 0;
}

static int read_needs(struct listing *listing, unsigned needs, struct diag *diag)
{
	if (needs & NEED_WORKLOAD && listing_read_workloads(listing) < 0)
		return diag_set(diag, ENOMEM, "cannot list the namespaces");
	if (needs & NEED_NETWORK && !listing->networks.list &&
	    listing_read_networks(listing, needs | listing->needs) < 0)
		return diag_set(diag, ENOMEM, "cannot list the namespaces");
	if (needs & (NEED_STATUS | NEED_COMMAND) && read_details(listing, needs) < 0)
		return diag_set(diag, ENOMEM, "cannot list the namespaces");
	if (needs & NEED_USERS && !listing->users) {
		listing->users = user_names_new();
		if (!listing->users)
			return diag_set(diag, ENOMEM, "cannot list the namespaces");
	}
	if (needs & NEED_HOLDERS && read_holders(listing, diag) < 0)
		return -EIO;
	return needs & NEED_NETNSID ? listing_read_netnsids(listing, diag) : 0;
}

int listing_make(struct listing *listing,
		 bool (*keep)(void *state, const struct listing *listing, const struct row *row),
		 void *state, unsigned filter_needs, struct diag *diag)
{
	size_t n = 0;
	int rc = rows_make(listing, diag);

	if (rc < 0)
		return rc;
	rc = read_needs(listing, filter_needs, diag);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < listing->n_rows; i++)
		if (!keep || keep(state, listing, &listing->rows[i]))
			listing->rows[n++] = listing->rows[i];
	listing->n_rows = n;
	rc = listing_show_holders(listing, diag);
	if (rc == 0)
		rc = read_needs(listing, listing->needs, diag);
	if (rc < 0)
		return rc;
	rc = tree_make(listing);
	return rc < 0 ? diag_set(diag, -rc, "cannot list the namespaces") : 0;
}

void listing_free(struct listing *listing)
{
	model_free(&listing->model);
	user_names_free(listing->users);
	mounted_free(&listing->mounted);
	networks_free(&listing->networks);
	workloads_free(&listing->workloads);
	free(listing->rows);
	free(listing->shown);
	free(listing->netnsids);
}
