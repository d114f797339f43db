/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The namespaces of one process. The kernel creates an inode for each file that is looked up in
 * procfs, which takes most of the time. So a pidfd is asked first; and in /proc, readlinkat(2)
 * returns the inode number of a namespace without creating the inode that stat(2) needs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "inventory/scan_internal.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"

/*
 * 0, or the first failure except ENOENT. A zombie has lost only some of its namespaces
 * (kernel/exit.c, do_exit()), so after ENOENT the other links are read; after EACCES the kernel
 * would refuse them too.
 */
static int read_links(int dir, unsigned types, uint64_t *ns)
{
	for (int k = 0; k < NS_COUNT; k++) {
		char text[LINK_MAX_LEN];
		ssize_t len;
		uint64_t ino;

		if (!(types >> k & 1))
			continue;
		len = sys_readlinkat(dir, ns_types[k].name, text, sizeof(text));
		if (len == -ENOENT || len == -ESRCH)
			continue;
		if (len < 0)
			return (int)len;
		if (scan_parse_link(text, (size_t)len, &ino) == (enum ns_type)k)
			ns[k] = ino;
	}
	return 0;
}

/* The namespaces of a task of these types, from /proc. 0 or -errno. */
static int read_directory(int proc, pid_t task, unsigned types, uint64_t *ns)
{
	_cleanup_close_ int dir = -1;
	char path[32];

	snprintf(path, sizeof(path), "%d/ns", (int)task);
	dir = sys_openat(proc, path, O_PATH | O_DIRECTORY, 0);
	return dir < 0 ? dir : read_links(dir, types, ns);
}

/* A zombie keeps its user and its pid namespace, and loses the others (do_exit(), kernel/exit.c). */
static bool is_like_zombie(unsigned types, const uint64_t *ns)
{
	unsigned lost = types & ~(1u << NS_USER | 1u << NS_PID);

	for (int k = 0; k < NS_COUNT; k++)
		if (lost >> k & 1 && ns[k])
			return false;
	return lost != 0;
}

/* The first thread that still runs. */
struct survivor {
	int proc;
	unsigned types;
	struct ns_process *process;
	pid_t tid; /* 0: none */
};

static void take_survivor(void *state, int dir, pid_t tid)
{
	struct survivor *survivor = state;
	uint64_t ns[NS_COUNT] = { 0 };

	(void)dir;
	if (survivor->tid || tid == survivor->process->pid ||
	    read_directory(survivor->proc, tid, survivor->types, ns) < 0 ||
	    is_like_zombie(survivor->types, ns))
		return;
	survivor->tid = tid;
	memcpy(survivor->process->ns, ns, sizeof(ns));
}

/*
 * A process may outlive its first thread, which stays as a zombie (pthread_exit(3)); then the other
 * threads still have its namespaces and descriptors. ret_task may be NULL. 0 or -errno.
 */
static int read_threads(int proc, unsigned types, struct ns_process *process, pid_t *ret_task)
{
	struct survivor survivor = { proc, types, process, 0 };
	int rc = read_directory(proc, process->pid, types, process->ns);
	char path[32];

	if (rc < 0 || !is_like_zombie(types, process->ns))
		return rc;
	snprintf(path, sizeof(path), "%d/task", (int)process->pid);
	scan_numbers(proc, path, take_survivor, &survivor);
	if (survivor.tid && ret_task)
		*ret_task = survivor.tid;
	return 0;
}

/* proc_ns_readlink() (fs/proc/namespaces.c) returns EACCES also if the process has just ended. */
int scan_process_error(int proc, pid_t pid, int rc)
{
	_cleanup_close_ int dir = -1;
	char path[16];

	if (rc != -EACCES)
		return rc;
	snprintf(path, sizeof(path), "%d", (int)pid);
	dir = sys_openat(proc, path, O_PATH, 0);
	return dir == -ENOENT || dir == -ESRCH ? -ESRCH : rc;
}

int scan_process(int proc, struct ns_process *process)
{
	int rc;

	process->uid = MODEL_NO_UID;
	rc = read_threads(proc, SCAN_ALL_TYPES, process, NULL);
	return scan_process_error(proc, process->pid, rc);
}

/*
 * The kernel makes the inode of a namespace when it is opened, and drops it with the last descriptor
 * (fs/nsfs.c). That is slow, so the descriptors of one process stay open until the next has been
 * asked: most often it has the same namespaces. 0 or -errno.
 */
static int ask_pidfd(struct collector *collector, struct ns_process *process)
{
	_cleanup_close_ int pidfd = sys_pidfd_open(process->pid, 0);

	if (pidfd < 0)
		return pidfd;
	for (int k = 0; k < NS_COUNT; k++) {
		int fd;

		if (!(collector->scan->types >> k & 1))
			continue;
		fd = nsref_open_member(pidfd, (enum ns_type)k);
		if (fd == -EOPNOTSUPP)
			continue;
		if (fd < 0)
			return fd;
		process->ns[k] = scan_ino(fd);
		cleanup_close(&collector->last_ns[k]);
		collector->last_ns[k] = fd;
	}
	return 0;
}

int scan_process_namespaces(struct collector *collector, struct ns_process *process,
			    pid_t *ret_task)
{
	const struct scan *scan = collector->scan;
	int rc = scan->pidfds ? ask_pidfd(collector, process) : -ENOTTY;

	/* If a pidfd returns nothing, such as for a zombie, /proc may; not after EACCES. */
	if (rc == 0 || rc == -EACCES)
		return rc;
	return read_threads(scan->proc, scan->types, process, ret_task);
}
