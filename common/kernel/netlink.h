/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to the kernel by netlink(7): rtnetlink, and the other families that answer in its form.
 * netlink.c is the only file that knows libmnl, which builds messages and takes them apart.
 */
#ifndef XNS_NETLINK_H
#define XNS_NETLINK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct diag;

/*
 * Loads libmnl, which everything below needs and netlink_open() does by itself. Before threads
 * start, as it sets what they read. 0, or -errno with the diagnosis filled.
 */
int netlink_load(struct diag *diag);

/* ---- building a request; pure ---- */

struct netlink_message {
	struct nlmsghdr *header; /* in the caller's buffer, which is aligned for it */
	size_t size;             /* of that buffer */
	bool is_full;            /* something did not fit: netlink_ask() answers -EMSGSIZE */
};

/*
 * Begins a request in buf, with NLM_F_REQUEST and these flags. The body is the header of the family
 * (struct rtgenmsg, struct ifinfomsg...).
 */
void netlink_begin(struct netlink_message *ret, void *buf, size_t size, uint16_t type,
		   uint16_t flags, const void *body, size_t body_size);

/* Adds an attribute. */
void netlink_put(struct netlink_message *message, uint16_t type, const void *data, size_t size);
void netlink_put_u32(struct netlink_message *message, uint16_t type, uint32_t value);

/* Adds a header that precedes the attributes of a nest (VETH_INFO_PEER). */
void netlink_put_header(struct netlink_message *message, const void *header, size_t size);

/* What is added before netlink_end_nest() goes into an attribute of this type. */
struct nlattr *netlink_nest(struct netlink_message *message, uint16_t type);
void netlink_end_nest(struct netlink_message *message, struct nlattr *nest);

/* ---- reading answers; pure ---- */

/* The next whole message of what was received, or NULL; data and len move on to the one after it. */
const struct nlmsghdr *netlink_next(const void **data, size_t *len);

/* The body of a message, or NULL if the message is too short for one of this size. */
const void *netlink_body(const struct nlmsghdr *message, size_t size);

/*
 * Fills table[type] with the attribute of this type that comes last after a body of this size, or with
 * NULL, for each type below n. Attributes that are not whole, or of other types, are ignored.
 */
void netlink_attributes(const struct nlmsghdr *message, size_t body_size,
			const struct nlattr **table, size_t n);

/* The same for the attributes in an attribute; without any if nest is NULL. */
void netlink_nested(const struct nlattr *nest, const struct nlattr **table, size_t n);

/* Copies the value. False, with *ret untouched, unless it has exactly this size; also for NULL. */
bool netlink_get(const struct nlattr *attribute, void *ret, size_t size);

/* Copies a string, cut to size - 1 bytes; an empty one for NULL. */
void netlink_get_text(const struct nlattr *attribute, char *ret, size_t size);

/* How the kernel ends its answer. */
struct netlink_end {
	int err;        /* a positive errno value, or 0 */
	char text[128]; /* the kernel's words for the error, or empty */
};

/* Reads an error, an acknowledgement or the end of a dump. False for other messages. */
bool netlink_parse_end(const struct nlmsghdr *message, struct netlink_end *ret);

/* ---- asking ---- */

struct netlink {
	int fd;       /* owned; netlink_close() */
	uint32_t seq; /* of the last request */
};

/*
 * Opens a socket of a protocol (NETLINK_ROUTE...), which asks in the network namespace of the
 * caller. 0, or -errno with the diagnosis filled and ret closed.
 */
int netlink_open(struct netlink *ret, int protocol, struct diag *diag);

ALWAYS_INLINE void netlink_close(struct netlink *socket)
{
	cleanup_close(&socket->fd);
}
#define _cleanup_netlink_ __attribute__((cleanup(netlink_close)))
#define NETLINK_CLOSED   \
	{                \
		.fd = -1 \
	}

/* Sees one message of an answer. 0 to go on; anything else ends netlink_ask(), which returns it. */
typedef int netlink_seen(const struct nlmsghdr *message, void *arg);

/*
 * Sends a request and has each message of the answer seen. With NLM_F_DUMP the answer ends with the
 * dump, with NLM_F_ACK with the acknowledgement, otherwise with its first message. seen may be NULL
 * if only the acknowledgement matters.
 *
 * 0, the result of seen, or -errno: what the kernel says, with its words in ret_end->text; -ETIMEDOUT
 * if it says nothing for five seconds; -EINTR if what was dumped changed meanwhile, so that the
 * request is worth repeating. A dump that seen ended early leaves the socket unfit for another dump.
 */
int netlink_ask(struct netlink *socket, const struct netlink_message *request, netlink_seen *seen,
		void *arg, struct netlink_end *ret_end);

/* For requests by the batch, whose answers the caller receives. Sends to the kernel; 0 or -errno. */
int netlink_send(const struct netlink *socket, const void *data, size_t len);

/* Waits five seconds at most until there is something to receive: 0, -ETIMEDOUT, or -errno. */
int netlink_await(const struct netlink *socket);

#endif
