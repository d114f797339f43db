/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure to change the root or the working directory. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "cause/internal.h"
#include "kernel/mount_table.h"
#include "kernel/sys.h"

/* The error is EBUSY, but EINVAL if the mount is locked (mount_namespaces(7)). do_pivot() has made
 * the new root the working directory. */
static bool find_same_root(struct search *search, struct finding *ret)
{
	struct stat root, cwd;

	if (search->refusal->err == EINVAL &&
	    (sys_fstatat(AT_FDCWD, "/", &root, 0) < 0 || sys_fstatat(AT_FDCWD, ".", &cwd, 0) < 0 ||
	     root.st_dev != cwd.st_dev || root.st_ino != cwd.st_ino))
		return false;
	cause_why(ret, "it is the root directory already");
	cause_remedy(ret, "leave out --root and --pivot");
	return true;
}

static bool find_initial_ramfs(struct search *search, struct finding *ret)
{
	_cleanup_mounts_ struct mount_table mounts = { 0 };
	bool found = false;

	if (!fact_mounts(search, &mounts))
		return false;
	for (size_t i = 0; i < mounts.n; i++)
		if (strcmp(mounts.entries[i].point, "/") == 0)
			found = strcmp(mounts.entries[i].type, "rootfs") == 0;
	if (!found)
		return false;
	cause_why(ret, "the root is the initial RAM file system, which cannot be moved");
	cause_remedy(ret, "leave out --pivot");
	return true;
}

/* The parent mounts of both roots, and put_old, may not be shared (EINVAL, pivot_root(2)). */
static bool find_shared_root(struct search *search, struct finding *ret)
{
	_cleanup_close_ int cwd = sys_openat(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0);
	_cleanup_mounts_ struct mount_table mounts = { 0 };
	const struct mount_entry *mount;

	if (cwd < 0 || !fact_mounts(search, &mounts))
		return false;
	/* do_pivot() has bind-mounted the new root over itself, and entered it. */
	mount = fact_mount_of(search, &mounts, cwd);
	if (mount && !mount->shared)
		mount = mount_table_by_id(&mounts, mount->parent);
	if (!mount || !mount->shared)
		return false;
	cause_why(ret, "the mount at %s is shared, and pivot_root(2) accepts no shared mounts",
		  mount->point);
	cause_remedy(ret, "use --propagation private, the default, or slave");
	return true;
}

const struct cause pivot_causes[] = {
	{ "path", { ENOENT, ENOTDIR, EACCES }, find_path },
	{ "initial-ramfs", { EINVAL }, find_initial_ramfs },
	{ "shared-mount", { EINVAL }, find_shared_root },
	{ "chroot", { EINVAL }, find_no_root_mount },
	{ "same-root", { EBUSY, EINVAL }, find_same_root },
	{ "mount-max", { ENOSPC }, find_mount_max },
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "seccomp", { EPERM, ENOSYS }, find_filtered_pivot },
	{ "capability", { EPERM }, find_capability },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

const struct cause directory_causes[] = {
	{ "path", { ENOENT, ENOTDIR, EACCES }, find_path },
	{ "capability", { EPERM }, find_capability },
	{ "seccomp", { EPERM, ENOSYS }, find_filtered_chroot },
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};
