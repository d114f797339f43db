/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies of other processes' sockets. If their owner has closed his meanwhile, ours is the last, and close(2)
 * of a socket with SO_LINGER waits as long as the owner liked (socket(7)). It does not in a process that is
 * ending (PF_EXITING: inet_release(), net/ipv4/af_inet.c), so such a copy is left to a child.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "inventory/scan_internal.h"
#include "kernel/sys.h"

static bool lingers(int copy)
{
	struct linger linger = { .l_onoff = 0 };
	socklen_t size = sizeof(linger);

	return sys_getsockopt(copy, SOL_SOCKET, SO_LINGER, &linger, &size) == 0 && linger.l_onoff;
}

/* Ends as soon as the copy of the parent is closed, which the end of the pipe says. */
static NORETURN void outlive_copy(int copy, const int pipe[2])
{
	char byte;

	/* The reader of our output waits until no process has it open. */
	sys_dup2(copy, STDIN_FILENO);
	sys_dup2(pipe[0], STDOUT_FILENO);
	sys_close_range(STDERR_FILENO, ~0u);
	sys_read(STDOUT_FILENO, &byte, 1);
	sys_exit(0);
}

/* The process may have reused the descriptor. No file system is asked for this answer. */
static bool is_any_socket(int copy)
{
	int type;
	socklen_t size = sizeof(type);

	return sys_getsockopt(copy, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

/*
 * Ends after the parent. Its descriptors are ours, so they are closed only then, and we do not wait for the server that
 * is asked. The others before, as whoever reads our output waits until no process has it open. In a session of its own,
 * since Ctrl-C must not end it before us.
 */
static NORETURN void hold_descriptors(int copy, int parent)
{
	struct pollfd ended = { .fd = parent, .events = POLLIN };

	sys_setsid();
	while (sys_poll(&ended, 1, -1) == -EINTR)
		;
	sys_close_range(STDIN_FILENO, (unsigned)copy - 1);
	sys_close_range((unsigned)copy + 1, ~0u);
	sys_exit(0);
}

/*
 * Each close(2) of a file asks its file system (f_op->flush, filp_close() in fs/open.c), and a server of the
 * process's own need not answer: then neither we nor our end can be waited for. So such a copy is not closed.
 */
static void abandon(int copy)
{
	int parent = sys_pidfd_open(sys_getpid(), 0);

	if (parent >= 0 && sys_fork_with_descriptors() == 0)
		hold_descriptors(copy, parent);
}

/* Nobody waits for the child. Without one the close may wait. */
static void close_copy(const int *copy)
{
	int ends[2] = { -1, -1 };

	if (*copy < 0)
		return;
	if (!is_any_socket(*copy)) {
		abandon(*copy);
		return;
	}
	if (lingers(*copy) && sys_pipe2(ends, 0) == 0 && sys_fork() == 0)
		outlive_copy(*copy, ends);
	close(*copy);
	cleanup_close(&ends[0]);
	cleanup_close(&ends[1]);
}

/*
 * Whether copy is the socket with this inode number; if socket is 0, whether it is a socket at all.
 */
static bool is_socket(int copy, uint64_t socket)
{
	struct stat st;

	/* If /proc is that of another pid namespace, the kernel takes the PID for a different process
	 * (pidfd_open(2)). */
	return is_any_socket(copy) && sys_fstat(copy, &st) == 0 && (!socket || st.st_ino == socket);
}

int scan_open_socket(pid_t pid, int fd, uint64_t socket)
{
	_cleanup_close_ int pidfd = sys_pidfd_open(pid, 0);
	__attribute__((cleanup(close_copy))) int copy =
		pidfd < 0 ? pidfd : sys_pidfd_getfd(pidfd, fd);

	if (copy < 0)
		return copy;
	return is_socket(copy, socket) ? sys_ioctl(copy, SIOCGSKNS, NULL) : -ESRCH;
}

uint64_t scan_socket_netns(struct netns_cookie *last, int pidfd, int fd, uint64_t socket)
{
	__attribute__((cleanup(close_copy))) int copy = sys_pidfd_getfd(pidfd, fd);
	struct netns_cookie found = { .cookie = 0 };
	socklen_t size = sizeof(found.cookie);
	_cleanup_close_ int netns = -1;

	if (copy < 0 || !is_socket(copy, socket))
		return 0;
	/* Linux 5.14. A cookie is never used again (net_gen_cookie(), net/core/net_namespace.c). */
	if (sys_getsockopt(copy, SOL_SOCKET, SO_NETNS_COOKIE, &found.cookie, &size) < 0)
		found.cookie = 0;
	if (found.cookie && found.cookie == last->cookie)
		return last->netns;
	netns = sys_ioctl(copy, SIOCGSKNS, NULL);
	found.netns = netns < 0 ? 0 : scan_ino(netns);
	if (found.netns)
		*last = found;
	return found.netns;
}
