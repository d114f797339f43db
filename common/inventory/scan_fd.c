/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process holds besides its own namespaces: by descriptors, sockets, threads, for children. */
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "base/parse.h"
#include "inventory/scan_internal.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"

enum {
	DIRENT_BUFFER = 8192,
	SOCKETS_FIRST = 64,
	FDS_GUESSED = 64, /* descriptors, at most, that are tried without a list of them */
	FD_GAPS = 4,      /* tries that may fail meanwhile */
};

int scan_numbers(int dir, const char *path, void (*take)(void *state, int dir, pid_t number),
		 void *state)
{
	_cleanup_close_ int fd = sys_openat(dir, path, O_RDONLY | O_DIRECTORY, 0);
	_Alignas(struct dirent64) char buf[DIRENT_BUFFER];
	ssize_t len;

	if (fd < 0)
		return fd;
	while ((len = sys_getdents64(fd, buf, sizeof(buf))) > 0)
		for (char *at = buf; at < buf + len;) {
			const struct dirent64 *entry = (void *)at;
			uint64_t number;

			if (parse_digits(entry->d_name, strlen(entry->d_name), INT32_MAX, &number) == 0)
				take(state, fd, (pid_t)number);
			at += entry->d_reclen;
		}
	return (int)len;
}

/* ---- sockets ---- */

static int socket_netns(int fd)
{
	return sys_ioctl(fd, SIOCGSKNS, NULL);
}

int scan_open_socket(pid_t pid, int fd, uint64_t socket)
{
	_cleanup_close_ int pidfd = sys_pidfd_open(pid, 0), copy = -1;
	struct stat st;
	int rc;

	if (pidfd < 0)
		return pidfd;
	copy = sys_pidfd_getfd(pidfd, fd);
	if (copy < 0)
		return copy;
	/* The descriptor may have become another since, and where /proc is that of another pid
	 * namespace the PID means another process to the kernel. */
	rc = sys_fstat(copy, &st);
	if (rc < 0)
		return rc;
	if (!S_ISSOCK(st.st_mode) || (socket && st.st_ino != socket))
		return -ESRCH;
	return socket_netns(copy);
}

/* The place of this socket in a table that is not full, or the free one for it. */
static struct socket_entry *probe(struct socket_entry *table, size_t size, uint64_t socket)
{
	/* The numbers are given out one after the other: no need to mix them. */
	size_t at = socket & (size - 1);

	while (table[at].socket && table[at].socket != socket)
		at = (at + 1) & (size - 1);
	return &table[at];
}

/* The entry of this socket, or a free one for it; NULL without memory. */
static struct socket_entry *find_socket(struct walker *walker, uint64_t socket)
{
	struct socket_entry *old = walker->sockets;
	size_t size = walker->sockets_size;

	if (2 * (walker->n_sockets + 1) > size) {
		size_t more = size ? 2 * size : SOCKETS_FIRST;
		struct socket_entry *larger = calloc(more, sizeof(*larger));

		if (!larger) {
			walker->no_memory = true;
			return NULL;
		}
		for (size_t i = 0; i < size; i++)
			if (old[i].socket)
				*probe(larger, more, old[i].socket) = old[i];
		free(old);
		walker->sockets = larger;
		walker->sockets_size = more;
	}
	return probe(walker->sockets, walker->sockets_size, socket);
}

/* The network namespace that a socket lives in, 0 where we may not know. */
static uint64_t netns_of_socket(struct walker *walker, pid_t pid, int fd, uint64_t socket)
{
	struct socket_entry *entry = find_socket(walker, socket);

	if (!entry)
		return 0;
	if (!entry->socket) {
		_cleanup_close_ int netns = scan_open_socket(pid, fd, socket);

		*entry = (struct socket_entry){ socket, netns < 0 ? 0 : scan_ino(netns) };
		walker->n_sockets++;
	}
	return entry->netns;
}

/* ---- descriptors ---- */

struct fd_walk {
	struct walker *walker;
	const struct ns_process *process;
	pid_t from; /* the first descriptor that has not been looked at */
};

/*
 * A descriptor that was opened where a namespace is mounted reads as that path, and as "/" when it
 * has been unmounted since: as the namespace only what was opened in /proc. So a path is looked at,
 * except that without SCAN_DEEP the many that lead to files stay unopened.
 */
static enum ns_kind open_behind_path(const struct walker *walker, int dir, const char *name,
				     const char *text, size_t len, uint64_t *ret_ino)
{
	_cleanup_close_ int path = -1, fd = -1;
	struct statfs fs;

	if (text[0] != '/' || (len > 1 && !(walker->scan->flags & SCAN_DEEP)))
		return NS_NONE;
	path = sys_openat(dir, name, O_PATH, 0);
	if (path < 0 || sys_fstatfs(path, &fs) < 0 || fs.f_type != NSFS_MAGIC)
		return NS_NONE;
	fd = sys_openat(dir, name, O_RDONLY | O_NONBLOCK, 0);
	*ret_ino = fd < 0 ? 0 : scan_ino(fd);
	return *ret_ino ? nsref_kind(fd) : NS_NONE;
}

/* We have opened it ourselves: what we were started with has come through exec. */
static bool is_our_own(const struct fd_walk *walk, int fd)
{
	return walk->process->pid == walk->walker->scan->self && sys_get_fd_flags(fd) != 0;
}

/* The descriptor behind a link; false: there is none of this number. */
static bool take_fd_link(const struct fd_walk *walk, int dir, int fd)
{
	const struct ns_process *process = walk->process;
	struct ns_holder holder = { .by = HOLDER_FD, .pid = process->pid, .fd = fd };
	char name[16], text[LINK_MAX_LEN];
	uint64_t socket;
	ssize_t len;

	snprintf(name, sizeof(name), "%d", fd);
	len = sys_readlinkat(dir, name, text, sizeof(text));
	if (len <= 0)
		return false;
	holder.kind = scan_parse_link(text, (size_t)len, &holder.ino);
	if (holder.kind == NS_NONE)
		holder.kind = open_behind_path(walk->walker, dir, name, text, (size_t)len,
					       &holder.ino);
	if (holder.kind == NS_NONE && process->ns[NS_NET]) {
		socket = scan_parse_socket(text, (size_t)len);
		holder.by = HOLDER_SOCKET;
		holder.kind = NS_NET;
		if (socket)
			holder.ino = netns_of_socket(walk->walker, process->pid, fd, socket);
		if (holder.ino == process->ns[NS_NET])
			return true;
	}
	if (holder.ino && !is_our_own(walk, fd))
		walker_add(walk->walker, &holder);
	return true;
}

static void take_listed(void *state, int dir, pid_t fd)
{
	const struct fd_walk *walk = state;

	if (fd >= walk->from)
		take_fd_link(walk, dir, fd);
}

/* Descriptors 0 to 2 are often the same, and kcmp(2) takes a third of what it takes to read a link. */
static bool is_same_file(const struct fd_walk *walk, int left, int right)
{
	return left >= 0 && right <= STDERR_FILENO && walk->walker->scan->pidfds &&
	       sys_kcmp_files(walk->process->pid, left, right) == 0;
}

/*
 * Most processes have the descriptors 0 to n - 1, or nearly so, and to list the directory takes as
 * long as to read three links in it. How many there are is its size (since Linux 6.2). Whether these
 * were all.
 */
static bool take_first_fds(struct fd_walk *walk, int dir)
{
	int end, plain = -1; /* the last one that holds nothing */
	struct stat st;
	off_t left;

	if (sys_fstat(dir, &st) < 0 || st.st_size > FDS_GUESSED)
		return false;
	left = st.st_size;
	end = (int)left + FD_GAPS;
	for (; left > 0 && walk->from < end; walk->from++) {
		size_t held = walk->walker->n_holders;

		if (is_same_file(walk, plain, walk->from)) {
			left--;
		} else if (take_fd_link(walk, dir, walk->from)) {
			left--;
			plain = walk->walker->n_holders == held ? walk->from : -1;
		}
	}
	return st.st_size > 0 && left == 0;
}

int scan_fds(struct walker *walker, const struct ns_process *process, pid_t task)
{
	struct fd_walk walk = { .walker = walker, .process = process };
	_cleanup_close_ int dir = -1;
	char path[32];

	snprintf(path, sizeof(path), "%d/fd", (int)task);
	dir = sys_openat(walker->scan->proc, path, O_PATH | O_DIRECTORY, 0);
	if (dir < 0)
		return dir;
	return take_first_fds(&walk, dir) ? 0 : scan_numbers(dir, ".", take_listed, &walk);
}

/* ---- threads, and namespaces for children ---- */

static void take_link(struct walker *walker, int dir, const char *path, struct ns_holder *holder,
		      uint64_t own)
{
	char text[LINK_MAX_LEN];
	ssize_t len = sys_readlinkat(dir, path, text, sizeof(text));

	if (len <= 0)
		return;
	holder->kind = scan_parse_link(text, (size_t)len, &holder->ino);
	if (holder->kind != NS_NONE && holder->ino != own)
		walker_add(walker, holder);
}

static void take_thread(void *state, int dir, pid_t tid)
{
	const struct fd_walk *walk = state;
	const struct ns_process *process = walk->process;

	if (tid == process->pid)
		return;
	for (int k = 0; k < NS_COUNT; k++) {
		struct ns_holder holder = { .by = HOLDER_THREAD, .pid = process->pid, .fd = tid };

		if (process->ns[k])
			take_link(walk->walker, dir, NS_PATH(tid, ns_types[k].name), &holder,
				  process->ns[k]);
	}
}

int scan_threads(struct walker *walker, const struct ns_process *process)
{
	struct fd_walk walk = { .walker = walker, .process = process };
	char path[48];

	for (int k = 0; k < NS_COUNT; k++) {
		struct ns_holder holder = { .by = HOLDER_CHILDREN, .pid = process->pid };

		if (!ns_types[k].for_children || !process->ns[k])
			continue;
		take_link(walker, walker->scan->proc,
			  NS_PATH(process->pid, ns_types[k].for_children), &holder, process->ns[k]);
	}
	snprintf(path, sizeof(path), "%d/task", (int)process->pid);
	return scan_numbers(walker->scan->proc, path, take_thread, &walk);
}
