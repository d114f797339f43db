/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "kernel/sys.h"

int io_read_line(int dir, const char *path, char *buf, size_t size)
{
	_cleanup_close_ int fd = sys_openat(dir, path, O_RDONLY | O_NONBLOCK, 0);
	ssize_t n = fd < 0 ? fd : sys_read(fd, buf, size - 1);

	if (n < 0)
		return (int)n;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

int io_write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = sys_write(fd, at, size);

		if (n < 0)
			return (int)n;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}

const char *io_fd_path(int fd, char buf[IO_FD_PATH_SIZE])
{
	snprintf(buf, IO_FD_PATH_SIZE, "/proc/self/fd/%d", fd);
	return buf;
}

int io_stat_known(int fd, struct stat *ret)
{
	int rc = sys_stat_known(fd, ret);

	/* EPERM: a seccomp filter that is older than the call. */
	return rc == -ENOSYS || rc == -EPERM ? sys_fstat(fd, ret) : rc;
}

int io_reopen(int fd, int flags)
{
	return sys_openat(AT_FDCWD, FD_PATH(fd), flags, 0);
}

ssize_t io_read_link(int dir, const char *path, char *buf, size_t size)
{
	ssize_t len = sys_readlinkat(dir, path, buf, size - 1);

	if (len >= 0)
		buf[len] = '\0';
	return len;
}

int io_open_dir(int dir, const char *path, DIR **ret)
{
	_cleanup_close_ int fd = sys_openat(dir, path, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0)
		return fd;
	*ret = fdopendir(fd);
	if (!*ret)
		return -errno;
	take_fd(&fd);
	return 0;
}

const char *io_next_name(DIR *list, int *rc)
{
	const struct dirent *entry;

	errno = 0;
	while ((entry = readdir(list)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return entry->d_name;
	if (errno)
		*rc = -errno;
	return NULL;
}

int io_flush(FILE *out)
{
	errno = 0;
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	return errno ? -errno : -EIO;
}

void io_close_others(const int *kept, size_t n)
{
	unsigned first = STDERR_FILENO + 1;

	for (;;) {
		int next = -1;

		for (size_t i = 0; i < n; i++)
			if (kept[i] >= (int)first && (next < 0 || kept[i] < next))
				next = kept[i];
		if (next < 0)
			break;
		if ((unsigned)next > first)
			sys_close_range(first, (unsigned)next - 1);
		first = (unsigned)next + 1;
	}
	sys_close_range(first, ~0U);
}
