/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sys for another network namespace. A sysfs shows the network devices of the namespace in which
 * it was mounted, so a new one goes over the old; what was mounted in that, cgroup file systems
 * above all, goes to the same places in the new one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "apply_internal.h"
#include "diag.h"
#include "io.h"
#include "kernel.h"
#include "macros.h"
#include "mount_table.h"
#include "sys.h"

int check_sysfs(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, step->path, O_PATH | O_DIRECTORY, 0);

	(void)apply;
	if (fd >= 0)
		return 0;
	diag_set(diag, -fd, "cannot mount a sysfs at %s", step->path);
	diag_hint(diag, "--no-sysfs goes without");
	return fd;
}

/* The options of the old mount stay: a container's read-only /sys is not opened up. */
static unsigned long mount_flags(const struct statfs *fs)
{
	static const struct {
		unsigned long has, gives;
	} flags[] = {
		{ ST_RDONLY, MS_RDONLY },	  { ST_NOATIME, MS_NOATIME },
		{ ST_NODIRATIME, MS_NODIRATIME }, { ST_RELATIME, MS_RELATIME },
	};
	unsigned long result = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (fs->f_type != SYSFS_MAGIC)
		return result;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if ((unsigned long)fs->f_flags & flags[i].has)
			result |= flags[i].gives;
	return result;
}

/* Where in the old tree something is mounted: text behind its path, or NULL if not in it. */
static const char *place_in(const char *path, const struct mount_entry *entry, int top)
{
	size_t len = strlen(path);

	if (entry->parent != top || strncmp(entry->point, path, len) != 0 ||
	    entry->point[len] != '/')
		return NULL;
	return entry->point + len + 1;
}

static int copy_mounts(int old, const char *place, const char *to)
{
	_cleanup_close_ int mount = sys_openat(old, place, O_PATH | O_NOFOLLOW, 0);

	if (mount < 0)
		return mount;
	return sys_mount(FD_PATH(mount), to, NULL, MS_BIND | MS_REC, NULL);
}

/* One of the mounts in the old tree, to the same place in the new one. */
static int carry_over(int old, const char *place, const char *to, struct diag *diag)
{
	/* Moved at no cost; a copy where the mounts are locked, as they came from another user
	 * namespace (mount_namespaces(7)), where a shared mount holds them, or where the call is
	 * missing (before Linux 5.2; a seccomp filter). */
	int rc = sys_move_mount(old, place, AT_FDCWD, to);

	if (rc < 0 && rc != -ENOENT)
		rc = copy_mounts(old, place, to);
	/* Mounted on what this network namespace lacks, such as a device's directory. */
	if (rc == -ENOENT && sys_faccessat(AT_FDCWD, to, F_OK) == -ENOENT)
		return 0;
	if (rc < 0) {
		diag_set(diag, -rc, "cannot keep the mount at %s", to);
		diag_hint(diag, "--no-sysfs leaves /sys as it is");
	}
	return rc;
}

static int carry_all_over(const struct mount_table *table, const struct mount_entry *top, int old,
			  const char *path, struct diag *diag)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && top && i < table->n; i++) {
		const struct mount_entry *entry = &table->entries[i];
		const char *place = place_in(path, entry, top->id);

		if (place)
			rc = carry_over(old, place, entry->point, diag);
	}
	return rc;
}

static int mount_sysfs(int old, const char *path, struct diag *diag)
{
	struct statfs fs;
	int rc = sys_fstatfs(old, &fs);

	if (rc == 0)
		rc = sys_mount("sysfs", path, "sysfs", mount_flags(&fs), NULL);
	if (rc == 0)
		return 0;
	diag_set(diag, -rc, "cannot mount a sysfs at %s", path);
	/* The kernel wants root of the user namespace that owns the network namespace, and in a
	 * user namespace a sysfs that is whole (fs/namespace.c, mount_too_revealing()). */
	diag_hint(diag, rc == -EPERM ? "this user namespace may not mount one here: --no-sysfs "
				       "goes without" :
				       "--no-sysfs goes without");
	return rc;
}

int do_sysfs(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int old = sys_openat(AT_FDCWD, step->path, O_PATH | O_DIRECTORY, 0);
	const struct mount_entry *top;
	struct mount_table table;
	int rc;

	(void)apply;
	if (old < 0)
		return diag_set(diag, -old, "cannot open %s", step->path);
	rc = mount_table_read_near(old, step->path, MOUNT_BELOW, &table, &top, diag);
	if (rc < 0)
		return rc;
	rc = mount_sysfs(old, step->path, diag);
	if (rc == 0)
		rc = carry_all_over(&table, top, old, step->path, diag);
	if (rc == 0)
		apply_follow_cwd(step->path);
	mount_table_free(&table);
	return rc;
}
