/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the kernel by netlink(7): rtnetlink, and other families with messages of that form.
 * netlink.c is the only file that knows libmnl, which builds and parses messages.
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
 * Loads libmnl, which all functions below need; netlink_open() calls it. Call it before starting
 * threads: it sets variables that they read. 0, or -errno with the diagnosis filled.
 */
int netlink_load(struct diag *diag);

/* ---- building a request; pure ---- */

struct netlink_message {
	struct nlmsghdr *header; /* in the caller's buffer, which must be aligned for it */
	size_t size;             /* of the buffer */
	bool is_full;            /* an attribute did not fit: netlink_ask() fails with -EMSGSIZE */
};

/*
 * Begins a request in buf, with NLM_F_REQUEST and the given flags. The body is the family's header
 * (struct rtgenmsg, struct ifinfomsg...).
 */
void netlink_begin(struct netlink_message *ret, void *buf, size_t size, uint16_t type,
		   uint16_t flags, const void *body, size_t body_size);

/* Adds an attribute. */
void netlink_put(struct netlink_message *message, uint16_t type, const void *data, size_t size);
void netlink_put_u32(struct netlink_message *message, uint16_t type, uint32_t value);

/* Adds a header that precedes the attributes of a nest (VETH_INFO_PEER). */
void netlink_put_header(struct netlink_message *message, const void *header, size_t size);

/* Begins a nested attribute: all attributes added before netlink_end_nest() go into it. */
struct nlattr *netlink_nest(struct netlink_message *message, uint16_t type);
void netlink_end_nest(struct netlink_message *message, struct nlattr *nest);

/* ---- reading answers; pure ---- */

/* Returns the next complete message and moves data and len past it; NULL if there is none. */
const struct nlmsghdr *netlink_next(const void **data, size_t *len);

/* The body of a message, or NULL if the message is too short for a body of this size. */
const void *netlink_body(const struct nlmsghdr *message, size_t size);

/*
 * Sets table[type], for each type below n, to the last attribute of that type after a body of
 * body_size bytes, or to NULL. Ignores attributes that are cut off or of other types.
 */
void netlink_attributes(const struct nlmsghdr *message, size_t body_size,
			const struct nlattr **table, size_t n);

/* Does the same for nested attributes. All of the table is NULL if nest is NULL. */
void netlink_nested(const struct nlattr *nest, const struct nlattr **table, size_t n);

/* Copies the value. False, with *ret untouched, if attribute is NULL or has another size. */
bool netlink_get(const struct nlattr *attribute, void *ret, size_t size);

/* Copies a string, truncated to size - 1 bytes; for NULL an empty one. */
void netlink_get_text(const struct nlattr *attribute, char *ret, size_t size);

/* How the kernel ended its answer. */
struct netlink_end {
	int err;        /* a positive errno value, or 0 */
	char text[128]; /* the kernel's message for the error, or empty */
};

/* Parses an error, an acknowledgement or the end of a dump. False for other messages. */
bool netlink_parse_end(const struct nlmsghdr *message, struct netlink_end *ret);

/* ---- asking ---- */

struct netlink {
	int fd;       /* owned; released by netlink_close() */
	uint32_t seq; /* of the last request */
};

/*
 * Opens a socket of a protocol (NETLINK_ROUTE...) in the caller's network namespace, which the
 * socket keeps asking. 0, or -errno with the diagnosis filled and ret closed.
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

/*
 * Receives one message of an answer. Returns 0 to go on; netlink_ask() ends with any other result.
 */
typedef int netlink_seen(const struct nlmsghdr *message, void *arg);

/*
 * Sends a request and calls seen for each message of the answer. With NLM_F_DUMP the answer ends
 * with the dump, with NLM_F_ACK with the acknowledgement, otherwise after one message. seen may be
 * NULL if only the acknowledgement matters.
 *
 * Returns 0, the result of seen, or -errno: the kernel's error, with its message in ret_end->text;
 * -ETIMEDOUT after five seconds without an answer; -EINTR if the dumped list changed meanwhile:
 * repeat the request. If seen ended a dump early, the socket cannot dump again.
 */
int netlink_ask(struct netlink *socket, const struct netlink_message *request, netlink_seen *seen,
		void *arg, struct netlink_end *ret_end);

/*
 * Sends data to the kernel, for a caller that sends many requests at once and receives the answers
 * itself. 0 or -errno.
 */
int netlink_send(const struct netlink *socket, const void *data, size_t len);

/* Waits at most five seconds for a message to receive. 0, -ETIMEDOUT, or -errno. */
int netlink_await(const struct netlink *socket);

#endif
