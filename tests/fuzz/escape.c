/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for terminals and for JSON: valid UTF-8 without a control character, whatever comes in. */
#include "base/escape.h"
#include "fuzz.h"
#include "output/json.h"

/* One character of valid UTF-8 (RFC 3629); 0xffffffff: none. */
static uint32_t decode(const unsigned char **text)
{
	const unsigned char *s = *text;
	uint32_t c = s[0], min = 0;
	int more = 0;

	if (c >= 0xf0 && c < 0xf8)
		more = 3, c &= 7, min = 0x10000;
	else if (c >= 0xe0)
		more = c < 0xf0 ? 2 : -1, c &= 15, min = 0x800;
	else if (c >= 0xc0)
		more = 1, c &= 31, min = 0x80;
	else if (c >= 0x80)
		more = -1;
	for (int i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return UINT32_MAX;
		c = c << 6 | (s[i] & 63);
	}
	*text += more + 1;
	return more < 0 || c < min || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? UINT32_MAX : c;
}

static bool is_harmless(uint32_t c)
{
	return c >= 0x20 && c <= 0x10ffff && !(c >= 0x7f && c < 0xa0) && c != 0x61c && c != 0x200e &&
	       c != 0x200f && !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) &&
	       c != 0xfeff;
}

static void check_harmless(const char *text)
{
	for (const unsigned char *s = (const unsigned char *)text; *s;)
		HOLDS(is_harmless(decode(&s)));
}

/* The inside of a JSON string (RFC 8259, section 7). */
static void check_json(const char *text)
{
	for (; *text; text++) {
		HOLDS(*text != '"');
		if (*text != '\\')
			continue;
		text++;
		HOLDS(*text && strchr("\"\\/bfnrtu", *text));
		for (int i = 1; *text == 'u' && i <= 4; i++)
			HOLDS(text[i] && strchr("0123456789abcdefABCDEF", text[i]));
	}
}

typedef size_t escaper(const char *s, size_t len, char *out, size_t size);

static char *escaped(escaper *escape, const char *text, size_t len, size_t room)
{
	size_t need = escape(text, len, NULL, 0);
	char *whole = malloc(need + 1), *cut = malloc(room + 1);

	HOLDS(whole && cut && escape(text, len, whole, need + 1) == need);
	HOLDS(strlen(whole) == need);
	/* If there is no room for all, the beginning is there. */
	HOLDS(escape(text, len, cut, room + 1) == need);
	HOLDS(strlen(cut) <= room && strncmp(cut, whole, strlen(cut)) == 0);
	check_harmless(whole);
	check_harmless(cut);
	free(cut);
	return whole;
}

/* A document of this text as key and as value: what is not inside a string is as we wrote it. */
static void check_document(const char *text)
{
	char *buf = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&buf, &size);
	struct json json = { .out = out, .compact = true };

	HOLDS(out);
	json_open(&json, NULL, '{');
	json_text(&json, text, text);
	json_close(&json, '}');
	HOLDS(json_end(&json) == 0);
	fclose(out);
	HOLDS(size >= 8 && strlen(buf) == size);
	HOLDS(strncmp(buf, "{\"", 2) == 0 && strcmp(buf + size - 3, "\"}\n") == 0);
	HOLDS(strstr(buf, "\":\""));
	buf[size - 1] = '\0';
	check_harmless(buf);
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = fuzz_byte(&data, &size);
	char *text = fuzz_text(data, size);

	free(escaped(escape_text, text, size, room));
	char *json = escaped(escape_json, text, size, room);

	check_json(json);
	free(json);
	check_document(text);
	free(text);
	return 0;
}
