/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of processes, and the relations of namespaces that may come with it. */
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "inventory/scan_internal.h"

void relations_add(struct relations *relations, const struct relation *relation)
{
	struct relation *grown =
		array_reserve(relations->list, relations->n + 1, &relations->size, sizeof(*grown));

	if (!grown) {
		relations->no_memory = true;
		return;
	}
	relations->list = grown;
	relations->list[relations->n++] = *relation;
}

struct pid_list {
	pid_t *pids;
	size_t n, size;
	bool no_memory;
};

static void take_pid(void *state, int dir, pid_t pid)
{
	struct pid_list *list = state;
	pid_t *grown;

	(void)dir;
	grown = array_reserve(list->pids, list->n + 1, &list->size, sizeof(*grown));
	if (!grown) {
		list->no_memory = true;
		return;
	}
	list->pids = grown;
	list->pids[list->n++] = pid;
}

static int compare_pids(const void *left, const void *right)
{
	const pid_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

int process_list_from_proc(int proc, struct process_list *ret)
{
	struct pid_list list = { 0 };
	struct ns_process *processes = NULL;
	int rc = scan_numbers(proc, ".", take_pid, &list);

	if (rc == 0 && !list.no_memory) {
		/* A test tree in place of /proc may be unsorted. qsort(3) must not get NULL. */
		if (list.n)
			qsort(list.pids, list.n, sizeof(*list.pids), compare_pids);
		processes = calloc(list.n + 1, sizeof(*processes));
	}
	for (size_t i = 0; processes && i < list.n; i++)
		processes[i] = (struct ns_process){ .pid = list.pids[i], .uid = MODEL_NO_UID };
	free(list.pids);
	if (rc < 0)
		return rc;
	if (!processes)
		return -ENOMEM;
	ret->processes = processes;
	ret->n = ret->n_unread = list.n;
	return 0;
}

void process_list_free(struct process_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->processes[i].command);
	free(list->processes);
	free(list->unread);
	free(list->relations.list);
	*list = (struct process_list){ 0 };
}
