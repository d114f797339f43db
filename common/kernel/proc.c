/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/idmap.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/sys.h"

static int check_procfs(int fd)
{
	struct statfs fs;
	struct stat st;
	int rc = sys_fstatfs(fd, &fs);

	if (rc < 0)
		return rc;
	if (fs.f_type != PROC_SUPER_MAGIC)
		return -EMEDIUMTYPE;
	rc = sys_fstat(fd, &st);
	if (rc < 0)
		return rc;
	return st.st_ino == PROC_ROOT_INO ? 0 : -EMEDIUMTYPE;
}

int proc_open_root(struct diag *diag)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY, 0);
	int rc;

	if (fd < 0)
		return diag_set(diag, -fd, "cannot open /proc");
	rc = check_procfs(fd);
	if (rc == -EMEDIUMTYPE) {
		diag_set(diag, 0, "/proc is not a proc file system, so it is not used");
		diag_hint(diag, "mount one there: mount -t proc proc /proc");
		return rc;
	}
	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine /proc");
	return take_fd(&fd);
}

int proc_open_self(int root, pid_t *ret_pid, struct diag *diag)
{
	char pid[16];
	ssize_t len = sys_readlinkat(root, "self", pid, sizeof(pid) - 1);
	int fd;

	if (len == -ENOENT) {
		diag_set(diag, 0, "/proc does not show this process");
		diag_hint(diag, "/proc belongs to another pid namespace; mount a new one there: "
				"mount -t proc proc /proc");
		return -ENOENT;
	}
	if (len < 0)
		return diag_set(diag, (int)-len, "cannot read /proc/self");
	pid[len] = '\0';
	if (ret_pid && parse_pid(pid, ret_pid) < 0)
		return diag_set(diag, 0, "/proc/self is '%s', which is no process id", pid);
	fd = proc_open_file(root, pid, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return diag_set(diag, -fd, "cannot open /proc/%s", pid);
	return fd;
}

int proc_open_own(struct diag *diag)
{
	_cleanup_close_ int root = proc_open_root(diag);

	return root < 0 ? root : proc_open_self(root, NULL, diag);
}

pid_t proc_self_pid(int root)
{
	char text[16];
	ssize_t len = sys_readlinkat(root, "self", text, sizeof(text) - 1);
	pid_t pid;

	if (len < 0)
		return (pid_t)len;
	text[len] = '\0';
	return parse_pid(text, &pid) == 0 ? pid : -EINVAL;
}

bool proc_is_own(int root)
{
	return proc_self_pid(root) == sys_getpid();
}

bool proc_hides(int root)
{
	/* A pid namespace with processes has a process 1, so hidepid hides it if it is missing. */
	return sys_faccessat(root, "1", F_OK) == -ENOENT;
}

/* Opens the file and refuses another file system than the directory's. */
static int open_same_device(int dir, const char *path, int flags)
{
	_cleanup_close_ int fd = sys_openat(dir, path, flags | O_NOFOLLOW | O_NONBLOCK, 0);
	struct stat here, there;
	int rc;

	if (fd < 0)
		return fd;
	rc = sys_fstat(dir, &here);
	if (rc == 0)
		rc = sys_fstat(fd, &there);
	if (rc < 0)
		return rc;
	if (here.st_dev != there.st_dev)
		return -EXDEV;
	return take_fd(&fd);
}

int proc_mount_of(int fd)
{
	char path[40], text[256];
	_cleanup_close_ int info = -1;
	const char *at;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	len = info < 0 ? info : sys_read(info, text, sizeof(text) - 1);
	if (len <= 0)
		return -1;
	text[len] = '\0';
	at = strstr(text, "mnt_id:");
	return at ? (int)strtoull(at + strlen("mnt_id:"), NULL, 10) : -1;
}

/* For kernels without openat2(2) (before Linux 5.6). */
static int open_same_mount(int dir, const char *path, int flags)
{
	_cleanup_close_ int fd = open_same_device(dir, path, flags);

	if (fd >= 0 && proc_mount_of(dir) != proc_mount_of(fd))
		return -EXDEV;
	return take_fd(&fd);
}

int proc_open_file(int dir, const char *path, int flags)
{
	struct kernel_open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS,
	};
	int fd = sys_openat2(dir, path, &how);

	/* EPERM: container engines' seccomp profiles return it for calls that they do not know. */
	if (fd == -ENOSYS || fd == -EPERM)
		return open_same_mount(dir, path, flags);
	return fd;
}

ssize_t proc_read_file(int dir, const char *path, char *buf, size_t size)
{
	_cleanup_close_ int fd = proc_open_file(dir, path, O_RDONLY);
	size_t used = 0;

	if (fd < 0)
		return fd;
	for (;;) {
		ssize_t n = sys_read(fd, buf + used, size - used);

		if (n < 0)
			return n;
		if (n == 0)
			break;
		used += (size_t)n;
		if (used == size)
			return -EFBIG;
	}
	buf[used] = '\0';
	return (ssize_t)used;
}

int proc_write_file(int dir, const char *path, const char *text)
{
	_cleanup_close_ int fd = proc_open_file(dir, path, O_WRONLY);
	size_t len = strlen(text);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = sys_write(fd, text, len);
	if (n < 0)
		return (int)n;
	return (size_t)n == len ? 0 : -EIO;
}

int proc_read_map(int dir, const char *kind, struct idmap *ret)
{
	char text[IDMAP_EXTENTS_MAX * 33 + 1]; /* uid_m_show(): 3 numbers of 10 columns */
	char file[16];
	ssize_t len;

	snprintf(file, sizeof(file), "%s_map", kind);
	len = proc_read_file(dir, file, text, sizeof(text));
	return len < 0 ? (int)len : idmap_parse_file(text, ret);
}

int proc_open_ns(int dir, const char *name)
{
	_cleanup_close_ int links = proc_open_file(dir, "ns", O_PATH | O_DIRECTORY), fd = -1;
	struct statfs fs;
	int rc;

	if (links < 0)
		return links;
	/* It must be followed, being a magic link; afterwards the file must be on nsfs. */
	fd = sys_openat(links, name, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0)
		return fd;
	rc = sys_fstatfs(fd, &fs);
	if (rc < 0)
		return rc;
	if (fs.f_type != NSFS_MAGIC)
		return -EXDEV;
	return take_fd(&fd);
}

int proc_read_number(int dir, const char *path, long long *ret)
{
	/* Container engines bind-mount /proc/sys over itself read-only, so any mount of the same
	 * procfs is accepted. */
	_cleanup_close_ int fd = open_same_device(dir, path, O_RDONLY);
	char text[32];
	ssize_t len = fd < 0 ? fd : sys_read(fd, text, sizeof(text) - 1);
	int64_t value;
	int rc;

	if (len < 0)
		return (int)len;
	text[len] = '\0';
	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	rc = parse_i64(text, &value);
	if (rc == 0)
		*ret = value;
	return rc;
}
