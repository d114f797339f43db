/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the steps of the mount options. */
#include "apply/mount.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/sys.h"

int mount_failed(const struct step *step, int rc, struct diag *diag)
{
	char text[DIAG_TEXT / 2];

	diag_set(diag, -rc, "cannot %s", step_operation(step, text, sizeof(text)));
	return rc;
}

struct made_mount *mounts_find(struct mounts *mounts, const struct step *step)
{
	for (size_t i = 0; mounts && i < mounts->n; i++)
		if (mounts->made[i].step == step)
			return &mounts->made[i];
	abort(); /* cannot happen: the plan has STEP_OPEN_MOUNTS before its mounts */
}

static void close_made(struct made_mount *made)
{
	cleanup_close(&made->tree);
	for (size_t i = 0; i < MOUNT_PARTS; i++)
		cleanup_close(&made->parts[i]);
	inroot_way_free(&made->way);
}

void mounts_free(struct mounts *mounts)
{
	if (!mounts)
		return;
	for (size_t i = 0; i < mounts->n; i++)
		close_made(&mounts->made[i]);
	cleanup_close(&mounts->root);
	cleanup_close(&mounts->cwd);
	free(mounts->made);
	free(mounts);
}

int mount_new_fs(const char *type, const char *source, const char *const *options, unsigned attributes)
{
	_cleanup_close_ int fs = sys_fsopen(type);
	int rc = fs < 0 ? fs : sys_fsconfig(fs, KERNEL_FSCONFIG_SET_STRING, "source",
					    source ? source : type, 0);

	for (; rc == 0 && options && options[0]; options += 2)
		rc = sys_fsconfig(fs,
				  options[1] ? KERNEL_FSCONFIG_SET_STRING : KERNEL_FSCONFIG_SET_FLAG,
				  options[0], options[1], 0);
	if (rc == 0)
		rc = sys_fsconfig(fs, KERNEL_FSCONFIG_CREATE, NULL, NULL, 0);
	return rc < 0 ? rc : sys_fsmount(fs, attributes);
}
