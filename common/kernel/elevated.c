/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/elevated.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "kernel/io.h"
#include "kernel/sys.h"

static const char own_file[] = "/proc/self/exe";

static int refuse(const char *what, const char *command, struct diag *diag)
{
	char path[1024];

	if (io_read_link(AT_FDCWD, own_file, path, sizeof(path)) < 0)
		snprintf(path, sizeof(path), "xns");
	diag_set(diag, 0,
		 "cannot run with %s of its file, which any caller could abuse; as root: %s '%s'",
		 what, command, path);
	return -EPERM;
}

int elevated_check(struct diag *diag)
{
	struct stat st;
	ssize_t len;
	int rc = sys_fstatat(AT_FDCWD, own_file, &st, 0);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot find out whether this program is setuid by %s",
				own_file);
	if (st.st_mode & (S_ISUID | S_ISGID))
		return refuse("the setuid or setgid bit", "chmod ug-s", diag);
	len = sys_getxattr(own_file, "security.capability", NULL, 0);
	if (len == -ENODATA || len == -EOPNOTSUPP)
		return 0;
	return refuse("the capabilities", "setcap -r", diag);
}
