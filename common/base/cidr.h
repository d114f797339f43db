/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses with the length of their network's prefix: "10.0.0.1/24", "fd00::1/64". Pure. */
#ifndef XNS_BASE_CIDR_H
#define XNS_BASE_CIDR_H

#include <stddef.h>
#include <stdint.h>

struct cidr {
	int family; /* AF_INET or AF_INET6 */
	uint8_t prefix;
	uint8_t bytes[16]; /* in network order; AF_INET uses the first four */
};

/* Parses len bytes of text, which must have a prefix length. 0, or -EINVAL with *ret untouched. */
int cidr_parse(const char *text, size_t len, struct cidr *ret);

/* The text of an address, as cidr_print() writes it. */
enum { CIDR_TEXT = 46 + 4 };
void cidr_print(const struct cidr *cidr, char buf[CIDR_TEXT]);

#endif
