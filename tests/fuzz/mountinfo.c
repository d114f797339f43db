/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mountinfo: lines of any kind, and paths of any bytes as the kernel escapes them. */
#include "fuzz.h"
#include "kernel/mountinfo.h"

static void check_string(const struct mountinfo *info, const char *text, size_t size)
{
	HOLDS(text >= info->lines.buf && text + strlen(text) <= info->lines.buf + size);
}

static void check_raw(const char *text, size_t size)
{
	struct mountinfo info;
	struct mount_entry entry;

	HOLDS(mountinfo_from_text(text, size, &info) == 0);
	while (mountinfo_next(&info, &entry)) {
		const char *strings[] = { entry.root, entry.point, entry.options, entry.type,
					  entry.source, entry.super_options };

		for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
			check_string(&info, strings[i], size);
		HOLDS(entry.id >= 0 && entry.shared >= 0 && entry.master >= 0);
		mountinfo_has_option(entry.options, "rw");
	}
	mountinfo_free(&info);
}

/* fs/proc_namespace.c: blank, tab, newline, backslash and "#". */
static void escape_path(const char *text, char *out)
{
	for (; *text; text++)
		if (strchr(" \t\n\\#", *text))
			out += sprintf(out, "\\%03o", (unsigned char)*text);
		else
			*out++ = *text;
	*out = '\0';
}

static void check_path(const char *path)
{
	size_t room = 4 * strlen(path) + 128;
	char *escaped = malloc(room), *line = malloc(room);
	struct mountinfo info;
	struct mount_entry entry;
	int len;

	HOLDS(escaped && line);
	escape_path(path, escaped);
	len = snprintf(line, room, "25 1 0:24 / /%s rw shared:7 - tmpfs none rw\n", escaped);
	HOLDS(mountinfo_from_text(line, (size_t)len, &info) == 0);
	HOLDS(mountinfo_next(&info, &entry));
	HOLDS(entry.point[0] == '/' && strcmp(entry.point + 1, path) == 0);
	HOLDS(entry.id == 25 && entry.parent == 1 && entry.shared == 7);
	HOLDS(strcmp(entry.type, "tmpfs") == 0);
	HOLDS(!mountinfo_next(&info, &entry));
	mountinfo_free(&info);
	free(line);
	free(escaped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_raw(text, size);
	check_path(text);
	free(text);
	return 0;
}
