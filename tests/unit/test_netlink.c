/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of netlink: built to the byte, and read from bytes, whole and broken. */
#include "netlink_unit.h"

#include <errno.h>
#include <string.h>

/* ---- building ---- */

static void builds_attributes(void **state)
{
	static const unsigned char expected[] = {
		48, 0, 0,  0,    16, 0, 5, 6, 0, 0, 0,   0,   0, 0,
		0,  0, 1,  2,    3,  4, 7, 0, 3, 0, 'l', 'o', 0, 0, /* padded to four bytes */
		20, 0, 18, 0x80, 5,  0, 1, 0, 7, 0, 0,   0,         /* nested */
		8,  0, 2,  0,    4,  3, 2, 1,
	};
	_Alignas(8) unsigned char buf[BUF_SIZE];
	struct netlink_message message;
	struct nlattr *nest;

	(void)state;
	memset(buf, 0xee, sizeof(buf));
	netlink_begin(&message, buf, sizeof(buf), 16, 0x604, body, sizeof(body));
	netlink_put(&message, 3, "lo", 3);
	nest = netlink_nest(&message, 18);
	netlink_put(&message, 1, "\a", 1);
	netlink_put_u32(&message, 2, 0x01020304);
	netlink_end_nest(&message, nest);
	assert_false(message.is_full);
	assert_ptr_equal(message.header, buf);
	assert_int_equal(message.header->nlmsg_len, sizeof(expected));
	assert_memory_equal(buf, expected, sizeof(expected));
	assert_int_equal(buf[sizeof(expected)], 0xee);
}

/* With every size that is too small: nothing is written beyond it, and nothing is sent. */
static void notices_what_does_not_fit(void **state)
{
	(void)state;
	for (size_t size = sizeof(struct nlmsghdr); size < 48; size++) {
		_Alignas(8) unsigned char buf[BUF_SIZE];
		struct netlink socket = { .fd = -1 };
		struct netlink_message message;
		struct netlink_end end;
		struct nlattr *nest;

		memset(buf, 0xee, sizeof(buf));
		netlink_begin(&message, buf, size, 16, 0, body, sizeof(body));
		netlink_put(&message, 3, "lo", 3);
		nest = netlink_nest(&message, 18);
		netlink_put(&message, 1, "\a", 1);
		netlink_put_u32(&message, 2, 5);
		netlink_end_nest(&message, nest);
		assert_true(message.is_full);
		for (size_t i = size; i < sizeof(buf); i++)
			assert_int_equal(buf[i], 0xee);
		assert_int_equal(netlink_ask(&socket, &message, NULL, NULL, &end), -EMSGSIZE);
	}
}

/* ---- reading ---- */

struct attributes_row {
	const char *name;
	unsigned char bytes[64]; /* a message */
	uint32_t value;          /* of attribute 1, as far as it has four bytes; 0: of none */
};

static const struct attributes_row attributes_rows[] = {
	{ "attributes: one", { HEADER(28, 88, 0), BODY, U32(1, 5) }, 5 },
	{ "attributes: after another", { HEADER(36, 88, 0), BODY, U32(2, 6), U32(1, 5) }, 5 },
	{ "attributes: after one that is new",
	  { HEADER(36, 88, 0), BODY, U32(77, 6), U32(1, 5) },
	  5 },
	{ "attributes: after one of an odd length",
	  { HEADER(36, 88, 0), BODY, 5, 0, 2, 0, 1, 0, 0, 0, U32(1, 5) },
	  5 },
	{ "attributes: the last one counts", { HEADER(36, 88, 0), BODY, U32(1, 6), U32(1, 5) }, 5 },
	{ "attributes: with flags in its type", { HEADER(28, 88, 0), BODY, 8, 0, 1, 0x40, 5 }, 5 },
	{ "attributes: too short", { HEADER(28, 88, 0), BODY, 6, 0, 1, 0, 5 }, 0 },
	{ "attributes: too long", { HEADER(32, 88, 0), BODY, 12, 0, 1, 0, 5 }, 0 },
	{ "attributes: beyond the end", { HEADER(28, 88, 0), BODY, 80, 0, 1, 0, 5 }, 0 },
	{ "attributes: without a length", { HEADER(28, 88, 0), BODY, 0, 0, 1, 0, 5 }, 0 },
	{ "attributes: half of one", { HEADER(22, 88, 0), BODY, U32(1, 5) }, 0 },
	{ "attributes: none", { HEADER(20, 88, 0), BODY, U32(1, 5) }, 0 },
	{ "attributes: half a body", { HEADER(18, 88, 0), BODY, U32(1, 5) }, 0 },
	{ "attributes: no body", { HEADER(16, 88, 0), BODY, U32(1, 5) }, 0 },
};

static void attributes(void **state)
{
	const struct attributes_row *row = *state;
	_Alignas(8) unsigned char buf[sizeof(row->bytes)];
	const struct nlattr *table[3];
	uint32_t value = 0;

	memcpy(buf, row->bytes, sizeof(buf));
	netlink_attributes((const void *)buf, BODY_SIZE, table, ARRAY_LEN(table));
	assert_null(table[0]);
	assert_int_equal(netlink_get(table[1], &value, sizeof(value)), row->value != 0);
	assert_int_equal(value, row->value);
}

static void attributes_in_an_attribute(void **state)
{
	static const unsigned char bytes[] = { HEADER(40, 88, 0), BODY,     20, 0, 2, 0x80,
					       U32(1, 5),         U32(0, 7) };
	_Alignas(8) unsigned char buf[sizeof(bytes)];
	const struct nlattr *outer[3], *inner[2];
	uint32_t value = 0;

	(void)state;
	memcpy(buf, bytes, sizeof(buf));
	netlink_attributes((const void *)buf, BODY_SIZE, outer, ARRAY_LEN(outer));
	netlink_nested(outer[2], inner, ARRAY_LEN(inner));
	assert_true(netlink_get(inner[1], &value, sizeof(value)));
	assert_int_equal(value, 5);
	netlink_nested(outer[1], inner, ARRAY_LEN(inner));
	assert_null(inner[0]);
	assert_null(inner[1]);
}

static void body_of_a_message(void **state)
{
	static const unsigned char bytes[] = { HEADER(20, 88, 0), 1, 2, 3, 4 };
	_Alignas(8) unsigned char buf[sizeof(bytes)];

	(void)state;
	memcpy(buf, bytes, sizeof(buf));
	assert_memory_equal(netlink_body((const void *)buf, BODY_SIZE), body, BODY_SIZE);
	assert_null(netlink_body((const void *)buf, BODY_SIZE + 1));
}

struct next_row {
	const char *name;
	size_t len;
	unsigned char bytes[64];
	unsigned messages;
};

static const struct next_row next_rows[] = {
	{ "next: one", 20, { HEADER(20, 88, 0), BODY }, 1 },
	{ "next: two", 36, { HEADER(20, 88, 0), BODY, HEADER(16, 3, 0) }, 2 },
	{ "next: after an odd length", 36, { HEADER(17, 88, 0), BODY, HEADER(16, 3, 0) }, 2 },
	{ "next: one, and a piece", 32, { HEADER(20, 88, 0), BODY, HEADER(16, 3, 0) }, 1 },
	{ "next: nothing", 0, { 0 }, 0 },
	{ "next: half a header", 12, { HEADER(28, 88, 0) }, 0 },
	{ "next: longer than what there is", 28, { HEADER(40, 88, 0), BODY, U32(1, 5) }, 0 },
	{ "next: shorter than its header", 28, { HEADER(8, 88, 0), BODY, U32(1, 5) }, 0 },
	{ "next: a length beyond 2^31", 20, { 20, 0, 0, 0x80, 88 }, 0 },
};

static void next(void **state)
{
	const struct next_row *row = *state;
	_Alignas(8) unsigned char buf[sizeof(row->bytes)];
	const void *data = buf;
	size_t len = row->len;
	unsigned messages = 0;

	memcpy(buf, row->bytes, sizeof(buf));
	while (netlink_next(&data, &len))
		messages++;
	assert_int_equal(messages, row->messages);
}

struct end_row {
	const char *name;
	unsigned char bytes[96]; /* a message */
	bool ended;
	struct netlink_end end;
};


static const struct end_row end_rows[] = {
	{ "end: another message", { HEADER(28, 88, 0), BODY, U32(1, 5) }, false, { 0 } },
	{ "end: an acknowledgement",
	  { HEADER(36, 2, 0x100), 0, 0, 0, 0, HEADER(28, 88, 5) },
	  true,
	  { 0 } },
	{ "end: an error",
	  { HEADER(36, 2, 0x100), ERROR(EEXIST), HEADER(28, 88, 5) },
	  true,
	  { .err = EEXIST } },
	{ "end: an error with words",
	  { HEADER(44, 2, 0x300), ERROR(EEXIST), HEADER(28, 88, 5), WORDS },
	  true,
	  { .err = EEXIST, .text = "why" } },
	{ "end: words after the whole request",
	  { HEADER(56, 2, 0x200), ERROR(EEXIST), HEADER(28, 88, 5), BODY, U32(1, 1), WORDS },
	  true,
	  { .err = EEXIST, .text = "why" } },
	{ "end: words without a NUL",
	  { HEADER(44, 2, 0x300), ERROR(EEXIST), HEADER(28, 88, 5), 8, 0, 1, 0, 'w', 'h', 'y',
	    '!' },
	  true,
	  { .err = EEXIST, .text = "why!" } },
	{ "end: words that nobody announced",
	  { HEADER(44, 2, 0x100), ERROR(EEXIST), HEADER(28, 88, 5), WORDS },
	  true,
	  { .err = EEXIST } },
	{ "end: an error that is cut short",
	  { HEADER(20, 2, 0), ERROR(EEXIST) },
	  true,
	  { .err = EBADMSG } },
	{ "end: an error that quotes more than there is",
	  { HEADER(44, 2, 0x200), ERROR(EEXIST), HEADER(200, 88, 5), WORDS },
	  true,
	  { .err = EEXIST } },
	{ "end: an error that quotes 4 GiB",
	  { HEADER(44, 2, 0x200), ERROR(EEXIST), 255, 255, 255, 255 },
	  true,
	  { .err = EEXIST } },
	{ "end: the least number",
	  { HEADER(36, 2, 0x100), 0, 0, 0, 128, HEADER(28, 88, 5) },
	  true,
	  { .err = EBADMSG } },
	{ "end: a dump", { HEADER(20, 3, 2), 0, 0, 0, 0 }, true, { 0 } },
	{ "end: a dump with its number of messages",
	  { HEADER(20, 3, 2), 7, 0, 0, 0 },
	  true,
	  { 0 } },
	{ "end: a dump that failed",
	  { HEADER(28, 3, 0x202), ERROR(EINVAL), WORDS },
	  true,
	  { .err = EINVAL, .text = "why" } },
	{ "end: a dump without a result", { HEADER(16, 3, 2) }, true, { 0 } },
};

static void end(void **state)
{
	const struct end_row *row = *state;
	_Alignas(8) unsigned char buf[sizeof(row->bytes)];
	struct netlink_end found;

	memcpy(buf, row->bytes, sizeof(buf));
	assert_int_equal(netlink_parse_end((const void *)buf, &found), row->ended);
	assert_int_equal(found.err, row->end.err);
	assert_string_equal(found.text, row->end.text);
}

/* Nothing is read beyond the input (the sanitizers watch), and the text ends. */
static void survives_random_bytes(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		static const unsigned char types[] = { 2, 3, 88 };
		size_t size = unit_random(&seed) % 120, len = size;
		_Alignas(8) unsigned char buf[BUF_SIZE];
		const struct nlattr *table[8];
		const struct nlmsghdr *message;
		struct netlink_end found;
		const void *data = buf;

		for (size_t i = 0; i < size; i++)
			buf[i] = (unsigned char)unit_random(&seed);
		if (size > 8) /* make it look like a message */
			memcpy(buf,
			       (unsigned char[]){ (unsigned char)(unit_random(&seed) % 128), 0, 0,
						  0, types[round % 3], 0 },
			       6);
		while ((message = netlink_next(&data, &len)) != NULL) {
			netlink_parse_end(message, &found);
			assert_non_null(memchr(found.text, 0, sizeof(found.text)));
			netlink_attributes(message, BODY_SIZE, table, ARRAY_LEN(table));
			for (size_t i = 0; i < ARRAY_LEN(table); i++) {
				const struct nlattr *inner[4];

				netlink_nested(table[i], inner, ARRAY_LEN(inner));
			}
		}
		assert_true(len <= size);
	}
}

int main(void)
{
	NETLINK_UNIT_LOAD();
	UNIT_ADD(builds_attributes);
	UNIT_ADD(notices_what_does_not_fit);
	UNIT_ADD_ROWS(attributes, attributes_rows);
	UNIT_ADD(attributes_in_an_attribute);
	UNIT_ADD(body_of_a_message);
	UNIT_ADD_ROWS(next, next_rows);
	UNIT_ADD_ROWS(end, end_rows);
	UNIT_ADD(survives_random_bytes);
	return unit_run("netlink");
}
