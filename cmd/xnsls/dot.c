/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xnsls --dot: a graph of namespaces and their members for dot(1) of Graphviz. A solid arrow comes
 * from the parent, a dashed one from an owner that is not also the parent.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/escape.h"
#include "base/macros.h"
#include "inventory/holders.h"
#include "xnsls/listing.h"
#include "xnsls/output.h"

enum { COMMAND_SHOWN = 30, MEMBERS_SHOWN = 5 };

/* Escapes the text for a terminal, and then for a quoted label of dot(1). */
static void put_label(const char *text, size_t max)
{
	char safe[8 * COMMAND_SHOWN + 1];
	const char *end = memchr(text, '\0', max);
	size_t len = end ? (size_t)(end - text) : max;

	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	escape_text(text, len, safe, sizeof(safe));
	for (const char *c = safe; *c; c++) {
		if (*c == '"' || *c == '\\')
			putchar('\\');
		putchar(*c);
	}
	if (text[len])
		fputs("...", stdout);
}

/* The contents of the graph, by index of the namespace in the model. */
struct picture {
	const struct listing *listing;
	bool *shown;
	uint32_t (*members)[MEMBERS_SHOWN]; /* indices of processes; MODEL_NONE after the last */
};

/* Makes one pass over the processes, rather than one for each namespace. */
static int find_members(struct picture *picture)
{
	const struct listing *listing = picture->listing;
	const struct model *model = &listing->model;
	_cleanup_free_ struct ns_process **list = calloc(model->n_processes + 1, sizeof(*list));
	size_t n = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < model->n_processes; i++) {
		bool listed = false;

		for (int k = 0; k < NS_COUNT; k++) {
			uint64_t ino = model->processes[i].ns[k];
			uint32_t node = ino ? model_find(model, (enum ns_type)k, ino) : MODEL_NONE;
			size_t m = 0;

			if (node == MODEL_NONE || !picture->shown[node])
				continue;
			while (m < MEMBERS_SHOWN && picture->members[node][m] != MODEL_NONE)
				m++;
			if (m == MEMBERS_SHOWN)
				continue;
			picture->members[node][m] = (uint32_t)i;
			listed = true;
		}
		if (listed)
			list[n++] = &model->processes[i];
	}
	scan_details(listing->scan->proc, list, n, PROCESS_COMMAND, &listing->scan->silent);
	return 0;
}

static int make_picture(struct picture *picture)
{
	const struct listing *listing = picture->listing;
	size_t n = listing->model.n_nodes;

	picture->shown = calloc(n + 1, sizeof(*picture->shown));
	picture->members = malloc((n + 1) * sizeof(*picture->members));
	if (!picture->shown || !picture->members)
		return -ENOMEM;
	memset(picture->members, 0xff, (n + 1) * sizeof(*picture->members));
	for (size_t i = 0; i < listing->n_rows; i++)
		picture->shown[listing->rows[i].node - listing->model.nodes] = true;
	return find_members(picture);
}

/* Writes the holders of a namespace without members. */
static void put_holders(const struct model *model, const struct ns_node *node)
{
	_cleanup_free_ char *text = holders_text(model, node);

	if (!text)
		return;
	fputs("\\n", stdout);
	put_label(text, (size_t)2 * COMMAND_SHOWN);
}

/* Prints the container or unit of the lowest PID, as the column WHOSE does. */
static void put_whose(const struct picture *picture, const struct row *row)
{
	struct cell cell;

	cell_fill(picture->listing, row, COLUMN_WHOSE, &cell);
	if (cell.kind == CELL_TEXT) {
		fputs("\\n", stdout);
		put_label(cell.text, COMMAND_SHOWN);
	}
	cell_free(&cell);
}

static void put_node(const struct picture *picture, const struct row *row)
{
	const struct model *model = &picture->listing->model;
	const struct ns_node *node = row->node;
	const uint32_t *members = picture->members[node - model->nodes];

	printf("\t\"%" PRIu64 "\" [label=\"%s:[%" PRIu64 "]", node->ino, ns_types[node->type].name,
	       node->ino);
	put_whose(picture, row);
	for (size_t m = 0; m < MEMBERS_SHOWN && members[m] != MODEL_NONE; m++) {
		const struct ns_process *process = &model->processes[members[m]];

		printf("\\n%d ", (int)process->pid);
		if (process->command)
			put_label(process->command, COMMAND_SHOWN);
	}
	if (!node->n_processes)
		put_holders(model, node);
	/* Shows only a few: hundreds of members would hide the graph. */
	if (node->n_processes > MEMBERS_SHOWN)
		printf("\\n+%" PRIu32, node->n_processes - MEMBERS_SHOWN);
	printf("\"%s];\n", node->type == NS_USER    ? ", style=\"filled,rounded\"" :
			   node->n_processes == 0 ? ", style=\"dashed,rounded\"" :
						    "");
}

static void put_edge(const struct picture *picture, uint32_t from, const struct ns_node *to,
		     const char *style)
{
	if (from != MODEL_NONE && picture->shown[from])
		printf("\t\"%" PRIu64 "\" -> \"%" PRIu64 "\"%s;\n",
		       picture->listing->model.nodes[from].ino, to->ino, style);
}

static void put_graph(const struct picture *picture)
{
	const struct listing *listing = picture->listing;

	puts("digraph namespaces {\n"
	     "\trankdir=LR;\n"
	     "\tnode [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=10];");
	for (size_t i = 0; i < listing->n_rows; i++)
		put_node(picture, &listing->rows[i]);
	for (size_t i = 0; i < listing->n_rows; i++) {
		const struct ns_node *node = listing->rows[i].node;

		put_edge(picture, node->parent, node, "");
		if (node->owner != node->parent)
			put_edge(picture, node->owner, node, " [style=dashed]");
	}
	puts("}");
}

int output_dot(const struct listing *listing, struct diag *diag)
{
	struct picture picture = { .listing = listing };
	int rc = make_picture(&picture);

	if (rc == 0)
		put_graph(&picture);
	free(picture.shown);
	free(picture.members);
	return rc < 0 ? diag_set(diag, -rc, "cannot draw the namespaces") : output_flush(diag);
}
