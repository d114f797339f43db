/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The syntax is that of iproute2: "#" begins a comment anywhere, a backslash before the end of a
 * line joins it with the next, and a word may be quoted. Pure.
 */
#include <errno.h>
#include <string.h>

#include "xnetns/batch.h"

bool batch_cut_line(char *line)
{
	size_t len = strlen(line);
	char *comment;

	if (len > 0 && line[len - 1] == '\n')
		line[--len] = '\0';
	comment = strchr(line, '#');
	if (comment) {
		*comment = '\0';
		return false;
	}
	if (len == 0 || line[len - 1] != '\\')
		return false;
	line[len - 1] = '\0';
	return true;
}

int batch_split(char *line, char **words, size_t size)
{
	static const char blanks[] = " \t\r\n";
	size_t n = 0;

	for (;;) {
		char quote, *end;

		line += strspn(line, blanks);
		if (!*line)
			break;
		if (n + 1 >= size)
			return -E2BIG;
		quote = *line == '"' || *line == '\'' ? *line++ : '\0';
		words[n++] = line;
		end = quote ? strchr(line, quote) : line + strcspn(line, blanks);
		if (!end)
			return -EINVAL;
		line = *end ? end + 1 : end;
		*end = '\0';
	}
	words[n] = NULL;
	return (int)n;
}
