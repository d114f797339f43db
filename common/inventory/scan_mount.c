/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bind-mounted namespaces, which exist without processes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "inventory/scan_internal.h"
#include "kernel/inroot.h"
#include "kernel/mountinfo.h"
#include "kernel/sys.h"

enum { ATTEMPTS = 64 };

/* The ids of mounts that are sets of pins. */
struct sets {
	int *ids;
	size_t n, room;
};

static bool is_set(const struct sets *sets, int id)
{
	for (size_t i = 0; i < sets->n; i++)
		if (sets->ids[i] == id)
			return true;
	return false;
}

/* A parent stands before its children. 0 or -ENOMEM. */
static int note_set(struct sets *sets, const struct mount_entry *entry)
{
	int *grown;

	if (strcmp(entry->source, PIN_SET_SOURCE) != 0 || strcmp(entry->type, "tmpfs") != 0)
		return 0;
	grown = array_reserve(sets->ids, sets->n + 1, &sets->room, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	sets->ids = grown;
	sets->ids[sets->n++] = entry->id;
	return 0;
}

static bool ends_in_type(const char *path, enum ns_type type)
{
	const char *slash = strrchr(path, '/');

	return slash && slash != path && strcmp(slash + 1, ns_types[type].name) == 0;
}

/*
 * Reads the mounts of a process; pid 0: our own. The root of a mounted namespace is shown as its
 * type and inode number (nsfs_show_path(), fs/nsfs.c). 0 or -errno.
 */
static int read_mounts(const struct scan *scan, struct model *model, pid_t pid, const char *path)
{
	_cleanup_close_ int fd = sys_openat(scan->proc, path, O_RDONLY, 0);
	struct sets sets = { .n = 0 };
	struct mountinfo info;
	struct mount_entry entry;
	int rc = 0;

	if (fd < 0)
		return fd;
	mountinfo_begin(fd, &info);
	while (rc == 0 && mountinfo_next(&info, &entry)) {
		struct ns_holder holder = { .by = HOLDER_MOUNT, .pid = pid };

		rc = note_set(&sets, &entry);
		holder.type = scan_parse_link(entry.root, strlen(entry.root), &holder.ino);
		if (rc < 0 || strcmp(entry.type, "nsfs") != 0 || holder.type == NS_NONE ||
		    !(scan->types >> holder.type & 1))
			continue;
		holder.path = (char *)entry.point;
		holder.in_set = is_set(&sets, entry.parent) && ends_in_type(entry.point, holder.type);
		rc = model_add_holder(model, &holder);
	}
	if (rc == 0)
		rc = info.rc;
	mountinfo_free(&info);
	free(sets.ids);
	return rc;
}

/*
 * A process that has ended has no mounts (EINVAL, ENOENT: fs/proc_namespace.c), and a /proc that
 * does not show us has no "self". Other failures are counted. 0 or -ENOMEM.
 */
static int add_mounts(struct scan *scan, struct model *model, pid_t pid, const char *path)
{
	int rc = read_mounts(scan, model, pid, path);

	if (rc == 0 || rc == -ENOMEM)
		return rc;
	if (rc != -ENOENT && rc != -ESRCH && rc != -EINVAL)
		scan->unreadable_mounts++;
	return 0;
}

/* The number of our own mount namespace; 0 if this /proc does not show us. */
static uint64_t own_mount_namespace(int proc)
{
	char text[LINK_MAX_LEN];
	ssize_t len = sys_readlinkat(proc, "self/ns/mnt", text, sizeof(text));
	uint64_t ino = 0;

	if (len > 0)
		scan_parse_link(text, (size_t)len, &ino);
	return ino;
}

/*
 * Mounts are read through a process in the mount namespace, so one without a process is not read.
 */
int scan_mounts(struct scan *scan, struct model *model)
{
	uint64_t own = own_mount_namespace(scan->proc);
	size_t known = model->n_nodes;
	int rc;

	scan->unreadable_mounts = 0;
	rc = add_mounts(scan, model, 0, "self/mountinfo");
	if (!(scan->flags & SCAN_DEEP))
		return rc;
	for (size_t i = 0; rc == 0 && i < known; i++) {
		const struct ns_node *node = &model->nodes[i];
		char path[32];
		pid_t pid;

		if (node->type != NS_MNT || node->process == MODEL_NONE || node->ino == own)
			continue;
		pid = model->processes[node->process].pid;
		snprintf(path, sizeof(path), "%d/mountinfo", (int)pid);
		rc = add_mounts(scan, model, pid, path);
	}
	return rc;
}

/*
 * In another mount namespace the path is resolved below the root directory of a process, and its
 * symbolic links stay below it: a container's "/run" may be a link to anything.
 */
static int open_walking(int root, const char *path)
{
	return root == AT_FDCWD ? sys_openat(root, path, O_PATH | O_NOFOLLOW, 0)
				: inroot_open(root, path, 0);
}

/*
 * A mount keeps each directory of its path in the kernel's cache, so RESOLVE_CACHED finds it, and asks no
 * file system on the way: one that a process serves itself may never answer. Renames and mounts elsewhere
 * disturb it (EAGAIN, openat2(2)). Before Linux 5.12 the path is walked.
 */
static int open_cached(int root, const char *path)
{
	const struct kernel_open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_CACHED | RESOLVE_NO_MAGICLINKS |
			   (root == AT_FDCWD ? 0 : RESOLVE_IN_ROOT),
	};
	int fd = -EAGAIN;

	for (int i = 0; fd == -EAGAIN && i < ATTEMPTS; i++)
		fd = sys_openat2(root, path, &how);
	if (fd == -EINVAL || fd == -ENOSYS || fd == -EPERM)
		fd = open_walking(root, path);
	return fd;
}

int scan_open_mount(const struct scan *scan, pid_t pid, const char *path)
{
	_cleanup_close_ int root = -1, fd = -1;
	char text[32];

	if (pid != 0) {
		snprintf(text, sizeof(text), "%d/root", (int)pid);
		root = sys_openat(scan->proc, text, O_PATH | O_DIRECTORY, 0);
		if (root < 0)
			return root;
	}
	fd = open_cached(pid != 0 ? root : AT_FDCWD, path);
	return fd < 0 ? fd : scan_open_path(scan, fd);
}
