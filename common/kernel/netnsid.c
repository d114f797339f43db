/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/netnsid.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/macros.h"
#include "kernel/sys.h"

/* linux/net_namespace.h of Linux 4.20 */
enum { ATTR_NSID = 1, ATTR_FD = 3, ATTR_TARGET = 4, ATTR_CURRENT = 5, N_ATTRS };

/* ---- messages ---- */

void netnsid_build(const struct netnsid_request *request, void *buf, struct netlink_message *ret)
{
	const struct rtgenmsg body = { .rtgen_family = AF_UNSPEC };
	int flags = (request->set ? NLM_F_ACK : 0) | (request->dump ? NLM_F_DUMP : 0);

	netlink_begin(ret, buf, NETNSID_REQUEST_MAX, request->set ? RTM_NEWNSID : RTM_GETNSID,
		      (uint16_t)flags, &body, sizeof(body));
	if (request->fd >= 0)
		netlink_put_u32(ret, ATTR_FD, (uint32_t)request->fd);
	if (request->set || request->nsid >= 0)
		netlink_put_u32(ret, ATTR_NSID, (uint32_t)request->nsid);
	if (request->target >= 0)
		netlink_put_u32(ret, ATTR_TARGET, (uint32_t)request->target);
}

bool netnsid_parse(const struct nlmsghdr *message, struct netnsid_reply *ret)
{
	const struct nlattr *table[N_ATTRS];

	if (message->nlmsg_type != RTM_NEWNSID)
		return false;
	*ret = (struct netnsid_reply){ .nsid = NETNSID_UNKNOWN, .current = NETNSID_NONE };
	netlink_attributes(message, sizeof(struct rtgenmsg), table, N_ATTRS);
	netlink_get(table[ATTR_NSID], &ret->nsid, sizeof(ret->nsid));
	netlink_get(table[ATTR_CURRENT], &ret->current, sizeof(ret->current));
	return true;
}

bool netnsid_parse_answer(const void *data, size_t len, uint32_t *ret_seq, int32_t *ret_id)
{
	const struct nlmsghdr *header = data;
	struct netnsid_reply reply;

	if (len < sizeof(*header))
		return false;
	if (header->nlmsg_type != NLMSG_ERROR && header->nlmsg_type != RTM_NEWNSID)
		return false;
	*ret_seq = header->nlmsg_seq;
	header = netlink_next(&data, &len);
	*ret_id = header && netnsid_parse(header, &reply) ? reply.nsid : NETNSID_UNKNOWN;
	return true;
}

/* ---- one request ---- */

int netnsid_open(struct netlink *ret, struct diag *diag)
{
	return netlink_open(ret, NETLINK_ROUTE, diag);
}

struct seer {
	netnsid_seen *seen;
	void *arg;
};

static int see(const struct nlmsghdr *message, void *arg)
{
	const struct seer *seer = arg;
	struct netnsid_reply reply;

	return netnsid_parse(message, &reply) ? seer->seen(&reply, seer->arg) : 0;
}

int netnsid_ask(struct netlink *socket, const struct netnsid_request *request, netnsid_seen *seen,
		void *arg, struct netlink_end *ret_end)
{
	_Alignas(struct nlmsghdr) char buf[NETNSID_REQUEST_MAX];
	struct seer seer = { seen, arg };
	struct netlink_message message;

	netnsid_build(request, buf, &message);
	return netlink_ask(socket, &message, seen ? see : NULL, &seer, ret_end);
}

static int is_there(const struct netnsid_reply *reply, void *arg)
{
	(void)reply;
	(void)arg;
	return 1;
}

int netnsid_any(struct netlink *socket)
{
	const struct netnsid_request all = { .dump = true, .fd = -1, .nsid = -1, .target = -1 };
	struct netlink_end end;

	return netnsid_ask(socket, &all, is_there, NULL, &end);
}

/* ---- many requests at a time ---- */

enum {
	BATCH = 64,         /* their answers fit into the smallest receive buffer */
	QUESTION_SIZE = 28, /* header, struct rtgenmsg, one attribute */
	ANSWER_SIZE = 128,  /* the largest is an error with a message that quotes the request */
};

/* The kernel sends each answer as a datagram of its own. */
struct datagrams {
	struct mmsghdr headers[BATCH];
	struct iovec parts[BATCH];
	struct sockaddr_nl from[BATCH];
	_Alignas(struct nlmsghdr) char bufs[BATCH][ANSWER_SIZE];
};

/* Receives at least one of n datagrams. Their number, or -errno. All calls together wait once. */
static int receive(const struct netlink *socket, struct datagrams *datagrams, size_t n,
		   bool *waited)
{
	int rc;

	for (size_t i = 0; i < n; i++) {
		datagrams->parts[i] = (struct iovec){ datagrams->bufs[i], ANSWER_SIZE };
		datagrams->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &datagrams->from[i],
			.msg_namelen = sizeof(datagrams->from[i]),
			.msg_iov = &datagrams->parts[i],
			.msg_iovlen = 1,
		};
	}
	rc = sys_recvmmsg(socket->fd, datagrams->headers, (unsigned)n, MSG_DONTWAIT);
	while (rc == -EAGAIN) {
		rc = *waited ? -ETIMEDOUT : netlink_await(socket);
		*waited = true;
		if (rc == 0)
			rc = sys_recvmmsg(socket->fd, datagrams->headers, (unsigned)n,
					  MSG_DONTWAIT);
	}
	return rc == 0 ? -ENODATA : rc;
}

/* Numbers the requests from socket->seq + 1, in the order of the descriptors. */
static int ask(const struct netlink *socket, const int *fds, size_t n)
{
	_Alignas(struct nlmsghdr) char buf[BATCH * QUESTION_SIZE + NETNSID_REQUEST_MAX];
	struct netnsid_request request = { .nsid = -1, .target = -1 };
	struct netlink_message message;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		request.fd = fds[i];
		netnsid_build(&request, buf + len, &message);
		message.header->nlmsg_seq = socket->seq + 1 + (uint32_t)i;
		len += message.header->nlmsg_len;
	}
	return netlink_send(socket, buf, len);
}

static int lookup_batch(struct netlink *socket, const int *fds, size_t n, int32_t *ret)
{
	uint32_t first = socket->seq + 1;
	struct datagrams datagrams;
	bool waited = false;
	size_t left = n;
	int rc = ask(socket, fds, n);

	socket->seq += (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		ret[i] = NETNSID_UNKNOWN;
	while (rc >= 0 && left > 0) {
		rc = receive(socket, &datagrams, left, &waited);
		for (int i = 0; i < rc; i++) {
			uint32_t seq;
			int32_t id;

			if (datagrams.from[i].nl_pid != 0 || /* another process sent it */
			    !netnsid_parse_answer(datagrams.bufs[i], datagrams.headers[i].msg_len,
						  &seq, &id) ||
			    seq - first >= n)
				continue;
			left--;
			ret[seq - first] = id;
		}
	}
	return rc < 0 ? rc : 0;
}

int netnsid_lookup(struct netlink *socket, const int *fds, size_t n, int32_t *ret)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i += BATCH)
		rc = lookup_batch(socket, fds + i, n - i < BATCH ? n - i : BATCH, ret + i);
	return rc;
}
