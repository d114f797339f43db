/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts as a table, for questions about how they lie on one another. */
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
 * The mounts that are left in info, which is released, also on failure. With a path only those on
 * the way to it and below it. 0 or -errno: EFBIG if their strings have more than 64 MiB.
 */
int mount_table_take(struct mountinfo *info, const char *path, struct mount_table *ret);

/* Our own mounts; path as above. -errno with the diagnosis filled. */
int mount_table_read_self(const char *path, struct mount_table *ret, struct diag *diag);

/*
 * One more. The strings are copied, but for the source and the options of the file system, which
 * are empty in a table. 0, -ENOMEM or -EFBIG.
 */
int mount_table_add(struct mount_table *table, const struct mount_entry *entry);

/* All zero is an empty table. */
void mount_table_free(struct mount_table *table);
#define _cleanup_mounts_ __attribute__((cleanup(mount_table_free)))

/* The mount with this id, or NULL. */
const struct mount_entry *mount_table_by_id(const struct mount_table *table, int id);

/* The mount at this path that is seen there: the topmost of a stack, and none that others hide. */
const struct mount_entry *mount_table_top(const struct mount_table *table, const char *path);

/* mount_near.c */

enum mount_side {
	MOUNT_ABOVE, /* what it is mounted in, and so on up to the root */
	MOUNT_BELOW, /* what is mounted in it, and in that */
};

/*
 * The mount that dir, which was opened at this path, lies in, and those on one side of it; there
 * may be others in the table. Of each, all that is known for sure is where it is, and of those
 * above also what of which device they show, and their peer groups. *ret_own is NULL where that one
 * is not seen. -errno with the diagnosis filled.
 */
int mount_table_read_near(int dir, const char *path, enum mount_side side, struct mount_table *ret,
			  const struct mount_entry **ret_own, struct diag *diag);

#endif
