/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "subid.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

void subid_free(struct subid_list *list)
{
	free(list->ranges);
	*list = (struct subid_list){ 0 };
}

/* The array has room for the next power of two, so it grows where n is one. */
static int add(struct subid_list *list, struct subid_range range)
{
	if ((list->n & (list->n - 1)) == 0) {
		size_t room = list->n ? 2 * list->n : 1;
		struct subid_range *ranges = realloc(list->ranges, room * sizeof(*ranges));

		if (!ranges)
			return -ENOMEM;
		list->ranges = ranges;
	}
	list->ranges[list->n++] = range;
	return 0;
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return word && len > 0 && strlen(word) == len && memcmp(text, word, len) == 0;
}

/* The range that one line gives, if any, and the length of its owner. */
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
	if (n == 0 || first + n - 1 > ID_MAX)
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

const char *subid_unused(const struct subid_list *list, char buf[static SUBID_TEXT])
{
	enum { FIRST = 100000, COUNT = 65536 }; /* SUB_UID_MIN and SUB_UID_COUNT in login.defs(5) */
	uint32_t first = list->end > FIRST ? list->end : FIRST;

	if (first > ID_MAX - COUNT + 1)
		snprintf(buf, SUBID_TEXT, "FIRST-LAST");
	else
		snprintf(buf, SUBID_TEXT, "%u-%u", first, first + COUNT - 1);
	return buf;
}
