/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The holders that one thread finds, and the sockets that it has asked. */
#include <stdlib.h>

#include "base/array.h"
#include "base/macros.h"
#include "inventory/scan_internal.h"
#include "kernel/sys.h"

enum { SOCKETS_FIRST = 64 };

void collector_init(struct collector *collector, const struct scan *scan)
{
	*collector = (struct collector){ .scan = scan, .pidfd = -1 };
	for (int k = 0; k < NS_COUNT; k++)
		collector->last_ns[k] = -1;
}

void collector_free(struct collector *collector)
{
	for (int k = 0; k < NS_COUNT; k++)
		cleanup_close(&collector->last_ns[k]);
	cleanup_close(&collector->pidfd);
	free(collector->holders);
	free(collector->sockets);
}

void collector_add(struct collector *collector, const struct ns_holder *holder)
{
	struct ns_holder *grown;

	if (!(collector->scan->types >> holder->type & 1))
		return;
	grown = array_reserve(collector->holders, collector->n_holders + 1,
			      &collector->holders_size, sizeof(*grown));
	if (!grown) {
		collector->no_memory = true;
		return;
	}
	collector->holders = grown;
	collector->holders[collector->n_holders++] = *holder;
}

/* The place of this socket in a table that is not full, or the free one for it. */
static struct socket_entry *probe(struct socket_entry *table, size_t size, uint64_t socket)
{
	/* The kernel hands out inode numbers of sockets in sequence, so they need no mixing. */
	size_t at = (size_t)socket & (size - 1);

	while (table[at].socket && table[at].socket != socket)
		at = (at + 1) & (size - 1);
	return &table[at];
}

/* The entry of this socket, or a free one for it; NULL without memory. */
static struct socket_entry *find_socket(struct collector *collector, uint64_t socket)
{
	struct socket_entry *old = collector->sockets;
	size_t size = collector->sockets_size;

	if (2 * (collector->n_sockets + 1) > size) {
		size_t more = size ? 2 * size : SOCKETS_FIRST;
		struct socket_entry *larger = calloc(more, sizeof(*larger));

		if (!larger) {
			collector->no_memory = true;
			return NULL;
		}
		for (size_t i = 0; i < size; i++)
			if (old[i].socket)
				*probe(larger, more, old[i].socket) = old[i];
		free(old);
		collector->sockets = larger;
		collector->sockets_size = more;
	}
	return probe(collector->sockets, collector->sockets_size, socket);
}

/* Opens a pidfd, or returns that of the process before if it is the same. -errno. */
static int pidfd_of(struct collector *collector, pid_t pid)
{
	if (collector->pidfd_of != pid) {
		cleanup_close(&collector->pidfd);
		collector->pidfd = sys_pidfd_open(pid, 0);
		collector->pidfd_of = pid;
	}
	return collector->pidfd;
}

uint64_t collector_socket_netns(struct collector *collector, pid_t pid, int fd, uint64_t socket)
{
	struct socket_entry *entry = find_socket(collector, socket);

	if (!entry)
		return 0;
	if (!entry->socket) {
		int pidfd = pidfd_of(collector, pid);

		*entry = (struct socket_entry){
			socket,
			pidfd < 0 ? 0 : scan_socket_netns(&collector->last_netns, pidfd, fd, socket)
		};
		collector->n_sockets++;
	}
	return entry->netns;
}
