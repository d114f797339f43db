/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens the sources of all mounts, and makes the file systems, before any of them is moved. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "apply/internal.h"
#include "apply/mount.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"

/* --- checks, before the first effect ----------------------------------------------------------- */

/* Without a flag, open_tree(2) needs no rights, so that an invalid descriptor shows whether the
 * kernel has it. */
int check_open_mounts(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_open_tree(-1, "", 0);

	(void)apply;
	(void)step;
	if (rc == -ENOSYS) {
		diag_set(diag, 0, "cannot mount: the mount options need Linux 5.2");
		diag_hint(diag, "this kernel lacks open_tree(2), or a seccomp filter hides it; "
				"use mount(8) in a script that xunshare --mount runs");
		return rc;
	}
	if (rc == -EPERM || rc == -EACCES)
		return diag_set(diag, -rc, "cannot mount");
	return 0;
}

static int check_source(const char *path, int flags, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, path, O_PATH | flags, 0);
	char name[DIAG_TEXT / 2];

	if (fd >= 0)
		return 0;
	diag_set(diag, -fd, "cannot %s: '%s'", step_operation(step, name, sizeof(name)), path);
	return fd;
}

int check_bind(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	return check_source(step->bind.source, 0, step, diag);
}

int check_overlay(struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *const dirs[] = { step->overlay.lower, step->overlay.upper, step->overlay.work };
	int rc = 0;

	(void)apply;
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(dirs); i++)
		if (dirs[i])
			rc = check_source(dirs[i], O_DIRECTORY, step, diag);
	/* No link of another user may lead there, because the kernel writes there. */
	for (size_t i = 1; rc == 0 && i < ARRAY_LEN(dirs) && dirs[i]; i++) {
		int fd = trusted_open_directory(dirs[i], diag);

		rc = fd < 0 ? fd : 0;
		cleanup_close(&fd);
	}
	return rc;
}

/* --- opening ----------------------------------------------------------------------------------- */

/*
 * Always recursive: a clone without the submounts would show what they cover, which the kernel
 * refuses in a user namespace (EINVAL, has_locked_children() in fs/namespace.c).
 */
static int clone_tree(const char *path)
{
	return sys_open_tree(AT_FDCWD, path, KERNEL_OPEN_TREE_CLONE | KERNEL_AT_RECURSIVE);
}

int open_bind(const struct apply *apply, struct made_mount *made, struct diag *diag)
{
	(void)apply;
	(void)diag;
	made->tree = clone_tree(made->step->bind.source);
	return made->tree < 0 ? made->tree : mount_restrict(made, made->step->bind.attributes);
}

int open_tmpfs(const struct apply *apply, struct made_mount *made, struct diag *diag)
{
	const char *size = made->step->tmpfs.size;
	const char *const options[] = { "mode", "0755", size ? "size" : NULL, size, NULL };

	(void)apply;
	(void)diag;
	made->tree = mount_new_fs("tmpfs", NULL, options, KERNEL_MOUNT_NOSUID | KERNEL_MOUNT_NODEV);
	made->new_fs = true;
	return made->tree;
}

int open_new_fs(const struct apply *apply, struct made_mount *made, struct diag *diag)
{
	(void)apply;
	(void)diag;
	made->tree = mount_new_fs(made->step->new_fs.type, NULL, NULL,
				  KERNEL_MOUNT_NOSUID | KERNEL_MOUNT_NODEV | KERNEL_MOUNT_NOEXEC);
	return made->tree;
}

/* A device number that no other file system has shows later what lies on this one. */
static int remember_device(struct made_mount *made)
{
	struct stat st;
	int rc;

	if (!made->new_fs)
		return 0;
	rc = sys_fstat(made->tree, &st);
	if (rc == 0)
		made->dev = st.st_dev;
	return rc;
}

static int open_one(const struct apply *apply, struct made_mount *made, struct diag *diag)
{
	apply_open *open = apply->actions[made->step->kind].open; /* a link needs nothing */
	int rc;

	*diag = (struct diag){ .err = 0 };
	rc = open ? open(apply, made, diag) : 0;
	if (rc >= 0)
		rc = remember_device(made);
	if (rc < 0 && !diag->what[0])
		mount_failed(made->step, rc, diag);
	return rc;
}

static int open_root(struct mounts *mounts, const struct step *step, struct diag *diag)
{
	const char *path = step->open_mounts.path ? step->open_mounts.path : "/";
	_cleanup_close_ int tree = -1;
	int rc = 0;

	if (step->open_mounts.path && step->open_mounts.pivot) {
		tree = clone_tree(path);
		rc = tree < 0 ? tree : mount_over_root(mounts, tree);
	} else {
		mounts->own_root = !step->open_mounts.path;
		mounts->root = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
		rc = mounts->root < 0 ? mounts->root : 0;
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot use '%s' as the root directory", path) : 0;
}

/* One entry for each mount of the plan, or NULL without memory. */
static struct mounts *list_mounts(const struct plan *plan)
{
	struct mounts *mounts = malloc(sizeof(*mounts));

	if (!mounts)
		return NULL;
	*mounts = (struct mounts){ .root = -1, .cwd = -1 };
	mounts->made = calloc(plan->n, sizeof(*mounts->made));
	if (!mounts->made) {
		free(mounts);
		return NULL;
	}
	for (size_t i = 0; i < plan->n; i++) {
		struct made_mount *made = &mounts->made[mounts->n];

		if (!(step_properties(plan->steps[i].kind) & PROP_MOUNTS))
			continue;
		*made = (struct made_mount){ .step = &plan->steps[i], .tree = -1 };
		for (size_t part = 0; part < MOUNT_PARTS; part++)
			made->parts[part] = -1;
		mounts->n++;
	}
	return mounts;
}

int do_open_mounts(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct mounts *mounts = list_mounts(apply->plan);
	int rc = 0;

	if (!mounts)
		return diag_set(diag, ENOMEM, "cannot remember the mounts");
	apply->mounts = mounts;
	for (size_t i = 0; rc == 0 && i < mounts->n; i++)
		rc = open_one(apply, &mounts->made[i], diag);
	/* The new root last: it covers the old one, in which the sources were looked up. */
	return rc < 0 ? rc : open_root(mounts, step, diag);
}
