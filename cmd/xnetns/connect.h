/* SPDX-License-Identifier: GPL-2.0-or-later */
/* connect, disconnect: a veth pair with an end in each of two network namespaces. */
#ifndef XNS_XNETNS_CONNECT_H
#define XNS_XNETNS_CONNECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cidr.h"
#include "kernel/link.h"

struct diag;

enum { CONNECT_ADDRESSES_MAX = 16 };

/* The options of connect. */
struct connect_options {
	bool named; /* --names */
	char names[2][LINK_NAME_SIZE];
	uint32_t mtu;                                 /* 0: the kernel's default */
	struct cidr addresses[CONNECT_ADDRESSES_MAX][2]; /* for the first and the second end */
	size_t n_addresses;
};

struct connection_end {
	const char *space; /* borrowed: the name of a network namespace, or "." for this one */
	int ns;            /* owned: that namespace */
	char link[LINK_NAME_SIZE]; /* the name of the interface there */
};

struct connection {
	struct connection_end ends[2];
	const struct connect_options *options; /* borrowed */
	int proc; /* owned: /proc */
};

/* Whether the kernel accepts the name for an interface (dev_valid_name()). */
bool connect_link_name_is_valid(const char *name);

/*
 * Names the interface that leads to a network namespace: the namespace's name, if the kernel
 * accepts that for an interface; otherwise the beginning of the name and a hash of all of it;
 * "outer" for ".".
 */
void connect_link_name(const char *space, char ret[LINK_NAME_SIZE]);

/* Parse the arguments of --names, --mtu and --address. 0, or -EINVAL with *ret unchanged. */
int connect_parse_names(const char *text, struct connect_options *ret);
int connect_parse_mtu(const char *text, struct connect_options *ret);
int connect_parse_addresses(const char *text, struct connect_options *ret);

/* Whether --address gives an IPv6 address. */
bool connect_uses_ipv6(const struct connect_options *options);

#endif
