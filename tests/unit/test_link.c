/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RTM_NEWLINK as the kernel sends it, whole and broken. */
#include "netlink_unit.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "kernel/link.h"
#include "kernel/netnsid.h"

/* struct ifinfomsg: the index is the fifth byte. */
#define INFO(index) 0, 0, 0, 0, index, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
#define NAME 8, 0, 3, 0, 'b', 'l', 'u', 0
#define GROUP 8, 0, 27, 0, 1, 2, 0, 0
#define PEER 8, 0, 5, 0, 4, 0, 0, 0
#define PEER_NSID 8, 0, 37, 0, 6, 0, 0, 0
#define ALIAS 8, 0, 20, 0, 'a', 'b', 'c', 0
#define KIND(c) 16, 0, 18, 0, 9, 0, 1, 0, 'v', 'e', 't', c, 0, 0, 0, 0
#define KIND_LONGER 16, 0, 18, 0, 10, 0, 1, 0, 'v', 'e', 't', 'h', 'x', 0, 0, 0

struct link_row {
	const char *name;
	unsigned char bytes[128];
	bool is_link;
	struct link link;
};

static const struct link_row rows[] = {
	{ "a veth",
	  { HEADER(88, RTM_NEWLINK, 0), INFO(3), NAME, GROUP, PEER, PEER_NSID, ALIAS, KIND('h') },
	  true,
	  { 3, "blu", "abc", 0x201, true, 4, 6 } },
	{ "its peer is in the same namespace",
	  { HEADER(64, RTM_NEWLINK, 0), INFO(3), NAME, PEER, KIND('h') },
	  true,
	  { 3, "blu", "", 0, true, 4, NETNSID_NONE } },
	{ "another kind",
	  { HEADER(56, RTM_NEWLINK, 0), INFO(3), NAME, KIND('x') },
	  true,
	  { 3, "blu", "", 0, false, 0, NETNSID_NONE } },
	{ "a kind that begins like it",
	  { HEADER(56, RTM_NEWLINK, 0), INFO(3), NAME, KIND_LONGER },
	  true,
	  { 3, "blu", "", 0, false, 0, NETNSID_NONE } },
	{ "nothing but its index",
	  { HEADER(32, RTM_NEWLINK, 0), INFO(9) },
	  true,
	  { 9, "", "", 0, false, 0, NETNSID_NONE } },
	{ "an attribute that is not whole",
	  { HEADER(36, RTM_NEWLINK, 0), INFO(9), NAME },
	  true,
	  { 9, "", "", 0, false, 0, NETNSID_NONE } },
	{ "too short", { HEADER(28, RTM_NEWLINK, 0), INFO(9) }, false, { 0 } },
	{ "another message", { HEADER(32, RTM_DELLINK, 0), INFO(9) }, false, { 0 } },
};

static void parse(void **state)
{
	const struct link_row *row = *state;
	_Alignas(8) unsigned char buf[sizeof(row->bytes)];
	struct link link;

	memcpy(buf, row->bytes, sizeof(buf));
	assert_int_equal(link_parse((const void *)buf, &link), row->is_link);
	if (!row->is_link)
		return;
	assert_int_equal(link.index, row->link.index);
	assert_string_equal(link.name, row->link.name);
	assert_string_equal(link.alias, row->link.alias);
	assert_int_equal(link.group, row->link.group);
	assert_int_equal(link.is_veth, row->link.is_veth);
	assert_int_equal(link.peer, row->link.peer);
	assert_int_equal(link.peer_nsid, row->link.peer_nsid);
}

int main(void)
{
	NETLINK_UNIT_LOAD();
	UNIT_ADD_ROWS(parse, rows);
	return unit_run("link");
}
