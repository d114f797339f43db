/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages about ids of network namespaces: requests are built, answers parsed. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "kernel/netnsid.h"
#include "netnsid_unit.h"

struct build_row {
	const char *name;
	struct netnsid_request request;
	size_t len;
	unsigned char bytes[NETNSID_REQUEST_MAX];
};

/* length, type, flags, sequence number, port; family and padding; attributes: length, type, value. */
static const struct build_row build_rows[] = {
	{ "build: get by descriptor", { .fd = 7, .nsid = -1, .target = -1 }, QUESTION_SIZE,
	  { 28, 0, 0, 0, 90, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0, 7, 0, 0, 0 } },
	{ "build: get by nsid", { .fd = -1, .nsid = 5, .target = -1 }, 28,
	  { 28, 0, 0, 0, 90, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 1, 0, 5, 0, 0, 0 } },
	{ "build: dump", { .dump = true, .fd = -1, .nsid = -1, .target = -1 }, 20,
	  { 20, 0, 0, 0, 90, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
	{ "build: dump of a target", { .dump = true, .fd = -1, .nsid = -1, .target = 9 }, 28,
	  { 28, 0, 0, 0, 90, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 4, 0, 9, 0, 0, 0 } },
	{ "build: set", { .set = true, .fd = 7, .nsid = 300, .target = -1 }, 36,
	  { 36, 0, 0, 0, 88, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0, 7, 0, 0, 0,
	    8, 0, 1, 0, 44, 1, 0, 0 } },
	{ "build: set, the kernel chooses",
	  { .set = true, .fd = 7, .nsid = NETNSID_NONE, .target = -1 }, 36,
	  { 36, 0, 0, 0, 88, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0, 7, 0, 0, 0,
	    8, 0, 1, 0, 255, 255, 255, 255 } },
};

static void build(void **state)
{
	const struct build_row *row = *state;
	_Alignas(8) unsigned char buf[NETNSID_REQUEST_MAX];
	struct netlink_message message;

	memset(buf, 0xee, sizeof(buf));
	netnsid_build(&row->request, buf, &message);
	assert_false(message.is_full);
	assert_int_equal(message.header->nlmsg_len, row->len);
	assert_memory_equal(buf, row->bytes, row->len);
	assert_int_equal(buf[row->len], 0xee);
}

struct row {
	const char *name;
	size_t len;
	unsigned char bytes[48];
	bool taken;
	int32_t id;
};

static const struct row rows[] = {
	{ "an id", 28, { HEADER(28, 88), BODY, 8, 0, 1, 0, 5, 0, 0, 0 }, true, 5 },
	{ "none assigned", 28, { HEADER(28, 88), BODY, 8, 0, 1, 0, 255, 255, 255, 255 }, true, -1 },
	{ "after other attributes", 44,
	  { HEADER(44, 88), BODY, 5, 0, 77, 0, 1, 0, 0, 0, 8, 0, 5, 0, 6, 0, 0, 0, 8, 0, 1, 0, 5 },
	  true, 5 },
	{ "an attribute that is too short", 28, { HEADER(28, 88), BODY, 6, 0, 1, 0, 5 }, true, -2 },
	{ "one that is too long", 32, { HEADER(32, 88), BODY, 12, 0, 1, 0, 5 }, true, -2 },
	{ "one beyond the end", 28, { HEADER(28, 88), BODY, 80, 0, 1, 0, 5 }, true, -2 },
	{ "one without length", 28, { HEADER(28, 88), BODY, 0, 0, 1, 0, 5 }, true, -2 },
	{ "no attribute", 20, { HEADER(20, 88), BODY }, true, -2 },
	{ "no body", 16, { HEADER(16, 88) }, true, -2 },
	{ "a length beyond the data", 28, { HEADER(40, 88), BODY, 8, 0, 1, 0, 5 }, true, -2 },
	{ "an error", 36, { HEADER(36, 2), 234, 255, 255, 255, HEADER(28, 90) }, true, -2 },
	{ "another message", 28, { HEADER(28, 16), BODY, 8, 0, 1, 0, 5 }, false, 0 },
	{ "half a header", 12, { HEADER(28, 88) }, false, 0 },
	{ "nothing", 0, { 0 }, false, 0 },
};

static void answer(void **state)
{
	const struct row *row = *state;
	_Alignas(8) unsigned char buf[sizeof(row->bytes)];
	uint32_t seq;
	int32_t id;

	memcpy(buf, row->bytes, sizeof(buf));
	assert_int_equal(netnsid_parse_answer(buf, row->len, &seq, &id), row->taken);
	if (!row->taken)
		return;
	assert_int_equal(seq, 9);
	assert_int_equal(id, row->id);
}

struct reply_row {
	const char *name;
	unsigned char bytes[48];
	bool parsed;
	struct netnsid_reply reply;
};

#define CURRENT(value) 8, 0, 5, 0, value, 0, 0, 0

static const struct reply_row reply_rows[] = {
	{ "reply: an id", { HEADER(28, 88), BODY, 8, 0, 1, 0, 5 }, true, { 5, NETNSID_NONE } },
	{ "reply: an id and ours", { HEADER(36, 88), BODY, 8, 0, 1, 0, 23, 0, 0, 0, CURRENT(6) }, true,
	  { 23, 6 } },
	{ "reply: ours only", { HEADER(28, 88), BODY, CURRENT(6) }, true, { NETNSID_UNKNOWN, 6 } },
	{ "reply: an id that is too short", { HEADER(28, 88), BODY, 5, 0, 1, 0, 5 }, true,
	  { NETNSID_UNKNOWN, NETNSID_NONE } },
	{ "reply: another message", { HEADER(28, 16), BODY, 8, 0, 1, 0, 5 }, false, { 0, 0 } },
};

static void reply(void **state)
{
	const struct reply_row *row = *state;
	_Alignas(8) unsigned char buf[sizeof(row->bytes)];
	struct netnsid_reply found;

	memcpy(buf, row->bytes, sizeof(buf));
	assert_int_equal(netnsid_parse((const void *)buf, &found), row->parsed);
	if (!row->parsed)
		return;
	assert_int_equal(found.nsid, row->reply.nsid);
	assert_int_equal(found.current, row->reply.current);
}

int main(void)
{
	struct diag diag;

	if (netlink_load(&diag) < 0) {
		printf("1..0 # SKIP no libmnl\n");
		return 0;
	}
	UNIT_ADD_ROWS(build, build_rows);
	UNIT_ADD_ROWS(answer, rows);
	UNIT_ADD_ROWS(reply, reply_rows);
	return unit_run("netnsid_messages");
}
