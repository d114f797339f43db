/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/nsid.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/library.h"
#include "kernel/netnsid.h"
#include "kernel/sys.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif
/* linux/net_namespace.h of Linux 4.20 */
enum { ATTR_NSID = 1, ATTR_FD = 3, ATTR_TARGET = 4, ATTR_CURRENT = 5 };

static struct {
	__typeof__(mnl_nlmsg_put_header) *put_header;
	__typeof__(mnl_nlmsg_put_extra_header) *put_extra_header;
	__typeof__(mnl_attr_put_u32) *put_u32;
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
	LIBRARY_SYMBOL(mnl.put_u32, mnl_attr_put_u32),
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

LIBRARY_NOTE(LIBMNL_SONAME, "libmnl", "rtnetlink: the nsids of xnetns");

int nsid_load(struct diag *diag)
{
	const char *text = "";
	int rc;

	if (mnl.put_header)
		return 0;
	rc = library_load(LIBMNL_SONAME, symbols, ARRAY_LEN(symbols), &text);
	return rc < 0 ? diag_set(diag, 0, "cannot load the library for rtnetlink: %s", text) : 0;
}

/* ---- messages ---- */

size_t nsid_build(const struct nsid_request *request, void *buf)
{
	struct nlmsghdr *header = mnl.put_header(buf);
	struct rtgenmsg *body;

	header->nlmsg_type = request->set ? RTM_NEWNSID : RTM_GETNSID;
	header->nlmsg_flags = NLM_F_REQUEST;
	if (request->set)
		header->nlmsg_flags |= NLM_F_ACK;
	if (request->dump)
		header->nlmsg_flags |= NLM_F_DUMP;
	header->nlmsg_seq = request->seq;
	body = mnl.put_extra_header(header, sizeof(*body));
	body->rtgen_family = AF_UNSPEC;
	if (request->fd >= 0)
		mnl.put_u32(header, ATTR_FD, (uint32_t)request->fd);
	if (request->set || request->nsid >= 0)
		mnl.put_u32(header, ATTR_NSID, (uint32_t)request->nsid);
	if (request->target >= 0)
		mnl.put_u32(header, ATTR_TARGET, (uint32_t)request->target);
	return header->nlmsg_len;
}

/* The attributes from here to the end of the message, as far as they are whole. */
#define FOR_EACH_ATTR(attr, header, from)                                                       \
	for ((attr) = (const void *)(from);                                                     \
	     mnl.attr_ok((attr), (int)((const char *)(header) + (header)->nlmsg_len -           \
				       (const char *)(attr)));                                  \
	     (attr) = mnl.next_attr(attr))

static void parse_ids(const struct nlmsghdr *header, struct nsid_reply *ret)
{
	const char *body = mnl.payload(header);
	const struct nlattr *attr;

	if (mnl.payload_len(header) < sizeof(struct rtgenmsg))
		return;
	FOR_EACH_ATTR(attr, header, body + netnsid_align(sizeof(struct rtgenmsg))) {
		int32_t value;

		if (mnl.attr_payload_len(attr) != sizeof(value))
			continue;
		memcpy(&value, mnl.attr_payload(attr), sizeof(value));
		if (mnl.attr_type(attr) == ATTR_NSID)
			ret->nsid = value;
		else if (mnl.attr_type(attr) == ATTR_CURRENT)
			ret->current = value;
	}
}

/* What the kernel says beyond the number, behind the request that it quotes, or its header. */
static void parse_words(const struct nlmsghdr *header, size_t skip, struct nsid_reply *ret)
{
	const char *body = mnl.payload(header);
	const struct nlattr *attr;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || mnl.payload_len(header) < skip)
		return;
	FOR_EACH_ATTR(attr, header, body + skip) {
		if (mnl.attr_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(ret->text, sizeof(ret->text), "%.*s",
				 (int)mnl.attr_payload_len(attr),
				 (const char *)mnl.attr_payload(attr));
	}
}

/* The errno value of a result, which is negative for an error. */
static int error_of(int32_t result)
{
	if (result == INT32_MIN) /* has no positive counterpart */
		return EBADMSG;
	return result < 0 ? -result : result;
}

/* NLMSG_ERROR: an error, or with the number 0 an acknowledgement. */
static void parse_error(const struct nlmsghdr *header, struct nsid_reply *ret)
{
	const struct nlmsgerr *error = mnl.payload(header);
	size_t quoted = sizeof(struct nlmsghdr);

	ret->done = true;
	if (mnl.payload_len(header) < sizeof(*error)) {
		ret->err = EBADMSG;
		return;
	}
	ret->err = error_of(error->error);
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		quoted = error->msg.nlmsg_len;
	if (quoted < mnl.payload_len(header))
		parse_words(header, sizeof(error->error) + netnsid_align(quoted), ret);
}

/* NLMSG_DONE: the end of a dump, with its result. */
static void parse_done(const struct nlmsghdr *header, struct nsid_reply *ret)
{
	int32_t result = 0;

	ret->done = true;
	if (mnl.payload_len(header) < sizeof(result))
		return;
	memcpy(&result, mnl.payload(header), sizeof(result));
	ret->err = result < 0 ? error_of(result) : 0;
	parse_words(header, netnsid_align(sizeof(result)), ret);
}

/* mnl_nlmsg_ok() takes a length beyond 2^31 for a negative one. */
static bool is_whole(const struct nlmsghdr *header, int left)
{
	return mnl.message_ok(header, left) && header->nlmsg_len <= (uint32_t)left;
}

bool nsid_parse(const void **data, size_t *len, struct nsid_reply *ret)
{
	const struct nlmsghdr *header = *data;
	int left = (int)*len;

	for (; is_whole(header, left); header = mnl.next_message(header, &left)) {
		bool known = true;

		*ret = (struct nsid_reply){ .seq = header->nlmsg_seq, .nsid = NETNSID_NONE,
					    .current = NETNSID_NONE };
		if (header->nlmsg_type == NLMSG_ERROR)
			parse_error(header, ret);
		else if (header->nlmsg_type == NLMSG_DONE)
			parse_done(header, ret);
		else if (header->nlmsg_type == RTM_NEWNSID)
			parse_ids(header, ret);
		else
			known = false;
		if (known) {
			*data = mnl.next_message(header, &left);
			*len = left > 0 ? (size_t)left : 0;
			return true;
		}
	}
	return false;
}

/* ---- asking the kernel ---- */

enum { RECEIVE_MAX = 32768 }; /* the kernel fills up to this much with a dump */

int nsid_open(struct diag *diag)
{
	_cleanup_close_ int fd = -1;
	const int on = 1;
	int rc = nsid_load(diag);

	if (rc < 0)
		return rc;
	fd = netnsid_open();
	if (fd < 0)
		return diag_set(diag, -fd, "cannot open an rtnetlink socket");
	/* Words with errors since Linux 4.12; a target in dumps needs the strict check, 4.20. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return take_fd(&fd);
}

/* Only what the kernel itself sends. */
static ssize_t receive_bytes(int socket, void *buf, size_t size)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		struct iovec part = { .iov_base = buf, .iov_len = size };
		struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from),
					  .msg_iov = &part, .msg_iovlen = 1 };
		ssize_t n = sys_recvmsg(socket, &message, MSG_DONTWAIT);

		if (n == -EAGAIN) {
			int rc = netnsid_await(socket);

			if (rc < 0)
				return rc;
			continue;
		}
		if (n < 0)
			return n;
		if (message.msg_flags & MSG_TRUNC)
			return -EMSGSIZE;
		if (from.nl_pid == 0)
			return n;
	}
}

int nsid_ask(int socket, const struct nsid_request *request, nsid_seen *seen, void *arg,
	     char *text, size_t size)
{
	_Alignas(struct nlmsghdr) char buf[RECEIVE_MAX];
	int rc = netnsid_send(socket, buf, nsid_build(request, buf));

	text[0] = '\0';
	while (rc == 0) {
		ssize_t got = receive_bytes(socket, buf, sizeof(buf));
		const void *data = buf;
		struct nsid_reply reply;
		size_t len = got < 0 ? 0 : (size_t)got;

		if (got < 0)
			return (int)got;
		while (rc == 0 && nsid_parse(&data, &len, &reply)) {
			if (reply.seq != request->seq)
				continue;
			if (reply.err) {
				snprintf(text, size, "%s", reply.text);
				return -reply.err;
			}
			if (reply.done)
				return 0;
			rc = seen(&reply, arg);
			if (!request->dump)
				return rc;
		}
	}
	return rc;
}
