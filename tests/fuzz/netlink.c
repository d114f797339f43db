/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes from a netlink socket: every message is passed, none is read beyond its end. */
#include <linux/netlink.h>

#include "base/diag.h"
#include "fuzz.h"
#include "kernel/netnsid.h"
#include "xnetns/nsid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct netnsid_answer answer;
	struct nsid_reply reply;
	struct diag diag;
	const void *at;
	/* malloc(3) aligns for a header. */
	uint8_t *copy = malloc(size + 1);
	size_t left = size, messages = 0;

	HOLDS(copy && nsid_load(&diag) == 0);
	if (size > 0)
		memcpy(copy, data, size);
	for (at = copy; nsid_parse(&at, &left, &reply); messages++) {
		HOLDS(left < size);
		HOLDS(memchr(reply.text, '\0', sizeof(reply.text)));
		HOLDS(reply.err >= 0);
	}
	HOLDS(messages <= size / sizeof(struct nlmsghdr));
	if (netnsid_take_answer(copy, size, &answer))
		HOLDS(size >= sizeof(struct nlmsghdr));
	free(copy);
	return 0;
}
