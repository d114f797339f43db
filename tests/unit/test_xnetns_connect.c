/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of the ends of a connection, and the arguments of its options. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "kernel/link.h"
#include "xnetns/connect.h"

struct name_row {
	const char *name, *space, *link;
};

static const struct name_row name_rows[] = {
	{ "name: as the namespace", "blue", "blue" },
	{ "name: 15 bytes", "fifteen-bytes-x", "fifteen-bytes-x" },
	{ "name: 16 bytes", "sixteen-bytes-xx", "sixteen-by-c221" },
	{ "name: 16 bytes with another end", "sixteen-bytes-xy", "sixteen-by-c292" },
	{ "name: a colon", "a:b", "a_b-8dfd" },
	{ "name: a space", "a b", "a_b-e951" },
	{ "name: a newline", "a\nb", "a_b-eff4" },
	{ "name: three dots", "...", "..." },
	{ "name: where we are", ".", "outer" },
};

static void link_name(void **state)
{
	const struct name_row *row = *state;
	char link[LINK_NAME_SIZE];

	connect_link_name(row->space, link);
	assert_string_equal(link, row->link);
	assert_true(connect_link_name_is_valid(link));
}

struct valid_row {
	const char *name, *link;
	bool valid;
};

static const struct valid_row valid_rows[] = {
	{ "interface: ordinary", "veth0", true },
	{ "interface: 15 bytes", "123456789012345", true },
	{ "interface: 16 bytes", "1234567890123456", false },
	{ "interface: empty", "", false },
	{ "interface: a dot", ".", false },
	{ "interface: two dots", "..", false },
	{ "interface: a slash", "a/b", false },
	{ "interface: a colon", "a:b", false },
	{ "interface: a space", "a b", false },
	{ "interface: a vertical tab", "a\vb", false },
	{ "interface: a byte that is no ASCII", "\xc3\xa4", true },
};

static void valid(void **state)
{
	const struct valid_row *row = *state;

	assert_int_equal(connect_link_name_is_valid(row->link), row->valid);
}

struct names_row {
	const char *name, *text, *first, *second; /* first NULL: refused */
};

static const struct names_row names_rows[] = {
	{ "--names: two", "a,b", "a", "b" },
	{ "--names: the same", "eth0,eth0", "eth0", "eth0" },
	{ "--names: of 15 bytes", "123456789012345,abcdefghijklmno", "123456789012345",
	  "abcdefghijklmno" },
	{ "--names: the first too long", "1234567890123456,b", NULL, NULL },
	{ "--names: the second too long", "a,1234567890123456", NULL, NULL },
	{ "--names: one", "a", NULL, NULL },
	{ "--names: three", "a,b,c", NULL, NULL },
	{ "--names: an empty one", ",b", NULL, NULL },
	{ "--names: an empty second one", "a,", NULL, NULL },
	{ "--names: a dot", "a,.", NULL, NULL },
};

static void names(void **state)
{
	const struct names_row *row = *state;
	struct connect_options options = { .n_addresses = 0 };

	assert_int_equal(connect_parse_names(row->text, &options), row->first ? 0 : -EINVAL);
	assert_int_equal(options.named, row->first != NULL);
	assert_string_equal(options.names[0], row->first ? row->first : "");
	assert_string_equal(options.names[1], row->first ? row->second : "");
}

struct mtu_row {
	const char *name, *text;
	uint32_t mtu; /* 0: refused */
};

static const struct mtu_row mtu_rows[] = {
	{ "--mtu: the least", "68", 68 },
	{ "--mtu: the most", "65535", 65535 },
	{ "--mtu: too little", "67", 0 },
	{ "--mtu: too much", "65536", 0 },
	{ "--mtu: 2^32 + 68", "4294967364", 0 },
	{ "--mtu: no number", "1500x", 0 },
	{ "--mtu: empty", "", 0 },
};

static void mtu(void **state)
{
	const struct mtu_row *row = *state;
	struct connect_options options = { .mtu = 0 };

	assert_int_equal(connect_parse_mtu(row->text, &options), row->mtu ? 0 : -EINVAL);
	assert_int_equal(options.mtu, row->mtu);
}

struct addresses_row {
	const char *name, *text;
	bool accepted, ipv6;
};

static const struct addresses_row addresses_rows[] = {
	{ "--address: IPv4", "10.0.0.1/24,10.0.0.2/24", true, false },
	{ "--address: IPv6", "fd00::1/64,fd00::2/64", true, true },
	{ "--address: two families", "10.0.0.1/24,fd00::2/64", false, false },
	{ "--address: one", "10.0.0.1/24", false, false },
	{ "--address: three", "10.0.0.1/24,10.0.0.2/24,10.0.0.3/24", false, false },
	{ "--address: without a prefix", "10.0.0.1,10.0.0.2/24", false, false },
	{ "--address: the second without a prefix", "10.0.0.1/24,10.0.0.2", false, false },
	{ "--address: an empty one", ",10.0.0.2/24", false, false },
};

static void addresses(void **state)
{
	const struct addresses_row *row = *state;
	struct connect_options options = { .n_addresses = 0 };

	assert_int_equal(connect_parse_addresses(row->text, &options), row->accepted ? 0 : -EINVAL);
	assert_int_equal(options.n_addresses, row->accepted);
	assert_int_equal(connect_uses_ipv6(&options), row->ipv6);
}

static void only_so_many_addresses(void **state)
{
	struct connect_options options = { .n_addresses = 0 };

	(void)state;
	for (int i = 0; i < CONNECT_ADDRESSES_MAX; i++)
		assert_int_equal(connect_parse_addresses("10.0.0.1/24,10.0.0.2/24", &options), 0);
	assert_int_equal(connect_parse_addresses("10.0.0.1/24,10.0.0.2/24", &options), -EINVAL);
	assert_int_equal(options.n_addresses, CONNECT_ADDRESSES_MAX);
}

int main(void)
{
	UNIT_ADD_ROWS(link_name, name_rows);
	UNIT_ADD_ROWS(valid, valid_rows);
	UNIT_ADD_ROWS(names, names_rows);
	UNIT_ADD_ROWS(mtu, mtu_rows);
	UNIT_ADD_ROWS(addresses, addresses_rows);
	UNIT_ADD(only_so_many_addresses);
	return unit_run("xnetns_connect");
}
