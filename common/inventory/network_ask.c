/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread of ours enters each network, asks there, and ends. The ids by which a network refers to others
 * are its own (rtnetlink(7)), so it is asked again who the other ends of its pairs are.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/diag.h"
#include "base/macros.h"
#include "inventory/model.h"
#include "inventory/network.h"
#include "inventory/scan.h"

#ifdef HAVE_LIBMNL

#include "kernel/link.h"
#include "kernel/netnsid.h"
#include "kernel/sockdiag.h"
#include "kernel/sys.h"

/* One end of a pair, to be found by its index and that of its other end. */
struct end {
	uint32_t node;
	struct network_link *link;
};

struct asking {
	const struct scan *scan;
	const struct model *model;
	const unsigned *what;
	struct networks *networks;
	struct end *ends; /* sorted */
	size_t n_ends;
	int rc;
};

struct taking {
	struct network *network;
	bool udp;
};

static int take_port(uint16_t port, void *arg)
{
	const struct taking *taking = arg;

	return network_add_port(taking->network, port, taking->udp);
}

static int take_link(const struct link *link, void *arg)
{
	struct network_link found = {
		.index = link->index,
		.is_veth = link->is_veth,
		.peer = link->peer,
		.peer_nsid = link->peer_nsid,
	};

	memcpy(found.name, link->name, sizeof(found.name));
	return network_add_link(arg, &found);
}

/* 0 or -errno */
static int ask_ports(struct network *network)
{
	static const int families[] = { AF_INET, AF_INET6 };
	int rc = 0;

	for (int i = 0; rc == 0 && i < 4; i++) {
		_cleanup_netlink_ struct netlink socket = NETLINK_CLOSED;
		struct taking taking = { network, i & 1 };
		struct netlink_end end;
		struct diag ignored;

		rc = netlink_open(&socket, NETLINK_SOCK_DIAG, &ignored);
		if (rc == 0)
			rc = sockdiag_list(&socket, families[i / 2], taking.udp, take_port, &taking,
					   &end);
		/* A list that changed meanwhile, and a kernel without IPv6. */
		if (rc == -EINTR || (rc == -ENOENT && i >= 2))
			rc = 0;
	}
	/* Then /proc is read, from the start. */
	if (rc < 0)
		network->n_ports = 0;
	network->has_ports = rc >= 0;
	return rc > 0 ? 0 : rc;
}

static int ask_links(struct network *network)
{
	_cleanup_netlink_ struct netlink socket = NETLINK_CLOSED;
	struct netlink_end end;
	struct diag ignored;
	int rc = netlink_open(&socket, NETLINK_ROUTE, &ignored);

	if (rc == 0)
		rc = link_list(&socket, take_link, network, &end);
	if (rc < 0 && rc != -EINTR)
		network->n_links = 0;
	network->has_links = rc >= 0 || rc == -EINTR;
	return rc > 0 || rc == -EINTR ? 0 : rc;
}

/* Only in a thread of its own, the only one that setns(2) moves. 0 or -errno. */
static int enter(const struct asking *asking, uint32_t node)
{
	_cleanup_close_ int fd = scan_open(asking->scan, asking->model, node);

	return fd < 0 ? fd : sys_setns(fd, ns_types[NS_NET].flag);
}

static void ask_network(struct asking *asking, uint32_t node)
{
	struct network *network = &asking->networks->list[node];
	unsigned what = asking->what[node];
	int ports = 0, links = 0;

	if (enter(asking, node) < 0)
		return;
	if (what & NETWORK_PORTS)
		ports = ask_ports(network);
	if (what & NETWORK_LINKS)
		links = ask_links(network);
	if (ports == -ENOMEM || links == -ENOMEM)
		asking->rc = -ENOMEM;
}

/* ---- the other ends ---- */

static int compare_ends(const void *left, const void *right)
{
	const struct network_link *a = ((const struct end *)left)->link;
	const struct network_link *b = ((const struct end *)right)->link;

	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return (a->peer > b->peer) - (a->peer < b->peer);
}

static int collect_ends(struct asking *asking)
{
	size_t n = 0;

	for (size_t i = 0; i < asking->networks->n; i++)
		n += asking->networks->list[i].n_links;
	asking->ends = calloc(n + 1, sizeof(*asking->ends));
	if (!asking->ends)
		return -ENOMEM;
	for (size_t i = 0; i < asking->networks->n; i++) {
		struct network *network = &asking->networks->list[i];

		for (size_t k = 0; k < network->n_links; k++)
			if (network->links[k].is_veth && network->links[k].peer)
				asking->ends[asking->n_ends++] =
					(struct end){ (uint32_t)i, &network->links[k] };
	}
	qsort(asking->ends, asking->n_ends, sizeof(*asking->ends), compare_ends);
	return 0;
}

/* The first of the ends that could be the other one of this link; NULL: there is none. */
static const struct end *first_candidate(const struct asking *asking, const struct network_link *link)
{
	struct network_link wanted = { .index = link->peer, .peer = link->index };
	const struct end key = { .link = &wanted };
	size_t low = 0, high = asking->n_ends;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_ends(&asking->ends[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < asking->n_ends && compare_ends(&asking->ends[low], &key) == 0
		       ? &asking->ends[low]
		       : NULL;
}

/* Whether id is the nsid of the namespace node in the namespace of the socket. */
static bool is_id_of(const struct asking *asking, struct netlink *socket, uint32_t node, int32_t id)
{
	_cleanup_close_ int fd = scan_open(asking->scan, asking->model, node);
	int32_t found = NETNSID_UNKNOWN;

	return fd >= 0 && netnsid_lookup(socket, &fd, 1, &found) == 0 && found == id;
}

static void find_other(const struct asking *asking, struct netlink *socket, uint32_t node,
		       struct network_link *link)
{
	const struct end *end = first_candidate(asking, link), *after = asking->ends + asking->n_ends;

	for (; end && end < after && end->link->index == link->peer && end->link->peer == link->index;
	     end++) {
		bool is_it = link->peer_nsid == NETNSID_NONE
				     ? end->node == node
				     : end->node != node &&
					       is_id_of(asking, socket, end->node, link->peer_nsid);

		if (!is_it)
			continue;
		link->other = end->node;
		memcpy(link->other_name, end->link->name, sizeof(link->other_name));
		return;
	}
}

static bool has_pairs(const struct network *network)
{
	for (size_t i = 0; i < network->n_links; i++)
		if (network->links[i].is_veth)
			return true;
	return false;
}

static void find_others(struct asking *asking, uint32_t node)
{
	_cleanup_netlink_ struct netlink socket = NETLINK_CLOSED;
	struct network *network = &asking->networks->list[node];
	struct diag ignored;

	if (!has_pairs(network) || enter(asking, node) < 0 || netnsid_open(&socket, &ignored) < 0)
		return;
	for (size_t i = 0; i < network->n_links; i++)
		if (network->links[i].is_veth)
			find_other(asking, &socket, node, &network->links[i]);
}

/* ---- the thread ---- */

static void *ask_all(void *arg)
{
	struct asking *asking = arg;
	size_t n = asking->networks->n;

	for (size_t i = 0; asking->rc == 0 && i < n; i++)
		if (asking->what[i])
			ask_network(asking, (uint32_t)i);
	if (asking->rc == 0)
		asking->rc = collect_ends(asking);
	for (size_t i = 0; asking->rc == 0 && asking->n_ends > 0 && i < n; i++)
		find_others(asking, (uint32_t)i);
	free(asking->ends);
	return NULL;
}

int networks_ask(const struct scan *scan, const struct model *model, const unsigned *what,
		 struct networks *networks)
{
	struct asking asking = { .scan = scan, .model = model, .what = what, .networks = networks };
	struct diag ignored;
	pthread_t thread;

	/* Without the library or the thread /proc is read. */
	if (netlink_load(&ignored) < 0 || pthread_create(&thread, NULL, ask_all, &asking) != 0)
		return 0;
	pthread_join(thread, NULL);
	return asking.rc;
}

#else

int networks_ask(const struct scan *scan, const struct model *model, const unsigned *what,
		 struct networks *networks)
{
	(void)scan;
	(void)model;
	(void)what;
	(void)networks;
	return 0;
}

#endif
