/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/subid.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/parse.h"

void subid_free(struct subid_list *list)
{
	free(list->ranges);
	*list = (struct subid_list){ 0 };
}

static bool is_range(uint64_t first, uint64_t n)
{
	return n > 0 && first <= ID_MAX && n <= (uint64_t)ID_MAX - first + 1;
}

static int add(struct subid_list *list, struct subid_range range)
{
	struct subid_range *larger =
		array_reserve(list->ranges, list->n + 1, &list->room, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	list->ranges = larger;
	list->ranges[list->n++] = range;
	return 0;
}

int subid_add(struct subid_list *list, uint64_t start, uint64_t count)
{
	if (!is_range(start, count))
		return 0;
	return add(list, (struct subid_range){ (uint32_t)start, (uint32_t)count });
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return word && len > 0 && strlen(word) == len && memcmp(text, word, len) == 0;
}

/* Parses a line into its range and the length of its owner. */
static bool parse_line(const char *line, size_t len, size_t *ret_owner, struct subid_range *ret)
{
	const char *end = line + len;
	const char *start = memchr(line, ':', len), *count;
	uint64_t first, n;

	if (!start)
		return false;
	*ret_owner = (size_t)(start - line);
	start++;
	count = memchr(start, ':', (size_t)(end - start));
	if (!count || parse_digits(start, (size_t)(count - start), ID_MAX, &first) < 0)
		return false;
	count++;
	if (parse_digits(count, (size_t)(end - count), UINT32_MAX, &n) < 0)
		return false;
	if (!is_range(first, n))
		return false;
	*ret = (struct subid_range){ (uint32_t)first, (uint32_t)n };
	return true;
}

int subid_parse(const char *text, size_t len, const char *name, uid_t uid, struct subid_list *ret)
{
	struct subid_list list = { 0 };
	const char *end = text + len;
	char number[16];

	snprintf(number, sizeof(number), "%u", (unsigned)uid);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline ? newline : end;
		const char *line = text;
		struct subid_range range;
		size_t owner;

		text = newline ? newline + 1 : end;
		if (!parse_line(line, (size_t)(line_end - line), &owner, &range))
			continue;
		if (range.start + range.count > list.end)
			list.end = range.start + range.count;
		if (!is_word(line, owner, name) && !is_word(line, owner, number))
			continue;
		if (add(&list, range) < 0) {
			subid_free(&list);
			return -ENOMEM;
		}
	}
	*ret = list;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void subid_find_source(const char *text, size_t len, char ret[static SUBID_SOURCE])
{
	static const char key[] = "subid:";
	const size_t key_len = sizeof(key) - 1;
	const char *end = text + len;

	*ret = '\0';
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line = text, *line_end = newline ? newline : end;
		size_t n = 0;

		text = newline ? newline + 1 : end;
		if ((size_t)(line_end - line) < key_len || strncasecmp(line, key, key_len) != 0)
			continue;
		line += key_len;
		while (line < line_end && is_blank(*line))
			line++;
		while (line + n < line_end && !is_blank(line[n]))
			n++;
		if (n == 0)
			continue;
		/* libsubid reads the files if the word is too long or a comment. */
		if (n < SUBID_SOURCE && *line != '#' && !is_word(line, n, "files")) {
			memcpy(ret, line, n);
			ret[n] = '\0';
		}
		return;
	}
}

const char *subid_place(const char *source, const char *kind, char buf[static SUBID_PLACE])
{
	if (*source)
		snprintf(buf, SUBID_PLACE, "'%s' (subid: in /etc/nsswitch.conf)", source);
	else
		snprintf(buf, SUBID_PLACE, "/etc/sub%s", kind);
	return buf;
}

enum { FIRST = 100000, COUNT = 65536 }; /* SUB_UID_MIN and SUB_UID_COUNT in login.defs(5) */

static uint32_t first_unused(const struct subid_list *list)
{
	return list->end > FIRST ? list->end : FIRST;
}

const char *subid_unused_line(const struct subid_list *list, uint32_t uid,
			      char buf[static SUBID_LINE])
{
	uint32_t first = first_unused(list);

	if (first > ID_MAX - COUNT + 1)
		snprintf(buf, SUBID_LINE, "u%u:FIRST:COUNT", uid);
	else
		snprintf(buf, SUBID_LINE, "u%u:%u:%u", uid, first, (unsigned)COUNT);
	return buf;
}

const char *subid_passwd_line(uint32_t uid, uint32_t gid, char buf[static SUBID_LINE])
{
	snprintf(buf, SUBID_LINE, "u%u:x:%u:%u::/:/bin/sh", uid, uid, gid);
	return buf;
}

const char *subid_unused(const struct subid_list *list, char buf[static SUBID_TEXT])
{
	uint32_t first = first_unused(list);

	if (first > ID_MAX - COUNT + 1)
		snprintf(buf, SUBID_TEXT, "FIRST-LAST");
	else
		snprintf(buf, SUBID_TEXT, "%u-%u", first, first + COUNT - 1);
	return buf;
}
