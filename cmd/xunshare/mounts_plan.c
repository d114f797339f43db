/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adds the steps of the mount options. Pure. Everything is opened first, as descriptors. Then each
 * destination is resolved below the root and mounted, in the order of the command line. Then the
 * root is entered, and no path of the old one is used any more.
 */
#include "base/kernel.h"
#include "plan/step.h"
#include "xunshare/mounts.h"
#include "xunshare/xunshare.h"

static void add_bind(const struct mount_option *mount, unsigned attributes, struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_BIND);

	step->bind.path = mounts_target(mount);
	step->bind.source = mount->source;
	step->bind.attributes = attributes | KERNEL_MOUNT_NODEV;
	if (mount->id == OPT_RO_BIND) {
		step->bind.attributes |= KERNEL_MOUNT_RDONLY;
		step->bind.mode = "read-only";
	} else if (mount->id == OPT_DEV_BIND) {
		step->bind.attributes = attributes;
		step->bind.mode = "with devices";
	}
}

static void add_overlay(const struct mount_option *mount, unsigned attributes, struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_OVERLAY);

	step->overlay.path = mounts_target(mount);
	step->overlay.lower = mount->source;
	step->overlay.upper = mount->upper;
	step->overlay.work = mount->work;
	step->overlay.attributes = attributes | KERNEL_MOUNT_NODEV;
}

static void add_mount(const struct xunshare *request, const struct mount_option *mount,
		      struct plan *plan)
{
	/* The host's set-user-ID programs would give no right inside, but they may read files that
	 * the caller may not. */
	unsigned attributes =
		opt_given(&request->given, OPT_NS + NS_USER) ? KERNEL_MOUNT_NOSUID : 0;
	struct step *step;

	switch (mount->id) {
	case OPT_TMPFS:
		step = plan_add(plan, STEP_TMPFS);
		step->tmpfs.path = mounts_target(mount);
		step->tmpfs.size = *mount->size ? mount->size : NULL;
		break;
	case OPT_DEV:
		step = plan_add(plan, STEP_DEV);
		step->dev.path = mounts_target(mount);
		step->dev.console = opt_given(&request->given, OPT_PTY);
		break;
	case OPT_OVERLAY:
		add_overlay(mount, attributes, plan);
		break;
	case OPT_SYMLINK:
		step = plan_add(plan, STEP_SYMLINK);
		step->symlink.path = mounts_target(mount);
		step->symlink.text = mount->source;
		break;
	default:
		add_bind(mount, attributes, plan);
		break;
	}
}

static void add_fs(struct plan *plan, const char *type, const char *path)
{
	struct step *step = plan_add(plan, STEP_NEW_FS);

	step->new_fs.type = type;
	step->new_fs.path = path;
}

static void add_root(const struct xunshare *request, bool pivot, struct plan *plan)
{
	const char *root = request->root ? request->root : "/";

	if (pivot) {
		plan_add(plan, STEP_PIVOT_MOUNTS)->pivot_mounts.path = root;
		plan_add(plan, STEP_DETACH_ROOT);
	} else if (request->root) {
		plan_add(plan, STEP_CHROOT_MOUNTS)->chroot_mounts.path = root;
	}
}

static void add_locks(const struct xunshare *request, struct plan *plan)
{
	for (size_t i = 0; i < request->mounts.n; i++) {
		struct step *step;

		if (!request->mounts.list[i].work)
			continue;
		step = plan_add(plan, STEP_LOCK_WORK);
		step->lock_work.path = request->mounts.list[i].work;
		step->by_helper = true;
	}
}

void mounts_add_steps(const struct xunshare *request, const char *proc, const char *binfmt,
		      const char *interpreter, struct plan *plan)
{
	bool pivot = opt_given(&request->given, OPT_PIVOT) || mounts_has_root(request);
	struct step *step;

	add_locks(request, plan);
	step = plan_add(plan, STEP_OPEN_MOUNTS);
	step->open_mounts.path = request->root;
	step->open_mounts.pivot = pivot;
	for (size_t i = 0; i < request->mounts.n; i++)
		add_mount(request, &request->mounts.list[i], plan);
	if (proc)
		add_fs(plan, "proc", proc);
	if (binfmt)
		add_fs(plan, "binfmt_misc", binfmt);
	if (interpreter) {
		step = plan_add(plan, STEP_BINFMT_REGISTER);
		step->binfmt_register.path = binfmt;
		step->binfmt_register.line = interpreter;
	}
	add_root(request, pivot, plan);
	/* With --root the program begins in the new root, as without mounts. */
	plan_add(plan, STEP_CLOSE_MOUNTS)->close_mounts.path =
		request->wd || request->root ? NULL : request->mounts.cwd;
	if (request->wd)
		plan_add(plan, STEP_CHDIR)->chdir.path = request->wd;
}
