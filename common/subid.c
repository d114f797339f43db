/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "subid.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "macros.h"
#include "parse.h"
#include "sys.h"

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

/* The range that one line gives to the user with this name and this uid in decimal, if any. */
static bool parse_line(const char *line, size_t len, const char *name, const char *number,
		       struct subid_range *ret)
{
	const char *end = line + len;
	const char *start = memchr(line, ':', len), *count;
	uint64_t first, n;

	if (!start)
		return false;
	if (!is_word(line, (size_t)(start - line), name) &&
	    !is_word(line, (size_t)(start - line), number))
		return false;
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
		struct subid_range range;

		if (parse_line(text, (size_t)(line_end - text), name, number, &range) &&
		    add(&list, range) < 0) {
			subid_free(&list);
			return -ENOMEM;
		}
		text = newline ? newline + 1 : end;
	}
	*ret = list;
	return 0;
}

int subid_read(const char *path, const char *name, uid_t uid, struct subid_list *ret)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = -1;
	size_t len = 0;
	int rc;

	/* O_NONBLOCK: a FIFO in the file's place must not hold us up. */
	fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	if (fd == -ENOENT) {
		*ret = (struct subid_list){ 0 };
		return 0;
	}
	if (fd < 0)
		return fd;
	rc = io_read_all(fd, &text, &len);
	return rc < 0 ? rc : subid_parse(text, len, name, uid, ret);
}
