/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets that wait for others, by sock_diag(7). */
#ifndef XNS_KERNEL_SOCKDIAG_H
#define XNS_KERNEL_SOCKDIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/netlink.h"

/* Parses the answer for one socket: its local port. False for another message. Pure, after netlink_load(). */
bool sockdiag_parse(const struct nlmsghdr *message, uint16_t *ret_port);

/* Receives the port of one socket; its result is as for netlink_seen. */
typedef int sockdiag_seen(uint16_t port, void *arg);

/*
 * Lists the sockets of a family (AF_INET, AF_INET6) on which anybody may call: those of TCP that listen,
 * those of UDP that are not connected. The socket is of NETLINK_SOCK_DIAG. 0, the result of seen, or
 * -errno; -ENOENT if the kernel lacks the module.
 */
int sockdiag_list(struct netlink *socket, int family, bool udp, sockdiag_seen *seen, void *arg,
		  struct netlink_end *ret_end);

#endif
