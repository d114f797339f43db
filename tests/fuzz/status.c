/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/PID/status, and command lines: a process cannot give itself another parent or owner. */
#include <errno.h>

#include "fuzz.h"
#include "inventory/scan.h"

/* As fs/proc/array.c writes a name: newline and backslash escaped. */
static void escape_name(const char *text, char *out)
{
	for (; *text; text++) {
		if (*text == '\n' || *text == '\\')
			*out++ = '\\';
		*out++ = *text == '\n' ? 'n' : *text;
	}
	*out = '\0';
}

static void check_name(const char *text)
{
	size_t room = 2 * strlen(text) + 128;
	char *name = malloc(room), *status = malloc(room);
	uint32_t uid = 0;
	int ppid = 0;

	HOLDS(name && status);
	escape_name(text, name);
	snprintf(status, room, "Name:\t%s\nState:\tS (sleeping)\nPPid:\t4242\nUid:\t1\t2\t3\t4\n", name);
	HOLDS(scan_parse_status(status, &ppid, &uid) == 0 && ppid == 4242 && uid == 2);
	free(status);
	free(name);
}

static void check_command(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 2);
	size_t len;

	HOLDS(text);
	if (size > 0)
		memcpy(text, data, size);
	len = scan_parse_command(text, size, size > 0 && data[0] & 1);
	HOLDS(len <= size && strlen(text) == len);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	uint32_t uid = 7;
	uint64_t ino;
	int ppid = 7;

	if (scan_parse_status(text, &ppid, &uid) < 0)
		HOLDS(ppid == 7 && uid == 7);
	else
		HOLDS(ppid >= 0);
	if (scan_parse_link(text, size, &ino) != NS_NONE)
		HOLDS(ino != 0 && text[size - 1] == ']');
	if (scan_parse_socket(text, size) != 0)
		HOLDS(strncmp(text, "socket:[", 8) == 0);
	check_name(text);
	check_command(data, size);
	free(text);
	return 0;
}
