/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/sockdiag.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include "base/macros.h"

/* include/net/tcp_states.h; an unconnected socket of UDP is in the state "closed" */
enum { STATE_CLOSE = 7, STATE_LISTEN = 10 };

enum { REQUEST_MAX = 128 };

struct seer {
	sockdiag_seen *seen;
	void *arg;
};

bool sockdiag_parse(const struct nlmsghdr *message, uint16_t *ret_port)
{
	const struct inet_diag_msg *body = netlink_body(message, sizeof(*body));

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY || !body)
		return false;
	*ret_port = ntohs(body->id.idiag_sport);
	return true;
}

static int see(const struct nlmsghdr *message, void *arg)
{
	const struct seer *seer = arg;
	uint16_t port;

	return sockdiag_parse(message, &port) ? seer->seen(port, seer->arg) : 0;
}

int sockdiag_list(struct netlink *socket, int family, bool udp, sockdiag_seen *seen, void *arg,
		  struct netlink_end *ret_end)
{
	const struct inet_diag_req_v2 body = {
		.sdiag_family = (uint8_t)family,
		.sdiag_protocol = udp ? IPPROTO_UDP : IPPROTO_TCP,
		.idiag_states = 1u << (udp ? STATE_CLOSE : STATE_LISTEN),
	};
	_Alignas(struct nlmsghdr) char buf[REQUEST_MAX];
	struct seer seer = { seen, arg };
	struct netlink_message message;

	netlink_begin(&message, buf, sizeof(buf), SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &body,
		      sizeof(body));
	return netlink_ask(socket, &message, see, &seer, ret_end);
}
