/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a namespace of the model through one of its holders. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "inventory/scan_internal.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"

static int open_member(const struct scan *scan, pid_t pid, enum ns_type type)
{
	_cleanup_close_ int pidfd = scan->pidfds ? sys_pidfd_open(pid, 0) : -1;
	int fd = pidfd < 0 ? pidfd : nsref_open_member(pidfd, type);

	if (fd >= 0)
		return fd;
	return sys_openat(scan->proc, NS_PATH(pid, ns_types[type].name), O_RDONLY | O_NONBLOCK, 0);
}

static int open_holder(const struct scan *scan, const struct ns_holder *holder)
{
	const struct ns_type_info *info = &ns_types[holder->type];
	int pid = (int)holder->pid, fd = holder->fd;
	_cleanup_close_ int file = -1;
	char path[64];

	switch (holder->by) {
	case HOLDER_THREAD:
		snprintf(path, sizeof(path), "%d/task/%s", pid, NS_PATH(fd, info->name));
		break;
	case HOLDER_CHILDREN:
		ns_path(pid, info->for_children, path);
		break;
	case HOLDER_FD:
		snprintf(path, sizeof(path), "%d/fd/%d", pid, fd);
		break;
	case HOLDER_SOCKET:
		return scan_open_socket(holder->pid, fd, 0);
	case HOLDER_MOUNT:
		return scan_open_mount(scan, holder->pid, holder->path);
	}
	/* The number may be that of a FIFO now, or of a file whose server does not answer. O_PATH
	 * opens neither (open(2)). */
	file = sys_openat(scan->proc, path, O_PATH, 0);
	return file < 0 ? file : scan_open_path(scan, file);
}

/*
 * Refuses another namespace: the process or the mount may have changed since the scan. Takes the
 * descriptor; -ESRCH closes it.
 */
static int accept_ns(int fd, const struct ns_node *node)
{
	if (fd == -EAGAIN || (fd >= 0 && scan_ino(fd) == node->ino))
		return fd;
	if (fd >= 0)
		close(fd);
	return -ESRCH;
}

int scan_open(const struct scan *scan, const struct model *model, uint32_t index)
{
	const struct ns_node *node = &model->nodes[index];
	uint32_t next = node->first_holder;
	int fd = -ESRCH;

	if (node->process != MODEL_NONE)
		fd = accept_ns(open_member(scan, model->processes[node->process].pid, node->type),
			       node);
	for (; fd < 0 && next != MODEL_NONE; next = model->holders[next].next)
		fd = accept_ns(open_holder(scan, &model->holders[next]), node);
	/* A namespace keeps its owner and its parent alive, and leads to both (ioctl_nsfs(2)). */
	for (uint32_t i = node->first_child; fd < 0 && i != MODEL_NONE;
	     i = model->nodes[i].next_child) {
		_cleanup_close_ int child = scan_open(scan, model, i);

		fd = accept_ns(child < 0 ? child : sys_ioctl(child, NS_GET_PARENT, NULL), node);
	}
	for (uint32_t i = node->first_owned; fd < 0 && i != MODEL_NONE;
	     i = model->nodes[i].next_owned) {
		_cleanup_close_ int owned = scan_open(scan, model, i);

		fd = accept_ns(owned < 0 ? owned : sys_ioctl(owned, NS_GET_USERNS, NULL), node);
	}
	return fd;
}
