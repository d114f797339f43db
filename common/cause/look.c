/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about this process and its namespaces, for the search for causes. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
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
#include "plan/step.h"

bool look_number(const struct scene *scene, const char *path, long long *ret)
{
	char below[128];

	snprintf(below, sizeof(below), "sys/%s", path);
	return proc_read_number(scene->proc, below, ret) == 0;
}

/* The line "KEY:\tVALUE" of a file; the list of groups may make /proc/self/status long. */
static bool look_key(const struct scene *scene, const char *path, const char *key, char *buf,
		     size_t size)
{
	enum { FILE_MAX = 1 << 20 }; /* 65536 groups (NGROUPS_MAX) of 11 bytes, and the rest */
	_cleanup_free_ char *text = malloc(FILE_MAX);
	size_t len = strlen(key);

	if (!text || proc_read_file(scene->self, path, text, FILE_MAX) < 0)
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

bool look_status(const struct scene *scene, const char *key, char *buf, size_t size)
{
	return look_key(scene, "status", key, buf, size);
}

/* 1: we have it in effect, 0: we lack it. */
int look_capability(const struct scene *scene, unsigned capability)
{
	char text[32], *end;
	unsigned long long mask;

	if (!look_status(scene, "CapEff", text, sizeof(text)))
		return -1;
	mask = strtoull(text, &end, 16);
	if (end == text || *end)
		return -1;
	return (int)(mask >> capability & 1);
}

const char *look_capability_name(unsigned capability)
{
	switch (capability) {
	case CAP_SETGID:
		return "CAP_SETGID";
	case CAP_SETUID:
		return "CAP_SETUID";
	case CAP_NET_ADMIN:
		return "CAP_NET_ADMIN";
	case CAP_SYS_CHROOT:
		return "CAP_SYS_CHROOT";
	case CAP_SYS_ADMIN:
		return "CAP_SYS_ADMIN";
	case CAP_SYS_TIME:
		return "CAP_SYS_TIME";
	default:
		return "a capability";
	}
}

bool look_ns(const struct scene *scene, const char *name, char *buf, size_t size)
{
	char path[32];

	snprintf(path, sizeof(path), "ns/%s", name);
	return io_read_link(scene->self, path, buf, size) >= 0;
}

bool look_enters(const struct scene *scene)
{
	return plan_find(scene->plan, STEP_ENTER) || plan_find(scene->plan, STEP_SETNS);
}

bool look_is_initial_user_ns(const struct scene *scene)
{
	char link[64], initial[64];

	snprintf(initial, sizeof(initial), "user:[%u]", ns_types[NS_USER].init_ino);
	return look_ns(scene, "user", link, sizeof(link)) && strcmp(link, initial) == 0;
}

/*
 * 1: our user namespace, or one below it, owns our namespace of this kind; 0: one above it does, so
 * our capabilities do not count there. NS_GET_USERNS shows no namespace above ours (ioctl_nsfs(2),
 * EPERM).
 */
int look_owns(const struct scene *scene, enum ns_kind kind)
{
	_cleanup_close_ int fd = -1, owner = -1;

	fd = proc_open_ns(scene->self, ns_types[kind].name);
	if (fd < 0)
		return -1;
	owner = sys_ioctl(fd, NS_GET_USERNS, NULL);
	return owner >= 0 ? 1 : owner == -EPERM ? 0 : -1;
}

bool look_map(const struct scene *scene, const char *kind, struct idmap *ret)
{
	return proc_read_map(scene->self, kind, ret) == 0;
}

/* For a message: "'0 1000 1; 1 100000 65536'", or "empty". */
bool look_map_text(const struct scene *scene, const char *kind, char *buf, size_t size)
{
	struct idmap map;
	size_t used;

	if (!look_map(scene, kind, &map))
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

/* The mount that an open file lies on: its number in mountinfo. */
int look_mount_id(const struct scene *scene, int fd)
{
	char path[32], text[16];
	uint64_t id;

	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	if (!look_key(scene, path, "mnt_id", text, sizeof(text)) ||
	    parse_u64(text, INT_MAX, &id) < 0)
		return -1;
	return (int)id;
}

/*
 * Our process's list has only what can be reached from our root. After a chroot that lacks what we
 * look for; but the parent, if the plan has made one, has the same mounts and has kept its root.
 */
static int open_mountinfo(const struct scene *scene)
{
	char parent[32], path[64];
	pid_t pid;

	if (path_root(scene) && plan_find(scene->plan, STEP_FORK) &&
	    look_status(scene, "PPid", parent, sizeof(parent)) && parse_pid(parent, &pid) == 0) {
		snprintf(path, sizeof(path), "%d/mountinfo", (int)pid);
		return proc_open_file(scene->proc, path, O_RDONLY);
	}
	return proc_open_file(scene->self, "mountinfo", O_RDONLY);
}

bool look_mounts(const struct scene *scene, struct mount_table *ret)
{
	_cleanup_close_ int fd = open_mountinfo(scene);
	struct mountinfo info;

	if (fd < 0)
		return false;
	mountinfo_begin(fd, &info);
	return mount_table_take(&info, NULL, ret) == 0;
}

bool look_lacks_root_mount(const struct scene *scene)
{
	_cleanup_mounts_ struct mount_table mounts = { 0 };

	if (!look_mounts(scene, &mounts))
		return false;
	for (size_t i = 0; i < mounts.n; i++)
		if (strcmp(mounts.entries[i].point, "/") == 0)
			return false;
	return true;
}
