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
	size_t total; /* bytes that were asked for */
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

/* Adds as many bytes as fit; each is a character. */
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

/* Characters that change the state of the terminal or the reading order. */
static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) || /* C0, DEL, C1 */
	       code == 0x061c ||                                /* Arabic letter mark */
	       code == 0x200e || code == 0x200f ||   /* left-to-right, right-to-left mark */
	       (code >= 0x2028 && code <= 0x202e) || /* separators, embeddings, overrides */
	       (code >= 0x2066 && code <= 0x2069) || /* isolates */
	       code == 0xfeff;                       /* byte order mark */
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
		if (n > 0 && !is_control(code)) {
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
		if (n > 1 && !is_control(code)) {
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

/* In pieces that end with a whole character, unless the text is not UTF-8. */
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
