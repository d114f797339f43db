/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/link.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cidr.h"
#include "base/macros.h"
#include "kernel/netnsid.h"

/* linux/veth.h of Linux 2.6.24 */
enum { ATTR_VETH_PEER = 1 };

enum { REQUEST_MAX = 512 }; /* the longest request sets an alias */

static const char veth[] = "veth";

/* ---- messages ---- */

static void put_text(struct netlink_message *message, uint16_t type, const char *text)
{
	netlink_put(message, type, text, strlen(text) + 1);
}

/* The caller adds the attributes. */
static void begin(struct netlink_message *ret, void *buf, uint16_t type, int flags,
		  const struct ifinfomsg *body)
{
	netlink_begin(ret, buf, REQUEST_MAX, type, (uint16_t)flags, body, sizeof(*body));
}

static void parse_kind(const struct nlattr *info, struct link *ret)
{
	const struct nlattr *table[IFLA_INFO_KIND + 1];
	char kind[sizeof(veth)];

	netlink_nested(info, table, ARRAY_LEN(table));
	ret->is_veth = netlink_get(table[IFLA_INFO_KIND], kind, sizeof(kind)) &&
		       memcmp(kind, veth, sizeof(kind)) == 0;
}

bool link_parse(const struct nlmsghdr *message, struct link *ret)
{
	const struct nlattr *table[IFLA_LINK_NETNSID + 1];
	const struct ifinfomsg *body = netlink_body(message, sizeof(*body));

	if (message->nlmsg_type != RTM_NEWLINK || !body)
		return false;
	*ret = (struct link){ .index = body->ifi_index, .peer_nsid = NETNSID_NONE };
	netlink_attributes(message, sizeof(*body), table, ARRAY_LEN(table));
	netlink_get_text(table[IFLA_IFNAME], ret->name, sizeof(ret->name));
	netlink_get_text(table[IFLA_IFALIAS], ret->alias, sizeof(ret->alias));
	netlink_get(table[IFLA_GROUP], &ret->group, sizeof(ret->group));
	netlink_get(table[IFLA_LINK], &ret->peer, sizeof(ret->peer));
	netlink_get(table[IFLA_LINK_NETNSID], &ret->peer_nsid, sizeof(ret->peer_nsid));
	parse_kind(table[IFLA_LINKINFO], ret);
	return true;
}

/* ---- asking ---- */

struct seer {
	link_seen *seen;
	void *arg;
};

static int see(const struct nlmsghdr *message, void *arg)
{
	const struct seer *seer = arg;
	struct link link;

	return link_parse(message, &link) ? seer->seen(&link, seer->arg) : 0;
}

static int copy(const struct link *link, void *arg)
{
	*(struct link *)arg = *link;
	return 0;
}

int link_find(struct netlink *socket, const char *name, int index, struct link *ret,
	      struct netlink_end *ret_end)
{
	const struct ifinfomsg body = { .ifi_index = name ? 0 : index };
	_Alignas(struct nlmsghdr) char buf[REQUEST_MAX];
	struct seer seer = { copy, ret };
	struct netlink_message message;
	int rc;

	*ret = (struct link){ .index = 0 };
	begin(&message, buf, RTM_GETLINK, 0, &body);
	if (name)
		put_text(&message, IFLA_IFNAME, name);
	rc = netlink_ask(socket, &message, see, &seer, ret_end);
	return rc == 0 && ret->index == 0 ? -ENODEV : rc;
}

int link_list(struct netlink *socket, link_seen *seen, void *arg, struct netlink_end *ret_end)
{
	const struct ifinfomsg body = { .ifi_family = AF_UNSPEC };
	_Alignas(struct nlmsghdr) char buf[REQUEST_MAX];
	struct seer seer = { seen, arg };
	struct netlink_message message;

	begin(&message, buf, RTM_GETLINK, NLM_F_DUMP, &body);
	return netlink_ask(socket, &message, see, &seer, ret_end);
}

static void put_end(struct netlink_message *message, const struct link_end *end, uint32_t mtu,
		    uint32_t group)
{
	put_text(message, IFLA_IFNAME, end->name);
	netlink_put_u32(message, IFLA_GROUP, group);
	netlink_put_u32(message, IFLA_NET_NS_FD, (uint32_t)end->ns);
	if (mtu)
		netlink_put_u32(message, IFLA_MTU, mtu);
}

int link_create_veth(struct netlink *socket, const struct link_end ends[2], uint32_t mtu,
		     uint32_t group, struct netlink_end *ret_end)
{
	const struct ifinfomsg body = { .ifi_family = AF_UNSPEC };
	_Alignas(struct nlmsghdr) char buf[REQUEST_MAX];
	struct nlattr *info, *data, *peer;
	struct netlink_message message;

	begin(&message, buf, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body);
	put_end(&message, &ends[0], mtu, group);
	info = netlink_nest(&message, IFLA_LINKINFO);
	put_text(&message, IFLA_INFO_KIND, veth);
	data = netlink_nest(&message, IFLA_INFO_DATA);
	peer = netlink_nest(&message, ATTR_VETH_PEER);
	netlink_put_header(&message, &body, sizeof(body));
	put_end(&message, &ends[1], mtu, group);
	netlink_end_nest(&message, peer);
	netlink_end_nest(&message, data);
	netlink_end_nest(&message, info);
	return netlink_ask(socket, &message, NULL, NULL, ret_end);
}

int link_set_alias(struct netlink *socket, int index, const char *alias, uint32_t group,
		   struct netlink_end *ret_end)
{
	const struct ifinfomsg body = { .ifi_index = index };
	_Alignas(struct nlmsghdr) char buf[REQUEST_MAX];
	struct netlink_message message;

	begin(&message, buf, RTM_SETLINK, NLM_F_ACK, &body);
	netlink_put(&message, IFLA_IFALIAS, alias, strlen(alias));
	netlink_put_u32(&message, IFLA_GROUP, group);
	return netlink_ask(socket, &message, NULL, NULL, ret_end);
}

int link_set_up(struct netlink *socket, int index, struct netlink_end *ret_end)
{
	const struct ifinfomsg body = { .ifi_index = index,
					.ifi_flags = IFF_UP,
					.ifi_change = IFF_UP };
	_Alignas(struct nlmsghdr) char buf[REQUEST_MAX];
	struct netlink_message message;

	begin(&message, buf, RTM_SETLINK, NLM_F_ACK, &body);
	return netlink_ask(socket, &message, NULL, NULL, ret_end);
}

int link_delete(struct netlink *socket, int index, struct netlink_end *ret_end)
{
	const struct ifinfomsg body = { .ifi_index = index };
	_Alignas(struct nlmsghdr) char buf[REQUEST_MAX];
	struct netlink_message message;

	begin(&message, buf, RTM_DELLINK, NLM_F_ACK, &body);
	return netlink_ask(socket, &message, NULL, NULL, ret_end);
}

int link_add_address(struct netlink *socket, int index, const struct cidr *address,
		     struct netlink_end *ret_end)
{
	const struct ifaddrmsg body = {
		.ifa_family = (uint8_t)address->family,
		.ifa_prefixlen = address->prefix,
		.ifa_flags = address->family == AF_INET6 ? IFA_F_NODAD : 0,
		.ifa_index = (uint32_t)index,
	};
	_Alignas(struct nlmsghdr) char buf[REQUEST_MAX];
	size_t size = address->family == AF_INET ? 4 : 16;
	struct netlink_message message;

	netlink_begin(&message, buf, sizeof(buf), RTM_NEWADDR,
		      NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	netlink_put(&message, IFA_LOCAL, address->bytes, size);
	netlink_put(&message, IFA_ADDRESS, address->bytes, size);
	return netlink_ask(socket, &message, NULL, NULL, ret_end);
}
