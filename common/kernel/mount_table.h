/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts as a table, for questions about parents, stacks and hidden mounts. */
#ifndef XNS_MOUNT_TABLE_H
#define XNS_MOUNT_TABLE_H

#include "kernel/mountinfo.h"

struct diag;

struct mount_text {
	struct mount_text *next;
	char bytes[];
};

struct mount_table {
	struct mount_text *texts; /* owns the strings of all entries */
	size_t text_size;
	struct mount_entry *entries;
	size_t n, room;
};

/*
 * Reads the remaining mounts of info and releases it, also on failure. If path is not NULL, keeps
 * only mounts on the way to it and below it. 0 or -errno: EFBIG if their strings exceed 64 MiB.
 */
int mount_table_take(struct mountinfo *info, const char *path, struct mount_table *ret);

/* Reads our own mounts; path as above. 0 or -errno with the diagnosis filled. */
int mount_table_read_self(const char *path, struct mount_table *ret, struct diag *diag);
/* The same, for a caller that has opened our own directory in /proc. */
int mount_table_read_of(int process, const char *path, struct mount_table *ret, struct diag *diag);

/*
 * Adds one mount. Copies its strings, except the source and the file system's options, which are
 * empty in a table. 0, -ENOMEM or -EFBIG.
 */
int mount_table_add(struct mount_table *table, const struct mount_entry *entry);

/* Frees the entries. A table that is all zero is empty. */
void mount_table_free(struct mount_table *table);
#define _cleanup_mounts_ __attribute__((cleanup(mount_table_free)))

/* The mount with this id, or NULL. */
const struct mount_entry *mount_table_by_id(const struct mount_table *table, int id);

/*
 * The visible mount at this path: the topmost of a stack. NULL if no mount is there or another one
 * hides it.
 */
const struct mount_entry *mount_table_top(const struct mount_table *table, const char *path);

/* mount_branch.c */

enum mount_side {
	MOUNT_ABOVE, /* its parent, that one's parent, and so on up to the root */
	MOUNT_BELOW, /* its children and all mounts below them */
};

/*
 * Reads the mount of dir, a directory opened at path, and the mounts above or below it; the table
 * may have others as well. Only id, parent and mount point are valid in each entry, above also
 * device, root and peer group. *ret_own is NULL if the mount of dir is not visible. 0 or -errno
 * with the diagnosis filled.
 */
int mount_table_read_branch(int dir, const char *path, enum mount_side side,
			    struct mount_table *ret, const struct mount_entry **ret_own,
			    struct diag *diag);

#endif
