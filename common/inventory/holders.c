/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inventory/holders.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/macros.h"

enum { SHOWN_MAX = 4 };

static const char *const words[] = {
	[HOLDER_THREAD] = "thread",  [HOLDER_CHILDREN] = "children of", [HOLDER_FD] = "fd",
	[HOLDER_SOCKET] = "socket", [HOLDER_MOUNT] = "mount",
};

/* The text in progress. Parts after SHOWN_MAX are only counted. */
struct parts {
	FILE *out;
	size_t shown, hidden;
};

/* Whether to show another part; then writes the separator before it. */
static bool next_part(struct parts *parts)
{
	if (parts->shown == SHOWN_MAX) {
		parts->hidden++;
		return false;
	}
	if (parts->shown++ > 0)
		fputs(", ", parts->out);
	return true;
}

/* Another user chose the path, so bytes that reference_parse() would take for its end are escaped, too. */
static void put_path(const char *path, FILE *out)
{
	static const char *const marks[] = { ", ", " (of ", "\\x" };

	while (*path) {
		const char *found = NULL;
		char part[PATH_MAX + 1];

		for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
			const char *at = strstr(path, marks[i]);

			if (at && (!found || at < found))
				found = at;
		}
		if (!found) {
			escape_write(path, out);
			return;
		}
		snprintf(part, sizeof(part), "%.*s", (int)(found - path), path);
		escape_write(part, out);
		fprintf(out, "\\x%02x", (unsigned)*found);
		path = found + 1;
	}
}

/* For a pin in a set of --pins, names the directory of the set. */
static void put_mount(const struct ns_holder *holder, FILE *out)
{
	const char *end = holder->in_set ? strrchr(holder->path, '/') : NULL;
	char set[PATH_MAX + 1];

	if (end)
		snprintf(set, sizeof(set), "%.*s", (int)(end - holder->path), holder->path);
	put_path(end ? set : holder->path, out);
}

static void put_holder(struct parts *parts, const struct ns_holder *holder)
{
	if (!next_part(parts))
		return;
	fprintf(parts->out, "%s ", holder->in_set ? "pins" : words[holder->by]);
	switch (holder->by) {
	case HOLDER_CHILDREN:
		fprintf(parts->out, "%d", (int)holder->pid);
		break;
	case HOLDER_MOUNT:
		put_mount(holder, parts->out);
		/* The path is valid in the mount namespace of that process only. */
		if (holder->pid)
			fprintf(parts->out, " (of %d)", (int)holder->pid);
		break;
	default:
		fprintf(parts->out, "%d/%d", (int)holder->pid, holder->fd);
	}
}

static void put_relative(struct parts *parts, const char *word, const struct ns_node *node)
{
	if (next_part(parts))
		fprintf(parts->out, "%s %s:[%" PRIu64 "]", word, ns_types[node->type].name,
			node->ino);
}

static void put_parts(struct parts *parts, const struct model *model, const struct ns_node *node)
{
	if (node->process != MODEL_NONE && next_part(parts))
		fprintf(parts->out, "process %d", (int)model->processes[node->process].pid);
	if (node->n_processes > 1)
		parts->hidden += node->n_processes - 1;
	for (uint32_t i = node->first_holder; i != MODEL_NONE; i = model->holders[i].next)
		put_holder(parts, &model->holders[i]);
	for (uint32_t i = node->first_child; i != MODEL_NONE; i = model->nodes[i].next_child)
		put_relative(parts, "child", &model->nodes[i]);
	for (uint32_t i = node->first_owned; i != MODEL_NONE; i = model->nodes[i].next_owned)
		if (!model_is_child(model, node, i))
			put_relative(parts, "owned", &model->nodes[i]);
}

char *holders_text(const struct model *model, const struct ns_node *node)
{
	char *text = NULL;
	size_t size = 0;
	struct parts parts = { .out = open_memstream(&text, &size) };

	if (!parts.out)
		return NULL;
	put_parts(&parts, model, node);
	if (parts.hidden)
		fprintf(parts.out, ", +%zu", parts.hidden);
	if (fclose(parts.out) != 0 || !parts.shown) {
		free(text);
		return NULL;
	}
	return text;
}
