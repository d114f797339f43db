/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what the applets print of a namespace. Pure. */
#include <string.h>

#include "base/macros.h"
#include "base/parse.h"
#include "inventory/reference.h"
#include "inventory/scan.h"

/* The rest of a text that begins with this word, or NULL. */
static const char *after(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) == 0 ? text + len : NULL;
}

/* "12" or "12/3", up to the end of this part. */
static bool parse_pair(const char *text, size_t len, bool pair, struct reference *ret)
{
	size_t first = strcspn(text, "/,");
	uint64_t pid, fd = 0;

	if (first > len)
		first = len;
	if (parse_digits(text, first, INT32_MAX, &pid) < 0 || pid == 0 || pair != (first < len) ||
	    (pair && parse_digits(text + first + 1, len - first - 1, INT32_MAX, &fd) < 0))
		return false;
	ret->pid = (pid_t)pid;
	ret->fd = (int)fd;
	return true;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/*
 * Decodes the escapes of holders_text(), such as "\x2c". False: the path does not fit, or has a
 * byte 0.
 */
static bool decode_path(const char *text, size_t len, char ret[static REFERENCE_PATH])
{
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		int high = -1, low = -1;

		if (used == REFERENCE_PATH - 1)
			return false;
		if (i + 3 < len && text[i] == '\\' && text[i + 1] == 'x') {
			high = hex_digit(text[i + 2]);
			low = hex_digit(text[i + 3]);
		}
		if (high < 0 || low < 0) {
			ret[used++] = text[i];
			continue;
		}
		if (high + low == 0)
			return false;
		ret[used++] = (char)(high << 4 | low);
		i += 3;
	}
	ret[used] = '\0';
	return true;
}

/* "/path" or "/path (of 12)". */
static bool parse_mount(const char *text, size_t len, struct reference *ret)
{
	static const char of[] = " (of ";
	const char *end = text + len, *mark = NULL;
	uint64_t pid;

	for (const char *at = text; (at = strstr(at, of)) && at < end; at++)
		mark = at;
	if (mark && end[-1] == ')') {
		const char *digits = mark + sizeof(of) - 1;

		if (parse_digits(digits, (size_t)(end - 1 - digits), INT32_MAX, &pid) == 0) {
			ret->pid = (pid_t)pid;
			len = (size_t)(mark - text);
		}
	}
	return *text == '/' && decode_path(text, len, ret->text);
}

static bool parse_number(const char *text, size_t len, struct reference *ret)
{
	ret->kind = REFERENCE_INO;
	ret->type = scan_parse_link(text, len, &ret->number);
	if (ret->type != NS_NONE)
		return true;
	return parse_digits(text, len, UINT64_MAX, &ret->number) == 0 && ret->number > 0;
}

static bool parse_holder(const char *text, struct reference *ret)
{
	static const struct {
		const char *word;
		enum reference_kind kind;
		bool pair;
	} words[] = {
		{ "process ", REFERENCE_PROCESS, false },
		{ "thread ", REFERENCE_THREAD, true },
		{ "children of ", REFERENCE_CHILDREN, false },
		{ "fd ", REFERENCE_FD, true },
		{ "socket ", REFERENCE_SOCKET, true },
	};
	const char *mount = after(text, "mount "), *pins = after(text, "pins "), *next = strstr(text, ", ");
	size_t len = next ? (size_t)(next - text) : strlen(text);

	ret->kind = pins ? REFERENCE_PINS : REFERENCE_MOUNT;
	if (pins)
		mount = pins;
	if (mount)
		return parse_mount(mount, len - (size_t)(mount - text), ret);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const char *rest = after(text, words[i].word);

		ret->kind = words[i].kind;
		if (rest)
			return parse_pair(rest, len - (size_t)(rest - text), words[i].pair, ret);
	}
	return false;
}

bool reference_parse(const char *text, struct reference *ret)
{
	const char *relative = after(text, "child ");
	size_t len = strlen(text);

	if (!relative)
		relative = after(text, "owned ");
	*ret = (struct reference){ .type = NS_NONE };
	if (*text == ':') {
		ret->kind = REFERENCE_ID;
		return parse_u64(text + 1, UINT64_MAX, &ret->number) == 0;
	}
	if (parse_number(text, len, ret) ||
	    (relative && parse_number(relative, strcspn(relative, ","), ret)))
		return true;
	if (parse_holder(text, ret))
		return true;
	if (!*text || strchr(text, '/') || len >= sizeof(ret->text))
		return false;
	*ret = (struct reference){ .kind = REFERENCE_NAME, .type = NS_NONE };
	memcpy(ret->text, text, len + 1);
	return true;
}
