/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "install.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "applet.h"
#include "diag.h"
#include "macros.h"

/* 1 if name is a link to target already, 0 if nothing is there, or -errno; -EEXIST: another file. */
static int examine(int dir, const char *name, const char *target)
{
	char found[PATH_MAX];
	ssize_t len = readlinkat(dir, name, found, sizeof(found) - 1);

	if (len < 0)
		return errno == ENOENT ? 0 : errno == EINVAL ? -EEXIST : -errno;
	found[len] = '\0';
	return strcmp(found, target) == 0 ? 1 : -EEXIST;
}

/* One link; only looks at what is there unless act is set. */
static int link_one(int dir, const char *path, const char *name, const char *target, bool act,
		    struct diag *diag)
{
	int found = examine(dir, name, target);

	if (found == 0 && act && symlinkat(target, dir, name) < 0)
		found = -errno;
	return found < 0 ? diag_set(diag, -found, "cannot make the link %s/%s", path, name) : 0;
}

int install_links(const char *dir, const struct applet *applets, size_t n, bool compat,
		  struct diag *diag)
{
	char target[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", target, sizeof(target) - 1);
	_cleanup_close_ int fd = -1;

	if (len < 0)
		return diag_set(diag, errno, "cannot find out where xns is (/proc/self/exe)");
	target[len] = '\0';
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return diag_set(diag, errno, "cannot open the directory '%s'", dir);
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
