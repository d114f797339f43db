/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads facts about this process and its namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/parse.h"
#include "cause/internal.h"
#include "kernel/io.h"
#include "kernel/mount_table.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

bool fact_number(const struct search *search, const char *path, long long *ret)
{
	char below[128];

	snprintf(below, sizeof(below), "sys/%s", path);
	return proc_read_number(search->proc, below, ret) == 0;
}

/* The value of the line "KEY:\tVALUE" of a file. */
static bool fact_key(const struct search *search, const char *path, const char *key, char *buf,
		     size_t size)
{
	enum { FILE_MAX = 1 << 20 }; /* status may list NGROUPS_MAX (65536) groups of 11 bytes */
	_cleanup_free_ char *text = malloc(FILE_MAX);
	size_t len = strlen(key);

	if (!text || proc_read_file(search->self, path, text, FILE_MAX) < 0)
		return false;
	for (char *line = text, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (strncmp(line, key, len) != 0 || line[len] != ':')
			continue;
		line += len + 1;
		snprintf(buf, size, "%s", line + strspn(line, "\t "));
		return true;
	}
	return false;
}

bool fact_status(const struct search *search, const char *key, char *buf, size_t size)
{
	return fact_key(search, "status", key, buf, size);
}

bool fact_ns(const struct search *search, const char *name, char *buf, size_t size)
{
	char path[32];

	snprintf(path, sizeof(path), "ns/%s", name);
	return io_read_link(search->self, path, buf, size) >= 0;
}

bool fact_is_initial_user_ns(const struct search *search)
{
	char link[64], initial[64];

	snprintf(initial, sizeof(initial), "user:[%u]", ns_types[NS_USER].init_ino);
	return fact_ns(search, "user", link, sizeof(link)) && strcmp(link, initial) == 0;
}

/*
 * 1 if our user namespace or one below it owns our namespace of this type; 0 if one above ours
 * does, so that our capabilities have no effect in it: NS_GET_USERNS fails with EPERM
 * (ioctl_nsfs(2)).
 */
int fact_owns(const struct search *search, enum ns_type type)
{
	_cleanup_close_ int fd = -1, owner = -1;

	fd = proc_open_ns(search->self, ns_types[type].name);
	if (fd < 0)
		return -1;
	owner = sys_ioctl(fd, NS_GET_USERNS, NULL);
	return owner >= 0 ? 1 : owner == -EPERM ? 0 : -1;
}

bool fact_map(const struct search *search, const char *kind, struct idmap *ret)
{
	return proc_read_map(search->self, kind, ret) == 0;
}

/* The map as messages show it: "'0 1000 1; 1 100000 65536'", or "empty". */
bool fact_map_text(const struct search *search, const char *kind, char *buf, size_t size)
{
	struct idmap map;
	size_t used;

	if (!fact_map(search, kind, &map))
		return false;
	if (map.n == 0) {
		snprintf(buf, size, "empty");
	} else {
		buf[0] = '\'';
		used = idmap_render(&map, "; ", buf + 1, size - 1);
		if (used + 2 < size)
			memcpy(buf + 1 + used, "'", 2);
	}
	idmap_free(&map);
	return true;
}

bool fact_setgroups_denied(const struct search *search)
{
	char word[16];

	return io_read_line(search->self, "setgroups", word, sizeof(word)) == 0 &&
	       strcmp(word, "deny") == 0;
}

/* The id, in mountinfo, of the mount that an open file lies on (proc(5), fdinfo). */
static int mount_id(const struct search *search, int fd)
{
	char path[32], text[16];
	uint64_t id;

	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	if (!fact_key(search, path, "mnt_id", text, sizeof(text)) ||
	    parse_u64(text, INT_MAX, &id) < 0)
		return -1;
	return (int)id;
}

/*
 * mountinfo shows only mounts below the process's root (proc(5)), so after a chroot it lacks those
 * that we search. If our parent is a process of ours, it has the same mounts and still the old
 * root.
 */
static int open_mountinfo(const struct search *search)
{
	char parent[32], path[64];
	pid_t pid;

	if (search->refusal->root && search->refusal->parent_waits &&
	    fact_status(search, "PPid", parent, sizeof(parent)) && parse_pid(parent, &pid) == 0) {
		snprintf(path, sizeof(path), "%d/mountinfo", (int)pid);
		return proc_open_file(search->proc, path, O_RDONLY);
	}
	return proc_open_file(search->self, "mountinfo", O_RDONLY);
}

bool fact_mounts(const struct search *search, struct mount_table *ret)
{
	_cleanup_close_ int fd = open_mountinfo(search);
	struct mountinfo info;

	if (fd < 0)
		return false;
	mountinfo_begin(fd, &info);
	return mount_table_take(&info, NULL, ret) == 0;
}

const struct mount_entry *fact_mount_of(const struct search *search,
					const struct mount_table *mounts, int fd)
{
	return mount_table_by_id(mounts, mount_id(search, fd));
}

bool fact_lacks_root_mount(const struct search *search)
{
	_cleanup_mounts_ struct mount_table mounts = { 0 };

	if (!fact_mounts(search, &mounts))
		return false;
	for (size_t i = 0; i < mounts.n; i++)
		if (strcmp(mounts.entries[i].point, "/") == 0)
			return false;
	return true;
}
