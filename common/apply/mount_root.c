/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Symbolic links, and the steps after the mounts: the root, and the working directory. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "apply/internal.h"
#include "apply/mount.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

/* --- symbolic links ---------------------------------------------------------------------------- */

/* A link that is there already serves if it has the same text. */
static int link_in(int dir, const char *name, const char *text)
{
	int rc = sys_symlinkat(text, dir, name);
	char present[PATH_MAX];

	if (rc != -EEXIST)
		return rc;
	return io_read_link(dir, name, present, sizeof(present)) >= 0 && strcmp(present, text) == 0
		       ? 0
		       : rc;
}

int do_symlink(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct made_mount *made = mounts_find(apply->mounts, step);
	const char *path = step->symlink.path, *name = strrchr(path, '/') + 1;
	_cleanup_close_ int dir = -1;
	char above[PATH_MAX];
	int rc;

	if ((size_t)(name - path) >= sizeof(above))
		return mount_failed(step, -ENAMETOOLONG, diag);
	memcpy(above, path, (size_t)(name - path));
	above[name - path] = '\0';
	dir = mount_open_place(apply->mounts, made, above, diag);
	if (dir < 0)
		return dir;
	rc = link_in(dir, name, step->symlink.text);
	return rc < 0 ? mount_failed(step, rc, diag) : 0;
}

/* --- entering the root ------------------------------------------------------------------------- */

/* Found before the root is entered: later no path is looked up any more. */
static void find_cwd(struct apply *apply)
{
	const struct step *step = plan_find(apply->plan, STEP_CLOSE_MOUNTS);
	struct mounts *mounts = apply->mounts;

	if (step && step->close_mounts.path && mounts->cwd == -1)
		mounts->cwd = inroot_open(mounts->root, step->close_mounts.path, O_DIRECTORY);
}

int do_chroot_mounts(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc;

	find_cwd(apply);
	rc = sys_fchdir(apply->mounts->root);
	if (rc == 0)
		rc = sys_chroot(".");
	return rc < 0 ? diag_set(diag, -rc, "cannot change the root directory to '%s'",
				 step->chroot_mounts.path)
		      : 0;
}

/* The new root lies over the old one; see do_pivot() and do_detach_root(). */
int do_pivot_mounts(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc;

	find_cwd(apply);
	rc = sys_fchdir(apply->mounts->root);
	if (rc == 0)
		rc = sys_pivot_root(".", ".");
	if (rc == 0)
		rc = sys_chdir("/");
	return rc < 0 ? diag_set(diag, -rc, "cannot make the mount of '%s' the root mount",
				 step->pivot_mounts.path)
		      : 0;
}

/* A sandbox may have no directory of that name, which is no reason to fail. */
static int enter_cwd(struct apply *apply, const char *path, struct diag *diag)
{
	struct diag warning;
	int rc;

	find_cwd(apply);
	rc = apply->mounts->cwd < 0 ? apply->mounts->cwd : sys_fchdir(apply->mounts->cwd);
	if (rc == 0)
		return 0;
	if (rc != -ENOENT && rc != -ENOTDIR) {
		diag_set(diag, -rc, "cannot enter the working directory '%s' again", path);
		diag_hint(diag, "choose one with --wd (-w)");
		return rc;
	}
	diag_set(&warning, -rc, "the program begins in '/', not in '%s'", path);
	warning.hint[0] = '\0';
	apply->fail(&warning);
	rc = sys_chdir("/");
	return rc < 0 ? diag_set(diag, -rc, "cannot change to the root directory") : 0;
}

int do_close_mounts(struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *path = step->close_mounts.path;
	int rc = path ? enter_cwd(apply, path, diag) : 0;

	mounts_free(apply->mounts);
	apply->mounts = NULL;
	return rc;
}
