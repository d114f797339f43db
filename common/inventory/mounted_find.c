/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a path to what is mounted there. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "inventory/mounted.h"
#include "kernel/io.h"
#include "kernel/mount_table.h"
#include "kernel/sys.h"

static int no_memory(struct diag *diag)
{
	return diag_set(diag, ENOMEM, "cannot remember the mount");
}

static int take_mount(const struct mount_entry *entry, struct mounted_wanted *ret,
		      struct diag *diag)
{
	*ret = (struct mounted_wanted){ .dev = entry->dev, .root = strdup(entry->root) };
	return ret->root ? 0 : no_memory(diag);
}

static size_t directory_len(const char *path)
{
	return strcmp(path, "/") == 0 ? 0 : strlen(path);
}

/* The visible mount in which a path lies: that of the nearest directory above it. NULL: none is visible. */
static const struct mount_entry *mount_above(const struct mount_table *table, char *path)
{
	const struct mount_entry *mount = NULL;

	while (!mount && strcmp(path, "/") != 0) {
		char *slash = strrchr(path, '/');

		slash[slash == path] = '\0';
		mount = mount_table_top(table, path);
	}
	return mount;
}

static int take_place(const struct mount_table *table, const char *path, struct mounted_wanted *ret,
		      struct diag *diag)
{
	_cleanup_free_ char *above = strdup(path);
	const struct mount_entry *mount = above ? mount_above(table, above) : NULL;

	if (!above)
		return no_memory(diag);
	if (!mount)
		return diag_set(
			diag, 0,
			"the mount in which '%s' lies is not visible from our root directory",
			path);
	*ret = (struct mounted_wanted){ .dev = mount->dev };
	ret->place = text_format("%.*s%s", (int)directory_len(mount->root), mount->root,
				 path + directory_len(mount->point));
	if (!ret->place)
		return no_memory(diag);
	return 0;
}

static int find_by_path(const char *path, struct mounted_wanted *ret, bool *ret_found,
			struct diag *diag)
{
	_cleanup_mounts_ struct mount_table table = { 0 };
	const struct mount_entry *top;
	int rc = mount_table_read_self(path, &table, diag);

	if (rc < 0)
		return rc;
	top = mount_table_top(&table, path);
	*ret_found = top != NULL;
	return top ? take_mount(top, ret, diag) : 0;
}

static int find_by_file(const char *path, int fd, struct mounted_wanted *ret, struct diag *diag)
{
	_cleanup_mounts_ struct mount_table table = { 0 };
	const struct mount_entry *top;
	char real[PATH_MAX];
	ssize_t len = io_read_link(AT_FDCWD, FD_PATH(fd), real, sizeof(real));
	int rc;

	if (len < 0 || *real != '/')
		return diag_set(diag, len < 0 ? (int)-len : ENOENT,
				"cannot find out where '%s' lies", path);
	rc = mount_table_read_self(real, &table, diag);
	if (rc < 0)
		return rc;
	top = mount_table_top(&table, real);
	return top ? take_mount(top, ret, diag) : take_place(&table, real, ret, diag);
}

int mounted_find(const char *path, struct mounted_wanted *ret, struct diag *diag)
{
	_cleanup_free_ char *text = strdup(path);
	_cleanup_close_ int fd = -1;
	bool found = false;
	struct stat st;
	int rc = 0;

	*ret = (struct mounted_wanted){ .dev = 0 };
	if (!text)
		return no_memory(diag);
	for (size_t len = strlen(text); len > 1 && text[len - 1] == '/'; len--)
		text[len - 1] = '\0';
	/* A mount point is no symbolic link, so its text suffices. Its server may not answer. */
	if (*text == '/')
		rc = find_by_path(text, ret, &found, diag);
	if (rc < 0 || found)
		return rc;
	/* Triggers no automount (open(2)). */
	fd = sys_openat(AT_FDCWD, path, O_PATH, 0);
	rc = fd < 0 ? fd : io_stat_known(fd, &st);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine '%s'", path);
	if (S_ISBLK(st.st_mode)) {
		ret->dev = st.st_rdev;
		return 0;
	}
	return find_by_file(path, fd, ret, diag);
}

void mounted_wanted_free(struct mounted_wanted *wanted)
{
	free(wanted->root);
	free(wanted->place);
	*wanted = (struct mounted_wanted){ .dev = 0 };
}
