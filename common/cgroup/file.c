/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cgroup/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

enum { TEXT = 4096 };

int cgroup_read_file(int dir, const char *file, char *buf, size_t size)
{
	_cleanup_close_ int fd = sys_openat(dir, file, O_RDONLY, 0);
	ssize_t n = fd < 0 ? fd : sys_read(fd, buf, size - 1);

	buf[n < 0 ? 0 : n] = '\0';
	return (int)n;
}

int cgroup_write_file(int dir, const char *file, const char *text)
{
	_cleanup_close_ int fd = sys_openat(dir, file, O_WRONLY, 0);
	ssize_t n = fd < 0 ? fd : sys_write(fd, text, strlen(text));

	return n < 0 ? (int)n : 0;
}

int cgroup_write_pid(int dir, const char *file, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)pid);
	return cgroup_write_file(dir, file, text);
}

bool cgroup_lists(int dir, const char *file, const char *word)
{
	char text[TEXT], *rest = text;

	if (cgroup_read_file(dir, file, text, sizeof(text)) < 0)
		return false;
	for (char *item; (item = strsep(&rest, " \n"));)
		if (strcmp(item, word) == 0)
			return true;
	return false;
}

/* A cgroup can be removed only after those below it (cgroups(7)). */
static int remove_below(int dir, const char *name, int depth)
{
	_cleanup_close_ int fd = -1;
	const char *below;
	DIR *list;
	int rc = sys_unlinkat(dir, name, AT_REMOVEDIR), end = 0;

	if (rc != -EBUSY || depth == 0)
		return rc;
	fd = sys_openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0 || io_open_dir(fd, ".", &list) < 0)
		return rc;
	/* Of a file this is ENOTDIR. */
	while ((below = io_next_name(list, &end)))
		remove_below(fd, below, depth - 1);
	closedir(list);
	return sys_unlinkat(dir, name, AT_REMOVEDIR);
}

int cgroup_remove(int dir, const char *name)
{
	return remove_below(dir, name, CGROUP_DEPTH_MAX + 1);
}
