/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mounts a new sysfs over /sys, because a sysfs shows the devices of the network namespace in which
 * it was mounted (sysfs_init_fs_context() in fs/sysfs/mount.c). Mounts in the old one, such as
 * cgroup file systems, move to the same paths in the new one.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/inroot.h"
#include "kernel/io.h"
#include "kernel/mount_table.h"
#include "kernel/sys.h"

int check_sysfs(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, step->sysfs.path, O_PATH | O_DIRECTORY, 0);

	(void)apply;
	if (fd >= 0)
		return 0;
	diag_set(diag, -fd, "cannot mount a sysfs at %s", step->sysfs.path);
	diag_hint(diag, "add --no-sysfs to go without");
	return fd;
}

/* Keeps the options of the old mount, so that a container's read-only /sys stays read-only. */
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

/* The entry's mount point relative to path, or NULL if top is not its parent mount. */
static const char *place_in(const char *path, const struct mount_entry *entry, int top)
{
	size_t len = strlen(path);

	if (entry->parent != top || strncmp(entry->point, path, len) != 0 ||
	    entry->point[len] != '/')
		return NULL;
	return entry->point + len + 1;
}

/* The root directories of the old sysfs and of the new one, which covers it. */
struct trees {
	int old, new; /* O_PATH (owned) */
};

static int copy_mounts(const struct trees *trees, const char *place)
{
	_cleanup_close_ int mount = sys_openat(trees->old, place, O_PATH | O_NOFOLLOW, 0);
	char to[IO_FD_PATH_SIZE + 1 + PATH_MAX];

	if (mount < 0)
		return mount;
	snprintf(to, sizeof(to), "%s/%s", FD_PATH(trees->new), place);
	return sys_mount(FD_PATH(mount), to, NULL, MS_BIND | MS_REC, NULL);
}

/* Moves one mount of the old sysfs to the same path in the new one. */
static int carry_over(const struct trees *trees, const char *place, const char *path,
		      struct diag *diag)
{
	/* move_mount(2) is new in Linux 5.2, and refuses mounts that are locked because they came
	 * from a more privileged namespace (mount_namespaces(7)) or whose parent is shared. A bind
	 * mount is slower, but works. */
	int rc = sys_move_mount(trees->old, place, trees->new, place);

	if (rc < 0 && rc != -ENOENT)
		rc = copy_mounts(trees, place);
	/* The mount point, such as a device's directory, is missing in this namespace. */
	if (rc == -ENOENT && sys_faccessat(trees->new, place, F_OK) == -ENOENT)
		return 0;
	if (rc < 0) {
		diag_set(diag, -rc, "cannot keep the mount at %s", path);
		diag_hint(diag, "add --no-sysfs to leave /sys as it is");
	}
	return rc;
}

static int carry_all_over(const struct mount_table *table, const struct mount_entry *top,
			  const struct trees *trees, const char *path, struct diag *diag)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && top && i < table->n; i++) {
		const struct mount_entry *entry = &table->entries[i];
		const char *place = place_in(path, entry, top->id);

		if (place)
			rc = carry_over(trees, place, entry->point, diag);
	}
	return rc;
}

/* Opens the path again. It must be the new sysfs, because the other mounts move there. */
static int open_new(struct trees *trees, const char *path)
{
	struct statfs fs;
	int rc;

	trees->new = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	rc = trees->new < 0 ? trees->new : sys_fstatfs(trees->new, &fs);
	if (rc == 0)
		rc = inroot_is_same_place(trees->old, trees->new);
	return rc < 0 ? rc : rc > 0 || fs.f_type != SYSFS_MAGIC ? -ESTALE : 0;
}

/*
 * 1: the one that is there shows this network namespace already. A network namespace has one sysfs,
 * and the kernel does not mount a file system onto its own root (do_add_mount()).
 */
static int mount_sysfs(struct trees *trees, const char *path, struct diag *diag)
{
	struct statfs fs;
	int rc = sys_fstatfs(trees->old, &fs);

	if (rc == 0)
		rc = sys_mount("sysfs", path, "sysfs", mount_flags(&fs), NULL);
	if (rc == -EBUSY && fs.f_type == SYSFS_MAGIC)
		return 1;
	if (rc == 0)
		rc = open_new(trees, path);
	if (rc == 0)
		return 0;
	diag_set(diag, -rc, "cannot mount a sysfs at %s", path);
	/* The kernel requires CAP_SYS_ADMIN in the user namespace that owns the network namespace.
	 * In a user namespace no mount may cover a part of the old sysfs (mount_too_revealing() in
	 * fs/namespace.c). */
	diag_hint(diag, rc == -EPERM ? "add --no-sysfs to go without: this user namespace may not "
				       "mount one here" :
				       "add --no-sysfs to go without");
	return rc;
}

int do_sysfs(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct trees trees = { .new = -1 };
	const struct mount_entry *top;
	struct mount_table table;
	int rc;

	(void)apply;
	trees.old = sys_openat(AT_FDCWD, step->sysfs.path, O_PATH | O_DIRECTORY, 0);
	if (trees.old < 0)
		return diag_set(diag, -trees.old, "cannot open %s", step->sysfs.path);
	rc = mount_table_read_branch(trees.old, step->sysfs.path, MOUNT_BELOW, &table, &top, diag);
	if (rc == 0) {
		rc = mount_sysfs(&trees, step->sysfs.path, diag);
		if (rc == 0)
			rc = carry_all_over(&table, top, &trees, step->sysfs.path, diag);
		if (rc == 0)
			apply_follow_cwd(step->sysfs.path);
		mount_table_free(&table);
	}
	if (rc > 0)
		rc = 0;
	cleanup_close(&trees.new);
	cleanup_close(&trees.old);
	return rc;
}
