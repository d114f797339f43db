/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of the rows: by all three relations, with gaps, with cycles, and very deep. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xnsls/listing.h"
#include "xnsls/tree.h"

/* A model and rows of it, one a namespace, as a listing has them. */
struct forest {
	struct xnsls request;
	struct listing listing;
};

static void begin(struct forest *forest, enum relation relation, size_t n)
{
	*forest = (struct forest){ .listing = { .relation = relation } };
	forest->listing.request = &forest->request;
	forest->listing.rows = calloc(n + 1, sizeof(struct row));
	assert_non_null(forest->listing.rows);
	for (size_t i = 0; i < n; i++) {
		uint32_t index;

		assert_int_equal(model_add(&forest->listing.model, NS_USER, i + 1, &index), 0);
	}
}

/* Shows this namespace, and optionally a process of it. */
static void show(struct forest *forest, uint32_t node, struct ns_process *process)
{
	struct listing *listing = &forest->listing;

	listing->rows[listing->n_rows++] =
		(struct row){ .node = &listing->model.nodes[node], .process = process };
}

/* "1(2(3)4)5": the numbers of the namespaces in the order and depth in which they are drawn. */
static char *drawn(const struct forest *forest)
{
	static char text[4096];
	const struct listing *listing = &forest->listing;
	size_t used = 0, depth = 0;

	text[0] = '\0';
	for (uint32_t r = listing->first_row; r != ROW_NONE; r = tree_next(listing, r)) {
		size_t level = 0;

		for (uint32_t up = listing->rows[r].parent; up != ROW_NONE;
		     up = listing->rows[up].parent)
			level++;
		for (; depth < level; depth++)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "(");
		for (; depth > level; depth--)
			used += (size_t)snprintf(text + used, sizeof(text) - used, ")");
		used += (size_t)snprintf(text + used, sizeof(text) - used, " %d ",
					 (int)listing->rows[r].node->ino);
	}
	for (; depth > 0; depth--)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ")");
	return text;
}

static void end(struct forest *forest)
{
	model_free(&forest->listing.model);
	free(forest->listing.rows);
}

static void no_rows(void **state)
{
	struct forest forest;

	(void)state;
	begin(&forest, RELATION_OWNER, 0);
	assert_int_equal(tree_make(&forest.listing), 0);
	assert_string_equal(drawn(&forest), "");
	end(&forest);
}

static void a_list_keeps_its_order(void **state)
{
	struct forest forest;

	(void)state;
	begin(&forest, RELATION_NONE, 3);
	forest.listing.model.nodes[0].parent = 2;
	for (uint32_t i = 0; i < 3; i++)
		show(&forest, i, NULL);
	assert_int_equal(tree_make(&forest.listing), 0);
	assert_string_equal(drawn(&forest), " 1  2  3 ");
	end(&forest);
}

static void by_parent_and_by_owner(void **state)
{
	(void)state;
	for (int owner = 0; owner < 2; owner++) {
		struct forest forest;
		struct ns_node *nodes;

		begin(&forest, owner ? RELATION_OWNER : RELATION_PARENT, 5);
		nodes = forest.listing.model.nodes;
		for (uint32_t i = 0; i < 5; i++)
			show(&forest, i, NULL);
		nodes[0].parent = 3;
		nodes[1].parent = 3;
		nodes[4].parent = 0;
		nodes[2].owner = 1;
		nodes[3].owner = 1;
		assert_int_equal(tree_make(&forest.listing), 0);
		assert_string_equal(drawn(&forest),
				    owner ? " 1  2 ( 3  4 ) 5 " : " 4 ( 2  1 ( 5 )) 3 ");
		end(&forest);
	}
}

static void a_hole_is_filled_by_the_next_one_above(void **state)
{
	struct forest forest;

	(void)state;
	begin(&forest, RELATION_PARENT, 5);
	for (uint32_t i = 1; i < 5; i++)
		forest.listing.model.nodes[i].parent = i - 1;
	show(&forest, 0, NULL);
	show(&forest, 3, NULL);
	show(&forest, 4, NULL);
	assert_int_equal(tree_make(&forest.listing), 0);
	assert_string_equal(drawn(&forest), " 1 ( 4 ( 5 ))");
	end(&forest);
}

static void without_anything_above_it_stands_at_the_top(void **state)
{
	struct forest forest;

	(void)state;
	begin(&forest, RELATION_OWNER, 3);
	forest.listing.model.nodes[2].owner = 1;
	show(&forest, 2, NULL);
	assert_int_equal(tree_make(&forest.listing), 0);
	assert_string_equal(drawn(&forest), " 3 ");
	end(&forest);
}

static struct ns_process *family(struct model *model, size_t n)
{
	struct ns_process *processes = calloc(n, sizeof(*processes));

	assert_non_null(processes);
	for (size_t i = 0; i < n; i++)
		processes[i] = (struct ns_process){ .pid = (pid_t)i + 1, .ppid = (pid_t)i };
	assert_int_equal(model_take_processes(model, processes, n), 0);
	return processes;
}

/* Only namespaces above a row come before it; otherwise the numbers decide. */
static void without_its_column_it_is_a_list_in_order(void **state)
{
	struct forest forest;
	struct ns_node *nodes;

	(void)state;
	begin(&forest, RELATION_OWNER, 5);
	nodes = forest.listing.model.nodes;
	nodes[0].owner = 3;
	nodes[1].owner = MODEL_NONE;
	nodes[2].owner = 3;
	nodes[3].owner = 1;
	nodes[4].owner = 1;
	for (uint32_t i = 0; i < 5; i++)
		show(&forest, i, NULL);
	forest.listing.tree_column = COLUMN_COUNT;
	assert_int_equal(tree_make(&forest.listing), 0);
	assert_string_equal(drawn(&forest), " 2  4  1  3  5 ");
	forest.listing.tree_column = COLUMN_NS;
	assert_int_equal(tree_make(&forest.listing), 0);
	assert_string_equal(drawn(&forest), " 2 ( 4 ( 1  3 ) 5 )");
	end(&forest);
}

static void by_process_below_the_last_row_of_the_parent(void **state)
{
	struct forest forest;
	struct ns_process *processes;

	(void)state;
	begin(&forest, RELATION_PROCESS, 4);
	processes = family(&forest.listing.model, 4);
	show(&forest, 0, &processes[0]);
	show(&forest, 1, &processes[0]);
	show(&forest, 2, &processes[1]);
	show(&forest, 3, &processes[3]); /* its parent is not shown */
	assert_int_equal(tree_make(&forest.listing), 0);
	assert_string_equal(drawn(&forest), " 1  2 ( 3 ) 4 ");
	end(&forest);
}

static void a_parent_that_comes_later_is_not_above(void **state)
{
	struct forest forest;
	struct ns_process *processes;

	(void)state;
	begin(&forest, RELATION_PROCESS, 2);
	processes = family(&forest.listing.model, 2);
	show(&forest, 0, &processes[1]);
	show(&forest, 1, &processes[0]);
	assert_int_equal(tree_make(&forest.listing), 0);
	assert_string_equal(drawn(&forest), " 1  2 ");
	end(&forest);
}

/* Parents are read at different times and PIDs are reused, so they can form cycles. */
static void circles_are_cut(void **state)
{
	(void)state;
	for (int length = 1; length <= 5; length++) {
		struct forest forest;
		struct ns_process *processes;
		int shown = 0;

		begin(&forest, RELATION_PROCESS, 6);
		processes = family(&forest.listing.model, 6);
		processes[0].ppid = length;
		for (uint32_t i = 0; i < 6; i++)
			show(&forest, i, &processes[i]);
		assert_int_equal(tree_make(&forest.listing), 0);
		for (uint32_t r = forest.listing.first_row; r != ROW_NONE && shown < 100;
		     r = tree_next(&forest.listing, r))
			shown++;
		assert_int_equal(shown, 6);
		end(&forest);
	}
}

static void depth_is_bounded(void **state)
{
	enum { N = 20000 };
	struct forest forest;
	struct ns_process *processes;
	unsigned shown = 0, deepest = 0;

	(void)state;
	begin(&forest, RELATION_PROCESS, N);
	processes = family(&forest.listing.model, N);
	for (uint32_t i = 0; i < N; i++)
		show(&forest, i, &processes[i]);
	assert_int_equal(tree_make(&forest.listing), 0);
	for (uint32_t r = forest.listing.first_row; r != ROW_NONE;
	     r = tree_next(&forest.listing, r)) {
		unsigned level = 0;

		for (uint32_t up = r; up != ROW_NONE; up = forest.listing.rows[up].parent)
			level++;
		deepest = level > deepest ? level : deepest;
		shown++;
	}
	assert_int_equal(shown, N);
	assert_true(deepest > 50 && deepest < 150);
	end(&forest);
}

int main(void)
{
	UNIT_ADD(no_rows);
	UNIT_ADD(a_list_keeps_its_order);
	UNIT_ADD(by_parent_and_by_owner);
	UNIT_ADD(a_hole_is_filled_by_the_next_one_above);
	UNIT_ADD(without_anything_above_it_stands_at_the_top);
	UNIT_ADD(without_its_column_it_is_a_list_in_order);
	UNIT_ADD(by_process_below_the_last_row_of_the_parent);
	UNIT_ADD(a_parent_that_comes_later_is_not_above);
	UNIT_ADD(circles_are_cut);
	UNIT_ADD(depth_is_bounded);
	return unit_run("xnsls_tree");
}
