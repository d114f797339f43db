/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mounts of a mountinfo file as a table, for questions about how they lie on one another. */
#ifndef XNS_MOUNT_TABLE_H
#define XNS_MOUNT_TABLE_H

#include "mountinfo.h"

struct diag;

struct mount_table {
	struct mountinfo info; /* owns the strings */
	struct mount_entry *entries;
	size_t n;
};

/* Takes info over, also on failure. 0 or -ENOMEM. */
int mount_table_take(struct mountinfo info, struct mount_table *ret);

/* Our own mounts. -errno with the diagnosis filled. */
int mount_table_read_self(struct mount_table *ret, struct diag *diag);

void mount_table_free(struct mount_table *table);

/* The mount with this id, or NULL. */
const struct mount_entry *mount_table_by_id(const struct mount_table *table, int id);

/* The mount at this path that is seen there: the topmost of a stack, and none that others hide. */
const struct mount_entry *mount_table_top(const struct mount_table *table, const char *path);

#endif
