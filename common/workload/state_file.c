/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workload/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/macros.h"
#include "kernel/bounded.h"
#include "kernel/sys.h"
#include "workload/path.h"

static int check(int fd, uint32_t owner, mode_t type)
{
	struct stat st;
	int rc = sys_fstat(fd, &st);

	if (rc < 0)
		return rc;
	if ((st.st_mode & S_IFMT) != type)
		return S_ISLNK(st.st_mode) ? -ELOOP : -EPERM;
	if (st.st_uid != 0 && st.st_uid != owner)
		return -EPERM;
	return st.st_mode & (S_IWGRP | S_IWOTH) ? -EPERM : 0;
}

/* Opens the directory that has the last component of the path, which *ret_name is set to. */
static int open_directory(int root, const char *path, uint32_t owner, const char **ret_name)
{
	_cleanup_close_ int dir = sys_openat(root, ".", O_PATH | O_DIRECTORY, 0);
	char name[WORKLOAD_NAME];
	int rc = dir < 0 ? dir : check(dir, owner, S_IFDIR);

	for (;;) {
		size_t len;
		int next;

		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (rc < 0)
			return rc;
		if (!path[len])
			break;
		if (len >= sizeof(name))
			return -ENAMETOOLONG;
		memcpy(name, path, len);
		name[len] = '\0';
		/* A link itself is opened, and then refused by its type. */
		next = sys_openat(dir, name, O_PATH | O_NOFOLLOW, 0);
		if (next < 0)
			return next;
		cleanup_close(&dir);
		dir = next;
		rc = check(dir, owner, S_IFDIR);
		path += len;
	}
	*ret_name = path;
	return take_fd(&dir);
}

int state_file_read(int root, const char *path, uint32_t owner, char **ret_text, size_t *ret_len)
{
	const char *name = NULL;
	_cleanup_close_ int dir = open_directory(root, path, owner, &name), fd = -1;
	int rc;

	if (dir < 0)
		return dir;
	fd = sys_openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
	if (fd < 0)
		return fd;
	rc = check(fd, owner, S_IFREG);
	return rc < 0 ? rc : bounded_read(fd, STATE_FILE_MAX, ret_text, ret_len);
}
