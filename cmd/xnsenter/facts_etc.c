/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what --etc shows in /etc: files of the target, or finds those of a named network namespace. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/bounded.h"
#include "kernel/inroot.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "xnsenter/xnsenter.h"

enum { FILE_MAX = 1 << 20 };

/* Files in which reading has effects, or shows what the kernel knows of us. */
static int refuse_kernel_files(int file)
{
	struct statfs fs;
	int rc = sys_fstatfs(file, &fs);

	if (rc < 0)
		return rc;
	switch ((unsigned long)fs.f_type) {
	case PROC_SUPER_MAGIC:
	case SYSFS_MAGIC:
	case TRACEFS_MAGIC:
	case DEBUGFS_MAGIC:
		return -EINVAL;
	default:
		return 0;
	}
}

/*
 * Only a regular file is opened for reading, below the root of the target, which may be hostile. A
 * missing file leaves *ret unset. Root reads only what everybody may read, since a target can bind a secret there.
 */
static int read_file(int root, const char *path, char **ret, struct diag *diag)
{
	_cleanup_close_ int found = inroot_open(root, path, 0), fd = -1;
	struct stat st;
	size_t len;
	int rc = found < 0 ? found : sys_fstat(found, &st);

	if (found == -ENOENT)
		return 0;
	if (rc >= 0 && !S_ISREG(st.st_mode))
		rc = -EINVAL;
	if (rc >= 0 && sys_geteuid() == 0 && !(st.st_mode & S_IROTH))
		rc = -EACCES;
	if (rc >= 0)
		rc = refuse_kernel_files(found);
	if (rc >= 0)
		rc = fd = sys_openat(AT_FDCWD, FD_PATH(found), O_RDONLY | O_NONBLOCK, 0);
	if (rc >= 0)
		rc = bounded_read(fd, FILE_MAX, ret, &len);
	if (rc >= 0 && strlen(*ret) != len)
		rc = -EINVAL;
	return rc < 0 ? diag_set(diag, -rc, "cannot read %s of the target", path) : 0;
}

static int read_theirs(struct xnsenter_facts *facts, struct diag *diag)
{
	_cleanup_close_ int root = target_open_dir(&facts->target, "root", diag);
	int rc = root < 0 ? root : read_file(root, "/etc/resolv.conf", &facts->resolv_conf, diag);

	if (rc == 0)
		rc = read_file(root, "/etc/hosts", &facts->hosts, diag);
	if (rc < 0 || facts->resolv_conf || facts->hosts)
		return rc;
	diag_set(diag, 0, "process %d has neither /etc/resolv.conf nor /etc/hosts",
		 (int)facts->target.pid);
	diag_hint(diag, "leave out --etc");
	return -ENOENT;
}

/* The name of a network namespace: that of netns:NAME, and of a file where names are; or NULL. */
static const char *name_of(const char *path)
{
	static const char *const prefixes[] = { "netns:", "/run/netns/", "/var/run/netns/" };

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		size_t len = strlen(prefixes[i]);

		if (strncmp(path, prefixes[i], len) == 0 && path[len] && !strchr(path + len, '/') &&
		    strcmp(path + len, ".") != 0 && strcmp(path + len, "..") != 0)
			return path + len;
	}
	return NULL;
}

static int find_named(const char *path, struct xnsenter_facts *facts, struct diag *diag)
{
	const char *name = name_of(path);
	char dir[PATH_MAX];

	if (!name)
		return diag_usage(
			diag,
			"option '--etc' needs the network namespace of the target or of a name: "
			"netns:NAME, /run/netns/NAME");
	snprintf(dir, sizeof(dir), "/etc/netns/%s", name);
	facts->etc = strdup(dir);
	return facts->etc ? 0 : diag_set(diag, ENOMEM, "cannot remember the directory");
}

int xnsenter_etc_read(const struct xnsenter *request, const struct xnsenter_choice *choice,
		      struct xnsenter_facts *facts, struct diag *diag)
{
	switch (choice->source[NS_NET]) {
	case FROM_TARGET:
	case FROM_SOCKET:
		return read_theirs(facts, diag);
	default:
		return find_named(request->choice[NS_NET].path, facts, diag);
	}
}
