/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The holders of one process besides membership: descriptors, sockets, threads, and namespaces for
 * children.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "inventory/scan_internal.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"

enum {
	FDS_GUESSED = 64, /* up to this number, descriptors are tried without listing them */
	FD_GAPS = 4,      /* up to this many of the tries may fail */
};

struct visit {
	struct collector *collector;
	const struct ns_process *process;
	pid_t from; /* the first descriptor that has not been read */
};

/*
 * The link of a descriptor names the namespace ("net:[1]") only if it was opened in /proc. Opened at a
 * mount, it reads as that path (d_path(), fs/d_path.c), and as "/" after the unmount. Without
 * SCAN_DEEP only "/" is opened, as other paths are most often files.
 */
static enum ns_type read_path_link(const struct collector *collector, int dir, const char *name,
				   const char *text, size_t len, uint64_t *ret_ino)
{
	_cleanup_close_ int path = -1, fd = -1;

	if (text[0] != '/' || (len > 1 && !(collector->scan->flags & SCAN_DEEP)))
		return NS_NONE;
	path = sys_openat(dir, name, O_PATH, 0);
	/* Meanwhile the number may refer to another file, such as a device. */
	fd = path < 0 ? path : scan_open_path(collector->scan, path);
	*ret_ino = fd < 0 ? 0 : scan_ino(fd);
	return *ret_ino ? nsref_kind(fd) : NS_NONE;
}

/*
 * Whether we opened the descriptor. One that we were started with lacks FD_CLOEXEC, or exec would
 * have closed it (execve(2)).
 */
static bool is_our_own(const struct visit *visit, int fd)
{
	return visit->process->pid == visit->collector->scan->own_pid && sys_get_fd_flags(fd) != 0;
}

/* False: there is no descriptor of this number. */
static bool take_fd_link(const struct visit *visit, int dir, int fd)
{
	const struct ns_process *process = visit->process;
	struct ns_holder holder = { .by = HOLDER_FD, .pid = process->pid, .fd = fd };
	char name[16], text[LINK_MAX_LEN];
	uint64_t socket;
	ssize_t len;

	snprintf(name, sizeof(name), "%d", fd);
	len = sys_readlinkat(dir, name, text, sizeof(text));
	if (len <= 0)
		return false;
	holder.type = scan_parse_link(text, (size_t)len, &holder.ino);
	if (holder.type == NS_NONE)
		holder.type =
			read_path_link(visit->collector, dir, name, text, (size_t)len, &holder.ino);
	if (holder.type == NS_NONE && process->ns[NS_NET]) {
		socket = scan_parse_socket(text, (size_t)len);
		holder.by = HOLDER_SOCKET;
		holder.type = NS_NET;
		if (socket)
			holder.ino =
				collector_socket_netns(visit->collector, process->pid, fd, socket);
		if (holder.ino == process->ns[NS_NET])
			return true;
	}
	if (holder.ino && !is_our_own(visit, fd))
		collector_add(visit->collector, &holder);
	return true;
}

static void take_listed(void *state, int dir, pid_t fd)
{
	const struct visit *visit = state;

	if (fd >= visit->from)
		take_fd_link(visit, dir, fd);
}

/*
 * Descriptors 0 to 2 often refer to the same file, and kcmp(2) takes a third of the time of
 * readlink(2).
 */
static bool is_same_file(const struct visit *visit, int left, int right)
{
	return left >= 0 && right <= STDERR_FILENO && visit->collector->scan->pidfds &&
	       sys_kcmp_files(visit->process->pid, left, right) == 0;
}

/*
 * Most processes have the descriptors 0 to n - 1 with few gaps, so listing the directory, which takes
 * as long as reading three links, is not needed. Its size is their number (Linux 6.2,
 * proc_fd_getattr(), fs/proc/fd.c). Returns whether all have been read.
 */
static bool take_first_fds(struct visit *visit, int dir)
{
	int end, plain = -1; /* the last descriptor that holds nothing */
	struct stat st;
	off_t left;

	if (sys_fstat(dir, &st) < 0 || st.st_size > FDS_GUESSED)
		return false;
	left = st.st_size;
	end = (int)left + FD_GAPS;
	for (; left > 0 && visit->from < end; visit->from++) {
		size_t held = visit->collector->n_holders;

		if (is_same_file(visit, plain, visit->from)) {
			left--;
		} else if (take_fd_link(visit, dir, visit->from)) {
			left--;
			plain = visit->collector->n_holders == held ? visit->from : -1;
		}
	}
	return st.st_size > 0 && left == 0;
}

int scan_fds(struct collector *collector, const struct ns_process *process, pid_t task)
{
	struct visit visit = { .collector = collector, .process = process };
	_cleanup_close_ int dir = -1;
	char path[32];

	snprintf(path, sizeof(path), "%d/fd", (int)task);
	dir = sys_openat(collector->scan->proc, path, O_PATH | O_DIRECTORY, 0);
	if (dir < 0)
		return dir;
	return take_first_fds(&visit, dir) ? 0 : scan_numbers(dir, ".", take_listed, &visit);
}

/* ---- threads, and namespaces for children ---- */

static void take_link(struct collector *collector, int dir, const char *path,
		      struct ns_holder *holder, uint64_t own)
{
	char text[LINK_MAX_LEN];
	ssize_t len = sys_readlinkat(dir, path, text, sizeof(text));

	if (len <= 0)
		return;
	holder->type = scan_parse_link(text, (size_t)len, &holder->ino);
	if (holder->type != NS_NONE && holder->ino != own)
		collector_add(collector, holder);
}

static void take_thread(void *state, int dir, pid_t tid)
{
	const struct visit *visit = state;
	const struct ns_process *process = visit->process;

	if (tid == process->pid)
		return;
	for (int k = 0; k < NS_COUNT; k++) {
		struct ns_holder holder = { .by = HOLDER_THREAD, .pid = process->pid, .fd = tid };

		if (process->ns[k])
			take_link(visit->collector, dir, NS_PATH(tid, ns_types[k].name), &holder,
				  process->ns[k]);
	}
}

int scan_threads(struct collector *collector, const struct ns_process *process)
{
	struct visit visit = { .collector = collector, .process = process };
	char path[48];

	for (int k = 0; k < NS_COUNT; k++) {
		struct ns_holder holder = { .by = HOLDER_CHILDREN, .pid = process->pid };

		if (!ns_types[k].for_children || !process->ns[k])
			continue;
		take_link(collector, collector->scan->proc,
			  NS_PATH(process->pid, ns_types[k].for_children), &holder, process->ns[k]);
	}
	snprintf(path, sizeof(path), "%d/task", (int)process->pid);
	return scan_numbers(collector->scan->proc, path, take_thread, &visit);
}
