/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parsers of files and links in /proc. Pure: no system call. */
#include <errno.h>
#include <string.h>

#include "base/macros.h"
#include "base/parse.h"
#include "inventory/scan.h"

/* The number in "NAME:[NUMBER]"; 0 if the text has another form. */
static uint64_t number_of(const char *text, size_t len, const char *name)
{
	size_t skip = strlen(name);
	uint64_t number;

	if (len < skip + 4 || memcmp(text, name, skip) != 0 || memcmp(text + skip, ":[", 2) != 0 ||
	    text[len - 1] != ']')
		return 0;
	skip += 2;
	return parse_digits(text + skip, len - skip - 1, UINT64_MAX, &number) < 0 ? 0 : number;
}

enum ns_type scan_parse_link(const char *text, size_t len, uint64_t *ret_ino)
{
	/* Returns early, because most descriptors are files. */
	if (len == 0 || text[0] == '/' || text[len - 1] != ']')
		return NS_NONE;
	for (int k = 0; k < NS_COUNT; k++) {
		uint64_t ino = number_of(text, len, ns_types[k].name);

		if (!ino)
			continue;
		*ret_ino = ino;
		return (enum ns_type)k;
	}
	return NS_NONE;
}

uint64_t scan_parse_socket(const char *text, size_t len)
{
	return number_of(text, len, "socket");
}

/* The number with this index in the last line that begins with the label. */
static int field(const char *text, const char *label, int index, uint64_t max, uint64_t *ret)
{
	const char *line = NULL, *next = text;
	size_t len;

	/* The last line, since the name of the process precedes all numbers and could imitate a
	 * label, if the kernel did not escape its newlines (proc_task_name(), fs/proc/array.c). */
	while ((next = strstr(next, label)))
		line = next++;
	if (!line)
		return -EINVAL;
	line += strlen(label);
	for (; index > 0; index--) {
		line += strcspn(line, "\t\n");
		if (*line++ != '\t')
			return -EINVAL;
	}
	len = strcspn(line, "\t\n");
	return parse_digits(line, len, max, ret) < 0 ? -EINVAL : 0;
}

int scan_parse_status(const char *text, int *ret_ppid, uint32_t *ret_uid)
{
	uint64_t ppid, uid;

	/* Uid: real, effective, saved, file system (proc_pid_status(5)) */
	if (field(text, "\nPPid:\t", 0, INT32_MAX, &ppid) < 0 ||
	    field(text, "\nUid:\t", 1, UINT32_MAX, &uid) < 0)
		return -EINVAL;
	*ret_ppid = (int)ppid;
	*ret_uid = (uint32_t)uid;
	return 0;
}

size_t scan_parse_command(char *text, size_t len, bool cut)
{
	static const char ellipsis[] = "...";

	while (len > 0 && text[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	if (cut && len >= sizeof(ellipsis)) {
		len -= strlen(ellipsis);
		/* Does not cut within a UTF-8 character. */
		for (int i = 0; i < 3 && len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; i++)
			len--;
		memcpy(text + len, ellipsis, sizeof(ellipsis));
		len += strlen(ellipsis);
	}
	text[len] = '\0';
	return len;
}
