/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/library.h"
#include "kernel/sys.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

/* ---- the library ---- */

static struct {
	__typeof__(mnl_nlmsg_put_header) *put_header;
	__typeof__(mnl_nlmsg_put_extra_header) *put_extra_header;
	__typeof__(mnl_attr_put_check) *put;
	__typeof__(mnl_attr_nest_start_check) *nest_start;
	__typeof__(mnl_attr_nest_end) *nest_end;
	__typeof__(mnl_nlmsg_ok) *message_ok;
	__typeof__(mnl_nlmsg_next) *next_message;
	__typeof__(mnl_nlmsg_get_payload) *payload;
	__typeof__(mnl_nlmsg_get_payload_len) *payload_len;
	__typeof__(mnl_attr_ok) *attr_ok;
	__typeof__(mnl_attr_next) *next_attr;
	__typeof__(mnl_attr_get_type) *attr_type;
	__typeof__(mnl_attr_get_payload) *attr_payload;
	__typeof__(mnl_attr_get_payload_len) *attr_payload_len;
} mnl;

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(mnl.put_header, mnl_nlmsg_put_header),
	LIBRARY_SYMBOL(mnl.put_extra_header, mnl_nlmsg_put_extra_header),
	LIBRARY_SYMBOL(mnl.put, mnl_attr_put_check),
	LIBRARY_SYMBOL(mnl.nest_start, mnl_attr_nest_start_check),
	LIBRARY_SYMBOL(mnl.nest_end, mnl_attr_nest_end),
	LIBRARY_SYMBOL(mnl.message_ok, mnl_nlmsg_ok),
	LIBRARY_SYMBOL(mnl.next_message, mnl_nlmsg_next),
	LIBRARY_SYMBOL(mnl.payload, mnl_nlmsg_get_payload),
	LIBRARY_SYMBOL(mnl.payload_len, mnl_nlmsg_get_payload_len),
	LIBRARY_SYMBOL(mnl.attr_ok, mnl_attr_ok),
	LIBRARY_SYMBOL(mnl.next_attr, mnl_attr_next),
	LIBRARY_SYMBOL(mnl.attr_type, mnl_attr_get_type),
	LIBRARY_SYMBOL(mnl.attr_payload, mnl_attr_get_payload),
	LIBRARY_SYMBOL(mnl.attr_payload_len, mnl_attr_get_payload_len),
};

LIBRARY_NOTE("required", LIBMNL_SONAME, "libmnl",
	     "netlink: xnetns, and the columns NETNSID, LISTEN and LINKS of xnsls");

int netlink_load(struct diag *diag)
{
	const char *text = "";
	int rc;

	if (mnl.put_header)
		return 0;
	rc = library_load(LIBMNL_SONAME, symbols, ARRAY_LEN(symbols), &text);
	if (rc < 0)
		diag_set(diag, 0, "cannot load the library for netlink: %s", text);
	return rc;
}

/* ---- building a request ---- */

/* Replaces NLMSG_ALIGN() and NLA_ALIGN(), which mix signed and unsigned. */
static size_t aligned(size_t len)
{
	return (len + NLMSG_ALIGNTO - 1) & ~(size_t)(NLMSG_ALIGNTO - 1);
}

void netlink_put_header(struct netlink_message *message, const void *header, size_t size)
{
	message->is_full |= message->size < message->header->nlmsg_len + aligned(size);
	if (!message->is_full)
		memcpy(mnl.put_extra_header(message->header, size), header, size);
}

void netlink_begin(struct netlink_message *ret, void *buf, size_t size, uint16_t type,
		   uint16_t flags, const void *body, size_t body_size)
{
	*ret = (struct netlink_message){ .header = mnl.put_header(buf), .size = size };
	ret->header->nlmsg_type = type;
	ret->header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	netlink_put_header(ret, body, body_size);
}

void netlink_put(struct netlink_message *message, uint16_t type, const void *data, size_t size)
{
	size_t padding = aligned(size) - size;

	if (!message->is_full)
		message->is_full = !mnl.put(message->header, message->size, type, size, data);
	/* libmnl before 1.0.5 does not clear the padding. */
	if (!message->is_full)
		memset((char *)message->header + message->header->nlmsg_len - padding, 0, padding);
}

void netlink_put_u32(struct netlink_message *message, uint16_t type, uint32_t value)
{
	netlink_put(message, type, &value, sizeof(value));
}

struct nlattr *netlink_nest(struct netlink_message *message, uint16_t type)
{
	struct nlattr *nest = NULL;

	if (!message->is_full)
		nest = mnl.nest_start(message->header, message->size, type);
	message->is_full |= !nest;
	return nest;
}

void netlink_end_nest(struct netlink_message *message, struct nlattr *nest)
{
	if (nest)
		mnl.nest_end(message->header, nest);
}

/* ---- reading answers ---- */

/* mnl_nlmsg_ok() takes a length beyond 2^31 as negative, and accepts it. */
static bool is_whole(const struct nlmsghdr *header, int left)
{
	return mnl.message_ok(header, left) && header->nlmsg_len <= (uint32_t)left;
}

const struct nlmsghdr *netlink_next(const void **data, size_t *len)
{
	const struct nlmsghdr *message = *data;
	int left = (int)*len;

	if (!is_whole(message, left))
		return NULL;
	*data = mnl.next_message(message, &left);
	*len = left > 0 ? (size_t)left : 0;
	return message;
}

const void *netlink_body(const struct nlmsghdr *message, size_t size)
{
	return mnl.payload_len(message) < size ? NULL : mnl.payload(message);
}

/* Enters all attributes between from and end into the table, up to the first that is cut off. */
static void fill_table(const char *from, const char *end, const struct nlattr **table, size_t n)
{
	const struct nlattr *attribute = (const void *)from;

	memset(table, 0, n * sizeof(*table));
	while (mnl.attr_ok(attribute, (int)(end - (const char *)attribute))) {
		if (mnl.attr_type(attribute) < n)
			table[mnl.attr_type(attribute)] = attribute;
		attribute = mnl.next_attr(attribute);
	}
}

void netlink_attributes(const struct nlmsghdr *message, size_t body_size,
			const struct nlattr **table, size_t n)
{
	const char *begin = (const void *)message;
	size_t skip = sizeof(*message) + aligned(body_size);

	if (skip > message->nlmsg_len)
		skip = message->nlmsg_len;
	fill_table(begin + skip, begin + message->nlmsg_len, table, n);
}

void netlink_nested(const struct nlattr *nest, const struct nlattr **table, size_t n)
{
	const char *begin = nest ? mnl.attr_payload(nest) : NULL;

	fill_table(begin, nest ? begin + mnl.attr_payload_len(nest) : NULL, table, n);
}

bool netlink_get(const struct nlattr *attribute, void *ret, size_t size)
{
	if (!attribute || mnl.attr_payload_len(attribute) != size)
		return false;
	memcpy(ret, mnl.attr_payload(attribute), size);
	return true;
}

void netlink_get_text(const struct nlattr *attribute, char *ret, size_t size)
{
	int len = attribute ? (int)mnl.attr_payload_len(attribute) : 0;

	snprintf(ret, size, "%.*s", len, len ? (const char *)mnl.attr_payload(attribute) : "");
}

/*
 * Copies the kernel's error message (NLMSGERR_ATTR_MSG), an attribute after the first skip bytes.
 */
static void parse_words(const struct nlmsghdr *message, size_t skip, struct netlink_end *ret)
{
	const struct nlattr *table[NLMSGERR_ATTR_MSG + 1], *words;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	netlink_attributes(message, skip, table, ARRAY_LEN(table));
	words = table[NLMSGERR_ATTR_MSG];
	if (words)
		snprintf(ret->text, sizeof(ret->text), "%.*s", (int)mnl.attr_payload_len(words),
			 (const char *)mnl.attr_payload(words));
}

/* The errno value of a result, which is negative for an error. */
static int error_of(int32_t result)
{
	if (result == INT32_MIN) /* -INT32_MIN does not exist */
		return EBADMSG;
	return result < 0 ? -result : result;
}

/* NLMSG_ERROR is an error, or an acknowledgement if its number is 0. It quotes the request. */
static void parse_error(const struct nlmsghdr *message, struct netlink_end *ret)
{
	const struct nlmsgerr *error = netlink_body(message, sizeof(*error));
	size_t quoted = sizeof(struct nlmsghdr);

	if (!error) {
		ret->err = EBADMSG;
		return;
	}
	ret->err = error_of(error->error);
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		quoted = error->msg.nlmsg_len;
	if (quoted < message->nlmsg_len)
		parse_words(message, sizeof(error->error) + aligned(quoted), ret);
}

bool netlink_parse_end(const struct nlmsghdr *message, struct netlink_end *ret)
{
	const void *body = netlink_body(message, sizeof(int32_t));
	int32_t result = 0;

	*ret = (struct netlink_end){ .err = 0 };
	if (message->nlmsg_type == NLMSG_ERROR) {
		parse_error(message, ret);
		return true;
	}
	if (message->nlmsg_type != NLMSG_DONE)
		return false;
	if (body)
		memcpy(&result, body, sizeof(result));
	ret->err = result < 0 ? error_of(result) : 0;
	parse_words(message, sizeof(result), ret);
	return true;
}

/* ---- asking ---- */

enum {
	TIMEOUT_MS = 5000,
	RECEIVE_MAX = 32768, /* the kernel sends up to this much of a dump at a time */
};

int netlink_open(struct netlink *ret, int protocol, struct diag *diag)
{
	const int on = 1;
	int rc;

	*ret = (struct netlink)NETLINK_CLOSED;
	rc = netlink_load(diag);
	if (rc < 0)
		return rc;
	ret->fd = sys_socket(AF_NETLINK, SOCK_RAW, protocol);
	if (ret->fd < 0) {
		rc = ret->fd;
		ret->fd = -1;
		return diag_set(diag, -rc, "cannot open a netlink socket");
	}
	/* Failures may be ignored. NETLINK_EXT_ACK (Linux 4.12) adds words to errors; without
	 * NETLINK_GET_STRICT_CHK (Linux 4.20) a dump ignores attributes such as
	 * NETNSA_TARGET_NSID. */
	sys_setsockopt(ret->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	sys_setsockopt(ret->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return 0;
}

int netlink_send(const struct netlink *socket, const void *data, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iovec part = { .iov_base = (void *)(uintptr_t)data, .iov_len = len };
	struct msghdr message = { .msg_name = &kernel,
				  .msg_namelen = sizeof(kernel),
				  .msg_iov = &part,
				  .msg_iovlen = 1 };
	ssize_t n = sys_sendmsg(socket->fd, &message, 0);

	return n < 0 ? (int)n : 0;
}

/* The kernel answers before sendmsg(2) returns, so having to wait means that a message was lost. */
int netlink_await(const struct netlink *socket)
{
	struct pollfd ready = { .fd = socket->fd, .events = POLLIN };
	int rc = sys_poll(&ready, 1, TIMEOUT_MS);

	return rc < 0 ? rc : rc == 0 ? -ETIMEDOUT : 0;
}

/*
 * Receives a message from the kernel. Waits only once in all, so other senders cannot keep us here.
 */
static ssize_t receive(const struct netlink *socket, void *buf, size_t size, bool *waited)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		struct iovec part = { .iov_base = buf, .iov_len = size };
		struct msghdr message = { .msg_name = &from,
					  .msg_namelen = sizeof(from),
					  .msg_iov = &part,
					  .msg_iovlen = 1 };
		ssize_t n = sys_recvmsg(socket->fd, &message, MSG_DONTWAIT);

		if (n == -EAGAIN) {
			int rc = *waited ? -ETIMEDOUT : netlink_await(socket);

			if (rc < 0)
				return rc;
			*waited = true;
			continue;
		}
		if (n < 0)
			return n;
		if (from.nl_pid != 0)
			continue;
		return message.msg_flags & MSG_TRUNC ? -EMSGSIZE : n;
	}
}

/* An answer while it is being received. */
struct dialog {
	uint32_t seq;
	uint16_t flags; /* of the request */
	netlink_seen *seen;
	void *arg;
	struct netlink_end *end;
	bool ended, interrupted;
};

static int take_message(struct dialog *dialog, const struct nlmsghdr *message)
{
	int rc;

	if (message->nlmsg_seq != dialog->seq)
		return 0;
	/* Linux 3.1: the dumped list changed between two parts of the dump. */
	dialog->interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	if (netlink_parse_end(message, dialog->end)) {
		dialog->ended = true;
		return dialog->end->err ? -dialog->end->err : dialog->interrupted ? -EINTR : 0;
	}
	rc = dialog->seen ? dialog->seen(message, dialog->arg) : 0;
	/* NLM_F_DUMP is two bits, and each of them alone has another meaning. */
	dialog->ended = (dialog->flags & NLM_F_DUMP) != NLM_F_DUMP && !(dialog->flags & NLM_F_ACK);
	return rc;
}

int netlink_ask(struct netlink *socket, const struct netlink_message *request, netlink_seen *seen,
		void *arg, struct netlink_end *ret_end)
{
	_Alignas(struct nlmsghdr) char buf[RECEIVE_MAX];
	struct dialog dialog = { .seq = ++socket->seq,
				 .flags = request->header->nlmsg_flags,
				 .seen = seen,
				 .arg = arg,
				 .end = ret_end };
	bool waited = false;
	int rc;

	*ret_end = (struct netlink_end){ .err = 0 };
	if (request->is_full)
		return -EMSGSIZE;
	request->header->nlmsg_seq = dialog.seq;
	rc = netlink_send(socket, request->header, request->header->nlmsg_len);
	while (rc == 0 && !dialog.ended) {
		ssize_t got = receive(socket, buf, sizeof(buf), &waited);
		size_t len = got < 0 ? 0 : (size_t)got;
		const struct nlmsghdr *message;
		const void *data = buf;

		if (got < 0)
			rc = (int)got;
		while (rc == 0 && !dialog.ended && (message = netlink_next(&data, &len)) != NULL)
			rc = take_message(&dialog, message);
	}
	return rc;
}
