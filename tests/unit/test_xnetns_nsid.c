/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink messages about nsids: built to the byte, and parsed from bytes, whole and broken. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "kernel/netnsid.h"
#include "xnetns/nsid.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error the bytes below are those of little-endian machines
#endif

struct build_row {
	const char *name;
	struct nsid_request request;
	size_t len;
	unsigned char bytes[NSID_MESSAGE_MAX];
};

/* length, type, flags, sequence number, port; family and padding; attributes: length, type, value. */
static const struct build_row build_rows[] = {
	{ "build: get by descriptor",
	  { .fd = 7, .nsid = -1, .target = -1, .seq = 0x01020304 }, 28,
	  { 28, 0, 0, 0, 90, 0, 1, 0, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0, 7, 0, 0, 0 } },
	{ "build: get by nsid",
	  { .fd = -1, .nsid = 5, .target = -1, .seq = 1 }, 28,
	  { 28, 0, 0, 0, 90, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 1, 0, 5, 0, 0, 0 } },
	{ "build: dump",
	  { .dump = true, .fd = -1, .nsid = -1, .target = -1, .seq = 1 }, 20,
	  { 20, 0, 0, 0, 90, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
	{ "build: dump of a target",
	  { .dump = true, .fd = -1, .nsid = -1, .target = 9, .seq = 1 }, 28,
	  { 28, 0, 0, 0, 90, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 4, 0, 9, 0, 0, 0 } },
	{ "build: set",
	  { .set = true, .fd = 7, .nsid = 300, .target = -1, .seq = 1 }, 36,
	  { 36, 0, 0, 0, 88, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0, 7, 0, 0, 0,
	    8, 0, 1, 0, 44, 1, 0, 0 } },
	{ "build: set, the kernel chooses",
	  { .set = true, .fd = 7, .nsid = NETNSID_NONE, .target = -1, .seq = 1 }, 36,
	  { 36, 0, 0, 0, 88, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0, 7, 0, 0, 0,
	    8, 0, 1, 0, 255, 255, 255, 255 } },
};

static void build(void **state)
{
	const struct build_row *row = *state;
	_Alignas(8) unsigned char buf[NSID_MESSAGE_MAX];

	memset(buf, 0xee, sizeof(buf));
	assert_int_equal(nsid_build(&row->request, buf), row->len);
	assert_memory_equal(buf, row->bytes, row->len);
	assert_int_equal(buf[row->len], 0xee);
}

struct parse_row {
	const char *name;
	size_t len;
	unsigned char bytes[128];
	bool found;
	struct nsid_reply reply;
};

#define HEADER(len, type, flags) \
	len, 0, 0, 0, type, 0, (flags) & 0xff, (flags) >> 8, 9, 0, 0, 0, 0, 0, 0, 0
#define BODY 0, 0, 0, 0
#define NSID(value) 8, 0, 1, 0, value, 0, 0, 0
#define CURRENT(value) 8, 0, 5, 0, value, 0, 0, 0

static const struct parse_row parse_rows[] = {
	{ "parse: an id", 28, { HEADER(28, 88, 0), BODY, NSID(5) }, true,
	  { .seq = 9, .nsid = 5, .current = -1 } },
	{ "parse: none assigned", 28, { HEADER(28, 88, 0), BODY, 8, 0, 1, 0, 255, 255, 255, 255 },
	  true, { .seq = 9, .nsid = -1, .current = -1 } },
	{ "parse: an id and ours", 36, { HEADER(36, 88, 0), BODY, NSID(23), CURRENT(6) }, true,
	  { .seq = 9, .nsid = 23, .current = 6 } },
	{ "parse: an attribute that is new", 36,
	  { HEADER(36, 88, 0), BODY, 8, 0, 77, 0, 1, 0, 0, 0, NSID(5) }, true,
	  { .seq = 9, .nsid = 5, .current = -1 } },
	{ "parse: an attribute that is too short", 28,
	  { HEADER(28, 88, 0), BODY, 5, 0, 1, 0, 5, 0, 0, 0 }, true,
	  { .seq = 9, .nsid = -1, .current = -1 } },
	{ "parse: an attribute beyond the end", 28,
	  { HEADER(28, 88, 0), BODY, 80, 0, 1, 0, 5, 0, 0, 0 }, true,
	  { .seq = 9, .nsid = -1, .current = -1 } },
	{ "parse: an attribute without length", 28,
	  { HEADER(28, 88, 0), BODY, 0, 0, 1, 0, 5, 0, 0, 0 }, true,
	  { .seq = 9, .nsid = -1, .current = -1 } },
	{ "parse: no attribute", 20, { HEADER(20, 88, 0), BODY }, true,
	  { .seq = 9, .nsid = -1, .current = -1 } },
	{ "parse: no body", 16, { HEADER(16, 88, 0) }, true,
	  { .seq = 9, .nsid = -1, .current = -1 } },
	{ "parse: an acknowledgement", 36,
	  { HEADER(36, 2, 0x100), 0, 0, 0, 0, HEADER(28, 88, 5) }, true,
	  { .seq = 9, .done = true, .nsid = -1, .current = -1 } },
	{ "parse: an error", 36,
	  { HEADER(36, 2, 0x100), 239, 255, 255, 255, HEADER(28, 88, 5) }, true,
	  { .seq = 9, .done = true, .err = EEXIST, .nsid = -1, .current = -1 } },
	{ "parse: an error with words", 44,
	  { HEADER(44, 2, 0x300), 239, 255, 255, 255, HEADER(28, 88, 5), 8, 0, 1, 0, 'w', 'h', 'y',
	    0 }, true,
	  { .seq = 9, .done = true, .err = EEXIST, .nsid = -1, .current = -1, .text = "why" } },
	{ "parse: words behind the whole request", 56,
	  { HEADER(56, 2, 0x200), 239, 255, 255, 255, HEADER(28, 88, 5), BODY, NSID(1), 8, 0, 1, 0,
	    'w', 'h', 'y', 0 }, true,
	  { .seq = 9, .done = true, .err = EEXIST, .nsid = -1, .current = -1, .text = "why" } },
	{ "parse: words without an end", 44,
	  { HEADER(44, 2, 0x300), 239, 255, 255, 255, HEADER(28, 88, 5), 8, 0, 1, 0, 'w', 'h', 'y',
	    '!' }, true,
	  { .seq = 9, .done = true, .err = EEXIST, .nsid = -1, .current = -1, .text = "why!" } },
	{ "parse: an error that is cut short", 20, { HEADER(20, 2, 0), 239, 255, 255, 255 }, true,
	  { .seq = 9, .done = true, .err = EBADMSG, .nsid = -1, .current = -1 } },
	{ "parse: an error quoting more than there is", 36,
	  { HEADER(36, 2, 0x200), 239, 255, 255, 255, HEADER(200, 88, 5) }, true,
	  { .seq = 9, .done = true, .err = EEXIST, .nsid = -1, .current = -1 } },
	{ "parse: the end of a dump", 20, { HEADER(20, 3, 2), 0, 0, 0, 0 }, true,
	  { .seq = 9, .done = true, .nsid = -1, .current = -1 } },
	{ "parse: a dump that failed", 28,
	  { HEADER(28, 3, 0x202), 234, 255, 255, 255, 8, 0, 1, 0, 'w', 'h', 'y', 0 }, true,
	  { .seq = 9, .done = true, .err = EINVAL, .nsid = -1, .current = -1, .text = "why" } },
	{ "parse: the end without a result", 16, { HEADER(16, 3, 2) }, true,
	  { .seq = 9, .done = true, .nsid = -1, .current = -1 } },
	{ "parse: another message first", 48,
	  { HEADER(20, 16, 0), BODY, HEADER(28, 88, 0), BODY, NSID(5) }, true,
	  { .seq = 9, .nsid = 5, .current = -1 } },
	{ "parse: only another message", 20, { HEADER(20, 16, 0), BODY }, false, { 0 } },
	{ "parse: nothing", 0, { 0 }, false, { 0 } },
	{ "parse: half a header", 12, { HEADER(28, 88, 0) }, false, { 0 } },
	{ "parse: a message longer than the data", 28, { HEADER(40, 88, 0), BODY, NSID(5) }, false,
	  { 0 } },
	{ "parse: a message shorter than its header", 28, { HEADER(8, 88, 0), BODY, NSID(5) },
	  false, { 0 } },
};

static void parse(void **state)
{
	const struct parse_row *row = *state;
	_Alignas(8) unsigned char buf[128];
	const void *data = buf;
	size_t len = row->len;
	struct nsid_reply reply;

	memcpy(buf, row->bytes, sizeof(buf));
	assert_int_equal(nsid_parse(&data, &len, &reply), row->found);
	if (!row->found)
		return;
	assert_int_equal(reply.seq, row->reply.seq);
	assert_int_equal(reply.done, row->reply.done);
	assert_int_equal(reply.err, row->reply.err);
	assert_int_equal(reply.nsid, row->reply.nsid);
	assert_int_equal(reply.current, row->reply.current);
	assert_string_equal(reply.text, row->reply.text);
}

static void takes_one_message_after_the_other(void **state)
{
	static const unsigned char bytes[] = { HEADER(28, 88, 2), BODY, NSID(5), HEADER(28, 88, 2),
					       BODY, NSID(6), HEADER(20, 3, 2), 0, 0, 0, 0 };
	_Alignas(8) unsigned char buf[sizeof(bytes)];
	const void *data = buf;
	size_t len = sizeof(buf);
	struct nsid_reply reply;

	(void)state;
	memcpy(buf, bytes, sizeof(buf));
	assert_true(nsid_parse(&data, &len, &reply));
	assert_int_equal(reply.nsid, 5);
	assert_true(nsid_parse(&data, &len, &reply));
	assert_int_equal(reply.nsid, 6);
	assert_true(nsid_parse(&data, &len, &reply));
	assert_true(reply.done);
	assert_false(nsid_parse(&data, &len, &reply));
}

/* Whatever comes, nothing is read beyond it (the sanitizers watch) and the text ends. */
static void survives_random_bytes(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t size = unit_random(&seed) % 120, len = size;
		_Alignas(8) unsigned char buf[128];
		const void *data = buf;
		struct nsid_reply reply;

		for (size_t i = 0; i < size; i++)
			buf[i] = (unsigned char)unit_random(&seed);
		if (size > 8) { /* make it look like a message */
			static const unsigned char types[] = { 2, 3, 88 };

			memcpy(buf, (unsigned char[]){ (unsigned char)(unit_random(&seed) % 128), 0,
						       0, 0, types[round % 3], 0 }, 6);
		}
		while (nsid_parse(&data, &len, &reply))
			assert_true(memchr(reply.text, 0, sizeof(reply.text)) != NULL);
		assert_true(len <= size);
	}
}

int main(void)
{
	struct diag diag;

	if (nsid_load(&diag) < 0) {
		printf("1..0 # SKIP no libmnl\n");
		return 0;
	}
	UNIT_ADD_ROWS(build, build_rows);
	UNIT_ADD_ROWS(parse, parse_rows);
	UNIT_ADD(takes_one_message_after_the_other);
	UNIT_ADD(survives_random_bytes);
	return unit_run("xnetns_nsid");
}
