/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits as files of a cgroup, and the names of our cgroups. Pure. */
#ifndef XNS_CGROUP_LIMIT_H
#define XNS_CGROUP_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { LIMIT_FILE = 64, LIMIT_VALUE = 128, LIMIT_CONTROLLER = 32, CGROUP_NAME = 64 };

/* The controller that a file belongs to: "memory" of "memory.max". False if the name has no dot. */
bool limit_controller(const char *file, char ret[LIMIT_CONTROLLER]);

/*
 * Whether the file shows the value after it was written. The kernel rounds numbers down to whole
 * pages, and shows more than was written in files with a line for each device.
 */
bool limit_holds(const char *value, const char *text);

/* "200 MiB", "1536 KiB", "100 bytes": for people. */
void limit_show_size(uint64_t bytes, char *buf, size_t size);

/* The number after the word at the beginning of a line, as in memory.events; 0 if it is not there. */
uint64_t limit_count(const char *text, const char *word);

/*
 * The name of a cgroup of ours: xns-PID-START, with the process's start time (proc_pid_stat(5)),
 * and -NAMESPACE if the pid namespace is not the initial one, where the PID means another process.
 */
struct cgroup_name {
	pid_t pid;
	uint64_t start, pid_ns; /* pid_ns: the inode number, or 0 for the initial one */
};
void cgroup_name_render(const struct cgroup_name *name, char buf[CGROUP_NAME]);
bool cgroup_name_parse(const char *text, struct cgroup_name *ret);

#endif
