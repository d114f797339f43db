/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the names that one mount namespace has mounted. It may show the directory at any path, and
 * another directory at ours. So a mount is identified by the file system of its parent mount and by
 * its path in that file system.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/bounded.h"
#include "kernel/mount_table.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/elsewhere.h"
#include "netns/store.h"

struct parents {
	struct presence_parent *list; /* owned, as are the names in it */
	size_t n, room;
};

struct reading {
	struct elsewhere *search;
	struct parents parents;
	uint64_t mnt;
};

typedef int take_mount(struct reading *reading, const struct mount_entry *entry);

/* ---- lines ---- */

/* A malformed line ends the reading, because it could be the mount on the name. */
static int take_lines(struct reading *reading, struct bounded_lines *lines, take_mount *take)
{
	struct mount_entry entry;
	char *line;
	int rc;

	bounded_rewind(lines);
	while ((rc = bounded_next_line(lines, &line)) > 0) {
		rc = mountinfo_take_line(line, &entry) ? take(reading, &entry) : -EBADMSG;
		if (rc < 0)
			break;
	}
	return rc;
}

static int take_parent(struct reading *reading, const struct mount_entry *entry)
{
	struct parents *parents = &reading->parents;
	struct presence_parent parent, *list;
	char *name = NULL;

	if (!presence_is_parent(&reading->search->place, entry, &parent))
		return 0;
	list = array_reserve(parents->list, parents->n + 1, &parents->room, sizeof(*list));
	if (list)
		parents->list = list;
	if (!list || (parent.name && !(name = strdup(parent.name))))
		return -ENOMEM;
	parent.name = name; /* a copy: the line is overwritten */
	parents->list[parents->n++] = parent;
	return 0;
}

static int compare_ids(const void *left, const void *right)
{
	const struct presence_parent *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static int compare_names(const void *left, const void *right)
{
	const char *name = left;
	struct sought *const *sought = right;

	return strcmp(name, (*sought)->name);
}

static int note(struct elsewhere *search, size_t index, uint64_t mnt)
{
	struct elsewhere_match *found = array_reserve(search->found, search->n_found + 1,
						      &search->found_room, sizeof(*found));

	if (!found)
		return -ENOMEM;
	search->found = found;
	search->found[search->n_found++] = (struct elsewhere_match){ index, mnt };
	return 0;
}

static int take_child(struct reading *reading, const struct mount_entry *entry)
{
	const struct presence_parent key = { .id = entry->parent }, *parent;
	struct elsewhere *search = reading->search;
	struct sought **sought;
	const char *name;

	parent = bsearch(&key, reading->parents.list, reading->parents.n, sizeof(key), compare_ids);
	name = parent ? presence_name_at(&search->place, parent, entry->point) : NULL;
	if (!name)
		return 0;
	sought = bsearch(name, search->names, search->n_names, sizeof(struct sought *),
			 compare_names);
	return sought ? note(search, (size_t)(sought - search->names), reading->mnt) : 0;
}

/* Reads the file twice, because a mount may precede its parent. */
int elsewhere_read(struct elsewhere *search, int fd, uint64_t mnt)
{
	struct reading reading = { .search = search, .mnt = mnt };
	_cleanup_close_ int owned = fd;
	_cleanup_lines_ struct bounded_lines lines = { .fd = owned };
	int rc = take_lines(&reading, &lines, take_parent);
	if (rc == 0 && reading.parents.n > 0) {
		qsort(reading.parents.list, reading.parents.n, sizeof(struct presence_parent),
		      compare_ids);
		rc = take_lines(&reading, &lines, take_child);
	}
	for (size_t i = 0; i < reading.parents.n; i++)
		free((char *)reading.parents.list[i].name);
	free(reading.parents.list);
	return rc;
}

/* ---- the place ---- */

/* The id in mountinfo of the mount that an open file lies in; 0 if unknown. */
static int mount_id(int fd)
{
	static const char label[] = "mnt_id:";
	struct diag ignored;
	_cleanup_close_ int self = proc_open_own(&ignored);
	char path[32], text[512];
	const char *line;

	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	if (self < 0 || proc_read_file(self, path, text, sizeof(text)) < 0)
		return 0;
	line = strstr(text, label);
	return line ? (int)strtoull(line + strlen(label), NULL, 10) : 0;
}

/* The path of a directory in the file system of its mount. 0 or -errno. */
static int path_on(const struct mount_entry *mount, const char *path, char *buf, size_t size)
{
	const char *root = strcmp(mount->root, "/") == 0 ? "" : mount->root;
	size_t skip = strcmp(mount->point, "/") == 0 ? 0 : strlen(mount->point);
	int len;

	if (strncmp(path, mount->point, skip) != 0)
		return -ENOENT;
	len = snprintf(buf, size, "%s%s", root, path + skip);
	return (size_t)len < size ? 0 : -ENAMETOOLONG;
}

/* On btrfs and overlayfs st_dev differs from the device in mountinfo, so the mount's is used. */
int elsewhere_place(int dir, struct presence_place *ret)
{
	char path[PATH_MAX];
	const struct mount_entry *own;
	struct mount_table table;
	struct diag ignored; /* the names become unknown */
	int rc = mounts_path_of(dir, path, sizeof(path));

	if (rc == 0)
		rc = mount_table_read_branch(dir, path, MOUNT_ABOVE, &table, &own, &ignored);
	if (rc < 0)
		return rc;
	/* Before Linux 6.8 that finds the mount only if it is mounted at this very path. */
	if (!own)
		own = mount_table_by_id(&table, mount_id(dir));
	rc = own ? path_on(own, path, ret->path, sizeof(ret->path)) : -ENOENT;
	if (own)
		ret->dev = own->dev;
	mount_table_free(&table);
	return rc;
}

uint64_t elsewhere_ino_of(int proc, const char *link)
{
	struct stat st;

	return sys_fstatat(proc, link, &st, 0) < 0 ? 0 : st.st_ino;
}

bool elsewhere_is_initial(int proc, enum ns_type type)
{
	char link[32];

	snprintf(link, sizeof(link), "self/ns/%s", ns_types[type].name);
	return elsewhere_ino_of(proc, link) == ns_types[type].init_ino;
}
