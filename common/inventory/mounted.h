/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds mount namespaces that have something mounted: a device, what lies at a path, or anything on it. */
#ifndef XNS_INVENTORY_MOUNTED_H
#define XNS_INVENTORY_MOUNTED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct diag;
struct model;
struct mount_entry;
struct scan;

enum { MOUNTED_MAX = 64 }; /* mount points that are kept of a mount namespace */

/* Paths differ between mount namespaces, so a mount is recognised by its file system. */
struct mounted_wanted {
	dev_t dev;   /* of the file system, as in mountinfo */
	char *root;  /* the part of it that is mounted; or NULL */
	char *place; /* or a path in it, on which anything is mounted; both NULL: any part */
};

struct mounted_at {
	char **points; /* ascending in the order of mountinfo; owned */
	size_t n, room;
	bool is_cut; /* there are more than MOUNTED_MAX */
};

/* By index in the model. All zero: empty. */
struct mounted {
	struct mounted_at *list;
	size_t n;
};

/*
 * Finds out what to look for. path is a block device, a mount point, or another file, on which something
 * may be mounted elsewhere. Does not ask the file system that is mounted there, if path is the absolute
 * path of a mount point. Release with mounted_wanted_free(). 0 or -errno with the diagnosis filled.
 */
int mounted_find(const char *path, struct mounted_wanted *ret, struct diag *diag);

void mounted_wanted_free(struct mounted_wanted *wanted);

/*
 * Reads the mounts of each mount namespace in the model, and sets scan->unreadable_mounts to the number of
 * those that could not be read. 0 or -ENOMEM.
 */
int mounted_read(struct scan *scan, const struct model *model, const struct mounted_wanted *wanted,
		 struct mounted *ret);

void mounted_free(struct mounted *mounted);

/* Adds the mount points of one mountinfo, of which fd is at the beginning. 0, or -errno with ret empty. */
int mounted_take(int fd, const struct mounted_wanted *wanted, struct mounted_at *ret);

void mounted_at_free(struct mounted_at *at);

/* ---- a place; pure ---- */

/* A mount that shows it, with the lengths of its root and mount point; 0 for "/". */
struct mounted_parent {
	int id;
	size_t root_len, point_len;
};

/* Whether the place can be reached through a mount of its file system. */
bool mounted_shows(const char *place, const struct mount_entry *mount, struct mounted_parent *ret);

/* Whether a mount at this point, whose parent that is, lies on the place. */
bool mounted_lies_on(const char *place, const struct mounted_parent *parent, const char *point);

#endif
