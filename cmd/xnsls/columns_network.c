/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/columns_network.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/idmap.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/text.h"
#include "inventory/network.h"
#include "kernel/bounded.h"
#include "kernel/proc.h"
#include "output/json.h"
#include "xnsls/listing.h"

/* ---- MAPS ---- */

static int read_extents(int proc, pid_t pid, const char *name, struct idmap *ret)
{
	_cleanup_close_ int fd = -1;
	char path[32], *text;
	size_t len;
	int rc;

	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	fd = proc_open_file(proc, path, O_RDONLY);
	rc = fd < 0 ? fd : bounded_read(fd, BOUNDED_LINE, &text, &len);
	if (rc < 0)
		return rc;
	rc = idmap_parse_file(text, ret);
	free(text);
	return rc;
}

/* "0:1000:1,1:100000:65535", as xunshare(1) takes it. The caller frees it. NULL: none, or not readable. */
static char *read_map(int proc, pid_t pid, const char *name)
{
	struct idmap map = { .n = 0 };
	char *ret = NULL;
	size_t len;

	if (read_extents(proc, pid, name, &map) < 0)
		return NULL;
	len = idmap_render(&map, ",", NULL, 0) + 1;
	if (map.n > 0)
		ret = malloc(len);
	if (ret)
		idmap_render(&map, ",", ret, len);
	for (char *c = ret; c && *c; c++)
		if (*c == ' ')
			*c = ':';
	idmap_free(&map);
	return ret;
}

/* Whether what was read by its PID is the process's. */
static bool is_still(const struct listing *listing, const struct ns_process *process)
{
	struct ns_process now = { .pid = process->pid };

	return scan_process(listing->scan->proc, &now) == 0 && now.ns[NS_USER] == process->ns[NS_USER];
}

void fill_maps(const struct listing *listing, const struct row *row, struct cell *ret)
{
	const struct ns_process *process = row->process;
	_cleanup_free_ char *users = NULL, *groups = NULL;

	if (!process || (row->node && row->node->type != NS_USER))
		return;
	users = read_map(listing->scan->proc, process->pid, "uid_map");
	groups = read_map(listing->scan->proc, process->pid, "gid_map");
	if (!users || !is_still(listing, process))
		return;
	if (groups && strcmp(users, groups) == 0) {
		ret->owned = users;
		users = NULL;
	} else if (!(ret->owned = text_format("%s gid:%s", users, groups ? groups : "-"))) {
		return;
	}
	ret->kind = CELL_TEXT;
	ret->text = ret->owned;
}

/* ---- networks ---- */

static uint32_t node_of(const struct listing *listing, const struct row *row)
{
	if (row->node)
		return row->node->type == NS_NET ? (uint32_t)(row->node - listing->model.nodes)
						 : MODEL_NONE;
	return row->process ? model_find(&listing->model, NS_NET, row->process->ns[NS_NET]) : MODEL_NONE;
}

int listing_read_networks(struct listing *listing, unsigned needs)
{
	const struct model *model = &listing->model;
	unsigned mask = (needs & NEED_PORTS ? NETWORK_PORTS : 0) | (needs & NEED_LINKS ? NETWORK_LINKS : 0);
	_cleanup_free_ unsigned *what = calloc(model->n_nodes + 1, sizeof(*what));

	if (!what)
		return -ENOMEM;
	for (size_t i = 0; i < listing->n_rows; i++) {
		uint32_t node = node_of(listing, &listing->rows[i]);

		if (node != MODEL_NONE)
			what[node] = mask;
	}
	for (size_t i = 0; needs & NEED_LINKS && i < model->n_nodes; i++)
		if (model->nodes[i].type == NS_NET)
			what[i] |= NETWORK_LINKS;
	return networks_read(listing->scan, model, what, &listing->networks);
}

static const struct network *network_of(const struct listing *listing, const struct row *row)
{
	uint32_t node = node_of(listing, row);

	return node == MODEL_NONE || !listing->networks.list ? NULL : &listing->networks.list[node];
}

/* Begins the text of a cell, one member per line. NULL: no memory. */
static FILE *begin(struct cell *cell, size_t *size)
{
	cell->owned = NULL;
	return open_memstream(&cell->owned, size);
}

static void end(struct cell *cell, FILE *out)
{
	if (fclose(out) == 0 && cell->owned && *cell->owned) {
		cell->kind = CELL_TEXT;
		cell->text = cell->owned;
	}
}

void fill_listen(const struct listing *listing, const struct row *row, struct cell *ret)
{
	const struct network *network = network_of(listing, row);
	size_t size;
	FILE *out = network && network->has_ports ? begin(ret, &size) : NULL;

	for (size_t i = 0; out && i < network->n_ports; i++)
		fprintf(out, "%s%u%s", i ? "\n" : "", (unsigned)network->ports[i].number,
			network->ports[i].udp ? "/udp" : "");
	if (out)
		end(ret, out);
}

void json_listen(const struct listing *listing, const struct row *row, const char *key,
		 struct json *json)
{
	const struct network *network = network_of(listing, row);

	if (!network || !network->has_ports) {
		json_text(json, key, NULL);
		return;
	}
	json_open(json, key, '[');
	for (size_t i = 0; i < network->n_ports; i++) {
		json_open(json, NULL, '{');
		json_text(json, "protocol", network->ports[i].udp ? "udp" : "tcp");
		json_number(json, "port", network->ports[i].number);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static uint64_t other_ino(const struct listing *listing, const struct network_link *link)
{
	return listing->model.nodes[link->other].ino;
}

void fill_links(const struct listing *listing, const struct row *row, struct cell *ret)
{
	const struct network *network = network_of(listing, row);
	size_t size;
	FILE *out = network && network->has_links ? begin(ret, &size) : NULL;

	for (size_t i = 0; out && i < network->n_links; i++) {
		const struct network_link *link = &network->links[i];

		if (i > 0)
			fputc('\n', out);
		escape_write(link->name, out);
		if (link->is_veth && link->other == MODEL_NONE)
			fputs(" > -", out);
		if (link->is_veth && link->other != MODEL_NONE) {
			fputs(" > ", out);
			escape_write(link->other_name, out);
			fprintf(out, " in %" PRIu64, other_ino(listing, link));
		}
	}
	if (out)
		end(ret, out);
}

void json_links(const struct listing *listing, const struct row *row, const char *key,
		struct json *json)
{
	const struct network *network = network_of(listing, row);

	if (!network || !network->has_links) {
		json_text(json, key, NULL);
		return;
	}
	json_open(json, key, '[');
	for (size_t i = 0; i < network->n_links; i++) {
		const struct network_link *link = &network->links[i];

		json_open(json, NULL, '{');
		json_text(json, "name", link->name);
		if (link->is_veth && link->other == MODEL_NONE) {
			json_text(json, "peer", NULL);
		} else if (link->is_veth) {
			json_open(json, "peer", '{');
			json_text(json, "name", link->other_name);
			json_number(json, "ns", (int64_t)other_ino(listing, link));
			json_close(json, '}');
		}
		json_close(json, '}');
	}
	json_close(json, ']');
}
