/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses with a prefix, read and printed. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cidr.h"

struct cidr_row {
	const char *name, *text;
	int family;        /* 0: refused */
	const char *again; /* as it is printed; NULL: the same */
};

static const struct cidr_row rows[] = {
	{ "IPv4", "10.0.0.1/24", AF_INET, NULL },
	{ "IPv4, no prefix bits", "10.0.0.1/0", AF_INET, NULL },
	{ "IPv4, all prefix bits", "255.255.255.255/32", AF_INET, NULL },
	{ "IPv4, a bit too many", "10.0.0.1/33", 0, NULL },
	{ "IPv6", "fd00::1/64", AF_INET6, NULL },
	{ "IPv6, long", "fd00:0:0:0:0:0:0:1/128", AF_INET6, "fd00::1/128" },
	{ "IPv6 with an IPv4 part", "::ffff:10.0.0.1/96", AF_INET6, NULL },
	{ "IPv6, the longest", "1111:2222:3333:4444:5555:6666:123.123.123.123/128", AF_INET6,
	  "1111:2222:3333:4444:5555:6666:7b7b:7b7b/128" },
	{ "IPv6, a bit too many", "fd00::1/129", 0, NULL },
	{ "no prefix", "10.0.0.1", 0, NULL },
	{ "an empty prefix", "10.0.0.1/", 0, NULL },
	{ "a signed prefix", "10.0.0.1/+8", 0, NULL },
	{ "two prefixes", "10.0.0.1/8/8", 0, NULL },
	{ "no address", "/24", 0, NULL },
	{ "three bytes", "10.0.1/24", 0, NULL },
	{ "octal", "010.0.0.1/24", 0, NULL },
	{ "a name", "localhost/8", 0, NULL },
	{ "a zone", "fe80::1%lo/64", 0, NULL },
	{ "blanks", " 10.0.0.1/24", 0, NULL },
	{ "very long", "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/64", 0, NULL },
	{ "empty", "", 0, NULL },
};

static void cidr(void **state)
{
	const struct cidr_row *row = *state;
	struct cidr cidr = { .family = -1 };
	char again[CIDR_TEXT], longer[80];

	/* The text ends where the length says. */
	snprintf(longer, sizeof(longer), "%s9", row->text);
	if (!row->family) {
		assert_int_equal(cidr_parse(row->text, strlen(row->text), &cidr), -EINVAL);
		assert_int_equal(cidr.family, -1);
		return;
	}
	assert_int_equal(cidr_parse(longer, strlen(row->text), &cidr), 0);
	assert_int_equal(cidr.family, row->family);
	cidr_print(&cidr, again);
	assert_string_equal(again, row->again ? row->again : row->text);
}

int main(void)
{
	UNIT_ADD_ROWS(cidr, rows);
	return unit_run("cidr");
}
