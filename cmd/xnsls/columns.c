/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of the columns, and the functions that fill them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"
#include "base/macros.h"
#include "base/text.h"
#include "inventory/holders.h"
#include "inventory/users.h"
#include "kernel/netnsid.h"
#include "xnsls/columns_network.h"
#include "xnsls/columns_workload.h"
#include "xnsls/groups.h"
#include "xnsls/holders.h"
#include "xnsls/listing.h"
#include "xnsls/mounted.h"

static void set_number(struct cell *cell, uint64_t number)
{
	cell->kind = CELL_NUMBER;
	cell->number = number;
}

static void set_text(struct cell *cell, const char *text)
{
	if (!text)
		return;
	cell->kind = CELL_TEXT;
	cell->text = text;
}

static void set_owned(struct cell *cell, char *text)
{
	cell->owned = text;
	set_text(cell, text);
}

static void fill_ns(const struct listing *listing, const struct row *row, struct cell *ret)
{
	(void)listing;
	set_number(ret, row->node->ino);
}

static void fill_type(const struct listing *listing, const struct row *row, struct cell *ret)
{
	(void)listing;
	set_text(ret, ns_types[row->node->type].name);
}

/* Our path to the file that a process sees at its path. A link that the process made may lead it elsewhere. */
static char *path_of_mount(const struct ns_holder *holder)
{
	return text_format("/proc/%d/root%s", (int)holder->pid, holder->path);
}

/* The file by which we can open the namespace; none for sockets. */
static void fill_holder_path(const struct ns_holder *holder, struct cell *ret)
{
	const struct ns_type_info *info = &ns_types[holder->type];
	int pid = (int)holder->pid;

	switch (holder->by) {
	case HOLDER_THREAD:
		set_text(ret, ret->buf);
		snprintf(ret->buf, sizeof(ret->buf), "/proc/%d/task/%s", pid,
			 NS_PATH(holder->fd, info->name));
		break;
	case HOLDER_CHILDREN:
		set_text(ret, ret->buf);
		snprintf(ret->buf, sizeof(ret->buf), "/proc/%s", NS_PATH(pid, info->for_children));
		break;
	case HOLDER_FD:
		set_text(ret, ret->buf);
		snprintf(ret->buf, sizeof(ret->buf), "/proc/%d/fd/%d", pid, holder->fd);
		break;
	case HOLDER_MOUNT:
		if (pid == 0)
			set_text(ret, holder->path);
		else
			set_owned(ret, path_of_mount(holder));
		break;
	case HOLDER_SOCKET:
		break;
	}
}

/* The file of a member, otherwise of the first holder that has one. */
static void fill_path(const struct listing *listing, const struct row *row, struct cell *ret)
{
	const struct ns_holder *holder;

	if (row->process) {
		snprintf(ret->buf, sizeof(ret->buf), "/proc/%s",
			 NS_PATH(row->process->pid, ns_types[row->node->type].name));
		set_text(ret, ret->buf);
	}
	for (uint32_t i = row->node->first_holder; ret->kind == CELL_EMPTY && i != MODEL_NONE;
	     i = holder->next) {
		holder = &listing->model.holders[i];
		fill_holder_path(holder, ret);
	}
}

static void fill_nprocs(const struct listing *listing, const struct row *row, struct cell *ret)
{
	(void)listing;
	set_number(ret, row->node ? row->node->n_processes : row->n_processes);
}

static void fill_pid(const struct listing *listing, const struct row *row, struct cell *ret)
{
	(void)listing;
	if (row->process)
		set_number(ret, (uint64_t)row->process->pid);
}

static void fill_ppid(const struct listing *listing, const struct row *row, struct cell *ret)
{
	(void)listing;
	if (row->process && row->process->uid != MODEL_NO_UID)
		set_number(ret, (uint64_t)row->process->ppid);
}

static void fill_command(const struct listing *listing, const struct row *row, struct cell *ret)
{
	(void)listing;
	if (row->process)
		set_text(ret, row->process->command);
}

/* The uid of the process in this row; without a process, of the namespace's owner. */
static uint32_t uid_of(const struct listing *listing, const struct row *row)
{
	return row->process ? row->process->uid : model_owner_uid(&listing->model, row->node);
}

static void fill_uid(const struct listing *listing, const struct row *row, struct cell *ret)
{
	uint32_t uid = uid_of(listing, row);

	if (uid != MODEL_NO_UID)
		set_number(ret, uid);
}

static void fill_user(const struct listing *listing, const struct row *row, struct cell *ret)
{
	uint32_t uid = uid_of(listing, row);
	const char *name;

	if (uid == MODEL_NO_UID)
		return;
	name = user_name(listing->users, uid);
	snprintf(ret->buf, sizeof(ret->buf), "%" PRIu32, uid);
	set_text(ret, name ? name : ret->buf);
}

static void fill_netnsid(const struct listing *listing, const struct row *row, struct cell *ret)
{
	int32_t id = NETNSID_UNKNOWN;

	if (listing->netnsids)
		id = listing->netnsids[row->node - listing->model.nodes];
	if (id == NETNSID_NONE)
		set_text(ret, "unassigned");
	if (id < 0)
		return;
	snprintf(ret->buf, sizeof(ret->buf), "%" PRId32, id);
	set_text(ret, ret->buf);
}

/* The mount points in our own mount namespace, one per line. */
static void fill_nsfs(const struct listing *listing, const struct row *row, struct cell *ret)
{
	const struct ns_holder *holder;
	char *text = NULL;
	size_t size = 0;
	FILE *out = NULL;

	for (uint32_t i = row->node->first_holder; i != MODEL_NONE; i = holder->next) {
		holder = &listing->model.holders[i];
		if (holder->by != HOLDER_MOUNT || holder->pid != 0)
			continue;
		if (out)
			fputc('\n', out);
		else
			out = open_memstream(&text, &size);
		if (!out)
			return;
		escape_write(holder->path, out);
	}
	if (out && fclose(out) == 0)
		set_owned(ret, text);
}

static void set_node(const struct listing *listing, uint32_t index, struct cell *ret)
{
	if (index != MODEL_NONE)
		set_number(ret, listing->model.nodes[index].ino);
}

static void fill_pns(const struct listing *listing, const struct row *row, struct cell *ret)
{
	set_node(listing, row->node->parent, ret);
}

static void fill_ons(const struct listing *listing, const struct row *row, struct cell *ret)
{
	set_node(listing, row->node->owner, ret);
}

static void fill_id(const struct listing *listing, const struct row *row, struct cell *ret)
{
	(void)listing;
	if (row->node->id)
		set_number(ret, row->node->id);
}

static void fill_owneruid(const struct listing *listing, const struct row *row, struct cell *ret)
{
	uint32_t uid = model_owner_uid(&listing->model, row->node);

	if (uid != MODEL_NO_UID)
		set_number(ret, uid);
}

static void fill_heldby(const struct listing *listing, const struct row *row, struct cell *ret)
{
	if (!listing->holders_of_empty || row->node->n_processes == 0)
		set_owned(ret, holders_text(&listing->model, row->node));
}

static void json_heldby(const struct listing *listing, const struct row *row, const char *key,
			struct json *json)
{
	holders_json(&listing->model, row->node, key, json);
}

/* The widths are those of lsns(8). */
const struct column columns[COLUMN_COUNT] = {
	[COLUMN_NS] = { "NS", "inode number of the namespace",
			true, TABLE_RIGHT, 10, NEED_NODE, fill_ns, NULL },
	[COLUMN_TYPE] = { "TYPE", "type of the namespace",
			  false, 0, 5, NEED_NODE, fill_type, NULL },
	[COLUMN_PATH] = { "PATH", "a path to the namespace",
			  false, 0, 0, NEED_NODE, fill_path, NULL },
	[COLUMN_NPROCS] = { "NPROCS", "number of processes in the namespace",
			    true, TABLE_RIGHT, 5, 0, fill_nprocs, NULL },
	[COLUMN_PID] = { "PID", "lowest PID in the namespace",
			 true, TABLE_RIGHT, 5, 0, fill_pid, NULL },
	[COLUMN_PPID] = { "PPID", "PID of its parent",
			  true, TABLE_RIGHT, 5, NEED_STATUS, fill_ppid, NULL },
	[COLUMN_COMMAND] = { "COMMAND", "its command line",
			     false, TABLE_CUT, 0, NEED_COMMAND, fill_command, NULL },
	[COLUMN_UID] = { "UID", "its user id; without a process: the id of the owner",
			 true, TABLE_RIGHT, 0, NEED_STATUS, fill_uid, NULL },
	[COLUMN_USER] = { "USER", "name of that user",
			  false, 0, 0, NEED_STATUS | NEED_USERS, fill_user, NULL },
	[COLUMN_NETNSID] = { "NETNSID", "id of this network namespace in the current one",
			     false, TABLE_RIGHT, 0, NEED_NODE | NEED_NETNSID, fill_netnsid, NULL },
	[COLUMN_NSFS] = { "NSFS", "mount points of the namespace",
			  false, TABLE_LINES, 0, NEED_NODE, fill_nsfs, NULL },
	[COLUMN_PNS] = { "PNS", "inode number of the parent namespace",
			 true, TABLE_RIGHT, 10, NEED_NODE | NEED_RELATIONS, fill_pns, NULL },
	[COLUMN_ONS] = { "ONS", "inode number of the owning user namespace",
			 true, TABLE_RIGHT, 10, NEED_NODE | NEED_RELATIONS, fill_ons, NULL },
	[COLUMN_ID] = { "ID", "64-bit id, never reused (Linux 6.18)",
			true, TABLE_RIGHT, 0, NEED_NODE | NEED_ID, fill_id, NULL },
	[COLUMN_OWNERUID] = { "OWNERUID", "user id that created the owning user namespace; for a "
			      "user namespace: that created it",
			      true, TABLE_RIGHT, 0, NEED_NODE | NEED_RELATIONS, fill_owneruid, NULL },
	[COLUMN_HELDBY] = { "HELDBY", "what keeps the namespace alive",
			    false, TABLE_WRAP, 0, NEED_NODE | NEED_RELATIONS | NEED_HOLDERS,
			    fill_heldby, json_heldby },
	[COLUMN_UNIT] = { "UNIT", "systemd unit of the process in PID",
			  false, 0, 0, NEED_WORKLOAD | NEED_USERS, fill_unit, NULL },
	[COLUMN_CONTAINER] = { "CONTAINER", "its container: the name, or the beginning of the id",
			       false, 0, 0, NEED_WORKLOAD | NEED_USERS, fill_container, NULL },
	[COLUMN_ENGINE] = { "ENGINE", "engine of that container: docker, podman, lxc, ...",
			    false, 0, 0, NEED_WORKLOAD, fill_engine, NULL },
	[COLUMN_POD] = { "POD", "its pod: NAMESPACE/NAME, or the id",
			 false, 0, 0, NEED_WORKLOAD, fill_pod, NULL },
	[COLUMN_CGROUP] = { "CGROUP", "path of its cgroup",
			    false, TABLE_CUT, 0, NEED_WORKLOAD, fill_cgroup, NULL },
	[COLUMN_WHOSE] = { "WHOSE", "its container, else its unit",
			   false, 0, 0, NEED_WORKLOAD | NEED_USERS, fill_whose, NULL },
	[COLUMN_TYPES] = { "TYPES", "types of its namespaces that process 1 does not have",
			   false, TABLE_SET, 0, NEED_TYPES, fill_types, json_types },
	[COLUMN_MAPS] = { "MAPS", "uid and gid map of the user namespace: INSIDE:OUTSIDE:COUNT",
			  false, TABLE_CUT, 0, 0, fill_maps, NULL },
	[COLUMN_LISTEN] = { "LISTEN", "ports on which something listens in the network namespace",
			    false, TABLE_SET | TABLE_LINES, 0, NEED_PORTS, fill_listen, json_listen },
	[COLUMN_LINKS] = { "LINKS", "its interfaces; of a veth, the other end and its namespace",
			   false, TABLE_SET | TABLE_LINES, 0, NEED_LINKS, fill_links, json_links },
	[COLUMN_MOUNTED] = { "MOUNTED", "with --mounted, where the mount namespace has it mounted",
			     false, TABLE_SET | TABLE_LINES, 0, NEED_NODE | NEED_MOUNTED, fill_mounted,
			     json_mounted },
};

enum column_id column_by_name(const char *name, size_t len)
{
	int id = 0;

	while (id < COLUMN_COUNT &&
	       (strlen(columns[id].name) != len || strncasecmp(columns[id].name, name, len) != 0))
		id++;
	return (enum column_id)id;
}

void cell_fill(const struct listing *listing, const struct row *row, enum column_id column,
	       struct cell *ret)
{
	ret->kind = CELL_EMPTY;
	ret->owned = NULL;
	columns[column].fill(listing, row, ret);
}

void cell_free(struct cell *cell)
{
	free(cell->owned);
}
