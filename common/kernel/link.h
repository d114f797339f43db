/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network interfaces by rtnetlink(7): veth(4) pairs and their ends. Each socket acts in the network
 * namespace in which it was opened.
 */
#ifndef XNS_KERNEL_LINK_H
#define XNS_KERNEL_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/netlink.h"

struct cidr;

/* IFNAMSIZ and IFALIASZ of linux/if.h, which net/if.h excludes. */
enum { LINK_NAME_SIZE = 16, LINK_ALIAS_SIZE = 256 };

struct link {
	int index;
	char name[LINK_NAME_SIZE];
	char alias[LINK_ALIAS_SIZE];
	uint32_t group;
	bool is_veth;
	int peer;          /* the index of the other end, in its own namespace; 0: unknown */
	int32_t peer_nsid; /* the id of that namespace; NETNSID_NONE: the same, or unknown */
};

/* Parses RTM_NEWLINK. False for another message. Pure, after netlink_load(). */
bool link_parse(const struct nlmsghdr *message, struct link *ret);

/*
 * Finds the interface with this name or, if name is NULL, with this index. 0, -ENODEV, or another
 * -errno.
 */
int link_find(struct netlink *socket, const char *name, int index, struct link *ret,
	      struct netlink_end *ret_end);

/* Receives one interface of the namespace; its result is as for netlink_seen. */
typedef int link_seen(const struct link *link, void *arg);
int link_list(struct netlink *socket, link_seen *seen, void *arg, struct netlink_end *ret_end);

/* An end of a pair to create. */
struct link_end {
	int ns; /* borrowed: the network namespace that gets it */
	const char *name;
};

/*
 * Creates a veth pair in one request: both ends, each in its namespace, or none. They are down, in
 * this group, and have this MTU; 0: the kernel's default. The caller must have CAP_NET_ADMIN over
 * the socket's network namespace. 0, or -errno with the kernel's words in *ret_end.
 */
int link_create_veth(struct netlink *socket, const struct link_end ends[2], uint32_t mtu,
		     uint32_t group, struct netlink_end *ret_end);

/*
 * The following functions act on the interface with this index. 0, or -errno with the kernel's
 * words in *ret_end.
 */
int link_set_alias(struct netlink *socket, int index, const char *alias, uint32_t group,
		   struct netlink_end *ret_end);
int link_set_up(struct netlink *socket, int index, struct netlink_end *ret_end);
int link_delete(struct netlink *socket, int index, struct netlink_end *ret_end);

/* Adds an address. An IPv6 address is usable at once, without duplicate address detection. */
int link_add_address(struct netlink *socket, int index, const struct cidr *address,
		     struct netlink_end *ret_end);

#endif
