/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "xnsls/listing.h"

/*
 * Deeper rows become siblings: the space for a drawn tree grows by the square of its depth, and
 * processes can be nested by the thousand.
 */
enum { DEPTH_MAX = 100 };

enum { LEVELS_MAX = 64 }; /* the kernel allows 32; false trees in place of /proc have cycles */

/* The row of each namespace or process, by its index in the model. */
struct index {
	uint32_t *rows;
	size_t n;
};

static size_t process_index(const struct listing *listing, const struct ns_process *process)
{
	return (size_t)(process - listing->model.processes);
}

static size_t node_index(const struct listing *listing, const struct ns_node *node)
{
	return (size_t)(node - listing->model.nodes);
}

/* The index of namespaces is whole; that of processes is filled by find_parents(). */
static int make_index(const struct listing *listing, bool processes, struct index *index)
{
	index->n = processes ? listing->model.n_processes : listing->model.n_nodes;
	index->rows = malloc((index->n + 1) * sizeof(*index->rows));
	if (!index->rows)
		return -ENOMEM;
	memset(index->rows, 0xff, index->n * sizeof(*index->rows));
	for (size_t i = 0; !processes && i < listing->n_rows; i++)
		index->rows[node_index(listing, listing->rows[i].node)] = (uint32_t)i;
	return 0;
}

/* The last row of the parent process that comes before this one. */
static uint32_t above_process(const struct listing *listing, const struct index *index,
			      const struct row *row)
{
	const struct ns_process *parent;

	if (!row->process || !row->process->ppid)
		return ROW_NONE;
	parent = model_process(&listing->model, row->process->ppid);
	return parent ? index->rows[process_index(listing, parent)] : ROW_NONE;
}

static uint32_t above_node(const struct listing *listing, const struct index *index,
			   const struct row *row)
{
	bool owner = listing->relation == RELATION_OWNER;
	const struct ns_node *node = row->node;

	for (int level = 0; level < LEVELS_MAX; level++) {
		uint32_t above = owner ? node->owner : node->parent;

		if (above == MODEL_NONE)
			return ROW_NONE;
		if (index->rows[above] != ROW_NONE)
			return index->rows[above];
		node = &listing->model.nodes[above];
	}
	return ROW_NONE;
}

/* As lsns(8) nests processes: a row goes below the last row that its parent has by then. */
static void find_parents(struct listing *listing, const struct index *index)
{
	bool processes = listing->relation == RELATION_PROCESS;

	for (size_t i = 0; i < listing->n_rows; i++) {
		struct row *row = &listing->rows[i];

		row->parent = processes ? above_process(listing, index, row)
					: above_node(listing, index, row);
		if (row->parent == i)
			row->parent = ROW_NONE;
		if (processes && row->process)
			index->rows[process_index(listing, row->process)] = (uint32_t)i;
	}
}

/*
 * Climbs from each row until the depth of an ancestor is known. If the climb returns to a row that
 * it has passed, /proc has a cycle, which is cut there. Assigns depths on the way back, so it
 * visits each row twice.
 */
static void find_depths(struct listing *listing, uint32_t *path)
{
	enum { UNKNOWN = 0, ON_PATH = 1, TOP = 2 };

	for (size_t i = 0; i < listing->n_rows; i++) {
		uint32_t at = (uint32_t)i;
		size_t n = 0;

		while (at != ROW_NONE && listing->rows[at].depth == UNKNOWN) {
			listing->rows[at].depth = ON_PATH;
			path[n++] = at;
			at = listing->rows[at].parent;
		}
		if (at != ROW_NONE && listing->rows[at].depth == ON_PATH)
			listing->rows[path[n - 1]].parent = ROW_NONE;
		while (n-- > 0) {
			struct row *row = &listing->rows[path[n]];
			const struct row *above =
				row->parent == ROW_NONE ? NULL : &listing->rows[row->parent];

			row->depth = above ? above->depth + 1 : TOP;
			if (above && row->depth > TOP + DEPTH_MAX) {
				row->parent = above->parent;
				row->depth = above->depth;
			}
		}
	}
}

/* In which order the rows of a tree of namespaces are printed, as far as they have the same parent. */
struct order {
	const struct index *index;
	uint32_t *rows; /* the rows in their order */
	bool *seen;
	size_t n;
};

/* As lsns(8) has it: by inode number, but a row's owner and parent come before it at the latest. */
static void put_in_order(const struct listing *listing, struct order *order, uint32_t row,
			 int level)
{
	const struct ns_node *node = listing->rows[row].node;
	bool parent = listing->relation == RELATION_PARENT;
	const uint32_t above[] = { node->owner, parent ? node->parent : MODEL_NONE };

	if (order->seen[row])
		return;
	order->seen[row] = true;
	for (size_t i = 0; level < LEVELS_MAX && i < ARRAY_LEN(above); i++) {
		uint32_t other = above[i] == MODEL_NONE ? ROW_NONE : order->index->rows[above[i]];

		if (other != ROW_NONE)
			put_in_order(listing, order, other, level + 1);
	}
	order->rows[order->n++] = row;
}

/* Starts with the last row, so that the children keep the order of the rows. */
static void link_row(struct listing *listing, uint32_t i)
{
	struct row *row = &listing->rows[i];
	uint32_t *first =
		row->parent == ROW_NONE ? &listing->first_row : &listing->rows[row->parent].first;

	row->next = *first;
	*first = i;
}

static int link_rows(struct listing *listing, const struct index *index)
{
	struct order order = { .index = index };

	listing->first_row = ROW_NONE;
	if (listing->relation != RELATION_OWNER && listing->relation != RELATION_PARENT) {
		for (size_t i = listing->n_rows; i-- > 0;)
			link_row(listing, (uint32_t)i);
		return 0;
	}
	order.rows = calloc(listing->n_rows + 1, sizeof(*order.rows));
	order.seen = calloc(listing->n_rows + 1, sizeof(*order.seen));
	for (size_t i = 0; order.rows && order.seen && i < listing->n_rows; i++)
		if (!listing->rows[i].above_only)
			put_in_order(listing, &order, (uint32_t)i, 0);
	/* The remaining rows are above rows that a filter has removed. */
	for (size_t i = 0; order.rows && order.seen && i < listing->n_rows; i++)
		put_in_order(listing, &order, (uint32_t)i, 0);
	/* Without its column the tree is a list in this order, as with lsns(8). */
	for (size_t i = 0; listing->tree_column == COLUMN_COUNT && i < listing->n_rows; i++)
		listing->rows[i].parent = ROW_NONE;
	for (size_t i = order.n; i-- > 0;)
		link_row(listing, order.rows[i]);
	free(order.rows);
	free(order.seen);
	return order.n == listing->n_rows ? 0 : -ENOMEM;
}

int tree_make(struct listing *listing)
{
	struct index index = { 0 };
	_cleanup_free_ uint32_t *path = malloc((listing->n_rows + 1) * sizeof(*path));
	int rc = path ? 0 : -ENOMEM;

	for (size_t i = 0; i < listing->n_rows; i++) {
		listing->rows[i].parent = listing->rows[i].first = ROW_NONE;
		listing->rows[i].depth = 0;
	}
	if (rc == 0 && listing->relation != RELATION_NONE) {
		rc = make_index(listing, listing->relation == RELATION_PROCESS, &index);
		if (rc == 0) {
			find_parents(listing, &index);
			find_depths(listing, path);
		}
	}
	if (rc == 0)
		rc = link_rows(listing, &index);
	free(index.rows);
	return rc;
}

uint32_t tree_next(const struct listing *listing, uint32_t row)
{
	if (listing->rows[row].first != ROW_NONE)
		return listing->rows[row].first;
	while (row != ROW_NONE && listing->rows[row].next == ROW_NONE)
		row = listing->rows[row].parent;
	return row == ROW_NONE ? ROW_NONE : listing->rows[row].next;
}
