/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a tree of mounts read-only, or without devices. mount_setattr(2) does it at once, before
 * the tree is moved. Before Linux 5.12 a remount changes one mount only, so there is one for each.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>

#include "apply/mount.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/mount_table.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif

int mount_restrict(struct made_mount *made, unsigned attributes)
{
	struct kernel_mount_attr_change change = { .set = attributes };
	int rc = attributes ? sys_set_mount_attributes(made->tree, &change) : 0;

	/* Seccomp filters of containers refuse calls that are newer than they are (EPERM). */
	if (rc != -ENOSYS && rc != -EPERM)
		return rc;
	made->attributes = attributes;
	return 0;
}

/*
 * The flags that the mount has, and those to add. A remount that leaves a flag out clears it, or is
 * refused, if a more privileged namespace has set it (EPERM, mount_namespaces(7)).
 */
static unsigned long remount_flags(const char *options, unsigned attributes)
{
	static const struct {
		const char *option;
		unsigned attribute;
		unsigned long flag;
	} flags[] = {
		{ "ro", KERNEL_MOUNT_RDONLY, MS_RDONLY },
		{ "nosuid", KERNEL_MOUNT_NOSUID, MS_NOSUID },
		{ "nodev", KERNEL_MOUNT_NODEV, MS_NODEV },
		{ "noexec", KERNEL_MOUNT_NOEXEC, MS_NOEXEC },
		{ "noatime", 0, MS_NOATIME },
		{ "nodiratime", 0, MS_NODIRATIME },
		{ "relatime", 0, MS_RELATIME },
		{ "nosymfollow", 0, MS_NOSYMFOLLOW },
	};
	unsigned long result = MS_REMOUNT | MS_BIND;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (attributes & flags[i].attribute ||
		    mountinfo_has_option(options, flags[i].option))
			result |= flags[i].flag;
	return result;
}

/* Whether the mount is the tree's topmost one, or lies in it. */
static bool is_in_tree(const struct mount_table *table, const struct mount_entry *entry, int top)
{
	for (size_t depth = 0; entry && depth <= table->n; depth++) {
		if (entry->id == top)
			return true;
		entry = mount_table_by_id(table, entry->parent);
	}
	return false;
}

static bool is_at_or_above(const char *path, const char *other)
{
	size_t len = strcmp(path, "/") == 0 ? 0 : strlen(path);

	return strncmp(path, other, len) == 0 && (other[len] == '/' || !other[len]);
}

/*
 * Whether another mount of the tree covers this one, so that no path leads to it. Only who may
 * unmount the other one, and so may undo everything here, can reach it.
 */
static bool is_hidden(const struct mount_table *table, const struct mount_entry *entry, int top)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct mount_entry *other = &table->entries[i];

		if (is_at_or_above(other->point, entry->point) &&
		    is_in_tree(table, other, top) && !is_in_tree(table, entry, other->id))
			return true;
	}
	return false;
}

/*
 * Opens the root of a mount in the tree. Others may rename directories on the way, so the mount
 * that was found must be the one that was meant.
 */
static int open_mount(int tree, const struct mount_entry *top, const struct mount_entry *entry)
{
	size_t len = strcmp(top->point, "/") == 0 ? 0 : strlen(top->point);
	const char *below = entry->point + len;
	_cleanup_close_ int fd = -1;

	below += strspn(below, "/");
	fd = sys_openat(tree, entry == top || !*below ? "." : below, O_PATH | O_NOFOLLOW, 0);
	if (fd == -ENOTDIR && entry == top) /* a file: the descriptor of the tree itself */
		fd = sys_dup_above(tree, 0);
	if (fd < 0)
		return fd;
	return proc_mount_of(fd) == entry->id ? take_fd(&fd) : -ESTALE;
}

static int remount(int tree, const struct mount_entry *top, const struct mount_entry *entry,
		   unsigned attributes)
{
	_cleanup_close_ int fd = open_mount(tree, top, entry);

	return fd < 0 ? fd
		      : sys_mount(NULL, FD_PATH(fd), NULL,
				  remount_flags(entry->options, attributes), NULL);
}

int mount_restrict_moved(struct made_mount *made)
{
	_cleanup_mounts_ struct mount_table table = { 0 };
	const struct mount_entry *top;
	struct diag ignored;
	int rc;

	if (!made->attributes)
		return 0;
	rc = mount_table_read_self(NULL, &table, &ignored);
	if (rc < 0)
		return rc;
	top = mount_table_by_id(&table, proc_mount_of(made->tree));
	if (!top)
		return -ENOENT;
	for (size_t i = 0; rc == 0 && i < table.n; i++)
		if (is_in_tree(&table, &table.entries[i], top->id) &&
		    !is_hidden(&table, &table.entries[i], top->id))
			rc = remount(made->tree, top, &table.entries[i], made->attributes);
	return rc;
}
