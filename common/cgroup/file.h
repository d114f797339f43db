/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and directories of cgroup2. */
#ifndef XNS_CGROUP_FILE_H
#define XNS_CGROUP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How deep our cgroups may be nested below the top one; the kernel holds it (cgroup.max.depth). */
enum { CGROUP_DEPTH_MAX = 16 };

/* Reads a small file, terminated. The length or -errno. */
int cgroup_read_file(int dir, const char *file, char *buf, size_t size);
/* Writes with one write(2). 0 or -errno. */
int cgroup_write_file(int dir, const char *file, const char *text);
int cgroup_write_pid(int dir, const char *file, pid_t pid);
/* Whether a file with words separated by spaces, such as cgroup.controllers, has the word. */
bool cgroup_lists(int dir, const char *file, const char *word);
/* Removes a cgroup and those below it, as far as they are empty. 0 or -errno. */
int cgroup_remove(int dir, const char *name);

#endif
