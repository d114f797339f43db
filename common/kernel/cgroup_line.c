/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/cgroup_line.h"

#include <string.h>

/*
 * Splits "ID:HIERARCHY:PATH" at the first two colons, because the path may have others
 * (cgroups(7)).
 */
static bool take_line(char *line, struct cgroup_line *ret)
{
	char *hierarchy = strchr(line, ':'), *path = hierarchy ? strchr(hierarchy + 1, ':') : NULL;

	if (!path || path[1] != '/')
		return false;
	*path = '\0';
	*ret = (struct cgroup_line){ .hierarchy = hierarchy + 1, .path = path + 1 };
	return true;
}

bool cgroup_line_next(char **at, struct cgroup_line *ret)
{
	char *line;

	while ((line = strsep(at, "\n")))
		if (take_line(line, ret))
			return true;
	return false;
}

const char *cgroup_line_unified(char *text)
{
	struct cgroup_line line;

	while (cgroup_line_next(&text, &line))
		if (!*line.hierarchy)
			return line.path;
	return NULL;
}
