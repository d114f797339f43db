/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of common/kernel/sys.h that concern files and descriptors, on the fake system. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/kernel.h"
#include "fake_internal.h"
#include "kernel/sys.h"

#ifndef RESOLVE_NO_XDEV
#define RESOLVE_NO_XDEV 0x01
#endif

/* A file below an open directory is on its file system, whatever was mounted over that. */
static int new_fd(const char *path, int dir, const char *base)
{
	int fd = fake_fd_new(path);

	if (base && dir > 2 && fake_device(base) == fake_device(path))
		*fake_fd_device(fd) = *fake_fd_device(dir);
	return fd;
}

static int open_path(int dir, const char *path, int flags, int xdev)
{
	char whole[512];
	const struct fake_node *node;
	const char *base = fake_fd_path(dir);

	fake_join(dir, path, whole, sizeof(whole));
	if (fake_uncovered(whole) != whole)
		snprintf(whole, sizeof(whole), "%s", fake_uncovered(whole));
	node = fake_lookup(whole);
	if (!node && strcmp(whole, "/..") == 0)
		node = fake_lookup(strcpy(whole, "/"));
	for (int links = 0; node && S_ISLNK(node->mode); links++) {
		if (flags & O_NOFOLLOW && flags & O_PATH)
			break;
		if (flags & O_NOFOLLOW)
			return -ELOOP;
		if (links == 8)
			return -ELOOP;
		if (*node->text != '/')
			snprintf(strrchr(whole, '/') + 1, 200, "%s", node->text);
		else
			snprintf(whole, sizeof(whole), "%s", node->text);
		node = fake_lookup(whole);
	}
	/* A directory that was not made is there if it is called so: the working directory. */
	if (!node && !(flags & O_CREAT) && strcmp(path, ".") != 0)
		return -ENOENT;
	if (!node && flags & O_CREAT)
		node = fake_file(whole, "");
	else if (node && flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	if (node && flags & O_DIRECTORY && !S_ISDIR(node->mode))
		return -ENOTDIR;
	if (xdev && base && fake_device(base) != fake_device(whole))
		return -EXDEV;
	return new_fd(whole, dir, base);
}

int sys_openat(int dir, const char *path, int flags, mode_t mode)
{
	BEGIN("openat", "%s, %s, %s", fake_fd_text(dir), text_string(path),
	      text_open((unsigned)flags));
	(void)mode;
	return (int)fake_done(open_path(dir, path, flags, 0));
}

int sys_openat2(int dir, const char *path, const struct kernel_open_how *how)
{
	BEGIN("openat2", "%s, %s, %s", fake_fd_text(dir), text_string(path),
	      text_open(how->flags & ~(unsigned long)O_CLOEXEC));
	return (int)fake_done(
		open_path(dir, path, (int)how->flags, how->resolve & RESOLVE_NO_XDEV ? 1 : 0));
}

/* Handles lead nowhere here. */
int sys_open_by_handle_at(int mount, const void *handle, int flags)
{
	(void)handle;
	PLAIN(-ESTALE, "open_by_handle_at", "%s, %s", fake_fd_text(mount),
	      text_open((unsigned)flags));
}

static const struct fake_node *node_of(int fd)
{
	const char *path = fake_fd_path(fd);

	return path ? fake_lookup(path) : NULL;
}

/* Directories are empty: nothing that is listed here is made by a test. */
ssize_t sys_getdents64(int fd, void *buf, size_t size)
{
	(void)buf;
	(void)size;
	PLAIN((ssize_t)0, "getdents64", "%s", fake_fd_text(fd));
}

static ssize_t copy_from(const struct fake_node *node, void *buf, size_t size, off_t offset)
{
	size_t left = (size_t)offset < node->len ? node->len - (size_t)offset : 0;
	size_t n = left < size ? left : size;

	memcpy(buf, node->text + (node->len - left), n);
	return (ssize_t)n;
}

/* Takes the next input of a pipe, a socket or a signalfd. */
ssize_t fake_take_input(int fd, void *buf, size_t size, char *ret_fd_path, size_t path_size)
{
	const char *path = fake_fd_path(fd);
	struct fake_input *input = path ? fake_input_next(path) : NULL;
	size_t n;

	if (!path)
		return -EBADF;
	if (input)
		input->taken = input->n > 0;
	else
		input = fake_answer_for(path);
	if (!input)
		fake_fatal("nothing will ever come from <%s>; trace:\n%s", path, fake_trace());
	n = input->n < size ? input->n : size;
	memcpy(buf, input->data, n);
	if (ret_fd_path)
		snprintf(ret_fd_path, path_size, "%s", input->fd_path);
	return (ssize_t)n;
}

ssize_t sys_read(int fd, void *buf, size_t size)
{
	const struct fake_node *node = node_of(fd);
	long n;

	BEGIN("read", "%s", fake_fd_text(fd));
	if (!node || fake_input_next(node->path))
		return (ssize_t)fake_done(fake_take_input(fd, buf, size, NULL, 0));
	if (S_ISDIR(node->mode))
		return (ssize_t)fake_done(-EISDIR);
	n = copy_from(node, buf, size, *fake_fd_offset(fd));
	*fake_fd_offset(fd) += n;
	return (ssize_t)fake_done(n);
}

ssize_t sys_pread(int fd, void *buf, size_t size, off_t offset)
{
	const struct fake_node *node = node_of(fd);

	BEGIN("pread", "%s, %ld", fake_fd_text(fd), (long)offset);
	return (ssize_t)fake_done(node ? copy_from(node, buf, size, offset) : -ESPIPE);
}

ssize_t sys_write(int fd, const void *buf, size_t size)
{
	BEGIN("write", "%s, %s", fake_fd_text(fd), text_data(buf, size));
	fake_keep(buf, size);
	return (ssize_t)fake_done((long)size);
}

static int fill_stat(const char *path, struct stat *ret)
{
	const struct fake_node *node = fake_lookup(path);

	if (!node)
		return -ENOENT;
	*ret = (struct stat){ .st_dev = fake_device(path),
			      .st_ino = node->ino,
			      .st_mode = node->mode,
			      .st_nlink = 1,
			      .st_size = (off_t)node->len };
	return 0;
}

static int stat_fd(int fd, struct stat *ret)
{
	const char *path = fake_fd_path(fd);
	int rc = path ? fill_stat(path, ret) : -EBADF;

	if (rc == 0 && fd > 2)
		ret->st_dev = *fake_fd_device(fd);
	return rc;
}

int sys_fstat(int fd, struct stat *ret)
{
	BEGIN("fstat", "%s", fake_fd_text(fd));
	return (int)fake_done(stat_fd(fd, ret));
}

int sys_stat_known(int fd, struct stat *ret)
{
	BEGIN("stat_known", "%s", fake_fd_text(fd));
	return (int)fake_done(stat_fd(fd, ret));
}

int sys_fstatat(int dir, const char *path, struct stat *ret, int flags)
{
	char whole[512];

	BEGIN("fstatat", "%s, %s, %s", fake_fd_text(dir), text_string(path),
	      text_at((unsigned)flags));
	fake_join(dir, path, whole, sizeof(whole));
	return (int)fake_done(fill_stat(whole, ret));
}

int sys_fstatfs(int fd, struct statfs *ret)
{
	const char *path = fake_fd_path(fd);

	BEGIN("fstatfs", "%s", fake_fd_text(fd));
	if (!path)
		return (int)fake_done(-EBADF);
	*ret = (struct statfs){ .f_type = (__typeof__(ret->f_type))fake_magic(path) };
	return (int)fake_done(0);
}

ssize_t sys_readlinkat(int dir, const char *path, char *buf, size_t size)
{
	char whole[512];
	const struct fake_node *node;

	BEGIN("readlinkat", "%s, %s", fake_fd_text(dir), text_string(path));
	fake_join(dir, path, whole, sizeof(whole));
	node = fake_lookup(whole);
	if (!node)
		return (ssize_t)fake_done(-ENOENT);
	if (!S_ISLNK(node->mode))
		return (ssize_t)fake_done(-EINVAL);
	return (ssize_t)fake_done(copy_from(node, buf, size, 0));
}

int sys_faccessat(int dir, const char *path, int mode)
{
	char whole[512];
	const struct fake_node *node;

	BEGIN("faccessat", "%s, %s, %s", fake_fd_text(dir), text_string(path),
	      mode == X_OK ? "X_OK" : mode == R_OK ? "R_OK" : "?");
	fake_join(dir, path, whole, sizeof(whole));
	node = fake_lookup(whole);
	if (!node)
		return (int)fake_done(-ENOENT);
	return (int)fake_done(mode == X_OK && !(node->mode & 0111) ? -EACCES : 0);
}

int sys_keep_on_exec(int fd)
{
	BEGIN("keep_on_exec", "%s", fake_fd_text(fd));
	return 0;
}

int sys_dup_above(int fd, int lowest)
{
	BEGIN("dup_above", "%s, %d", fake_fd_text(fd), lowest);
	return (int)fake_done(fake_fd_new("copy"));
}

int sys_dup2(int from, int to)
{
	PLAIN(to, "dup2", "%s, %d", fake_fd_text(from), to);
}

int sys_memfd_create(const char *name, unsigned flags)
{
	char path[64];

	BEGIN("memfd_create", "%s, %#x", name, flags);
	snprintf(path, sizeof(path), "memfd %s", name);
	return (int)fake_done(fake_fd_new(path));
}

int sys_add_seals(int fd, int seals)
{
	PLAIN(0, "add_seals", "%s, %#x", fake_fd_text(fd), (unsigned)seals);
}

/* An attribute is a file of its own: "PATH NAME". */
static ssize_t get_attribute(const char *path, const char *name, void *buf, size_t size)
{
	char whole[512];
	const struct fake_node *node;
	size_t len;

	snprintf(whole, sizeof(whole), "%s %s", path, name);
	node = fake_lookup(whole);
	if (!node)
		return -ENODATA;
	len = strlen(node->text);
	if (len > size)
		return -ERANGE;
	memcpy(buf, node->text, len);
	return (ssize_t)len;
}

ssize_t sys_getxattr(const char *path, const char *name, void *buf, size_t size)
{
	BEGIN("getxattr", "%s, %s", text_string(path), name);
	return (ssize_t)fake_done(get_attribute(path, name, buf, size));
}

/* Only memory files have any. */
int sys_get_file_flags(int fd)
{
	PLAIN(O_RDWR, "get_file_flags", "%s", fake_fd_text(fd));
}

int sys_get_fd_flags(int fd)
{
	PLAIN(FD_CLOEXEC, "get_fd_flags", "%s", fake_fd_text(fd));
}

int sys_get_seals(int fd)
{
	PLAIN(-EINVAL, "get_seals", "%s", fake_fd_text(fd));
}
