/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/bounded.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/macros.h"
#include "kernel/sys.h"

enum { READ_FIRST = 8192 }; /* the size of most files below /proc */

int bounded_read(int fd, size_t limit, char **ret_text, size_t *ret_len)
{
	_cleanup_free_ char *text = NULL;
	size_t room = 0, len = 0;
	ssize_t n = 1;

	while (n > 0) {
		/* One byte stays free for the terminator. */
		char *larger = array_reserve(text, len ? len + 2 : READ_FIRST, &room, 1);

		if (!larger)
			return -ENOMEM;
		text = larger;
		n = sys_read(fd, text + len, room - len - 1);
		if (n < 0)
			return (int)n;
		len += (size_t)n;
		if (len > limit)
			return -EFBIG;
	}
	text[len] = '\0';
	*ret_text = text;
	*ret_len = len;
	text = NULL;
	return 0;
}

/*
 * Moves the unread rest to the front of the buffer and reads more of the file after it. 0 or
 * -errno.
 */
static int fill(struct bounded_lines *lines)
{
	char *larger;
	ssize_t n;

	if (lines->from > 0)
		memmove(lines->buf, lines->buf + lines->from, lines->used - lines->from);
	lines->used -= lines->from;
	lines->from = 0;
	if (lines->used > BOUNDED_LINE)
		return -EFBIG;
	larger = array_reserve(lines->buf, lines->used ? lines->used + 2 : READ_FIRST, &lines->room,
			       1);
	if (!larger)
		return -ENOMEM;
	lines->buf = larger;
	n = sys_pread(lines->fd, larger + lines->used, lines->room - lines->used - 1,
		      lines->offset);
	if (n < 0)
		return (int)n;
	lines->used += (size_t)n;
	lines->offset += n;
	lines->at_end = n == 0;
	return 0;
}

int bounded_next_line(struct bounded_lines *lines, char **ret_line)
{
	size_t seen = 0;
	char *end = NULL, *line;

	for (;;) {
		size_t left = lines->used - lines->from;
		int rc;

		if (left > seen)
			end = memchr(lines->buf + lines->from + seen, '\n', left - seen);
		if (end || lines->at_end || lines->fd < 0)
			break;
		seen = left;
		rc = fill(lines);
		if (rc < 0)
			return rc;
	}
	if (lines->from == lines->used)
		return 0;
	line = lines->buf + lines->from;
	if (!end)
		end = lines->buf + lines->used;
	lines->from = (size_t)(end - lines->buf) + (end < lines->buf + lines->used);
	if (end - line > BOUNDED_LINE)
		return -EFBIG;
	*end = '\0';
	*ret_line = line;
	return 1;
}

void bounded_rewind(struct bounded_lines *lines)
{
	lines->from = lines->used = 0;
	lines->offset = 0;
	lines->at_end = false;
}

void bounded_free(struct bounded_lines *lines)
{
	free(lines->buf);
	*lines = (struct bounded_lines){ .fd = -1 };
}
