/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mounts on the directory of names. It must be a shared mount in a peer group of its own:
 * shared, so that mounts and unmounts propagate to other mount namespaces; of its own, because in
 * the peer group of /run each mount would also appear there (mount_namespaces(7)). Programs that
 * prepare this without a lock have stacked many bind mounts of the directory over itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/mount_table.h"
#include "kernel/sys.h"
#include "netns/store.h"

enum { UNMOUNT_MAX = 64 };

static bool same_content(const struct mount_entry *a, const struct mount_entry *b)
{
	return a->dev == b->dev && strcmp(a->root, b->root) == 0;
}

/* Whether each child of the upper mount is mounted on the lower one too. */
static bool is_redundant(const struct mount_table *table, const struct mount_entry *upper,
			 const struct mount_entry *lower)
{
	if (!same_content(upper, lower))
		return false;
	for (size_t i = 0; i < table->n; i++) {
		const struct mount_entry *child = &table->entries[i];
		bool found = false;

		if (child->parent != upper->id)
			continue;
		for (size_t k = 0; k < table->n && !found; k++) {
			const struct mount_entry *twin = &table->entries[k];

			found = twin->parent == lower->id && same_content(twin, child) &&
				strcmp(twin->point, child->point) == 0;
		}
		if (!found)
			return false;
	}
	return true;
}

void mounts_examine(const struct mount_table *table, const struct mount_entry *top,
		    const char *path, struct mounts_state *ret)
{
	const struct mount_entry *parent;
	bool redundant = true;

	*ret = (struct mounts_state){ 0 };
	if (!top || strcmp(top->point, path) != 0)
		return;
	parent = mount_table_by_id(table, top->parent);
	ret->stacked = 1;
	ret->shared = top->shared != 0;
	ret->own_group = ret->shared && (!parent || parent->shared != top->shared);
	while (parent && strcmp(parent->point, path) == 0) {
		redundant = redundant && is_redundant(table, top, parent);
		ret->stacked++;
		ret->redundant += redundant;
		top = parent;
		parent = mount_table_by_id(table, top->parent);
	}
}

int mounts_path_of(int dir, char *buf, size_t size)
{
	ssize_t len = io_read_link(AT_FDCWD, FD_PATH(dir), buf, size);

	return len < 0 ? (int)len : 0;
}

/* Reads the children of the stacked mounts only if there are several. */
static int examine_from(int dir, const char *path, struct mounts_state *ret, struct diag *diag)
{
	const struct mount_entry *top;
	struct mount_table table;
	int id, rc = mount_table_read_branch(dir, path, MOUNT_ABOVE, &table, &top, diag);

	if (rc < 0)
		return rc;
	mounts_examine(&table, top, path, ret);
	if (ret->stacked > 1) {
		id = top->id;
		mount_table_free(&table);
		rc = mount_table_read_self(path, &table, diag);
		if (rc < 0)
			return rc;
		mounts_examine(&table, mount_table_by_id(&table, id), path, ret);
	}
	mount_table_free(&table);
	return 0;
}

static int examine(const char *path, struct mounts_state *ret, struct diag *diag)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);

	if (dir < 0)
		return diag_set(diag, -dir, "cannot open the directory '%s'", path);
	return examine_from(dir, path, ret, diag);
}

/*
 * Makes the mount private first: unmounting what is mounted in a shared mount propagates to its
 * peers (mount_namespaces(7)).
 */
static int unmount_top(const char *path)
{
	int rc = sys_mount("none", path, NULL, MS_PRIVATE, NULL);

	return rc < 0 ? rc : sys_umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
}

int mounts_unmount_redundant(const char *path, bool dry_run, struct diag *diag)
{
	struct mounts_state state;
	int done = 0, rc = examine(path, &state, diag);

	if (rc < 0 || dry_run)
		return rc < 0 ? rc : (int)state.redundant;
	/* The table is read again each time, because unmounting one may propagate to copies of
	 * it. */
	while (state.redundant > 0 && done < UNMOUNT_MAX) {
		rc = unmount_top(path);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot unmount one of %u mounts on %s",
					state.stacked, path);
		done++;
		rc = examine(path, &state, diag);
		if (rc < 0)
			return rc;
	}
	return done;
}

/*
 * A mount that was private gets a peer group of its own (mount_namespaces(7)). Can be repeated
 * after a crash: each call changes the whole tree at once (do_change_type(), fs/namespace.c).
 */
static int make_shared(const char *path, const struct mounts_state *state)
{
	int rc = 0;

	if (state->stacked == 0)
		rc = sys_mount(path, path, NULL, MS_BIND | MS_REC, NULL);
	if (rc == 0 && (state->stacked == 0 || !state->own_group))
		rc = sys_mount("none", path, NULL, MS_PRIVATE | MS_REC, NULL);
	return rc < 0 ? rc : sys_mount("none", path, NULL, MS_SHARED | MS_REC, NULL);
}

int mounts_prepare(const char *path, struct diag *diag)
{
	struct mounts_state state;
	int rc = examine(path, &state, diag);

	if (rc == 0 && state.redundant > 0) {
		rc = mounts_unmount_redundant(path, false, diag);
		if (rc >= 0)
			rc = examine(path, &state, diag);
	}
	if (rc < 0 || (state.shared && state.own_group))
		return rc < 0 ? rc : 0;
	rc = make_shared(path, &state);
	if (rc == 0)
		return 0;
	return diag_set(diag, -rc, "cannot make %s a shared mount", path);
}
