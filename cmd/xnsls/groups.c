/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/ns.h"
#include "output/json.h"
#include "xnsls/listing.h"

/* ---- rows ---- */

/* A process with the namespaces by which it is grouped; those of other types are 0. */
struct member {
	uint64_t ns[NS_COUNT];
	struct ns_process *process;
};

static bool counts(const struct listing *listing, int type)
{
	unsigned types = listing->request->types;

	return !types || types >> type & 1;
}

static bool shares_all(const struct listing *listing, const struct ns_process *process,
		       const struct ns_process *task)
{
	for (int k = 0; k < NS_COUNT; k++)
		if (counts(listing, k) && process->ns[k] != task->ns[k])
			return false;
	return true;
}

static size_t collect(struct listing *listing, const struct ns_process *task,
		      const struct ns_node *node, struct member *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < listing->model.n_processes; i++) {
		struct ns_process *process = &listing->model.processes[i];
		bool known = false; /* not of a process that could not be read */

		if ((task && !shares_all(listing, process, task)) ||
		    (node && process->ns[node->type] != node->ino))
			continue;
		ret[n].process = process;
		for (int k = 0; k < NS_COUNT; k++) {
			ret[n].ns[k] = counts(listing, k) ? process->ns[k] : 0;
			known = known || ret[n].ns[k];
		}
		n += known;
	}
	return n;
}

static int by_pid(const struct ns_process *a, const struct ns_process *b)
{
	return (a->pid > b->pid) - (a->pid < b->pid);
}

static int by_namespaces(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = memcmp(a->ns, b->ns, sizeof(a->ns));

	return order ? order : by_pid(a->process, b->process);
}

static int compare_rows(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	return by_pid(a->process, b->process);
}

int groups_make(struct listing *listing, const struct ns_process *task, const struct ns_node *node)
{
	size_t room = listing->model.n_processes + 1, n;
	_cleanup_free_ struct member *members = calloc(room, sizeof(*members));
	bool groups = opt_given(&listing->request->given, OPT_GROUPS);

	listing->rows = calloc(room, sizeof(*listing->rows));
	if (!members || !listing->rows)
		return -ENOMEM;
	n = collect(listing, task, node, members);
	qsort(members, n, sizeof(*members), by_namespaces);
	for (size_t i = 0; i < n; i++) {
		bool same = groups && i > 0 &&
			    memcmp(members[i].ns, members[i - 1].ns, sizeof(members[i].ns)) == 0;

		if (!same)
			listing->rows[listing->n_rows++].process = members[i].process;
		listing->rows[listing->n_rows - 1].n_processes++;
	}
	qsort(listing->rows, listing->n_rows, sizeof(*listing->rows), compare_rows);
	return 0;
}

/* ---- the column TYPES ---- */

/*
 * The namespace of process 1. An ordinary user may not inspect process 1 (ptrace(2)); then our own
 * namespace is taken for it, because the two seldom differ. 0: unknown.
 */
static uint64_t initial(const struct listing *listing, int type)
{
	const pid_t pids[] = { 1, listing->scan->own_pid };

	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		const struct ns_process *process = model_process(&listing->model, pids[i]);

		if (process && process->ns[type])
			return process->ns[type];
	}
	return 0;
}

/* In a row of several namespaces, only the types that were asked for. */
static bool differs(const struct listing *listing, const struct row *row, int type)
{
	uint64_t ino = row->process ? row->process->ns[type] : 0, first = initial(listing, type);

	return (row->node || counts(listing, type)) && first && ino && ino != first;
}

void fill_types(const struct listing *listing, const struct row *row, struct cell *ret)
{
	size_t len = 0;

	for (int k = 0; k < NS_COUNT; k++)
		if (differs(listing, row, k)) {
			if (len)
				ret->buf[len++] = '\n';
			strcpy(ret->buf + len, ns_types[k].name);
			len += strlen(ns_types[k].name);
		}
	if (len == 0)
		return;
	ret->kind = CELL_TEXT;
	ret->text = ret->buf;
}

void json_types(const struct listing *listing, const struct row *row, const char *key,
		struct json *json)
{
	json_open(json, key, '[');
	for (int k = 0; k < NS_COUNT; k++)
		if (differs(listing, row, k))
			json_text(json, NULL, ns_types[k].name);
	json_close(json, ']');
}
