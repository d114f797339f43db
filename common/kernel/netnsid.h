/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ids by which one network namespace knows others (rtnetlink: RTM_GETNSID and RTM_NEWNSID;
 * net/core/net_namespace.c).
 */
#ifndef XNS_NETNSID_H
#define XNS_NETNSID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/netlink.h"

#define NETNSID_UNKNOWN (-2)
#define NETNSID_NONE (-1) /* NETNSA_NSID_NOT_ASSIGNED: also what asks the kernel to choose one */

/* ---- messages; pure, after netlink_load() ---- */

enum { NETNSID_REQUEST_MAX = 64 };

/* What a request says; a member that is -1 is left out. */
struct netnsid_request {
	bool set; /* RTM_NEWNSID, else RTM_GETNSID */
	bool dump;
	int fd;         /* the namespace, by a descriptor... */
	int32_t nsid;   /* ...or by its id; with set the id to give it */
	int32_t target; /* ask for ids as the namespace with this id has them */
};

/* Builds the request in buf, which has NETNSID_REQUEST_MAX bytes and is aligned for a header. */
void netnsid_build(const struct netnsid_request *request, void *buf, struct netlink_message *ret);

struct netnsid_reply {
	int32_t nsid; /* NETNSID_NONE: none is assigned; NETNSID_UNKNOWN: the kernel did not say */
	int32_t current; /* with a target: the id in our own namespace, else NETNSID_NONE */
};

/* Reads RTM_NEWNSID. False for another message. */
bool netnsid_parse(const struct nlmsghdr *message, struct netnsid_reply *ret);

/*
 * Reads a datagram that answers one request of a batch, aligned for a header, and perhaps cut off.
 * *ret_id is NETNSID_UNKNOWN if it is an error. False: it is no answer.
 */
bool netnsid_parse_answer(const void *data, size_t len, uint32_t *ret_seq, int32_t *ret_id);

/* ---- asking ---- */

/* A socket for the functions below; netlink_close(). -errno with the diagnosis filled. */
int netnsid_open(struct netlink *ret, struct diag *diag);

/* One request, as netlink_ask() has it; seen is called for each id. */
typedef int netnsid_seen(const struct netnsid_reply *reply, void *arg);
int netnsid_ask(struct netlink *socket, const struct netnsid_request *request, netnsid_seen *seen,
		void *arg, struct netlink_end *ret_end);

/*
 * Asks for the ids of n namespaces, many at a time. ret[i] is an id; NETNSID_NONE if there is none;
 * NETNSID_UNKNOWN if the descriptor is no network namespace. 0 or -errno.
 */
int netnsid_lookup(struct netlink *socket, const int *fds, size_t n, int32_t *ret);

/*
 * Whether our network namespace has any ids at all: 1, 0, or -errno. The socket is of no use
 * afterwards, since most of the answer is left in it.
 */
int netnsid_any(struct netlink *socket);

#endif
