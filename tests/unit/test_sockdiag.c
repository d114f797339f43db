/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer for a socket as the kernel sends it, whole and broken. */
#include "netlink_unit.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <string.h>

#include "kernel/sockdiag.h"

static bool parse(uint16_t type, size_t len, uint16_t *ret_port)
{
	_Alignas(8) unsigned char buf[sizeof(struct nlmsghdr) + sizeof(struct inet_diag_msg)] = { 0 };
	struct nlmsghdr *header = (void *)buf;
	struct inet_diag_msg answer = { .idiag_state = 10 };

	header->nlmsg_len = (uint32_t)len;
	header->nlmsg_type = type;
	answer.id.idiag_sport = htons(8080);
	memcpy(buf + sizeof(*header), &answer, sizeof(answer));
	return sockdiag_parse(header, ret_port);
}

static void a_port_is_in_the_order_of_the_host(void **state)
{
	uint16_t port = 0;

	(void)state;
	assert_true(parse(SOCK_DIAG_BY_FAMILY, sizeof(struct nlmsghdr) + sizeof(struct inet_diag_msg), &port));
	assert_int_equal(port, 8080);
}

static void broken_messages_are_none(void **state)
{
	uint16_t port = 7;

	(void)state;
	assert_false(parse(SOCK_DIAG_BY_FAMILY, sizeof(struct nlmsghdr) + 8, &port));
	assert_false(parse(NLMSG_NOOP, sizeof(struct nlmsghdr) + sizeof(struct inet_diag_msg), &port));
	assert_int_equal(port, 7);
}

int main(void)
{
	NETLINK_UNIT_LOAD();
	UNIT_ADD(a_port_is_in_the_order_of_the_host);
	UNIT_ADD(broken_messages_are_none);
	return unit_run("sockdiag");
}
