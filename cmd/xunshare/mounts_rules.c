/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules between mounts: which destinations fit together. Pure. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "xunshare/mounts.h"
#include "xunshare/xunshare.h"

const char *mounts_text(const struct mount_option *mount, char *buf, size_t size)
{
	snprintf(buf, size, "--%s %s", opt_row(xunshare_options, mount->id)->name, mount->given);
	return buf;
}

/* Before the facts are known, the source's text stands for its path. */
const char *mounts_target(const struct mount_option *mount)
{
	return mount->target ? mount->target : mount->source;
}

static bool is_root(const struct mount_option *mount)
{
	const char *target = mounts_target(mount);

	return *target == '/' && !target[strspn(target, "/")];
}

bool mounts_has_root(const struct xunshare *request)
{
	return request->mounts.n > 0 && is_root(&request->mounts.list[0]);
}

bool mounts_want_lock(const struct xunshare *request)
{
	for (size_t i = 0; i < request->mounts.n; i++)
		if (request->mounts.list[i].work)
			return true;
	return false;
}

/* Whether a mount at path would cover the other one. */
static bool covers(const char *path, const char *other)
{
	size_t len = strcmp(path, "/") == 0 ? 0 : strlen(path);

	return strncmp(path, other, len) == 0 && (other[len] == '/' || !other[len]);
}

/* The first mount before index that a mount at path would hide, or NULL. */
static const struct mount_option *find_hidden(const struct mount_options *mounts, size_t index,
					      const char *path)
{
	for (size_t i = 0; i < index; i++)
		if (covers(path, mounts_target(&mounts->list[i])))
			return &mounts->list[i];
	return NULL;
}

static int check_mount_order(const struct mount_options *mounts, size_t index, struct diag *diag)
{
	const struct mount_option *mount = &mounts->list[index];
	const struct mount_option *hidden = find_hidden(mounts, index, mounts_target(mount));
	char later[DIAG_TEXT / 3], earlier[DIAG_TEXT / 3];

	if (hidden) {
		diag_usage(diag, "'%s' would hide '%s' before it",
			   mounts_text(mount, later, sizeof(later)),
			   mounts_text(hidden, earlier, sizeof(earlier)));
		diag_hint(diag, "change their order: mounts happen in the order of the command "
				"line");
		return -EINVAL;
	}
	if (is_root(mount) && (mount->id == OPT_DEV || mount->id == OPT_SYMLINK))
		return diag_usage(diag, "'%s': the root cannot be its place",
				  mounts_text(mount, later, sizeof(later)));
	return 0;
}

/* proc and binfmt_misc are mounted after all others. */
static int check_last(const struct mount_options *mounts, const char *name, const char *path,
		      struct diag *diag)
{
	_cleanup_free_ char *clean = path ? mounts_clean_path(path) : NULL;
	char later[DIAG_TEXT / 3], earlier[DIAG_TEXT / 3];
	const struct mount_option *hidden;

	if (path && !clean)
		return diag_set(diag, ENOMEM, "cannot remember the mounts");
	snprintf(later, sizeof(later), "--%s%s%s", name, path ? "=" : "", path ? path : "");
	if (path && *path != '/')
		return diag_usage(diag, "'%s': with mount options the path must be absolute", later);
	hidden = find_hidden(mounts, mounts->n,
			     clean ? clean : strcmp(name, "mount-proc") == 0 ? "/proc" :
					     "/proc/sys/fs/binfmt_misc");
	return hidden ? diag_usage(diag, "'%s', which is mounted last, would hide '%s'", later,
				   mounts_text(hidden, earlier, sizeof(earlier)))
		      : 0;
}

int mounts_check_order(const struct xunshare *request, struct diag *diag)
{
	const struct mount_options *mounts = &request->mounts;
	char name[DIAG_TEXT / 3];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < mounts->n; i++)
		rc = check_mount_order(mounts, i, diag);
	if (rc == 0 && request->root && mounts_has_root(request))
		rc = diag_usage(diag, "'--root %s' and '%s' exclude each other: both are the root",
				request->root,
				mounts_text(&mounts->list[0], name, sizeof(name)));
	if (rc == 0 && mounts->n && opt_given(&request->given, OPT_MOUNT_PROC))
		rc = check_last(mounts, "mount-proc", request->proc_dir, diag);
	if (rc == 0 && mounts->n && opt_given(&request->given, OPT_MOUNT_BINFMT))
		rc = check_last(mounts, "mount-binfmt", request->binfmt_dir, diag);
	return rc;
}

int mounts_apply_rules(struct xunshare *request, struct diag *diag)
{
	char name[DIAG_TEXT / 3];

	if (opt_given(&request->given, OPT_PIVOT) && !request->root && !mounts_has_root(request))
		return diag_usage(diag, "option '--pivot' needs '--root'");
	if (!request->mounts.n || !request->propagation ||
	    strcmp(request->propagation, "private") == 0)
		return 0;
	diag_usage(diag, "'%s' and '--propagation %s' exclude each other",
		   mounts_text(&request->mounts.list[0], name, sizeof(name)), request->propagation);
	diag_hint(diag, "leave out --propagation: a mount below a shared one would appear outside");
	return -EINVAL;
}
