/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/sys.h"
#include "xnsls/groups.h"
#include "xnsls/listing.h"
#include "xnsls/mounted.h"
#include "xnsls/named.h"
#include "xnsls/task.h"

static bool has_type(const struct listing *listing, const struct ns_node *node)
{
	unsigned types = listing->request->types;

	return !types || types >> node->type & 1;
}

static bool has_task(const struct listing *listing, const struct ns_node *node,
		     const struct ns_process *task)
{
	return !listing->request->task || task->ns[node->type] == node->ino;
}

static bool is_wanted(const struct listing *listing, const struct ns_node *node,
		      const struct ns_process *task)
{
	if (opt_given(&listing->request->given, OPT_PERSISTENT) && node->n_processes > 0)
		return false;
	return has_type(listing, node) && has_task(listing, node, task) &&
	       listing_has_mounted(listing, node);
}

/* Fails if any namespace of the process is missing, because a shorter list would be wrong. */
static int find_task(struct listing *listing, struct ns_process *ret, struct diag *diag)
{
	int rc;

	*ret = (struct ns_process){ .pid = listing->request->task };
	rc = task_read(listing->scan->proc, ret, diag);
	/* As lsns(8) has it: nothing is listed. The process is reported like other gaps. */
	if (rc == -EACCES || rc == -EPERM) {
		listing->unread_task = *diag;
		*ret = (struct ns_process){ .pid = listing->request->task };
		return 0;
	}
	if (rc == 0)
		rc = named_check(listing->request, diag);
	if (rc < 0)
		return rc;
	for (int k = 0; k < NS_COUNT; k++)
		if (listing->scan->types >> k & 1 && ret->ns[k] &&
		    model_find(&listing->model, (enum ns_type)k, ret->ns[k]) == MODEL_NONE)
			return diag_set(diag, 0, "the namespaces of process %d could not be read",
					(int)ret->pid);
	return 0;
}

enum wanted { WANTED_NOT, WANTED_ITSELF, WANTED_ABOVE };

/* As lsns(8) has it: a tree of namespaces has those above the wanted ones too. */
static void want_above(const struct listing *listing, uint32_t index, enum wanted *wanted)
{
	const struct ns_node *nodes = listing->model.nodes;
	bool owner = listing->relation == RELATION_OWNER;

	if (!owner && listing->relation != RELATION_PARENT)
		return;
	for (;;) {
		index = owner ? nodes[index].owner : nodes[index].parent;
		if (index == MODEL_NONE || wanted[index] || !has_type(listing, &nodes[index]))
			return;
		wanted[index] = WANTED_ABOVE;
	}
}

static int add_namespaces(struct listing *listing, struct diag *diag)
{
	struct model *model = &listing->model;
	_cleanup_free_ enum wanted *wanted = calloc(model->n_nodes + 1, sizeof(*wanted));
	struct ns_process task = { .pid = 0 };
	int rc = listing->request->task ? find_task(listing, &task, diag) : 0;

	if (rc < 0)
		return rc;
	listing->rows = calloc(model->n_nodes + 1, sizeof(*listing->rows));
	if (!listing->rows || !wanted)
		return diag_set(diag, ENOMEM, "cannot list the namespaces");
	for (size_t i = 0; i < model->n_nodes; i++)
		if (is_wanted(listing, &model->nodes[i], &task))
			wanted[i] = WANTED_ITSELF;
	for (size_t i = 0; i < model->n_nodes; i++)
		if (wanted[i] == WANTED_ITSELF)
			want_above(listing, (uint32_t)i, wanted);
	for (size_t i = 0; i < model->n_nodes; i++) {
		const struct ns_node *node = &model->nodes[model->order[i]];
		struct row *row = &listing->rows[listing->n_rows];

		if (!wanted[model->order[i]])
			continue;
		row->node = node;
		row->above_only = wanted[model->order[i]] == WANTED_ABOVE;
		if (node->process != MODEL_NONE)
			row->process = &model->processes[node->process];
		listing->n_rows++;
	}
	return 0;
}

static int no_namespace(const struct listing *listing, struct diag *diag)
{
	const struct xnsls *request = listing->request;
	const char *label = request->ns_type == NS_NONE ? "" : ns_types[request->ns_type].label;
	uint32_t other = model_find(&listing->model, NS_NONE, request->ns);
	uint64_t number = request->ns_id ? request->ns_id : request->ns;
	const char *id = request->ns_id ? " with the id" : "";
	bool partial = listing->scan->unreadable || listing->hidden;
	int rc = diag_set(diag, 0, partial ? "no %s%snamespace%s %" PRIu64 " was found" :
					     "there is no %s%snamespace%s %" PRIu64,
			  label, *label ? " " : "", id, number);
	char process[32];

	if (other != MODEL_NONE) {
		const struct ns_type_info *info = &ns_types[listing->model.nodes[other].type];

		diag_hint(diag, "it is the number of %s %s namespace", info->article, info->label);
	} else if (request->ns <= INT32_MAX &&
		   snprintf(process, sizeof(process), "%d", (int)request->ns) > 0 &&
		   sys_faccessat(listing->scan->proc, process, F_OK) == 0) {
		diag_hint(diag, "it is the number of a process; its namespaces: %s --task %s",
			  applet_name(), process);
	} else if (partial) {
		diag_hint(diag, "it may be that of a process that could not be read%s",
			  sys_geteuid() == 0 ? "" : "; run it as root to see them all");
	}
	return rc;
}

static uint32_t find_namespace(const struct listing *listing)
{
	const struct model *model = &listing->model;

	if (!listing->request->ns_id)
		return model_find(model, listing->request->ns_type, listing->request->ns);
	for (size_t i = 0; i < model->n_nodes; i++)
		if (model->nodes[i].id == listing->request->ns_id)
			return (uint32_t)i;
	return MODEL_NONE;
}

/* Finds NAMESPACE. 0 or -errno with the diagnosis filled. */
static int find_wanted(const struct listing *listing, const struct ns_node **ret, struct diag *diag)
{
	uint32_t index = find_namespace(listing);
	const struct ns_type_info *info;

	if (index == MODEL_NONE)
		return no_namespace(listing, diag);
	*ret = &listing->model.nodes[index];
	info = &ns_types[(*ret)->type];
	if (has_type(listing, *ret))
		return 0;
	return diag_set(diag, 0, "namespace %" PRIu64 " is %s %s namespace, not of a --type asked for",
			(*ret)->ino, info->article, info->label);
}

static int add_members(struct listing *listing, struct diag *diag)
{
	struct model *model = &listing->model;
	const struct ns_node *node;
	int rc = find_wanted(listing, &node, diag);

	if (rc < 0)
		return rc;
	listing->rows = calloc(node->n_processes + 1u, sizeof(*listing->rows));
	if (!listing->rows)
		return diag_set(diag, ENOMEM, "cannot list the processes");
	for (size_t i = 0; i < model->n_processes; i++) {
		struct ns_process *process = &model->processes[i];

		if (process->ns[node->type] == node->ino)
			listing->rows[listing->n_rows++] = (struct row){ .node = node,
									 .process = process };
	}
	return 0;
}

/* --groups or --processes */
static int add_processes(struct listing *listing, struct diag *diag)
{
	struct ns_process task = { .pid = 0 };
	const struct ns_node *node = NULL;
	int rc = listing->request->task ? find_task(listing, &task, diag) : 0;

	if (rc == 0 && listing->request->has_ns)
		rc = find_wanted(listing, &node, diag);
	if (rc < 0)
		return rc;
	rc = groups_make(listing, listing->request->task ? &task : NULL, node);
	return rc < 0 ? diag_set(diag, -rc, "cannot list the processes") : 0;
}

int rows_make(struct listing *listing, struct diag *diag)
{
	if (xnsls_lists_processes(listing->request))
		return add_processes(listing, diag);
	return listing->request->has_ns ? add_members(listing, diag) : add_namespaces(listing, diag);
}
