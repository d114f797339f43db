/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "inventory/mounted.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/ns.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "kernel/mountinfo.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

/* ---- one mountinfo ---- */

static size_t directory_len(const char *path)
{
	return strcmp(path, "/") == 0 ? 0 : strlen(path);
}

bool mounted_shows(const char *place, const struct mount_entry *mount, struct mounted_parent *ret)
{
	size_t root_len = directory_len(mount->root);

	*ret = (struct mounted_parent){ mount->id, root_len, directory_len(mount->point) };
	return strncmp(place, mount->root, root_len) == 0 &&
	       (place[root_len] == '/' || place[root_len] == '\0');
}

/* The mount point of a child begins with that of its parent. */
bool mounted_lies_on(const char *place, const struct mounted_parent *parent, const char *point)
{
	size_t len = directory_len(point);
	const char *below = strcmp(place, "/") == 0 ? "" : place + parent->root_len;

	return len >= parent->point_len && len - parent->point_len == strlen(below) &&
	       strncmp(point + parent->point_len, below, len - parent->point_len) == 0;
}

static int add_point(struct mounted_at *at, const char *point)
{
	char **points, *copy;

	if (at->n >= MOUNTED_MAX) {
		at->is_cut = true;
		return 0;
	}
	points = array_reserve(at->points, at->n + 1, &at->room, sizeof(*points));
	if (points)
		at->points = points;
	copy = points ? strdup(point) : NULL;
	if (!copy)
		return -ENOMEM;
	at->points[at->n++] = copy;
	return 0;
}

struct parents {
	struct mounted_parent *list;
	size_t n, room;
};

static int add_parent(struct parents *parents, const struct mounted_parent *parent)
{
	struct mounted_parent *list =
		array_reserve(parents->list, parents->n + 1, &parents->room, sizeof(*list));

	if (!list)
		return -ENOMEM;
	parents->list = list;
	list[parents->n++] = *parent;
	return 0;
}

static int compare_ids(const void *left, const void *right)
{
	const struct mounted_parent *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

/* A mount may precede its parent, so the file is read twice. */
static int take_place(struct mountinfo *info, const struct mounted_wanted *wanted,
		      struct mounted_at *ret)
{
	struct parents parents = { .n = 0 };
	struct mounted_parent parent;
	struct mount_entry entry;
	int rc = 0;

	while (rc == 0 && mountinfo_next(info, &entry))
		if (entry.dev == wanted->dev && mounted_shows(wanted->place, &entry, &parent))
			rc = add_parent(&parents, &parent);
	if (rc == 0)
		rc = info->rc;
	if (parents.n > 0)
		qsort(parents.list, parents.n, sizeof(*parents.list), compare_ids);
	bounded_rewind(&info->lines);
	while (rc == 0 && parents.n > 0 && mountinfo_next(info, &entry)) {
		const struct mounted_parent key = { .id = entry.parent };
		const struct mounted_parent *found =
			bsearch(&key, parents.list, parents.n, sizeof(key), compare_ids);

		if (found && entry.id != entry.parent &&
		    mounted_lies_on(wanted->place, found, entry.point))
			rc = add_point(ret, entry.point);
	}
	free(parents.list);
	return rc == 0 ? info->rc : rc;
}

static int take_mounts(struct mountinfo *info, const struct mounted_wanted *wanted,
		       struct mounted_at *ret)
{
	struct mount_entry entry;
	int rc = 0;

	while (rc == 0 && mountinfo_next(info, &entry))
		if (entry.dev == wanted->dev &&
		    (!wanted->root || strcmp(entry.root, wanted->root) == 0))
			rc = add_point(ret, entry.point);
	return rc == 0 ? info->rc : rc;
}

static void forget(struct mounted_at *at)
{
	while (at->n > 0)
		free(at->points[--at->n]);
	at->is_cut = false;
}

int mounted_take(int fd, const struct mounted_wanted *wanted, struct mounted_at *ret)
{
	struct mountinfo info;
	int rc;

	mountinfo_begin(fd, &info);
	rc = wanted->place ? take_place(&info, wanted, ret) : take_mounts(&info, wanted, ret);
	mountinfo_free(&info);
	if (rc < 0)
		forget(ret);
	return rc;
}

/* ---- every mount namespace ---- */

struct reading {
	const struct scan *scan;
	const struct model *model;
	const struct mounted_wanted *wanted;
	struct mounted_at *at;
	int ns; /* the mount namespace to enter */
	int rc;
};

static int read_file(struct reading *reading, const char *path)
{
	_cleanup_close_ int fd = proc_open_file(reading->scan->proc, path, O_RDONLY);

	return fd < 0 ? fd : mounted_take(fd, reading->wanted, reading->at);
}

/*
 * A process that called chroot(2) shows only mounts below its root (fs/proc_namespace.c); setns(2) gives
 * the thread the root of the mount namespace.
 */
static void *enter_and_read(void *arg)
{
	struct reading *reading = arg;

	reading->rc =
		sys_unshare(CLONE_FS); /* setns(2) requires a root that no other thread shares */
	if (reading->rc == 0)
		reading->rc = sys_setns(reading->ns, ns_types[NS_MNT].flag);
	if (reading->rc == 0)
		reading->rc = read_file(reading, "thread-self/mountinfo");
	return NULL;
}

static int read_inside(struct reading *reading, uint32_t index)
{
	_cleanup_close_ int ns = scan_open(reading->scan, reading->model, index);
	pthread_t thread;
	int rc;

	if (ns < 0)
		return ns;
	reading->ns = ns;
	rc = -pthread_create(&thread, NULL, enter_and_read, reading);
	if (rc < 0)
		return rc;
	pthread_join(thread, NULL);
	return reading->rc;
}

/* Of a process that is in the mount namespace before and after. 0 or -errno; -ESRCH: it has left or ended. */
static int read_member(struct reading *reading, pid_t pid, uint64_t ino)
{
	struct ns_process now = { .pid = pid };
	char path[32];
	int rc;

	snprintf(path, sizeof(path), "%d/mountinfo", (int)pid);
	rc = read_file(reading, path);
	/* It has none once it has ended (fs/proc_namespace.c). */
	if (rc == -ENOENT || rc == -EINVAL)
		return -ESRCH;
	if (rc == 0 && scan_process(reading->scan->proc, &now) == 0 && now.ns[NS_MNT] == ino)
		return 0;
	forget(reading->at);
	return rc < 0 ? rc : -ESRCH;
}

/* Reads through the first process that we may inspect. 0 or -errno; -ESRCH: none has stayed. */
static int read_from_outside(struct reading *reading, uint64_t ino)
{
	const struct model *model = reading->model;
	int rc = -ESRCH;

	for (size_t i = 0; rc < 0 && rc != -ENOMEM && i < model->n_processes; i++)
		if (model->processes[i].ns[NS_MNT] == ino)
			rc = read_member(reading, model->processes[i].pid, ino);
	return rc;
}

static bool is_own(const struct reading *reading, uint64_t ino)
{
	char text[64];
	ssize_t len = sys_readlinkat(reading->scan->proc, "self/ns/mnt", text, sizeof(text));
	uint64_t own = 0;

	return len > 0 && scan_parse_link(text, (size_t)len, &own) == NS_MNT && own == ino;
}

static int read_node(struct reading *reading, uint32_t index)
{
	const struct ns_node *node = &reading->model->nodes[index];
	int rc = read_inside(reading, index);

	if (rc < 0 && rc != -ENOMEM && is_own(reading, node->ino))
		rc = read_file(reading, "self/mountinfo");
	if (rc < 0 && rc != -ENOMEM)
		rc = read_from_outside(reading, node->ino);
	/* Its processes have ended meanwhile. */
	return rc == -ESRCH && node->n_processes > 0 ? 0 : rc;
}

int mounted_read(struct scan *scan, const struct model *model, const struct mounted_wanted *wanted,
		 struct mounted *ret)
{
	struct reading reading = { .scan = scan, .model = model, .wanted = wanted };
	int rc = 0;

	*ret = (struct mounted){ .list = calloc(model->n_nodes + 1, sizeof(*ret->list)) };
	if (!ret->list)
		return -ENOMEM;
	ret->n = model->n_nodes;
	scan->unreadable_mounts = 0;
	for (size_t i = 0; rc != -ENOMEM && i < model->n_nodes; i++) {
		if (model->nodes[i].type != NS_MNT)
			continue;
		reading.at = &ret->list[i];
		rc = read_node(&reading, (uint32_t)i);
		scan->unreadable_mounts += rc < 0 && rc != -ENOMEM;
	}
	return rc == -ENOMEM ? rc : 0;
}

void mounted_at_free(struct mounted_at *at)
{
	forget(at);
	free(at->points);
	*at = (struct mounted_at){ .n = 0 };
}

void mounted_free(struct mounted *mounted)
{
	for (size_t i = 0; i < mounted->n; i++)
		mounted_at_free(&mounted->list[i]);
	free(mounted->list);
	*mounted = (struct mounted){ .n = 0 };
}
