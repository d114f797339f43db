/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inventory/model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

enum { TABLE_SIZE_FIRST = 64 };

void model_free(struct model *model)
{
	for (size_t i = 0; i < model->n_processes; i++)
		free(model->processes[i].command);
	for (size_t i = 0; i < model->n_holders; i++)
		free(model->holders[i].path);
	free(model->processes);
	free(model->nodes);
	free(model->table);
	free(model->holders);
	free(model->order);
	*model = (struct model){ 0 };
}

/*
 * In the kernel no two namespaces have the same number; in a test tree in place of /proc they may.
 */
static size_t hash(enum ns_type type, uint64_t ino)
{
	uint64_t h = (ino << 3 | (unsigned)type) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(h ^ h >> 32);
}

/* The slot of the namespace, or the free one for it. The table is never full. */
static size_t find_slot(const struct model *model, enum ns_type type, uint64_t ino)
{
	size_t mask = model->table_size - 1, slot = hash(type, ino) & mask;

	for (; model->table[slot] != MODEL_NONE; slot = (slot + 1) & mask) {
		const struct ns_node *node = &model->nodes[model->table[slot]];

		if (node->ino == ino && node->type == type)
			break;
	}
	return slot;
}

uint32_t model_find(const struct model *model, enum ns_type type, uint64_t ino)
{
	uint32_t found = MODEL_NONE;

	if (!model->table_size)
		return MODEL_NONE;
	if (type != NS_NONE)
		return model->table[find_slot(model, type, ino)];
	for (int k = 0; k < NS_COUNT && found == MODEL_NONE; k++)
		found = model->table[find_slot(model, (enum ns_type)k, ino)];
	return found;
}

static int grow_table(struct model *model)
{
	size_t size = model->table_size ? 2 * model->table_size : TABLE_SIZE_FIRST;
	uint32_t *table = malloc(size * sizeof(*table));

	if (!table)
		return -ENOMEM;
	memset(table, 0xff, size * sizeof(*table));
	free(model->table);
	model->table = table;
	model->table_size = size;
	for (size_t i = 0; i < model->n_nodes; i++)
		table[find_slot(model, model->nodes[i].type, model->nodes[i].ino)] = (uint32_t)i;
	return 0;
}

int model_add(struct model *model, enum ns_type type, uint64_t ino, uint32_t *ret_index)
{
	uint32_t index = model_find(model, type, ino);

	if (index == MODEL_NONE) {
		struct ns_node *grown = array_reserve(model->nodes, model->n_nodes + 1,
						      &model->nodes_size, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		model->nodes = grown;
		if (2 * (model->n_nodes + 1) > model->table_size && grow_table(model) < 0)
			return -ENOMEM;
		index = (uint32_t)model->n_nodes++;
		model->nodes[index] = (struct ns_node){
			.ino = ino,
			.type = type,
			.process = MODEL_NONE,
			.owner_uid = MODEL_NO_UID,
			.parent = MODEL_NONE,
			.owner = MODEL_NONE,
			.first_child = MODEL_NONE,
			.next_child = MODEL_NONE,
			.first_owned = MODEL_NONE,
			.next_owned = MODEL_NONE,
			.first_holder = MODEL_NONE,
		};
		model->table[find_slot(model, type, ino)] = index;
	}
	*ret_index = index;
	return 0;
}

int model_take_processes(struct model *model, struct ns_process *processes, size_t n)
{
	model->processes = processes;
	model->n_processes = n;
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < NS_COUNT; k++) {
			uint32_t index;
			int rc;

			if (!processes[i].ns[k])
				continue;
			rc = model_add(model, (enum ns_type)k, processes[i].ns[k], &index);
			if (rc < 0)
				return rc;
			if (model->nodes[index].n_processes++ == 0)
				model->nodes[index].process = (uint32_t)i;
		}
	return 0;
}

int model_add_holder(struct model *model, const struct ns_holder *holder)
{
	struct ns_holder copy = *holder, *grown;
	uint32_t index;
	struct ns_node *node;
	int rc = model_add(model, holder->type, holder->ino, &index);

	if (rc < 0)
		return rc;
	grown = array_reserve(model->holders, model->n_holders + 1, &model->holders_size,
			      sizeof(copy));
	if (!grown)
		return -ENOMEM;
	model->holders = grown;
	if (copy.path) {
		copy.path = strdup(copy.path);
		if (!copy.path)
			return -ENOMEM;
	}
	node = &model->nodes[index];
	copy.next = node->first_holder;
	node->first_holder = (uint32_t)model->n_holders;
	node->n_holders++;
	model->holders[model->n_holders++] = copy;
	return 0;
}

struct ns_process *model_process(const struct model *model, pid_t pid)
{
	size_t low = 0, high = model->n_processes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (model->processes[middle].pid == pid)
			return &model->processes[middle];
		if (model->processes[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

uint32_t model_owner_uid(const struct model *model, const struct ns_node *node)
{
	if (node->type == NS_USER)
		return node->owner_uid;
	return node->owner == MODEL_NONE ? MODEL_NO_UID : model->nodes[node->owner].owner_uid;
}

bool model_is_child(const struct model *model, const struct ns_node *node, uint32_t owned)
{
	const struct ns_node *other = &model->nodes[owned];

	return other->parent != MODEL_NONE && &model->nodes[other->parent] == node;
}

struct sort_key {
	uint64_t ino;
	uint32_t index;
};

static int compare_keys(const void *left, const void *right)
{
	const struct sort_key *a = left, *b = right;

	if (a->ino != b->ino)
		return a->ino < b->ino ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

static int sort_nodes(struct model *model)
{
	size_t n = model->n_nodes;
	struct sort_key *keys = malloc((n + 1) * sizeof(*keys));

	free(model->order);
	model->order = malloc((n + 1) * sizeof(*model->order));
	if (!keys || !model->order) {
		free(keys);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		keys[i] = (struct sort_key){ model->nodes[i].ino, (uint32_t)i };
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 0; i < n; i++)
		model->order[i] = keys[i].index;
	free(keys);
	return 0;
}

/* Builds both lists from their ends, so that they ascend by inode number. */
static void link_relatives(struct model *model)
{
	for (size_t i = 0; i < model->n_nodes; i++) {
		struct ns_node *node = &model->nodes[i];

		node->first_child = node->next_child = MODEL_NONE;
		node->first_owned = node->next_owned = MODEL_NONE;
	}
	for (size_t i = model->n_nodes; i-- > 0;) {
		uint32_t index = model->order[i];
		struct ns_node *node = &model->nodes[index];

		if (node->parent != MODEL_NONE) {
			node->next_child = model->nodes[node->parent].first_child;
			model->nodes[node->parent].first_child = index;
		}
		if (node->owner != MODEL_NONE) {
			node->next_owned = model->nodes[node->owner].first_owned;
			model->nodes[node->owner].first_owned = index;
		}
	}
}

/* The order of output. Equal holders stay in the order in which they were added. */
static int compare_holders(const struct ns_holder *a, const struct ns_holder *b)
{
	if (a->by != b->by)
		return a->by < b->by ? -1 : 1;
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	if (a->fd != b->fd)
		return a->fd < b->fd ? -1 : 1;
	return a < b ? -1 : 1;
}

/* Merge sort of a linked list: a namespace may have a holder for every descriptor of the host. */
static uint32_t sort_holders(struct ns_holder *holders, uint32_t list, size_t n)
{
	uint32_t left = list, right = list, before = MODEL_NONE, first = MODEL_NONE;
	uint32_t *tail = &first;

	if (n < 2)
		return list;
	for (size_t i = 0; i < n / 2; i++) {
		before = right;
		right = holders[right].next;
	}
	holders[before].next = MODEL_NONE;
	left = sort_holders(holders, left, n / 2);
	right = sort_holders(holders, right, n - n / 2);
	while (left != MODEL_NONE && right != MODEL_NONE) {
		uint32_t *least = compare_holders(&holders[right], &holders[left]) < 0 ? &right : &left;

		*tail = *least;
		tail = &holders[*least].next;
		*least = *tail;
	}
	*tail = left != MODEL_NONE ? left : right;
	return first;
}

int model_take_holders(struct model *model, uint32_t index, const struct model *from,
		       uint32_t from_index)
{
	struct ns_node *node = &model->nodes[index];
	uint32_t next = from->nodes[from_index].first_holder;
	int rc = 0;

	node->first_holder = MODEL_NONE;
	node->n_holders = 0;
	for (; rc == 0 && next != MODEL_NONE; next = from->holders[next].next)
		rc = model_add_holder(model, &from->holders[next]);
	node->first_holder = sort_holders(model->holders, node->first_holder, node->n_holders);
	return rc;
}

int model_link(struct model *model)
{
	int rc = sort_nodes(model);

	if (rc < 0)
		return rc;
	link_relatives(model);
	for (size_t i = 0; i < model->n_nodes; i++) {
		struct ns_node *node = &model->nodes[i];

		node->first_holder = sort_holders(model->holders, node->first_holder, node->n_holders);
	}
	return 0;
}
