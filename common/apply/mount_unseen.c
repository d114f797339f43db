/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts on a directory of a shared mount, so that its peers do not get the mount. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/mount_table.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

/* Whether mounts may be shared when the step runs. */
static bool may_be_shared(const struct plan *plan)
{
	const struct step *step = plan_find(plan, STEP_PROPAGATION);

	return !step || step->propagation.flag == MS_SHARED;
}

/*
 * Finds the shared mount that contains the directory. 0, and NULL if that mount is not shared or no /proc shows it:
 * unshare(1) then mounts all the same. -errno.
 */
static int find_shared(int dir, struct mount_table *table, const struct mount_entry **ret)
{
	const struct mount_entry *holder;
	struct diag ignored = { 0 };
	_cleanup_close_ int self = proc_open_own(&ignored);
	uint64_t id;
	int rc;

	/* Only here: that a file of our own process is missing is an error. */
	if (self == -ENOENT || self == -EMEDIUMTYPE)
		return 0;
	rc = self < 0 ? self : mount_table_read_of(self, NULL, table, &ignored);
	if (rc < 0)
		return rc;
	holder = mount_table_by_id(
		table, sys_mount_id(dir, STATX_MNT_ID, &id) == 0 ? (int)id : proc_mount_of(dir));
	*ret = holder && holder->shared ? holder : NULL;
	return 0;
}

int apply_is_shared(const struct plan *plan, int dir)
{
	_cleanup_mounts_ struct mount_table table = { 0 };
	const struct mount_entry *holder = NULL;
	int rc = may_be_shared(plan) ? find_shared(dir, &table, &holder) : 0;

	return rc < 0 ? rc : holder != NULL;
}

/*
 * A private mount gets its peer group back from a clone, which has stayed in it
 * (MOVE_MOUNT_SET_GROUP, move_mount(2)). Before Linux 5.15 it gets a group of its own.
 */
static int join_again(int clone, const char *point)
{
	_cleanup_close_ int mount = sys_openat(AT_FDCWD, point, O_PATH | O_DIRECTORY, 0);
	int rc = mount < 0 ? mount : clone < 0 ? clone : sys_set_peer_group(clone, mount);

	return rc < 0 ? sys_mount("none", point, NULL, MS_SHARED, NULL) : 0;
}

/*
 * Mounts at path, which leads to dir. A mount on a directory of a shared mount propagates to the
 * peers (mount_namespaces(7)), so that one is private meanwhile.
 */
static int mount_unseen(const char *type, const char *path, int dir, unsigned long flags)
{
	_cleanup_mounts_ struct mount_table table = { 0 };
	const struct mount_entry *holder = NULL;
	_cleanup_close_ int clone = -1;
	int rc = find_shared(dir, &table, &holder), joined;

	if (rc < 0)
		return rc;
	if (!holder)
		return sys_mount(type, path, type, flags, NULL);
	clone = sys_open_tree(AT_FDCWD, holder->point, KERNEL_OPEN_TREE_CLONE);
	rc = sys_mount("none", holder->point, NULL, MS_PRIVATE, NULL);
	if (rc < 0)
		return rc;
	rc = sys_mount(type, path, type, flags, NULL);
	joined = join_again(clone, holder->point);
	return rc < 0 ? rc : joined;
}

int apply_mount_unseen(const struct plan *plan, const char *type, const char *path,
		       unsigned long flags)
{
	_cleanup_close_ int dir = -1;

	if (!may_be_shared(plan))
		return sys_mount(type, path, type, flags, NULL);
	dir = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	return dir < 0 ? dir : mount_unseen(type, path, dir, flags);
}

/* --- below a root that was entered by chroot(2) ------------------------------------------------ */

int apply_keep_outer_root(struct apply *apply, const struct step *chroot)
{
	const struct step *mount = plan_find(apply->plan, STEP_MOUNT);

	if (!mount || mount < chroot || !may_be_shared(apply->plan))
		return 0;
	apply->outer_root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	return apply->outer_root < 0 ? apply->outer_root : 0;
}

static int change_root(int root)
{
	int rc = sys_fchdir(root);

	return rc < 0 ? rc : sys_chroot(".");
}

static int mount_on_cwd(struct apply *apply, const char *type, int target, unsigned long flags)
{
	_cleanup_close_ int inner = -1;
	int rc, back;

	if (apply->outer_root < 0) {
		rc = sys_fchdir(target);
		return rc < 0 ? rc : sys_mount(type, ".", type, flags, NULL);
	}
	inner = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	rc = inner < 0 ? inner : change_root(apply->outer_root);
	if (rc == 0)
		rc = sys_fchdir(target);
	if (rc == 0)
		rc = mount_unseen(type, ".", target, flags);
	back = inner < 0 ? inner : change_root(inner);
	return rc < 0 ? rc : back;
}

static bool is_last_mount(const struct plan *plan, const struct step *step)
{
	for (const struct step *next = step + 1; next < plan->steps + plan->n; next++)
		if (next->kind == STEP_MOUNT)
			return false;
	return true;
}

/*
 * No path is looked up again: others may have renamed its directories. The mount whose peers are not to get the new
 * one is in reach only outside the chroot, because its own root may lie there.
 */
int apply_mount_inside(struct apply *apply, const struct step *step, int target, unsigned long flags)
{
	_cleanup_close_ int cwd = sys_openat(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0);
	int rc = cwd < 0 ? cwd : mount_on_cwd(apply, step->mount.type, target, flags);
	int back = cwd < 0 ? cwd : sys_fchdir(cwd);

	if (is_last_mount(apply->plan, step))
		cleanup_close(&apply->outer_root);
	return rc < 0 ? rc : back;
}
