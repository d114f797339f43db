/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/macros.h"

struct sink {
	char *out;
	size_t size;
	size_t used;  /* bytes that fitted */
	size_t total; /* bytes of the complete result */
	bool full;
};

/* Adds the piece or nothing, so that no character or escape is truncated. */
static void put(struct sink *sink, const char *piece, size_t len)
{
	sink->total += len;
	if (sink->full || sink->used + len >= sink->size) {
		sink->full = true;
		return;
	}
	memcpy(sink->out + sink->used, piece, len);
	sink->used += len;
}

/* Adds as many bytes as fit. It may cut the text anywhere, because each byte is a character. */
static void put_plain(struct sink *sink, const char *text, size_t len)
{
	size_t room = sink->full || sink->size <= sink->used ? 0 : sink->size - sink->used - 1;

	sink->total += len;
	if (len > room) {
		sink->full = true;
		len = room;
	}
	if (len > 0)
		memcpy(sink->out + sink->used, text, len);
	sink->used += len;
}

static size_t finish(struct sink *sink)
{
	if (sink->size)
		sink->out[sink->used] = '\0';
	return sink->total;
}

static void put_hex(struct sink *sink, const char *prefix, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";
	char piece[8];
	size_t len = strlen(prefix);

	memcpy(piece, prefix, len);
	piece[len++] = digits[byte >> 4];
	piece[len++] = digits[byte & 15];
	put(sink, piece, len);
}

/*
 * Length of the well-formed UTF-8 sequence at s, 0 if there is none (Unicode, table 3-7: no
 * overlong forms, no surrogates, nothing above U+10FFFF). Stores the code point.
 */
static size_t utf8_length(const unsigned char *s, size_t len, uint32_t *ret_code)
{
	static const struct {
		unsigned char mask, value;
		size_t length;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0x00, 1, 0 },
		{ 0xe0, 0xc0, 2, 0x80 },
		{ 0xf0, 0xe0, 3, 0x800 },
		{ 0xf8, 0xf0, 4, 0x10000 },
	};

	for (size_t f = 0; f < ARRAY_LEN(forms); f++) {
		uint32_t code;

		if ((s[0] & forms[f].mask) != forms[f].value)
			continue;
		if (forms[f].length > len)
			return 0;
		code = s[0] & (unsigned char)~forms[f].mask;
		for (size_t i = 1; i < forms[f].length; i++) {
			if ((s[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (s[i] & 0x3f);
		}
		if (code < forms[f].least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return 0;
		*ret_code = code;
		return forms[f].length;
	}
	return 0;
}

/*
 * Characters that change the terminal's state or the reading order, or are invisible, so that two
 * names look the same: Unicode 15, general categories Cc, Cf, Zl and Zp, and
 * Default_Ignorable_Code_Point.
 */
static bool is_hidden(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00000, 0x0001f }, /* C0 */
		{ 0x0007f, 0x0009f }, /* DEL, C1 */
		{ 0x000ad, 0x000ad }, /* soft hyphen */
		{ 0x0034f, 0x0034f }, /* combining grapheme joiner */
		{ 0x00600, 0x00605 }, /* Arabic numbers */
		{ 0x0061c, 0x0061c }, /* Arabic letter mark */
		{ 0x006dd, 0x006dd }, /* Arabic end of ayah */
		{ 0x0070f, 0x0070f }, /* Syriac abbreviation */
		{ 0x00890, 0x00891 }, /* Arabic pounds */
		{ 0x008e2, 0x008e2 }, /* Arabic disputed end of ayah */
		{ 0x0115f, 0x01160 }, /* Hangul fillers */
		{ 0x017b4, 0x017b5 }, /* Khmer inherent vowels */
		{ 0x0180b, 0x0180f }, /* Mongolian selectors, vowel separator */
		{ 0x0200b, 0x0200f }, /* zero width, joiners, marks */
		{ 0x02028, 0x0202e }, /* separators, embeddings, overrides */
		{ 0x02060, 0x0206f }, /* word joiner, invisible operators, isolates */
		{ 0x03164, 0x03164 }, /* Hangul filler */
		{ 0x0fe00, 0x0fe0f }, /* variation selectors */
		{ 0x0feff, 0x0feff }, /* byte order mark */
		{ 0x0ffa0, 0x0ffa0 }, /* Hangul filler, half width */
		{ 0x0fff0, 0x0fffb }, /* interlinear annotation */
		{ 0x110bd, 0x110bd }, /* Kaithi numbers */
		{ 0x110cd, 0x110cd }, /* Kaithi numbers */
		{ 0x13430, 0x1343f }, /* Egyptian joiners */
		{ 0x1bca0, 0x1bca3 }, /* shorthand */
		{ 0x1d173, 0x1d17a }, /* musical beams and slurs */
		{ 0xe0000, 0xe0fff }, /* tags, variation selectors */
	};
	size_t i = 0;

	while (i < ARRAY_LEN(ranges) && code > ranges[i].last)
		i++;
	return i < ARRAY_LEN(ranges) && code >= ranges[i].first;
}

/* The length of printable ASCII at s: most text is, and this is faster than byte by byte. */
static size_t plain_length(const unsigned char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= 0x20 && s[n] < 0x7f)
		n++;
	return n;
}

size_t escape_text(const char *s, size_t len, char *out, size_t size)
{
	struct sink sink = { .out = out, .size = size };
	const unsigned char *bytes = (const unsigned char *)s;

	for (size_t i = 0; i < len;) {
		uint32_t code = 0;
		size_t n = plain_length(bytes + i, len - i);

		if (n > 0) {
			put_plain(&sink, s + i, n);
			i += n;
			continue;
		}
		n = utf8_length(bytes + i, len - i, &code);
		if (n > 0 && !is_hidden(code)) {
			put(&sink, s + i, n);
			i += n;
			continue;
		}
		for (size_t end = i + (n ? n : 1); i < end; i++)
			put_hex(&sink, "\\x", bytes[i]);
	}
	return finish(&sink);
}

static void put_json_ascii(struct sink *sink, unsigned char c)
{
	static const char named[] = "\b\f\n\r\t\"\\";
	static const char letters[] = "bfnrt\"\\";
	const char *found = c ? strchr(named, c) : NULL;

	if (found) {
		char piece[2] = { '\\', letters[found - named] };

		put(sink, piece, sizeof(piece));
	} else if (c < 0x20) {
		put_hex(sink, "\\u00", c);
	} else {
		put(sink, (const char *)&c, 1);
	}
}

size_t escape_json(const char *s, size_t len, char *out, size_t size)
{
	struct sink sink = { .out = out, .size = size };
	const unsigned char *bytes = (const unsigned char *)s;

	for (size_t i = 0; i < len;) {
		uint32_t code = 0;
		size_t n = utf8_length(bytes + i, len - i, &code);

		if (n == 1 && code != 0x7f) {
			put_json_ascii(&sink, bytes[i++]);
			continue;
		}
		if (n > 1 && !is_hidden(code)) {
			put(&sink, s + i, n);
			i += n;
			continue;
		}
		for (size_t end = i + (n ? n : 1); i < end; i++)
			put_hex(&sink, "\\\\x", bytes[i]);
	}
	return finish(&sink);
}

typedef size_t escape_piece(const char *s, size_t len, char *out, size_t size);

/* Writes pieces that end with a whole character, unless the text is not UTF-8. */
static void write_escaped(escape_piece *escape, const char *s, FILE *out)
{
	size_t len = strlen(s);

	while (len > 0) {
		char safe[1024];
		size_t n = len < 128 ? len : 128;

		while (n < len && n > 125 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
		escape(s, n, safe, sizeof(safe));
		fputs(safe, out);
		s += n;
		len -= n;
	}
}

void escape_write(const char *s, FILE *out)
{
	write_escaped(escape_text, s, out);
}

void escape_json_write(const char *s, FILE *out)
{
	write_escaped(escape_json, s, out);
}
