/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Safe text and JSON strings: what each input becomes, and that nothing is cut in half. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

enum { ROOM = 512 };

struct row {
	const char *name;
	const char *input;
	size_t len; /* 0: up to the first NUL */
	const char *text;
	const char *json;
};

static const struct row rows[] = {
	{ "empty", "", 0, "", "" },
	{ "a word", "eth0", 0, "eth0", "eth0" },
	{ "blanks stay", " a  b ", 0, " a  b ", " a  b " },
	{ "quotation marks", "a\"b'c", 0, "a\"b'c", "a\\\"b'c" },
	{ "backslash", "a\\b", 0, "a\\b", "a\\\\b" },
	{ "what looks escaped already", "\\x1b", 0, "\\x1b", "\\\\x1b" },
	{ "slash stays", "/run/netns", 0, "/run/netns", "/run/netns" },
	{ "markup stays", "<b>&amp;", 0, "<b>&amp;", "<b>&amp;" },
	{ "tab", "a\tb", 0, "a\\x09b", "a\\tb" },
	{ "newline", "a\nb", 0, "a\\x0ab", "a\\nb" },
	{ "carriage return", "a\rb", 0, "a\\x0db", "a\\rb" },
	{ "backspace and form feed", "\b\f", 0, "\\x08\\x0c", "\\b\\f" },
	{ "bell", "\a", 0, "\\x07", "\\u0007" },
	{ "NUL in the middle", "a\0b", 3, "a\\x00b", "a\\u0000b" },
	{ "only NULs", "\0\0", 2, "\\x00\\x00", "\\u0000\\u0000" },
	{ "the input ends at its length", "abc", 2, "ab", "ab" },
	{ "colour", "\x1b[31mred", 0, "\\x1b[31mred", "\\u001b[31mred" },
	{ "window title", "\x1b]0;t\x07", 0, "\\x1b]0;t\\x07", "\\u001b]0;t\\u0007" },
	{ "clipboard, OSC 52", "\x1b]52;c;eA==\x1b\\", 0, "\\x1b]52;c;eA==\\x1b\\",
	  "\\u001b]52;c;eA==\\u001b\\\\" },
	{ "DEL", "a\x7f", 0, "a\\x7f", "a\\\\x7f" },
	{ "C1 as one raw byte", "\x9b" "31m", 0, "\\x9b31m", "\\\\x9b31m" },
	{ "C1 in UTF-8: U+0080", "\xc2\x80", 0, "\\xc2\\x80", "\\\\xc2\\\\x80" },
	{ "C1 in UTF-8: U+0085, next line", "\xc2\x85", 0, "\\xc2\\x85", "\\\\xc2\\\\x85" },
	{ "C1 in UTF-8: U+009B, CSI", "\xc2\x9b" "2J", 0, "\\xc2\\x9b2J", "\\\\xc2\\\\x9b2J" },
	{ "C1 in UTF-8: U+009F", "\xc2\x9f", 0, "\\xc2\\x9f", "\\\\xc2\\\\x9f" },
	{ "no-break space stays", "\xc2\xa0", 0, "\xc2\xa0", "\xc2\xa0" },
	{ "Latin", "\xc3\xa9t\xc3\xa9", 0, "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9" },
	{ "Chinese", "\xe4\xb8\xad\xe6\x96\x87", 0, "\xe4\xb8\xad\xe6\x96\x87",
	  "\xe4\xb8\xad\xe6\x96\x87" },
	{ "emoji", "\xf0\x9f\x98\x80", 0, "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
	{ "emoji joined by U+200D", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 0,
	  "\xf0\x9f\x91\xa9\\xe2\\x80\\x8d\xf0\x9f\x92\xbb",
	  "\xf0\x9f\x91\xa9\\\\xe2\\\\x80\\\\x8d\xf0\x9f\x92\xbb" },
	{ "soft hyphen", "a\xc2\xad" "b", 0, "a\\xc2\\xadb", "a\\\\xc2\\\\xadb" },
	{ "zero width space", "a\xe2\x80\x8b", 0, "a\\xe2\\x80\\x8b", "a\\\\xe2\\\\x80\\\\x8b" },
	{ "word joiner", "a\xe2\x81\xa0", 0, "a\\xe2\\x81\\xa0", "a\\\\xe2\\\\x81\\\\xa0" },
	{ "Hangul filler", "\xe3\x85\xa4", 0, "\\xe3\\x85\\xa4", "\\\\xe3\\\\x85\\\\xa4" },
	{ "variation selector", "a\xef\xb8\x8f", 0, "a\\xef\\xb8\\x8f", "a\\\\xef\\\\xb8\\\\x8f" },
	{ "tag", "a\xf3\xa0\x81\xa1", 0, "a\\xf3\\xa0\\x81\\xa1",
	  "a\\\\xf3\\\\xa0\\\\x81\\\\xa1" },
	{ "combining accent", "e\xcc\x81", 0, "e\xcc\x81", "e\xcc\x81" },
	{ "right-to-left script stays", "\xd7\x90\xd7\x91", 0, "\xd7\x90\xd7\x91",
	  "\xd7\x90\xd7\x91" },
	{ "bidi: U+061C, Arabic letter mark", "\xd8\x9c", 0, "\\xd8\\x9c", "\\\\xd8\\\\x9c" },
	{ "bidi: U+200E, mark", "\xe2\x80\x8e", 0, "\\xe2\\x80\\x8e", "\\\\xe2\\\\x80\\\\x8e" },
	{ "bidi: U+200F, mark", "\xe2\x80\x8f", 0, "\\xe2\\x80\\x8f", "\\\\xe2\\\\x80\\\\x8f" },
	{ "bidi: U+202A, embedding", "\xe2\x80\xaa", 0, "\\xe2\\x80\\xaa",
	  "\\\\xe2\\\\x80\\\\xaa" },
	{ "bidi: U+202E, override", "a\xe2\x80\xae" "cod.exe", 0, "a\\xe2\\x80\\xaecod.exe",
	  "a\\\\xe2\\\\x80\\\\xaecod.exe" },
	{ "bidi: U+2066, isolate", "\xe2\x81\xa6", 0, "\\xe2\\x81\\xa6",
	  "\\\\xe2\\\\x81\\\\xa6" },
	{ "bidi: U+2069, end of isolate", "\xe2\x81\xa9", 0, "\\xe2\\x81\\xa9",
	  "\\\\xe2\\\\x81\\\\xa9" },
	{ "line separator, U+2028", "\xe2\x80\xa8", 0, "\\xe2\\x80\\xa8",
	  "\\\\xe2\\\\x80\\\\xa8" },
	{ "paragraph separator, U+2029", "\xe2\x80\xa9", 0, "\\xe2\\x80\\xa9",
	  "\\\\xe2\\\\x80\\\\xa9" },
	{ "neighbours of bidi controls stay", "\xe2\x80\x90\xe2\x80\xaf", 0,
	  "\xe2\x80\x90\xe2\x80\xaf", "\xe2\x80\x90\xe2\x80\xaf" },
	{ "byte order mark", "\xef\xbb\xbf" "a", 0, "\\xef\\xbb\\xbfa", "\\\\xef\\\\xbb\\\\xbfa" },
	{ "byte order mark, wrong way round", "\xff\xfe", 0, "\\xff\\xfe", "\\\\xff\\\\xfe" },
	{ "U+FFFD stays", "\xef\xbf\xbd", 0, "\xef\xbf\xbd", "\xef\xbf\xbd" },
	{ "U+FFFF is well-formed", "\xef\xbf\xbf", 0, "\xef\xbf\xbf", "\xef\xbf\xbf" },
	{ "U+10FFFF, the last", "\xf4\x8f\xbf\xbf", 0, "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
	{ "U+110000, beyond", "\xf4\x90\x80\x80", 0, "\\xf4\\x90\\x80\\x80",
	  "\\\\xf4\\\\x90\\\\x80\\\\x80" },
	{ "overlong: NUL in two bytes", "\xc0\x80", 0, "\\xc0\\x80", "\\\\xc0\\\\x80" },
	{ "overlong: slash in two bytes", "\xc0\xaf", 0, "\\xc0\\xaf", "\\\\xc0\\\\xaf" },
	{ "overlong: DEL in two bytes", "\xc1\xbf", 0, "\\xc1\\xbf", "\\\\xc1\\\\xbf" },
	{ "overlong: ESC in three bytes", "\xe0\x80\x9b", 0, "\\xe0\\x80\\x9b",
	  "\\\\xe0\\\\x80\\\\x9b" },
	{ "overlong: U+07FF in three bytes", "\xe0\x9f\xbf", 0, "\\xe0\\x9f\\xbf",
	  "\\\\xe0\\\\x9f\\\\xbf" },
	{ "overlong: U+FFFF in four bytes", "\xf0\x8f\xbf\xbf", 0, "\\xf0\\x8f\\xbf\\xbf",
	  "\\\\xf0\\\\x8f\\\\xbf\\\\xbf" },
	{ "surrogate: U+D800", "\xed\xa0\x80", 0, "\\xed\\xa0\\x80", "\\\\xed\\\\xa0\\\\x80" },
	{ "surrogate: U+DFFF", "\xed\xbf\xbf", 0, "\\xed\\xbf\\xbf", "\\\\xed\\\\xbf\\\\xbf" },
	{ "surrogate pair, CESU-8", "\xed\xa0\xbd\xed\xb8\x80", 0,
	  "\\xed\\xa0\\xbd\\xed\\xb8\\x80",
	  "\\\\xed\\\\xa0\\\\xbd\\\\xed\\\\xb8\\\\x80" },
	{ "beside the surrogates: U+D7FF, U+E000", "\xed\x9f\xbf\xee\x80\x80", 0,
	  "\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80" },
	{ "a continuation byte alone", "a\x80z", 0, "a\\x80z", "a\\\\x80z" },
	{ "truncated: one of two", "\xc3", 0, "\\xc3", "\\\\xc3" },
	{ "truncated: two of three", "\xe2\x82", 0, "\\xe2\\x82", "\\\\xe2\\\\x82" },
	{ "truncated: three of four", "\xf0\x9f\x98", 0, "\\xf0\\x9f\\x98",
	  "\\\\xf0\\\\x9f\\\\x98" },
	{ "truncated by the length, not by the string", "\xe2\x82\xac", 2, "\\xe2\\x82",
	  "\\\\xe2\\\\x82" },
	{ "truncated, then a letter", "\xe2\x82" "A", 0, "\\xe2\\x82A", "\\\\xe2\\\\x82A" },
	{ "truncated, then a quotation mark", "\xe2\"", 0, "\\xe2\"", "\\\\xe2\\\"" },
	{ "truncated, then ESC", "\xf0\x9f\x1b[m", 0, "\\xf0\\x9f\\x1b[m",
	  "\\\\xf0\\\\x9f\\u001b[m" },
	{ "truncated, then a whole one", "\xe2\x82\xc3\xa9", 0, "\\xe2\\x82\xc3\xa9",
	  "\\\\xe2\\\\x82\xc3\xa9" },
	{ "a byte too many after it", "\xc3\xa9\xa9", 0, "\xc3\xa9\\xa9", "\xc3\xa9\\\\xa9" },
	{ "five-byte form", "\xf8\x88\x80\x80\x80", 0, "\\xf8\\x88\\x80\\x80\\x80",
	  "\\\\xf8\\\\x88\\\\x80\\\\x80\\\\x80" },
	{ "bytes FE and FF", "\xfe\xff", 0, "\\xfe\\xff", "\\\\xfe\\\\xff" },
	{ "would end the JSON string", "\",\"pid\":1,\"x\":\"", 0, "\",\"pid\":1,\"x\":\"",
	  "\\\",\\\"pid\\\":1,\\\"x\\\":\\\"" },
	{ "backslash at the end", "a\\", 0, "a\\", "a\\\\" },
};

static void text_and_json(void **state)
{
	const struct row *row = *state;
	size_t len = row->len ? row->len : strlen(row->input);
	char out[ROOM];

	assert_int_equal(escape_text(row->input, len, out, sizeof(out)), strlen(row->text));
	assert_string_equal(out, row->text);
	assert_int_equal(escape_json(row->input, len, out, sizeof(out)), strlen(row->json));
	assert_string_equal(out, row->json);
}

static void text_of_every_single_byte(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char in = (char)byte, out[ROOM], expected[8];

		if (byte >= 0x20 && byte < 0x7f)
			snprintf(expected, sizeof(expected), "%c", byte);
		else
			snprintf(expected, sizeof(expected), "\\x%02x", (unsigned)byte);
		assert_int_equal(escape_text(&in, 1, out, sizeof(out)), strlen(expected));
		if (strcmp(out, expected) != 0)
			fail_msg("byte 0x%02x: %s", (unsigned)byte, out);
	}
}

/* RFC 8259, section 7; a byte that is no character is named by the text \xNN. */
static void expect_json(int byte, char *buf, size_t size)
{
	static const char named[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
	const char *found = byte ? strchr(named, byte) : NULL;

	if (found)
		snprintf(buf, size, "\\%c", letters[found - named]);
	else if (byte < 0x20)
		snprintf(buf, size, "\\u%04x", (unsigned)byte);
	else if (byte < 0x7f)
		snprintf(buf, size, "%c", byte);
	else
		snprintf(buf, size, "\\\\x%02x", (unsigned)byte);
}

static void json_of_every_single_byte(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char in = (char)byte, out[ROOM], expected[8];

		expect_json(byte, expected, sizeof(expected));
		assert_int_equal(escape_json(&in, 1, out, sizeof(out)), strlen(expected));
		if (strcmp(out, expected) != 0)
			fail_msg("byte 0x%02x: %s", (unsigned)byte, out);
	}
}

/* One character or one whole escape, of an output whose input had no backslash. */
static size_t piece_length(const char *s)
{
	if (s[0] != '\\')
		return unit_utf8_char((const unsigned char *)s, strlen(s));
	switch (s[1]) {
	case 'x':
		return strlen("\\xNN");
	case 'u':
		return strlen("\\u00NN");
	case '\\':
		return strlen("\\\\xNN");
	default:
		return 2;
	}
}

typedef size_t escape_function(const char *s, size_t len, char *out, size_t size);

/* At every size: as many whole pieces as fit, terminated, and not a byte beyond. */
static void check_cuts(escape_function *escape, const char *in, size_t len)
{
	char full[ROOM], cut[ROOM];
	size_t needed = escape(in, len, full, sizeof(full));

	for (size_t size = 1; size <= needed + 2; size++) {
		size_t fits = 0;

		while (full[fits] && fits + piece_length(full + fits) < size)
			fits += piece_length(full + fits);
		memset(cut, '#', sizeof(cut));
		assert_int_equal(escape(in, len, cut, size), needed);
		assert_memory_equal(cut, full, fits);
		assert_int_equal(cut[fits], '\0');
		for (size_t i = size; i < size + 8; i++)
			assert_int_equal(cut[i], '#');
	}
}

static const char mixed[] = "a\x1b[m\xc3\xa9\n\"\xe2\x82\xac\xf0\x9f\x98\x80\x80\xe2\x80\xaez\x7f";

static void text_is_never_cut_in_half(void **state)
{
	(void)state;
	check_cuts(escape_text, mixed, sizeof(mixed));
}

static void json_is_never_cut_in_half(void **state)
{
	(void)state;
	check_cuts(escape_json, mixed, sizeof(mixed));
}

static void nothing_follows_what_did_not_fit(void **state)
{
	char out[5] = "";

	(void)state;
	/* "b" would fit where the euro sign did not, and would make another word of it. */
	assert_int_equal(escape_text("aaa\xe2\x82\xac" "b", 7, out, sizeof(out)), 7);
	assert_string_equal(out, "aaa");
}

static void size_0_writes_nothing(void **state)
{
	char out = '#';

	(void)state;
	assert_int_equal(escape_text("a\n", 2, &out, 0), 5);
	assert_int_equal(escape_json("a\n", 2, &out, 0), 3);
	assert_int_equal(out, '#');
	assert_int_equal(escape_text("a\n", 2, NULL, 0), 5);
	assert_int_equal(escape_json("a\n", 2, NULL, 0), 3);
}

static void size_1_writes_the_terminator(void **state)
{
	char out[2] = "##";

	(void)state;
	assert_int_equal(escape_text("a", 1, out, 1), 1);
	assert_memory_equal(out, "\0#", 2);
}

static void a_long_input_is_counted_in_full(void **state)
{
	static char in[100000];
	char out[8];

	(void)state;
	memset(in, 0x1b, sizeof(in));
	assert_int_equal(escape_text(in, sizeof(in), out, sizeof(out)), 4 * sizeof(in));
	assert_string_equal(out, "\\x1b");
	assert_int_equal(escape_json(in, sizeof(in), out, sizeof(out)), 6 * sizeof(in));
	assert_string_equal(out, "\\u001b");
}

static void assert_written(size_t (*escape)(const char *, size_t, char *, size_t),
			   void (*escape_to)(const char *, FILE *), const char *in)
{
	char expected[8000], *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	escape(in, strlen(in), expected, sizeof(expected));
	escape_to(in, stream);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(out, expected);
	free(out);
}

/* In pieces, which must not show: characters of every length at every place. */
static void written_to_a_stream_it_is_the_same(void **state)
{
	static const char *const pieces[] = { "a", "\n", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\xa6",
					      "\xff", "\xe2\x80\xae", "\xc3" };
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char in[1200] = "";
		size_t n = unit_random(&seed) % 280;

		for (size_t i = 0; i < n; i++)
			strcat(in, pieces[unit_random(&seed) % ARRAY_LEN(pieces)]);
		assert_written(escape_text, escape_write, in);
		assert_written(escape_json, escape_json_write, in);
	}
}

int main(void)
{
	UNIT_ADD_ROWS(text_and_json, rows);
	UNIT_ADD(text_of_every_single_byte);
	UNIT_ADD(json_of_every_single_byte);
	UNIT_ADD(text_is_never_cut_in_half);
	UNIT_ADD(json_is_never_cut_in_half);
	UNIT_ADD(nothing_follows_what_did_not_fit);
	UNIT_ADD(size_0_writes_nothing);
	UNIT_ADD(size_1_writes_the_terminator);
	UNIT_ADD(a_long_input_is_counted_in_full);
	UNIT_ADD(written_to_a_stream_it_is_the_same);
	return unit_run("escape");
}
