/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/cidr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

int cidr_parse(const char *text, size_t len, struct cidr *ret)
{
	const char *slash = memchr(text, '/', len);
	struct cidr cidr = { .family = AF_INET };
	char address[INET6_ADDRSTRLEN];
	uint64_t prefix;

	if (!slash || (size_t)(slash - text) >= sizeof(address))
		return -EINVAL;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	if (strchr(address, ':'))
		cidr.family = AF_INET6;
	if (inet_pton(cidr.family, address, cidr.bytes) != 1)
		return -EINVAL;
	slash++;
	if (parse_digits(slash, len - (size_t)(slash - text), cidr.family == AF_INET ? 32 : 128,
			 &prefix) < 0)
		return -EINVAL;
	cidr.prefix = (uint8_t)prefix;
	*ret = cidr;
	return 0;
}

void cidr_print(const struct cidr *cidr, char buf[CIDR_TEXT])
{
	char address[INET6_ADDRSTRLEN];

	inet_ntop(cidr->family, cidr->bytes, address, sizeof(address));
	snprintf(buf, CIDR_TEXT, "%s/%u", address, cidr->prefix);
}
