/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ids by which one network namespace refers to others (rtnetlink: RTM_GETNSID and RTM_NEWNSID;
 * net/core/net_namespace.c).
 */
#ifndef XNS_NETNSID_H
#define XNS_NETNSID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/netlink.h"

#define NETNSID_UNKNOWN (-2)
#define NETNSID_NONE (-1) /* NETNSA_NSID_NOT_ASSIGNED; in a request: the kernel chooses an id */

/* ---- messages; pure, after netlink_load() ---- */

enum { NETNSID_REQUEST_MAX = 64 };

/* The fields of a request; one that is -1 is left out. */
struct netnsid_request {
	bool set; /* RTM_NEWNSID instead of RTM_GETNSID */
	bool dump;
	int fd;         /* the namespace, as a descriptor... */
	int32_t nsid;   /* ...or as its id; with set, the id to assign */
	int32_t target; /* asks for the ids that the namespace with this id has assigned */
};

/*
 * Builds the request in buf, which has NETNSID_REQUEST_MAX bytes and is aligned for struct
 * nlmsghdr.
 */
void netnsid_build(const struct netnsid_request *request, void *buf, struct netlink_message *ret);

struct netnsid_reply {
	int32_t nsid;    /* NETNSID_NONE: not assigned; NETNSID_UNKNOWN: the kernel did not say */
	int32_t current; /* with a target: the id in our own namespace; otherwise NETNSID_NONE */
};

/* Parses RTM_NEWNSID. False for another message. */
bool netnsid_parse(const struct nlmsghdr *message, struct netnsid_reply *ret);

/*
 * Parses a datagram with the answer to one request of a batch; data is aligned for struct nlmsghdr,
 * and the message may be cut off. *ret_id is NETNSID_UNKNOWN if it is an error. False if it is no
 * answer.
 */
bool netnsid_parse_answer(const void *data, size_t len, uint32_t *ret_seq, int32_t *ret_id);

/* ---- asking ---- */

/*
 * Opens a socket for the functions below; release it with netlink_close(). 0 or -errno with the
 * diagnosis filled.
 */
int netnsid_open(struct netlink *ret, struct diag *diag);

/* Makes one request as netlink_ask() does, and calls seen for each id. */
typedef int netnsid_seen(const struct netnsid_reply *reply, void *arg);
int netnsid_ask(struct netlink *socket, const struct netnsid_request *request, netnsid_seen *seen,
		void *arg, struct netlink_end *ret_end);

/*
 * Looks up the ids of n namespaces, many in one call. ret[i] is the id of fds[i]; NETNSID_NONE if
 * it has none; NETNSID_UNKNOWN if fds[i] is no network namespace. 0 or -errno.
 */
int netnsid_lookup(struct netlink *socket, const int *fds, size_t n, int32_t *ret);

/*
 * Whether our network namespace has assigned any ids: 1, 0, or -errno. The socket is unusable
 * afterwards, because most of the answer is still in it.
 */
int netnsid_any(struct netlink *socket);

#endif
