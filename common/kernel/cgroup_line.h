/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of /proc/PID/cgroup, a line for each hierarchy: "4:cpu,cpuacct:/path", and "0::/path" of version 2
 * (cgroups(7)). No name in a path has a newline: the kernel refuses to make such a cgroup.
 */
#ifndef XNS_CGROUP_LINE_H
#define XNS_CGROUP_LINE_H

#include <limits.h>
#include <stdbool.h>

/* Room for the whole text: at most 13 hierarchies of version 1, with paths of at most PATH_MAX bytes. */
enum { CGROUP_LINES = 16 * (PATH_MAX + 64) };

struct cgroup_line {
	const char *hierarchy; /* "name=systemd", "cpu,cpuacct"; empty: cgroup2 */
	const char *path;
};

/*
 * Returns the next line that has this form, its parts terminated in place. *at begins at the terminated text and is
 * moved to the line that follows. False at the end.
 */
bool cgroup_line_next(char **at, struct cgroup_line *ret);

/* The path in the hierarchy of version 2, terminated in place; NULL if the text has no such line. */
const char *cgroup_line_unified(char *text);

#endif
