/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ids by which our network namespace knows others (rtnetlink: RTM_GETNSID; rtnl_net_getid() of
 * net/core/net_namespace.c), asked for many at a time. Without libmnl, which a build may lack.
 */
#ifndef XNS_NETNSID_H
#define XNS_NETNSID_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETNSID_UNKNOWN (-2)
#define NETNSID_NONE (-1) /* NETNSA_NSID_NOT_ASSIGNED: also what asks the kernel to choose one */

/* A socket, which asks in the network namespace where it was opened; the caller's. Or -errno. */
int netnsid_open(void);

/*
 * Asks for the ids of n namespaces. ret[i] is an id; NETNSID_NONE where there is none;
 * NETNSID_UNKNOWN where the descriptor is no network namespace. 0 or -errno.
 */
int netnsid_lookup(int socket, const int *fds, size_t n, int32_t *ret);

/*
 * Whether our network namespace has any ids at all: 1, 0, or -errno. The socket is of no use
 * afterwards, as most of the answer is left in it.
 */
int netnsid_any(int socket);

/* Sends to the kernel; 0 or -errno. */
int netnsid_send(int socket, const void *data, size_t len);

/* Waits for an answer, which is there already unless it was lost: 0, -ETIMEDOUT, -errno. */
int netnsid_await(int socket);

/* ---- messages; pure ---- */

enum { NETNSID_QUESTION_SIZE = 28 };

/* NLMSG_ALIGN() and NLA_ALIGN(), which mix signs. */
static inline size_t netnsid_align(size_t len)
{
	return (len + NLMSG_ALIGNTO - 1) & ~(size_t)(NLMSG_ALIGNTO - 1);
}

/* Writes the question for the id of this open namespace; buf is aligned for a header. */
void netnsid_put_question(void *buf, int fd, uint32_t seq);

struct netnsid_answer {
	uint32_t seq; /* of the question */
	int32_t id;
};

/* Takes one datagram apart, aligned for a header. False: it is no answer. */
bool netnsid_take_answer(const void *data, size_t len, struct netnsid_answer *ret);

#endif
