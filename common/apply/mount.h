/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the files that carry out the mount options. STEP_OPEN_MOUNTS opens all sources and makes
 * all file systems, as descriptors. The steps of the mounts resolve their destinations by
 * descriptor and move the mounts there. STEP_CLOSE_MOUNTS closes what is left.
 */
#ifndef XNS_APPLY_MOUNT_H
#define XNS_APPLY_MOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "kernel/inroot.h"
#include "plan/step.h"

struct apply;
struct diag;

enum { MOUNT_PARTS = 8 };

/* One mount option. */
struct made_mount {
	const struct step *step;
	int tree;               /* the mount, detached until it is moved; -1 for a link (owned) */
	int parts[MOUNT_PARTS]; /* of --dev: what is mounted in it; -1 if unused (owned) */
	unsigned attributes;    /* still to be set; see mount_restrict() */
	bool new_fs;            /* a file system that we made, so mount points may be made in it */
	dev_t dev;              /* of that file system */
	struct inroot_way way;  /* the places that no later mount may cover */
};

struct mounts {
	int root; /* the directory below which destinations are resolved (owned) */
	bool own_root; /* that is our root: as root, no link of others is followed on the way */
	int cwd;  /* the caller's working directory, found before the root is entered (owned) */
	struct made_mount *made; /* in the order of the plan (owned) */
	size_t n;
};

/* --- apply/mount.c ----------------------------------------------------------------------------- */

/* Closes all descriptors. mounts may be NULL. */
void mounts_free(struct mounts *mounts);
/* The mount of the step; the plan has it. */
struct made_mount *mounts_find(struct mounts *mounts, const struct step *step);
/* Sets "cannot OPERATION" (step_operation()) with the errno of rc. Returns rc. */
int mount_failed(const struct step *step, int rc, struct diag *diag);
/*
 * Makes a detached file system. options are pairs of key and value, and end with NULL; a value of
 * NULL sets a flag. The descriptor or -errno.
 */
int mount_new_fs(const char *type, const char *source, const char *const *options, unsigned attributes);

/* --- apply/mount_move.c ------------------------------------------------------------------------ */

/* Moves the mount to its place. 0, or -errno with the diagnosis filled. */
int mount_move(struct mounts *mounts, struct made_mount *made, struct diag *diag);
/* Opens the directory in which a link is to be made, which has to lie in a file system that we made.
 * The caller owns the descriptor; -errno with the diagnosis filled. */
int mount_open_place(struct mounts *mounts, struct made_mount *made, const char *path,
		     struct diag *diag);
/* Mounts the tree over our root directory, where pivot_root(2) will find it, and makes it
 * mounts->root. 0 or -errno. */
int mount_over_root(struct mounts *mounts, int tree);

/* --- apply/mount_attributes.c ------------------------------------------------------------------ */

/*
 * Sets the attributes (enum kernel_mount_attr) on a detached tree, recursively. Before Linux 5.12
 * leaves them for mount_restrict_moved(). 0 or -errno.
 */
int mount_restrict(struct made_mount *made, unsigned attributes);
/* After the move: sets the attributes that are left, on one mount after the other. 0 or -errno. */
int mount_restrict_moved(struct made_mount *made);

#endif
