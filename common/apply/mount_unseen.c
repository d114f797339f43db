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
static int find_shared(const char *path, struct mount_table *table, const struct mount_entry **ret)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	const struct mount_entry *holder;
	struct diag ignored = { 0 };
	uint64_t id;
	int rc = dir < 0 ? dir : mount_table_read_self(NULL, table, &ignored);

	if (rc < 0)
		return dir >= 0 && (rc == -ENOENT || rc == -EMEDIUMTYPE) ? 0 : rc;
	holder = mount_table_by_id(
		table, sys_mount_id(dir, STATX_MNT_ID, &id) == 0 ? (int)id : proc_mount_of(dir));
	*ret = holder && holder->shared ? holder : NULL;
	return 0;
}

/*
 * A private mount gets its peer group back from a clone, which has stayed in it. Before Linux 5.15
 * it gets a group of its own.
 */
static int join_again(int clone, const char *point)
{
	_cleanup_close_ int mount = sys_openat(AT_FDCWD, point, O_PATH | O_DIRECTORY, 0);
	int rc = mount < 0 ? mount : clone < 0 ? clone : sys_set_peer_group(clone, mount);

	return rc < 0 ? sys_mount("none", point, NULL, MS_SHARED, NULL) : 0;
}

int apply_mount_unseen(const struct plan *plan, const char *type, const char *path,
		       unsigned long flags)
{
	_cleanup_mounts_ struct mount_table table = { 0 };
	const struct mount_entry *holder = NULL;
	_cleanup_close_ int clone = -1;
	int rc = may_be_shared(plan) ? find_shared(path, &table, &holder) : 0, joined;

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
