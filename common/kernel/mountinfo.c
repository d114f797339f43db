/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mountinfo.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/macros.h"
#include "base/parse.h"

int mountinfo_from_text(const char *text, size_t len, struct mountinfo *ret)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*ret = (struct mountinfo){ .lines = { .fd = -1, .buf = copy, .used = len } };
	return 0;
}

void mountinfo_begin(int fd, struct mountinfo *ret)
{
	*ret = (struct mountinfo){ .lines = { .fd = fd } };
}

void mountinfo_free(struct mountinfo *info)
{
	bounded_free(&info->lines);
	info->rc = 0;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/*
 * The kernel writes space, tab, newline, backslash and "#" as "\" and three octal digits
 * (fs/proc_namespace.c, mangle(); fs/seq_file.c). Any other backslash stands for itself.
 */
static void decode(char *text)
{
	char *to = text;

	while (*text) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && is_octal(text[2]) &&
		    is_octal(text[3])) {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + text[3] - '0');
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/*
 * Cuts off the next field. Exactly one space separates fields: two in a row enclose an empty field,
 * such as the source after "mount -t tmpfs '' /mnt". NULL at the end of the line.
 */
static char *cut_field(char **line)
{
	char *field = *line, *end;

	if (!field)
		return NULL;
	end = strchr(field, ' ');
	*line = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return field;
}

static const char *cut_text(char **line)
{
	char *field = cut_field(line);

	if (field)
		decode(field);
	return field;
}

static bool cut_number(const char *text, int *ret)
{
	uint64_t value;

	if (!text || parse_digits(text, strlen(text), INT_MAX, &value) < 0)
		return false;
	*ret = (int)value;
	return true;
}

static bool cut_device(char *text, dev_t *ret)
{
	char *colon = text ? strchr(text, ':') : NULL;
	int high, low;

	if (!colon)
		return false;
	*colon = '\0';
	if (!cut_number(text, &high) || !cut_number(colon + 1, &low))
		return false;
	*ret = makedev((unsigned)high, (unsigned)low);
	return true;
}

/*
 * A lone "-" ends the optional fields. Newer kernels may add tags, so unknown ones are skipped
 * (proc_pid_mountinfo(5)).
 */
static bool cut_optional(char **line, struct mount_entry *entry)
{
	static const char shared[] = "shared:", master[] = "master:";
	const char *field;

	while ((field = cut_field(line)) != NULL && strcmp(field, "-") != 0) {
		if (strncmp(field, shared, strlen(shared)) == 0 &&
		    !cut_number(field + strlen(shared), &entry->shared))
			return false;
		if (strncmp(field, master, strlen(master)) == 0 &&
		    !cut_number(field + strlen(master), &entry->master))
			return false;
		if (strcmp(field, "unbindable") == 0)
			entry->unbindable = true;
	}
	return field != NULL;
}

bool mountinfo_take_line(char *line, struct mount_entry *ret)
{
	struct mount_entry entry = { 0 };

	if (!cut_number(cut_field(&line), &entry.id) ||
	    !cut_number(cut_field(&line), &entry.parent) ||
	    !cut_device(cut_field(&line), &entry.dev))
		return false;
	entry.root = cut_text(&line);
	entry.point = cut_text(&line);
	entry.options = cut_text(&line);
	if (!entry.options || !cut_optional(&line, &entry))
		return false;
	entry.type = cut_text(&line);
	entry.source = cut_text(&line);
	entry.super_options = cut_text(&line);
	if (!entry.super_options)
		return false;
	*ret = entry;
	return true;
}

bool mountinfo_next(struct mountinfo *info, struct mount_entry *ret)
{
	char *line;

	while (info->rc == 0) {
		int rc = bounded_next_line(&info->lines, &line);

		if (rc <= 0) {
			info->rc = rc;
			return false;
		}
		if (mountinfo_take_line(line, ret))
			return true;
	}
	return false;
}

bool mountinfo_has_option(const char *options, const char *word)
{
	size_t len = strlen(word);

	for (;; options++) {
		size_t n = strcspn(options, ",");

		if (n == len && memcmp(options, word, len) == 0)
			return true;
		options += n;
		if (!*options)
			return false;
	}
}
