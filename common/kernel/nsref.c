/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/nsref.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

enum ns_type nsref_kind(int fd)
{
	int flag = sys_ioctl(fd, NS_GET_NSTYPE, NULL);

	return flag < 0 ? NS_NONE : ns_by_flag(flag);
}

int nsref_open_member(int pidfd, enum ns_type type)
{
	return sys_ioctl(pidfd, _IO(0xff, ns_types[type].pidfd_ioctl), NULL);
}

int nsref_same(int a, int b, bool *ret_same)
{
	struct stat first, second;
	int rc = sys_fstat(a, &first);

	if (rc == 0)
		rc = sys_fstat(b, &second);
	if (rc == 0)
		*ret_same = first.st_dev == second.st_dev && first.st_ino == second.st_ino;
	return rc;
}

const char *nsref_file_type(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a FIFO";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFSOCK:
		return "a socket";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	default:
		return "an ordinary file";
	}
}

/* Files of nsfs are empty and may be read by all (fs/nsfs.c, nsfs_init_inode()). */
int nsref_examine(int fd, struct stat *ret)
{
	struct statfs fs;
	int rc = io_stat_known(fd, ret);

	if (rc < 0 || ret->st_mode != (S_IFREG | 0444) || ret->st_size != 0)
		return rc < 0 ? rc : 0;
	rc = sys_fstatfs(fd, &fs);
	return rc < 0 ? rc : fs.f_type == NSFS_MAGIC;
}

static int path_flags(unsigned flags)
{
	return flags & NSREF_NOFOLLOW ? O_NOFOLLOW : 0;
}

/*
 * Opens the file of handle (O_PATH) for reading: through /proc, or without /proc by its path again.
 * Either may meanwhile lead to another file, so the open does not block, and the result must be the
 * same namespace.
 */
static int reopen(int dir, const char *path, unsigned flags, int handle)
{
	_cleanup_close_ int fd =
		flags & NSREF_ROOTS_DIR ? -ENOENT : io_reopen(handle, O_RDONLY | O_NONBLOCK);
	bool same = false;
	int rc;

	if (fd == -ENOENT)
		fd = sys_openat(dir, path, O_RDONLY | O_NONBLOCK | path_flags(flags), 0);
	if (fd < 0)
		return fd;
	rc = nsref_same(fd, handle, &same);
	if (rc == 0 && !same)
		rc = -ESTALE;
	return rc < 0 ? rc : take_fd(&fd);
}

/* O_PATH neither blocks nor has an effect; only a file on nsfs is then opened for reading. */
static int open_checked(int dir, const char *path, unsigned flags, const char *label,
			struct diag *diag)
{
	_cleanup_close_ int handle = sys_openat(dir, path, O_PATH | path_flags(flags), 0);
	struct stat st;
	int rc, fd;

	if (handle < 0)
		return diag_set(diag, -handle, "cannot open the %s file '%s'", label, path);
	rc = nsref_examine(handle, &st);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine the %s file '%s'", label, path);
	if (rc == 0) {
		diag_set(diag, 0, "'%s' is no %s file but %s", path, label,
			 nsref_file_type(st.st_mode));
		return S_ISLNK(st.st_mode) ? -ELOOP : -EINVAL;
	}
	fd = reopen(dir, path, flags, handle);
	return fd < 0 ? diag_set(diag, -fd, "cannot open the %s file '%s'", label, path) : fd;
}

int nsref_open_file(int dir, const char *path, enum ns_type type, unsigned flags,
		    struct diag *diag)
{
	_cleanup_close_ int fd = -1;
	enum ns_type found;
	char label[64];

	snprintf(label, sizeof(label), "%s%snamespace", type == NS_NONE ? "" : ns_types[type].label,
		 type == NS_NONE ? "" : " ");
	fd = open_checked(dir, path, flags, label, diag);
	if (fd < 0)
		return fd;
	found = nsref_kind(fd);
	if (type != NS_NONE && found != NS_NONE && found != type) {
		diag_set(diag, 0, "'%s' is %s %s namespace, not %s %s namespace", path,
			 ns_types[found].article, ns_types[found].label, ns_types[type].article,
			 ns_types[type].label);
		return -EINVAL;
	}
	return take_fd(&fd);
}

int nsref_mount(int ns, int target)
{
	return sys_mount(FD_PATH(ns), FD_PATH(target), NULL, MS_BIND, NULL);
}

/* The nsfs file handle, Linux 6.18: fs/nsfs.c, struct nsfs_file_handle. */
struct nsfs_handle {
	uint32_t bytes; /* struct file_handle: handle_bytes, handle_type */
	int32_t type;
	uint64_t id;
	uint32_t ns_type;
	uint32_t ns_inum;
};

static int open_handle(uint64_t id, uint32_t ns_type, uint32_t ns_inum)
{
	struct nsfs_handle handle = { .bytes = 16, .type = FILEID_NSFS, .id = id,
				      .ns_type = ns_type, .ns_inum = ns_inum };

	return sys_open_by_handle_at(FD_NSFS_ROOT, &handle, O_RDONLY);
}

int nsref_open_handle(uint64_t id)
{
	/* Linux 6.18 refuses a handle without type and inode number. */
	return open_handle(id, 0, 0);
}

int nsref_is_alive(uint64_t id, enum ns_type type, ino_t ino)
{
	_cleanup_close_ int fd = open_handle(id, (uint32_t)ns_types[type].flag,
						 (uint32_t)ino);

	return fd >= 0 ? 1 : fd == -ESTALE ? 0 : fd;
}

/* Opens the file PID/ns/NAME if that namespace has this id. The descriptor or -errno. */
static int open_if_id(int root, pid_t pid, const char *name, uint64_t id)
{
	_cleanup_close_ int fd = sys_openat(root, NS_PATH(pid, name), O_RDONLY | O_NONBLOCK, 0);
	uint64_t found = 0;

	if (fd < 0)
		return fd;
	if (sys_ioctl(fd, NS_GET_ID, &found) < 0)
		return -ENOTTY;
	return found == id ? take_fd(&fd) : -ESRCH;
}

static int search_processes(uint64_t id, enum ns_type type, struct diag *diag)
{
	_cleanup_close_ int root = proc_open_root(diag);
	int result = -ESRCH, rc;
	const char *name;
	pid_t pid;
	DIR *list;

	if (root < 0)
		return root;
	rc = io_open_dir(root, ".", &list);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot read /proc");
	while (result < 0 && result != -ENOTTY && (name = io_next_name(list, &rc)) != NULL)
		if (parse_pid(name, &pid) == 0)
			result = open_if_id(root, pid, ns_types[type].name, id);
	closedir(list);
	if (result >= 0)
		return result;
	if (rc < 0)
		return diag_set(diag, -rc, "cannot read /proc");
	if (result == -ENOTTY)
		return diag_set(diag, 0, "this kernel has no namespace ids (Linux 6.18)");
	diag_set(diag, 0, "no %s namespace with the id %" PRIu64 " was found",
		 ns_types[type].label, id);
	return -ESRCH;
}

int nsref_open_id(uint64_t id, enum ns_type type, struct diag *diag)
{
	int fd = nsref_open_handle(id);
	enum ns_type found;

	if (fd < 0)
		return search_processes(id, type, diag);
	found = nsref_kind(fd);
	if (found == type)
		return fd;
	close(fd);
	diag_set(diag, 0, "the namespace with the id %" PRIu64 " is of type %s, not %s", id,
		 found == NS_NONE ? "unknown" : ns_types[found].label, ns_types[type].label);
	return -EINVAL;
}
