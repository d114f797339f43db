/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No text that others chose reaches a terminal as a control, and none breaks a JSON document.
 * Every pair of bytes, every code point, and bytes at random.
 */
#include "unit.h"

#include <string.h>

#include "base/escape.h"

enum { ROOM = 512 };

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Reads the inside of a JSON string; fails the test where RFC 8259 forbids it. The length. */
static size_t read_json(const char *s, char *out)
{
	static const char letters[] = "bfnrt\"\\", named[] = "\b\f\n\r\t\"\\";
	size_t used = 0;

	assert_true(unit_is_utf8(s, strlen(s)));
	while (*s) {
		const char *found;

		assert_true((unsigned char)*s >= 0x20 && *s != '"');
		if (*s != '\\') {
			out[used++] = *s++;
			continue;
		}
		if (s[1] == 'u') {
			assert_memory_equal(s + 2, "00", 2);
			assert_true(hex(s[4]) >= 0 && hex(s[5]) >= 0);
			out[used++] = (char)(hex(s[4]) << 4 | hex(s[5]));
			s += 6;
			continue;
		}
		assert_true(s[1] != '\0');
		found = strchr(letters, s[1]);
		assert_non_null(found);
		out[used++] = named[found - letters];
		s += 2;
	}
	return used;
}

/* By the general category and the property (Unicode 15, UnicodeData.txt, DerivedCoreProperties.txt). */
static bool is_hidden(uint32_t code)
{
	static const uint32_t ranges[][2] = {
		/* Cc, Zl, Zp */
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x2028, 0x2029 },
		/* Cf */
		{ 0xad, 0xad }, { 0x600, 0x605 }, { 0x61c, 0x61c }, { 0x6dd, 0x6dd },
		{ 0x70f, 0x70f }, { 0x890, 0x891 }, { 0x8e2, 0x8e2 }, { 0x180e, 0x180e },
		{ 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x2064 }, { 0x2066, 0x206f },
		{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
		{ 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0001, 0xe0001 }, { 0xe0020, 0xe007f },
		/* Default_Ignorable_Code_Point beside those */
		{ 0x34f, 0x34f }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
		{ 0x2065, 0x2065 }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfff8 }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

static uint32_t code_point(const unsigned char *s, size_t len)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = s[0] & masks[len];

	for (size_t i = 1; i < len; i++)
		code = code << 6 | (s[i] & 0x3f);
	return code;
}

/* Rules for any input at all. */
static void check_any(const char *in, size_t len)
{
	char text[ROOM], json[ROOM], decoded[ROOM], again[ROOM];
	size_t n = escape_text(in, len, text, sizeof(text));

	assert_true(n < sizeof(text) && strlen(text) == n);
	for (size_t i = 0, step; i < n; i += step) {
		const unsigned char *s = (const unsigned char *)text + i;

		step = unit_utf8_char(s, n - i);
		assert_true(step > 0 && !is_hidden(code_point(s, step)));
	}
	/* A safe text stays as it is. */
	assert_int_equal(escape_text(text, n, again, sizeof(again)), n);
	assert_string_equal(again, text);
	/* The value of the JSON string reads as the table does. */
	n = escape_json(in, len, json, sizeof(json));
	assert_true(n < sizeof(json) && strlen(json) == n);
	n = read_json(json, decoded);
	escape_text(decoded, n, again, sizeof(again));
	assert_string_equal(again, text);
}

static void every_pair_of_bytes_is_safe(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 65536; i++) {
		char in[2] = { (char)(i >> 8), (char)i };

		check_any(in, sizeof(in));
	}
}

static void random_bytes_are_safe(void **state)
{
	/* Bytes at the edges of the forms of UTF-8 meet oftener than chance would have it. */
	static const unsigned char edges[] = { 0x00, 0x1b, 0x22, 0x5c, 0x7f, 0x80, 0x8f, 0x90, 0x9b,
					       0x9f, 0xa0, 0xae, 0xbf, 0xc0, 0xc2, 0xe0, 0xe2, 0xed,
					       0xef, 0xf0, 0xf4, 0xf5, 0xff };
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 50000; round++) {
		size_t len = unit_random(&seed) % 16;
		char in[16];

		for (size_t i = 0; i < len; i++) {
			uint32_t r = unit_random(&seed);

			in[i] = (char)(r & 1 ? edges[(r >> 1) % ARRAY_LEN(edges)] : r >> 1);
		}
		check_any(in, len);
	}
}

static size_t encode(uint32_t code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

static void every_code_point_passes_unless_it_is_a_control(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0x110000; code++) {
		bool passes = !is_hidden(code) && code <= 0x10ffff &&
			      (code < 0xd800 || code > 0xdfff);
		char in[4], out[ROOM];
		size_t len = encode(code, in), n = escape_text(in, len, out, sizeof(out));

		if (n != (passes ? len : 4 * len) || (passes && memcmp(in, out, len) != 0))
			fail_msg("U+%04X", code);
		if (code < 0x80)
			continue;
		n = escape_json(in, len, out, sizeof(out));
		if (n != (passes ? len : 5 * len) || (passes && memcmp(in, out, len) != 0))
			fail_msg("U+%04X in JSON", code);
	}
}

int main(void)
{
	UNIT_ADD(every_pair_of_bytes_is_safe);
	UNIT_ADD(random_bytes_are_safe);
	UNIT_ADD(every_code_point_passes_unless_it_is_a_control);
	return unit_run("escape_any");
}
