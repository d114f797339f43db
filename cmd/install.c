/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "install.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "applet.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

/*
 * Returns 1 if name leads to this program, 0 if it does not exist, -EEXIST if it is another file or
 * a dangling link, or another -errno.
 */
static int examine(int dir, const char *name, const struct stat *program)
{
	struct stat st;
	int rc = sys_fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW);

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	rc = sys_fstatat(dir, name, &st, 0);
	if (rc < 0)
		return rc == -ENOENT ? -EEXIST : rc;
	return st.st_dev == program->st_dev && st.st_ino == program->st_ino ? 1 : -EEXIST;
}

/* Creates one link if act is set; otherwise only checks whether it can be created. */
static int link_one(int dir, const char *path, const char *name, const char *target, bool act,
		    struct diag *diag)
{
	struct stat program;
	int rc = sys_fstatat(AT_FDCWD, target, &program, 0);

	if (rc == 0)
		rc = examine(dir, name, &program);
	if (rc == 0 && act)
		rc = sys_symlinkat(target, dir, name);
	return rc < 0 ? diag_set(diag, -rc, "cannot make the link %s/%s", path, name) : 0;
}

int install_links(const char *dir, const struct applet *applets, size_t n, bool compat,
		  struct diag *diag)
{
	char target[PATH_MAX];
	ssize_t len = io_read_link(AT_FDCWD, "/proc/self/exe", target, sizeof(target));
	_cleanup_close_ int fd = -1;

	if (len < 0)
		return diag_set(diag, (int)-len, "cannot find out where xns is (/proc/self/exe)");
	fd = sys_openat(AT_FDCWD, dir, O_PATH | O_DIRECTORY, 0);
	if (fd < 0)
		return diag_set(diag, -fd, "cannot open the directory '%s'", dir);
	for (int act = 0; act <= 1; act++)
		for (size_t i = 0; i < n; i++) {
			int rc = link_one(fd, dir, applets[i].name, target, act, diag);

			if (rc == 0 && compat && applets[i].drop_in)
				rc = link_one(fd, dir, applets[i].drop_in, target, act, diag);
			if (rc < 0)
				return rc;
		}
	return 0;
}
