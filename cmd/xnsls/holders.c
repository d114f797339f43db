/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/holders.h"

#include "inventory/holders.h"
#include "output/json.h"

static void holder_json(const struct ns_holder *holder, struct json *json)
{
	static const char *const names[] = {
		[HOLDER_THREAD] = "thread", [HOLDER_CHILDREN] = "for_children", [HOLDER_FD] = "fd",
		[HOLDER_SOCKET] = "socket", [HOLDER_MOUNT] = "mount",
	};

	json_open(json, NULL, '{');
	json_text(json, "by", names[holder->by]);
	if (holder->pid)
		json_number(json, "pid", holder->pid);
	if (holder->by == HOLDER_THREAD)
		json_number(json, "tid", holder->fd);
	if (holder->by == HOLDER_FD || holder->by == HOLDER_SOCKET)
		json_number(json, "fd", holder->fd);
	if (holder->by == HOLDER_MOUNT)
		json_text(json, "path", holder->path);
	if (holder->in_set)
		json_bool(json, "pins", true);
	json_close(json, '}');
}

static void relative_json(const char *word, const struct ns_node *node, struct json *json)
{
	json_open(json, NULL, '{');
	json_text(json, "by", word);
	json_text(json, "type", ns_types[node->type].name);
	json_number(json, "ns", (int64_t)node->ino);
	json_close(json, '}');
}

void holders_json(const struct model *model, const struct ns_node *node, const char *key,
	       struct json *json)
{
	json_open(json, key, '[');
	if (node->process != MODEL_NONE) {
		json_open(json, NULL, '{');
		json_text(json, "by", "process");
		json_number(json, "pid", model->processes[node->process].pid);
		json_number(json, "count", node->n_processes);
		json_close(json, '}');
	}
	for (uint32_t i = node->first_holder; i != MODEL_NONE; i = model->holders[i].next)
		holder_json(&model->holders[i], json);
	for (uint32_t i = node->first_child; i != MODEL_NONE; i = model->nodes[i].next_child)
		relative_json("child", &model->nodes[i], json);
	for (uint32_t i = node->first_owned; i != MODEL_NONE; i = model->nodes[i].next_owned)
		if (!model_is_child(model, node, i))
			relative_json("owned", &model->nodes[i], json);
	json_close(json, ']');
}
