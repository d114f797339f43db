/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The graph of namespaces: added records are found, counted, sorted and linked. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "inventory/holders.h"
#include "inventory/model.h"
#include "memory.h"

/* Processes with the PIDs 1 to n; their namespaces are set by the test. */
static struct ns_process *make_processes(size_t n)
{
	struct ns_process *processes = calloc(n, sizeof(*processes));

	assert_non_null(processes);
	for (size_t i = 0; i < n; i++)
		processes[i] = (struct ns_process){ .pid = (pid_t)i + 1, .uid = MODEL_NO_UID };
	return processes;
}

static uint32_t add(struct model *model, enum ns_type type, uint64_t ino)
{
	uint32_t index;

	assert_int_equal(model_add(model, type, ino, &index), 0);
	return index;
}

static void hold(struct model *model, enum holder_kind by, uint64_t ino, pid_t pid, int fd,
		 const char *path)
{
	const struct ns_holder holder = { .by = by, .type = NS_NET, .ino = ino, .pid = pid, .fd = fd,
					  .path = (char *)(uintptr_t)path };

	assert_int_equal(model_add_holder(model, &holder), 0);
}

static void an_empty_model_has_nothing(void **state)
{
	struct model model = { 0 };

	(void)state;
	assert_int_equal(model_find(&model, NS_NET, 1), MODEL_NONE);
	assert_int_equal(model_find(&model, NS_NONE, 1), MODEL_NONE);
	assert_null(model_process(&model, 1));
	assert_int_equal(model_link(&model), 0);
	assert_int_equal(model.n_nodes, 0);
	model_free(&model);
}

static void what_was_added_is_found(void **state)
{
	struct model model = { 0 };
	uint32_t seed = 1;

	(void)state;
	for (uint64_t i = 1; i <= 5000; i++)
		assert_int_equal(add(&model, (enum ns_type)(i % NS_COUNT), 4026531832u + i), i - 1);
	for (int round = 0; round < 5000; round++) {
		uint64_t i = 1 + unit_random(&seed) % 5000;

		assert_int_equal(model_find(&model, (enum ns_type)(i % NS_COUNT), 4026531832u + i),
				 i - 1);
		assert_int_equal(model_find(&model, NS_NONE, 4026531832u + i), i - 1);
		assert_int_equal(model_find(&model, (enum ns_type)((i + 1) % NS_COUNT),
					    4026531832u + i), MODEL_NONE);
	}
	assert_int_equal(add(&model, NS_UTS, 4026531832u + 1), 0);
	assert_int_equal(model.n_nodes, 5000);
	model_free(&model);
}

static void one_number_may_be_of_two_types(void **state)
{
	struct model model = { 0 };

	(void)state;
	assert_int_not_equal(add(&model, NS_NET, 7), add(&model, NS_MNT, 7));
	assert_int_equal(model_link(&model), 0);
	assert_int_equal(model.n_nodes, 2);
	model_free(&model);
}

static void members_are_counted_and_the_lowest_stands_for_all(void **state)
{
	struct ns_process *processes = make_processes(4);
	struct model model = { 0 };
	const struct ns_node *net;

	(void)state;
	processes[1].ns[NS_NET] = processes[2].ns[NS_NET] = processes[3].ns[NS_NET] = 50;
	processes[0].ns[NS_UTS] = 60;
	assert_int_equal(model_take_processes(&model, processes, 4), 0);
	net = &model.nodes[model_find(&model, NS_NET, 50)];
	assert_int_equal(net->n_processes, 3);
	assert_int_equal(model.processes[net->process].pid, 2);
	assert_int_equal(model.n_nodes, 2);
	assert_int_equal(model_find(&model, NS_NONE, 0), MODEL_NONE);
	model_free(&model);
}

static void processes_are_found_by_pid(void **state)
{
	struct ns_process *processes = make_processes(100);
	struct model model = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		processes[i].pid = 3 * i + 2;
	assert_int_equal(model_take_processes(&model, processes, 100), 0);
	for (int pid = 0; pid < 310; pid++) {
		const struct ns_process *found = model_process(&model, pid);

		if (pid % 3 == 2 && pid < 300)
			assert_int_equal(found->pid, pid);
		else
			assert_null(found);
	}
	model_free(&model);
}

static void the_order_is_by_inode_number(void **state)
{
	struct model model = { 0 };
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 1000; i++)
		add(&model, (enum ns_type)(unit_random(&seed) % NS_COUNT), unit_random(&seed) % 4000 + 1);
	assert_int_equal(model_link(&model), 0);
	for (size_t i = 1; i < model.n_nodes; i++)
		assert_true(model.nodes[model.order[i - 1]].ino <= model.nodes[model.order[i]].ino);
	model_free(&model);
}

static void relatives_are_linked_in_order(void **state)
{
	struct model model = { 0 };
	uint32_t top = add(&model, NS_USER, 9), b = add(&model, NS_USER, 8), a = add(&model, NS_USER, 5);
	uint32_t net = add(&model, NS_NET, 6);

	(void)state;
	model.nodes[a].parent = model.nodes[b].parent = top;
	model.nodes[a].owner = model.nodes[b].owner = model.nodes[net].owner = top;
	assert_int_equal(model_link(&model), 0);
	assert_int_equal(model.nodes[top].first_child, a);
	assert_int_equal(model.nodes[a].next_child, b);
	assert_int_equal(model.nodes[b].next_child, MODEL_NONE);
	assert_int_equal(model.nodes[top].first_owned, a);
	assert_int_equal(model.nodes[a].next_owned, net);
	assert_int_equal(model.nodes[net].next_owned, b);
	/* Once more, as after an addition. */
	assert_int_equal(model_link(&model), 0);
	assert_int_equal(model.nodes[b].next_owned, MODEL_NONE);
	model_free(&model);
}

static void the_owner_is_who_made_the_user_namespace(void **state)
{
	struct model model = { 0 };
	uint32_t top = add(&model, NS_USER, 9), user = add(&model, NS_USER, 8), net;

	(void)state;
	net = add(&model, NS_NET, 6);
	assert_int_equal(model_owner_uid(&model, &model.nodes[net]), MODEL_NO_UID);
	model.nodes[top].owner_uid = 0;
	model.nodes[user].owner_uid = 1000;
	model.nodes[user].owner = top;
	model.nodes[net].owner = user;
	assert_int_equal(model_owner_uid(&model, &model.nodes[net]), 1000);
	assert_int_equal(model_owner_uid(&model, &model.nodes[user]), 1000);
	assert_int_equal(model_owner_uid(&model, &model.nodes[top]), 0);
	model_free(&model);
}

/* ---- holders ---- */

static char *held(struct model *model, uint64_t ino)
{
	return holders_text(model, &model->nodes[model_find(model, NS_NET, ino)]);
}

static void holders_come_by_kind_then_by_process(void **state)
{
	struct model model = { 0 };
	char *text;

	(void)state;
	hold(&model, HOLDER_MOUNT, 50, 0, 0, "/z");
	hold(&model, HOLDER_MOUNT, 50, 0, 0, "/a");
	hold(&model, HOLDER_FD, 50, 20, 3, NULL);
	hold(&model, HOLDER_FD, 50, 9, 7, NULL);
	assert_int_equal(model_link(&model), 0);
	text = held(&model, 50);
	assert_string_equal(text, "fd 9/7, fd 20/3, mount /z, mount /a");
	free(text);
	model_free(&model);
}

static void every_kind_has_its_words(void **state)
{
	const struct {
		struct ns_holder holder;
		const char *text;
	} rows[] = {
		{ { .by = HOLDER_THREAD, .pid = 4, .fd = 5 }, "thread 4/5" },
		{ { .by = HOLDER_CHILDREN, .pid = 4 }, "children of 4" },
		{ { .by = HOLDER_FD, .pid = 4, .fd = 0 }, "fd 4/0" },
		{ { .by = HOLDER_SOCKET, .pid = 4, .fd = 7 }, "socket 4/7" },
		{ { .by = HOLDER_MOUNT, .path = (char[]){ "/a b" } }, "mount /a b" },
		{ { .by = HOLDER_MOUNT, .pid = 3, .path = (char[]){ "/a\n\033" } },
		  "mount /a\\x0a\\x1b (of 3)" },
		{ { .by = HOLDER_MOUNT, .in_set = true, .path = (char[]){ "/s/net" } }, "pins /s" },
		/* Bytes that would be taken for the end of the path, or for an escaped byte. */
		{ { .by = HOLDER_MOUNT, .pid = 3, .path = (char[]){ "/a, b (of 1),\\x2c" } },
		  "mount /a\\x2c b\\x20(of 1),\\x5cx2c (of 3)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ns_holder holder = rows[i].holder;
		struct model model = { 0 };
		char *text;

		holder.type = NS_NET;
		holder.ino = 50;
		assert_int_equal(model_add_holder(&model, &holder), 0);
		assert_int_equal(model_link(&model), 0);
		text = held(&model, 50);
		assert_string_equal(text, rows[i].text);
		free(text);
		model_free(&model);
	}
}

static void the_first_few_are_named_and_the_rest_counted(void **state)
{
	struct ns_process *processes = make_processes(3);
	struct model model = { 0 };
	char *text;

	(void)state;
	for (int i = 0; i < 3; i++)
		processes[i].ns[NS_NET] = 50;
	assert_int_equal(model_take_processes(&model, processes, 3), 0);
	for (int i = 0; i < 1000; i++)
		hold(&model, HOLDER_FD, 50, 8, 999 - i, NULL);
	assert_int_equal(model_link(&model), 0);
	text = held(&model, 50);
	assert_string_equal(text, "process 1, fd 8/0, fd 8/1, fd 8/2, +999");
	free(text);
	model_free(&model);
}

static void children_and_what_is_owned_hold_too(void **state)
{
	struct model model = { 0 };
	uint32_t top = add(&model, NS_USER, 9), child = add(&model, NS_USER, 10);
	uint32_t net = add(&model, NS_NET, 11);
	char *text;

	(void)state;
	model.nodes[child].parent = model.nodes[child].owner = model.nodes[net].owner = top;
	assert_int_equal(model_link(&model), 0);
	text = holders_text(&model, &model.nodes[top]);
	assert_string_equal(text, "child user:[10], owned net:[11]");
	free(text);
	assert_null(holders_text(&model, &model.nodes[net]));
	model_free(&model);
}

/* ---- lack of memory ---- */

static int build(struct model *model)
{
	struct ns_process *processes = calloc(500, sizeof(*processes));
	int rc;

	if (!processes)
		return -ENOMEM;
	for (int i = 0; i < 500; i++)
		processes[i].ns[NS_UTS] = 100 + (uint64_t)i;
	rc = model_take_processes(model, processes, 500);
	for (int i = 0; rc == 0 && i < 50; i++) {
		const struct ns_holder holder = { .by = HOLDER_MOUNT, .type = NS_NET,
						  .ino = 200 + (uint64_t)i % 3,
						  .path = (char[]){ "/x" } };

		rc = model_add_holder(model, &holder);
	}
	return rc == 0 ? model_link(model) : rc;
}

static void lack_of_memory_is_told_and_leaks_nothing(void **state)
{
	int failures = 0;

	(void)state;
	for (int left = 0;; left++) {
		struct model model = { 0 };
		int rc;

		memory_left = left;
		rc = build(&model);
		memory_left = -1;
		model_free(&model);
		if (rc == 0)
			break;
		assert_int_equal(rc, -ENOMEM);
		failures++;
	}
	assert_true(failures > 10);
}

int main(void)
{
	UNIT_ADD(an_empty_model_has_nothing);
	UNIT_ADD(what_was_added_is_found);
	UNIT_ADD(one_number_may_be_of_two_types);
	UNIT_ADD(members_are_counted_and_the_lowest_stands_for_all);
	UNIT_ADD(processes_are_found_by_pid);
	UNIT_ADD(the_order_is_by_inode_number);
	UNIT_ADD(relatives_are_linked_in_order);
	UNIT_ADD(the_owner_is_who_made_the_user_namespace);
	UNIT_ADD(holders_come_by_kind_then_by_process);
	UNIT_ADD(every_kind_has_its_words);
	UNIT_ADD(the_first_few_are_named_and_the_rest_counted);
	UNIT_ADD(children_and_what_is_owned_hold_too);
	UNIT_ADD(lack_of_memory_is_told_and_leaks_nothing);
	return unit_run("xnsls_model");
}
