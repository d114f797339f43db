/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls_netnsid.h"

#include <errno.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "macros.h"
#include "sys.h"

int netnsid_open(void)
{
	return sys_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

static int send_request(int socket, int netns, uint32_t sequence)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg general;
		_Alignas(NLMSG_ALIGNTO) struct nlattr attribute;
		int32_t fd;
	} request = {
		.header = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETNSID,
			    .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = sequence },
		.general = { .rtgen_family = AF_UNSPEC },
		.attribute = { .nla_len = sizeof(struct nlattr) + sizeof(int32_t),
			       .nla_type = NETNSA_FD },
		.fd = netns,
	};
	struct iovec part = { &request, sizeof(request) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent = sys_sendmsg(socket, &message, 0);

	return sent < 0 ? (int)sent : 0;
}

/* The attribute NETNSA_NSID of the answer. (NLA_ALIGN() mixes signs.) */
static int find_id(const char *at, const char *end, int *ret_id)
{
	struct nlattr attribute;

	while ((size_t)(end - at) >= sizeof(attribute)) {
		size_t left = (size_t)(end - at), len;

		memcpy(&attribute, at, sizeof(attribute));
		len = attribute.nla_len;
		if (len < sizeof(attribute) || len > left)
			break;
		if (attribute.nla_type == NETNSA_NSID && len >= sizeof(attribute) + sizeof(int32_t)) {
			memcpy(ret_id, at + sizeof(attribute), sizeof(int32_t));
			return 0;
		}
		len = (len + NLMSG_ALIGNTO - 1) & ~(size_t)(NLMSG_ALIGNTO - 1);
		at += len < left ? len : left;
	}
	return -EBADMSG;
}

int netnsid_ask(int socket, int netns, int *ret_id)
{
	_Alignas(struct nlmsghdr) char buf[1024];
	const struct nlmsghdr *header = (const void *)buf;
	struct iovec part = { buf, sizeof(buf) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t len;
	int rc = send_request(socket, netns, 1);

	if (rc < 0)
		return rc;
	/* The kernel has answered when sendmsg(2) returns: this does not wait. */
	len = sys_recvmsg(socket, &message, MSG_DONTWAIT);
	if (len < 0)
		return (int)len;
	if ((size_t)len < NLMSG_LENGTH(sizeof(struct rtgenmsg)) || header->nlmsg_len > (size_t)len)
		return -EBADMSG;
	if (header->nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
	return find_id(buf + NLMSG_SPACE(sizeof(struct rtgenmsg)), buf + header->nlmsg_len, ret_id);
}
