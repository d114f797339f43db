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

static int make_index(const struct listing *listing, bool processes, struct index *index)
{
	index->n = processes ? listing->model.n_processes : listing->model.n_nodes;
	index->rows = malloc((index->n + 1) * sizeof(*index->rows));
	if (!index->rows)
		return -ENOMEM;
	memset(index->rows, 0xff, index->n * sizeof(*index->rows));
	for (size_t i = 0; i < listing->n_rows; i++) {
		const struct row *row = &listing->rows[i];

		if (!processes)
			index->rows[node_index(listing, row->node)] = (uint32_t)i;
		else if (row->process)
			index->rows[process_index(listing, row->process)] = (uint32_t)i;
	}
	return 0;
}

/* The last row that shows the parent process. */
static uint32_t above_process(const struct listing *listing, const struct index *index,
			      const struct row *row)
{
	const struct ns_process *parent;

	if (!row->process || !row->process->ppid)
		return ROW_NONE;
	parent = model_process(&listing->model, row->process->ppid);
	return parent ? index->rows[process_index(listing, parent)] : ROW_NONE;
}

/*
 * The kernel nests 32 levels at most. The bound serves for test trees in place of /proc, with
 * cycles.
 */
static uint32_t above_node(const struct listing *listing, const struct index *index,
			   const struct row *row)
{
	bool owner = listing->relation == RELATION_OWNER;
	const struct ns_node *node = row->node;

	for (int level = 0; level < 64; level++) {
		uint32_t above = owner ? node->owner : node->parent;

		if (above == MODEL_NONE)
			return ROW_NONE;
		if (index->rows[above] != ROW_NONE)
			return index->rows[above];
		node = &listing->model.nodes[above];
	}
	return ROW_NONE;
}

static void find_parents(struct listing *listing, const struct index *index)
{
	bool processes = listing->relation == RELATION_PROCESS;

	for (size_t i = 0; i < listing->n_rows; i++) {
		struct row *row = &listing->rows[i];

		row->parent = processes ? above_process(listing, index, row) :
					  above_node(listing, index, row);
		if (row->parent == i)
			row->parent = ROW_NONE;
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

/* Starts with the last row, so that the children keep the order of the rows. */
static void link_rows(struct listing *listing)
{
	listing->first_row = ROW_NONE;
	for (size_t i = listing->n_rows; i-- > 0;) {
		struct row *row = &listing->rows[i];
		uint32_t *first = row->parent == ROW_NONE ? &listing->first_row :
							    &listing->rows[row->parent].first;

		row->next = *first;
		*first = (uint32_t)i;
	}
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
		free(index.rows);
	}
	link_rows(listing);
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
