/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Input of a netlink socket: every message is passed, none is read beyond its end. */
#include <linux/netlink.h>

#include "base/diag.h"
#include "fuzz.h"
#include "kernel/netnsid.h"

enum { ATTRIBUTES = 8 };

/* Each attribute lies in the message, and so does what is in it. */
static void look_into(const struct nlmsghdr *message, size_t body)
{
	const char *end = (const char *)message + message->nlmsg_len;
	const struct nlattr *table[ATTRIBUTES], *inner[ATTRIBUTES];

	netlink_attributes(message, body, table, ATTRIBUTES);
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		HOLDS(!table[i] || (const char *)table[i] + table[i]->nla_len <= end);
		netlink_nested(table[i], inner, ATTRIBUTES);
		for (size_t k = 0; k < ATTRIBUTES; k++)
			HOLDS(!inner[k] || (const char *)inner[k] + inner[k]->nla_len <=
						   (const char *)table[i] + table[i]->nla_len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nlmsghdr *message;
	struct netnsid_reply reply;
	struct netlink_end end;
	struct diag diag;
	const void *at;
	/* malloc(3) aligns for a header. */
	uint8_t *copy = malloc(size + 1);
	size_t left = size, messages = 0;
	uint32_t seq;
	int32_t id;

	HOLDS(copy && netlink_load(&diag) == 0);
	if (size > 0)
		memcpy(copy, data, size);
	for (at = copy; (message = netlink_next(&at, &left)) != NULL; messages++) {
		HOLDS(left < size);
		HOLDS(message->nlmsg_len >= sizeof(*message));
		netlink_parse_end(message, &end);
		HOLDS(memchr(end.text, '\0', sizeof(end.text)));
		HOLDS(end.err >= 0);
		netnsid_parse(message, &reply);
		look_into(message, sizeof(uint32_t));
	}
	HOLDS(messages <= size / sizeof(struct nlmsghdr));
	if (netnsid_parse_answer(copy, size, &seq, &id))
		HOLDS(size >= sizeof(struct nlmsghdr));
	free(copy);
	return 0;
}
