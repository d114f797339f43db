/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves each mount to its place below the root. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "apply/internal.h"
#include "apply/mount.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"

/* --- missing mount points ---------------------------------------------------------------------- */

struct maker {
	const struct mounts *mounts;
	bool directory;   /* what the last component is to be */
	bool foreign;     /* a component is missing in a file system that is not ours */
	bool strange;     /* a link on the way is another user's */
};

static bool is_ours(const struct mounts *mounts, dev_t dev)
{
	for (size_t i = 0; i < mounts->n; i++)
		if (mounts->made[i].new_fs && mounts->made[i].dev == dev)
			return true;
	return false;
}

static int make_directory(int dir, const char *name)
{
	int rc = sys_mkdirat(dir, name, 0755);

	return rc < 0 ? rc : sys_fchmodat(dir, name, 0755); /* the umask may have taken bits */
}

static int make_component(void *arg, int dir, const char *name, bool last)
{
	struct maker *maker = arg;
	struct stat st;
	int rc = sys_fstat(dir, &st), fd;

	if (rc < 0)
		return rc;
	maker->foreign = !is_ours(maker->mounts, st.st_dev);
	if (maker->foreign)
		return -ENOENT;
	if (!last || maker->directory)
		return make_directory(dir, name);
	fd = sys_openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
	rc = fd < 0 ? fd : 0;
	cleanup_close(&fd);
	return rc;
}

/* A stranger must not choose which of root's directories is covered. */
static int check_link(void *arg, int dir, int link)
{
	struct maker *maker = arg;
	int rc = maker->mounts->own_root && sys_geteuid() == 0 ? trusted_check_link(dir, link) : 0;

	maker->strange = rc == -EXDEV;
	return rc;
}

static int refuse(const struct made_mount *made, const char *why, const char *remedy, struct diag *diag)
{
	char name[DIAG_TEXT / 2];

	diag_set(diag, 0, "cannot %s: %s", step_operation(made->step, name, sizeof(name)), why);
	diag_hint(diag, "%s", remedy);
	return -EPERM;
}

/* Opens the destination below the root, and makes what is missing. */
static int open_target(const struct mounts *mounts, struct made_mount *made, const char *path,
		       bool directory, struct diag *diag)
{
	struct maker maker = { .mounts = mounts, .directory = directory };
	struct inroot_walk walk = {
		.make = make_component, .may_follow = check_link, .arg = &maker, .way = &made->way
	};
	int fd = inroot_walk(mounts->root, path, 0, &walk);

	if (fd >= 0)
		return fd;
	if (maker.strange)
		return refuse(made, "a symbolic link on the way is another user's",
			      "as root, name a destination without links that others can replace", diag);
	mount_failed(made->step, fd, diag);
	if (maker.foreign)
		diag_hint(diag, "make it first: xunshare makes mount points only in file systems "
				"that this command mounts, such as that of --tmpfs");
	else if (fd == -EXDEV)
		diag_hint(diag, "a link of /proc to an open file or a process's directory is not "
				"followed");
	return fd;
}

int mount_open_place(struct mounts *mounts, struct made_mount *made, const char *path,
		     struct diag *diag)
{
	_cleanup_close_ int dir = open_target(mounts, made, path, true, diag);
	struct stat st;
	int rc = dir < 0 ? dir : sys_fstat(dir, &st);

	if (dir < 0)
		return dir;
	if (rc < 0)
		return mount_failed(made->step, rc, diag);
	return is_ours(mounts, st.st_dev) ? take_fd(&dir) : refuse(made, "its directory is not in a file system that this command mounts",
			      "put it below a --tmpfs, --dev or --overlay", diag);
}

/* --- moving ------------------------------------------------------------------------------------ */

/* Whether the mount would hide an earlier one, by a name that the plan could not see through. */
static int hides_earlier(const struct mounts *mounts, const struct made_mount *made, int target,
			 struct diag *diag)
{
	char name[DIAG_TEXT / 3], earlier[DIAG_TEXT / 3];

	for (size_t i = 0; &mounts->made[i] != made; i++) {
		int rc = inroot_way_has(&mounts->made[i].way, target);

		if (rc == 0)
			continue;
		if (rc < 0)
			return mount_failed(made->step, rc, diag);
		diag_set(diag, 0, "cannot %s: that would hide an earlier step: %s",
			 step_operation(made->step, name, sizeof(name)),
			 step_operation(mounts->made[i].step, earlier, sizeof(earlier)));
		diag_hint(diag, "change the order of the options, so that the mount of the "
				"directory above comes first");
		return -EBUSY;
	}
	return 0;
}

/*
 * The kernel refuses a directory on a file, and a file on a directory, with EINVAL or ENOTDIR
 * (move_mount(2)).
 */
static int check_types(const struct made_mount *made, int target, struct diag *diag)
{
	char name[DIAG_TEXT / 2];
	struct stat here, there;
	int rc = sys_fstat(made->tree, &here);

	if (rc == 0)
		rc = sys_fstat(target, &there);
	if (rc < 0)
		return mount_failed(made->step, rc, diag);
	if (S_ISDIR(here.st_mode) == S_ISDIR(there.st_mode))
		return 0;
	diag_set(diag, 0, "cannot %s: the source is %s directory, and the destination is %s",
		 step_operation(made->step, name, sizeof(name)), S_ISDIR(here.st_mode) ? "a" : "not a",
		 S_ISDIR(here.st_mode) ? "not" : "one");
	return -ENOTDIR;
}

static int refuse_root(const struct mounts *mounts, const struct made_mount *made, int target,
		       struct diag *diag)
{
	char name[DIAG_TEXT / 2];
	int rc = inroot_is_same_place(mounts->root, target);

	if (rc < 0)
		return mount_failed(made->step, rc, diag);
	if (rc == 0)
		return 0;
	diag_set(diag, 0, "cannot %s: the path leads to the root directory itself",
		 step_operation(made->step, name, sizeof(name)));
	return -EBUSY;
}

/* Others may have renamed a directory on the way, so that the mount lies elsewhere. */
static int check_place(const struct mounts *mounts, const struct made_mount *made, const char *path,
		       struct diag *diag)
{
	_cleanup_close_ int fd = inroot_open(mounts->root, path, 0);
	char name[DIAG_TEXT / 2];
	int rc = fd < 0 ? fd : inroot_is_same_place(fd, made->tree);

	if (rc > 0)
		return 0;
	diag_set(diag, rc < 0 ? -rc : 0, "cannot %s: the destination was replaced meanwhile",
		 step_operation(made->step, name, sizeof(name)));
	return rc < 0 ? rc : -ESTALE;
}

int mount_over_root(struct mounts *mounts, int tree)
{
	_cleanup_close_ int top = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	int rc = top < 0 ? top : sys_attach_mount(tree, top);

	if (rc < 0)
		return rc;
	cleanup_close(&mounts->root);
	mounts->own_root = false;
	mounts->root = sys_openat(tree, ".", O_PATH | O_DIRECTORY, 0);
	return mounts->root < 0 ? mounts->root : 0;
}

/* The mount becomes the root, so there is nothing that it could hide. */
static int move_to_root(struct mounts *mounts, struct made_mount *made, struct diag *diag)
{
	int rc = mount_over_root(mounts, made->tree);

	if (rc == 0)
		rc = mount_restrict_moved(made);
	return rc < 0 ? mount_failed(made->step, rc, diag) : 0;
}

int mount_move(struct mounts *mounts, struct made_mount *made, struct diag *diag)
{
	const member_PATH *path = step_value(made->step, MEMBER_PATH);
	_cleanup_close_ int target = -1;
	struct stat st;
	int rc;

	if (strcmp(*path, "/") == 0)
		return move_to_root(mounts, made, diag);
	rc = sys_fstat(made->tree, &st);
	if (rc < 0)
		return mount_failed(made->step, rc, diag);
	target = open_target(mounts, made, *path, S_ISDIR(st.st_mode), diag);
	rc = target < 0 ? target : refuse_root(mounts, made, target, diag);
	if (rc == 0)
		rc = hides_earlier(mounts, made, target, diag);
	if (rc == 0)
		rc = check_types(made, target, diag);
	if (rc < 0)
		return rc;
	rc = sys_attach_mount(made->tree, target);
	if (rc == 0)
		rc = inroot_way_add(&made->way, made->tree);
	if (rc == 0)
		rc = mount_restrict_moved(made);
	return rc < 0 ? mount_failed(made->step, rc, diag)
		      : check_place(mounts, made, *path, diag);
}

/* --- the steps that need no more --------------------------------------------------------------- */

static int move_step(struct apply *apply, const struct step *step, struct diag *diag)
{
	return mount_move(apply->mounts, mounts_find(apply->mounts, step), diag);
}

int do_bind(struct apply *apply, const struct step *step, struct diag *diag)
{
	return move_step(apply, step, diag);
}

int do_tmpfs(struct apply *apply, const struct step *step, struct diag *diag)
{
	return move_step(apply, step, diag);
}

int do_overlay(struct apply *apply, const struct step *step, struct diag *diag)
{
	return move_step(apply, step, diag);
}

int do_new_fs(struct apply *apply, const struct step *step, struct diag *diag)
{
	return move_step(apply, step, diag);
}
