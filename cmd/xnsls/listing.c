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
#include "inventory/users.h"
#include "kernel/sys.h"
#include "xnsls/named.h"
#include "xnsls/task.h"
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
 * with lsns(8).
 */
static void choose_tree(struct listing *listing)
{
	enum column_id at = listing->request->relation == RELATION_PROCESS ? COLUMN_COMMAND : COLUMN_NS;

	listing->relation = listing->request->relation;
	listing->tree_column = COLUMN_COUNT;
	if (listing->relation == RELATION_NONE)
		return;
	if (is_shown(listing, at))
		listing->tree_column = at;
	else if (opt_given(&listing->request->given, OPT_TREE) && !applet_is_drop_in())
		listing->tree_column = listing->shown[0];
	else if (listing->relation == RELATION_PROCESS)
		listing->relation = RELATION_NONE;
}

/*
 * The types to scan: namespaces of every type lead to user namespaces, and mount namespaces lead to
 * mounts.
 */
static unsigned kinds_to_scan(const struct listing *listing, unsigned scan_flags)
{
	unsigned types = listing->request->types;

	if (!types || listing->request->has_ns || types >> NS_USER & 1 ||
	    opt_given(&listing->request->given, OPT_DOT))
		return SCAN_ALL_TYPES;
	if (scan_flags & SCAN_DEEP)
		types |= 1u << NS_MNT;
	return types;
}

/*
 * Which rows there are depends on options and operands only, never on columns. lsns(8) does not look into
 * other mount namespaces; a namespace that only they hold has no process.
 */
static bool is_deep(const struct xnsls *request)
{
	return opt_given(&request->given, OPT_DEEP) || request->has_ns ||
	       (opt_given(&request->given, OPT_PERSISTENT) && !applet_is_drop_in());
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
	choose_tree(listing);
	if (listing->relation == RELATION_PROCESS)
		listing->needs |= NEED_STATUS;
	if (opt_given(&request->given, OPT_DOT))
		listing->needs = NEED_RELATIONS | NEED_COMMAND;
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
	listing->scan->types = kinds_to_scan(listing, flags);
	return 0;
}

void listing_deepen(struct listing *listing)
{
	listing->scan->flags |= SCAN_DEEP;
	listing->scan->types = kinds_to_scan(listing, listing->scan->flags);
}

/* ---- rows ---- */

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
	return has_type(listing, node) && has_task(listing, node, task);
}

/* Fails if any namespace of the process is missing, because a shorter list would be wrong. */
static int find_task(struct listing *listing, struct ns_process *ret, struct diag *diag)
{
	int rc;

	*ret = (struct ns_process){ .pid = listing->request->task };
	rc = task_read(listing->scan->proc, ret, diag);
	/* As lsns(8) has it: nothing is listed. What could not be read is reported like other gaps. */
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
			  geteuid() == 0 ? "" : "; run it as root to see them all");
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

static int add_members(struct listing *listing, struct diag *diag)
{
	struct model *model = &listing->model;
	uint32_t index = find_namespace(listing);
	const struct ns_node *node;
	const struct ns_type_info *info;

	if (index == MODEL_NONE)
		return no_namespace(listing, diag);
	node = &model->nodes[index];
	info = &ns_types[node->type];
	if (!has_type(listing, node))
		return diag_set(diag, 0, "namespace %" PRIu64 " is %s %s namespace, not of a --type asked for",
				node->ino, info->article, info->label);
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

/* ---- details ---- */

static bool is_row_without_process(const struct listing *listing, const struct ns_node *node)
{
	for (size_t i = 0; i < listing->n_rows; i++)
		if (listing->rows[i].node == node)
			return node->n_processes == 0;
	return false;
}

/*
 * What holds the rows without a process may be seen by a deep scan only. It adds holders, and no row:
 * the namespaces that it finds besides are left out.
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
	int rc = listing->request->has_ns ? add_members(listing, diag)
					   : add_namespaces(listing, diag);

	if (rc < 0)
		return rc;
	rc = read_needs(listing, filter_needs, diag);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < listing->n_rows; i++)
		if (!keep || keep(state, listing, &listing->rows[i]))
			listing->rows[n++] = listing->rows[i];
	listing->n_rows = n;
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
	workloads_free(&listing->workloads);
	free(listing->rows);
	free(listing->shown);
	free(listing->netnsids);
}
