/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that concern mounts, the root directory and the working directory. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "apply_internal.h"
#include "diag.h"
#include "kernel.h"
#include "macros.h"
#include "sys.h"

enum { MOUNT_SAFELY = MS_NOSUID | MS_NODEV | MS_NOEXEC };

/*
 * In a chroot "/" is no mount point, and the kernel changes the propagation of mounts only
 * (mount(2), EINVAL). A copy of the tree, mounted over "/" and entered, makes it one. Paths begin
 * below what is mounted over the root; only the way up leads into it.
 */
static int make_root_a_mount(void)
{
	char cwd[PATH_MAX];
	ssize_t len = sys_getcwd(cwd, sizeof(cwd));
	int rc = sys_mount("/", "/", NULL, MS_BIND | MS_REC, NULL);

	if (rc == 0)
		rc = sys_chdir("/..");
	if (rc == 0)
		rc = sys_chroot(".");
	/* The working directory is found again by its name, as it was in the mount below. One that
	 * is outside the root ("(unreachable)", getcwd(3)) or gone is not. */
	if (rc == 0 && len > 0 && cwd[0] == '/')
		rc = sys_chdir(cwd);
	return rc;
}

int do_propagation(struct apply *apply, const struct step *step, struct diag *diag)
{
	unsigned long flags = MS_REC | (unsigned long)step->flags;
	int rc = sys_mount("none", "/", NULL, flags, NULL);

	(void)apply;
	if (rc == -EINVAL && make_root_a_mount() == 0)
		rc = sys_mount("none", "/", NULL, flags, NULL);
	return rc < 0 ? diag_set(diag, -rc, "cannot make the mounts below / %s", step->text) : 0;
}

void apply_follow_cwd(const char *path)
{
	char cwd[PATH_MAX];
	size_t len = strlen(path);

	if (sys_getcwd(cwd, sizeof(cwd)) > 0 && strncmp(cwd, path, len) == 0 &&
	    (cwd[len] == '/' || !cwd[len]))
		sys_chdir(cwd);
}

int do_private_proc(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_mount("none", step->path, NULL, MS_REC | MS_PRIVATE, NULL);

	(void)apply;
	/* EINVAL: nothing is mounted there, so nothing propagates from there. */
	if (rc == -EINVAL)
		return 0;
	return rc < 0 ? diag_set(diag, -rc, "cannot make the mount at %s private", step->path) : 0;
}

/*
 * Whether a path means now what it will mean when its step is run: not behind another root or in
 * another mount namespace, and not below a mount that is yet to come.
 */
static bool is_path_settled(const struct plan *plan, const struct step *step)
{
	static const enum step_kind unsettling[] = { STEP_CHROOT, STEP_PIVOT, STEP_ROOT_FD,
						     STEP_ENTER, STEP_SETNS };
	const struct step *mount = plan_find(plan, STEP_MOUNT);

	for (size_t i = 0; i < ARRAY_LEN(unsettling); i++)
		if (plan_find(plan, unsettling[i]))
			return false;
	return !mount || mount >= step;
}

int check_mount(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = -1;

	if (!is_path_settled(apply->plan, step))
		return 0;
	fd = sys_openat(AT_FDCWD, step->path, O_PATH | O_DIRECTORY, 0);
	return fd < 0 ? diag_set(diag, -fd, "cannot mount %s at '%s'", step->text, step->path) : 0;
}

int do_mount(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_mount(step->text, step->path, step->text, MOUNT_SAFELY, NULL);

	(void)apply;
	return rc < 0 ? diag_set(diag, -rc, "cannot mount %s at '%s'", step->text, step->path) : 0;
}

int do_binfmt_register(struct apply *apply, const struct step *step, struct diag *diag)
{
	char path[PATH_MAX];
	_cleanup_close_ int fd = -1;
	int len = snprintf(path, sizeof(path), "%s/register", step->path);
	ssize_t n;

	(void)apply;
	if (len < 0 || (size_t)len >= sizeof(path))
		return diag_set(diag, ENAMETOOLONG, "cannot open %s/register", step->path);
	fd = sys_openat(AT_FDCWD, path, O_WRONLY, 0);
	if (fd < 0)
		return diag_set(diag, -fd, "cannot open %s", path);
	n = sys_write(fd, step->text, strlen(step->text));
	if (n < 0)
		return diag_set(diag, (int)-n, "cannot register the interpreter '%s'", step->text);
	return 0;
}

int check_root(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, step->path, O_PATH | O_DIRECTORY, 0);

	(void)apply;
	return fd < 0 ? diag_set(diag, -fd, "cannot use '%s' as the root directory", step->path) :
			0;
}

int do_chroot(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_chroot(step->path);

	(void)apply;
	if (rc < 0)
		return diag_set(diag, -rc, "cannot change the root directory to '%s'", step->path);
	/* chroot(2) leaves the working directory outside the new root. */
	rc = sys_chdir("/");
	return rc < 0 ? diag_set(diag, -rc, "cannot change to the root of '%s'", step->path) : 0;
}

/*
 * pivot_root(2), NOTES, "pivot_root(".", ".")": the old root ends up mounted over the new one,
 * where a lookup of "." finds it and nothing else does, until do_detach_root() takes it away.
 */
int do_pivot(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_mount(step->path, step->path, NULL, MS_BIND | MS_REC, NULL);

	(void)apply;
	if (rc == 0)
		rc = sys_chdir(step->path);
	if (rc == 0)
		rc = sys_pivot_root(".", ".");
	if (rc == 0)
		rc = sys_chdir("/");
	return rc < 0 ? diag_set(diag, -rc, "cannot make '%s' the root mount", step->path) : 0;
}

int do_detach_root(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_chdir("/");

	(void)apply;
	(void)step;
	if (rc == 0)
		rc = sys_umount2(".", MNT_DETACH);
	return rc < 0 ? diag_set(diag, -rc, "cannot detach the old root mount") : 0;
}

int check_chdir(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = -1;

	if (!is_path_settled(apply->plan, step))
		return 0;
	fd = sys_openat(AT_FDCWD, step->path, O_PATH | O_DIRECTORY, 0);
	return fd < 0 ? diag_set(diag, -fd, "cannot change to the directory '%s'", step->path) : 0;
}

int do_chdir(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_chdir(step->path);

	(void)apply;
	return rc < 0 ? diag_set(diag, -rc, "cannot change to the directory '%s'", step->path) : 0;
}
