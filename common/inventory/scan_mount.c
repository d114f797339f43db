/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bind-mounted namespaces, which exist without processes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "inventory/scan_internal.h"
#include "kernel/inroot.h"
#include "kernel/io.h"
#include "kernel/mountinfo.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"

/* Reads the mounts of a process; pid 0: our own. 0 or -errno. */
static int read_mounts(const struct scan *scan, struct model *model, pid_t pid, const char *path)
{
	_cleanup_close_ int fd = sys_openat(scan->proc, path, O_RDONLY, 0);
	struct mountinfo info;
	struct mount_entry entry;
	int rc = 0;

	if (fd < 0)
		return fd;
	mountinfo_begin(fd, &info);
	while (rc == 0 && mountinfo_next(&info, &entry)) {
		struct ns_holder holder = { .by = HOLDER_MOUNT, .pid = pid };

		holder.type = scan_parse_link(entry.root, strlen(entry.root), &holder.ino);
		if (strcmp(entry.type, "nsfs") != 0 || holder.type == NS_NONE ||
		    !(scan->types >> holder.type & 1))
			continue;
		holder.path = (char *)entry.point;
		rc = model_add_holder(model, &holder);
	}
	if (rc == 0)
		rc = info.rc;
	mountinfo_free(&info);
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
int scan_open_mount(int proc, pid_t pid, const char *path)
{
	_cleanup_close_ int root = -1, fd = -1;
	char text[32];
	struct diag unused;

	if (pid == 0)
		return nsref_open_file(AT_FDCWD, path, NS_NONE, NSREF_NOFOLLOW, &unused);
	snprintf(text, sizeof(text), "%d/root", (int)pid);
	root = sys_openat(proc, text, O_PATH | O_DIRECTORY, 0);
	if (root < 0)
		return root;
	fd = inroot_open(root, path, 0);
	if (fd < 0)
		return fd;
	return nsref_open_file(AT_FDCWD, FD_PATH(fd), NS_NONE, 0, &unused);
}
