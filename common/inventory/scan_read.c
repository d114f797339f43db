/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single reads from /proc and from descriptors. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/macros.h"
#include "base/parse.h"
#include "inventory/scan_internal.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

enum { DIRENT_BUFFER = 8192 };

uint64_t scan_ino(int fd)
{
	struct stat st;

	return sys_fstat(fd, &st) < 0 ? 0 : st.st_ino;
}

dev_t scan_nsfs(int proc)
{
	_cleanup_close_ int fd = sys_openat(proc, "self/ns/user", O_PATH, 0);
	struct stat st;

	return fd >= 0 && nsref_examine(fd, &st) > 0 ? st.st_dev : 0;
}

int scan_open_path(const struct scan *scan, int fd)
{
	struct stat st;
	int rc;

	if (scan->nsfs)
		rc = io_stat_known(fd, &st) == 0 && st.st_dev == scan->nsfs && S_ISREG(st.st_mode);
	else
		rc = nsref_examine(fd, &st);
	return rc > 0 ? io_reopen(fd, O_RDONLY | O_NONBLOCK) : -ESTALE;
}

bool scan_has_pidfds(int proc)
{
	_cleanup_close_ int pidfd = -1, ns = -1;

	if (!proc_is_own(proc))
		return false;
	pidfd = sys_pidfd_open(sys_getpid(), 0);
	ns = pidfd < 0 ? pidfd : nsref_open_member(pidfd, NS_MNT);
	return ns >= 0;
}

int scan_numbers(int dir, const char *path, void (*take)(void *state, int dir, pid_t number),
		 void *state)
{
	_cleanup_close_ int fd = sys_openat(dir, path, O_RDONLY | O_DIRECTORY, 0);
	_Alignas(struct dirent64) char buf[DIRENT_BUFFER];
	ssize_t len;

	if (fd < 0)
		return fd;
	while ((len = sys_getdents64(fd, buf, sizeof(buf))) > 0)
		for (char *at = buf; at < buf + len;) {
			const struct dirent64 *entry = (void *)at;
			uint64_t number;

			if (parse_digits(entry->d_name, strlen(entry->d_name), INT32_MAX,
					 &number) == 0)
				take(state, fd, (pid_t)number);
			at += entry->d_reclen;
		}
	return (int)len;
}

ssize_t scan_read_head(int proc, pid_t pid, const char *name, char *buf, size_t size)
{
	_cleanup_close_ int fd = -1;
	char path[32];
	size_t used = 0;
	ssize_t n = 1;

	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	fd = sys_openat(proc, path, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0)
		return fd;
	while (n > 0 && used < size - 1) {
		n = sys_read(fd, buf + used, size - 1 - used);
		if (n < 0)
			return n;
		used += (size_t)n;
	}
	buf[used] = '\0';
	return (ssize_t)used;
}
