/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that mount, and steps that change the root or the working directory. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>

#include "apply/internal.h"
#include "apply/mount.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/inroot.h"
#include "kernel/sys.h"

enum { MOUNT_SAFELY = MS_NOSUID | MS_NODEV | MS_NOEXEC };

/*
 * In a chroot "/" is not a mount point, so its propagation cannot be changed (mount(2), EINVAL). We
 * bind-mount "/" over itself and enter that mount. A lookup of "/" does not enter a mount on the
 * root directory, but a lookup of "/.." does (follow_dotdot() in fs/namei.c).
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
	/* Enter the working directory of the same path in the new mount, unless it is outside the
	 * root (getcwd(3), "(unreachable)") or was removed. */
	if (rc == 0 && len > 0 && cwd[0] == '/')
		rc = sys_chdir(cwd);
	return rc;
}

int apply_set_propagation(unsigned long flags)
{
	int rc = sys_mount("none", "/", NULL, flags, NULL);

	if (rc == -EINVAL && make_root_a_mount() == 0)
		rc = sys_mount("none", "/", NULL, flags, NULL);
	return rc;
}

int do_propagation(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = apply_set_propagation(MS_REC | (unsigned long)step->propagation.flag);

	(void)apply;
	return rc < 0 ? diag_set(diag, -rc, "cannot make the mounts below / %s",
				 step->propagation.word)
		      : 0;
}

void apply_follow_cwd(const char *path)
{
	_cleanup_close_ int dir = -1;
	char cwd[PATH_MAX];
	size_t len = strlen(path);

	/* Others may have put a magic link there, which chdir(2) would follow out of the root. */
	if (sys_getcwd(cwd, sizeof(cwd)) > 0 && strncmp(cwd, path, len) == 0 &&
	    (cwd[len] == '/' || !cwd[len]))
		dir = inroot_open_own(cwd, O_DIRECTORY);
	if (dir >= 0)
		sys_fchdir(dir);
}

int do_private_proc(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_mount("none", step->private_proc.path, NULL, MS_REC | MS_PRIVATE, NULL);

	(void)apply;
	/* EINVAL: the path is not a mount point; then apply_mount_unseen() does what is needed. */
	if (rc == -EINVAL)
		return 0;
	return rc < 0 ? diag_set(diag, -rc, "cannot make the mount at %s private",
				 step->private_proc.path)
		      : 0;
}

/*
 * Whether the path leads now where it will lead when the step runs: no earlier step changes the
 * root directory, the mount namespace or what is mounted.
 */
static bool is_path_checkable(const struct plan *plan, const struct step *step)
{
	const struct step *mount = plan_find(plan, STEP_MOUNT);

	if (step->inside || plan_find(plan, STEP_ENTER) || plan_find(plan, STEP_SETNS) ||
	    plan_find(plan, STEP_OPEN_MOUNTS))
		return false;
	return !mount || mount >= step;
}

int check_mount(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = -1;

	if (!is_path_checkable(apply->plan, step))
		return 0;
	fd = sys_openat(AT_FDCWD, step->mount.path, O_PATH | O_DIRECTORY, 0);
	return fd < 0 ? diag_set(diag, -fd, "cannot mount %s at '%s'", step->mount.type,
				 step->mount.path)
		      : 0;
}

static int cannot_mount(const struct step *step, int rc, struct diag *diag)
{
	if (rc == -EXDEV)
		diag_set(diag, 0,
			 "cannot mount %s at '%s': a link of /proc to an open file or a "
			 "process's directory is not followed",
			 step->mount.type, step->mount.path);
	else
		diag_set(diag, -rc, "cannot mount %s at '%s'", step->mount.type, step->mount.path);
	return rc;
}

/* Whether the path leads to the new mount: 1, 0 if others have changed it since, or -errno. */
static int is_mounted(const struct step *step, int target)
{
	_cleanup_close_ int fd = inroot_open_own(step->mount.path, O_DIRECTORY);
	unsigned long magic =
		strcmp(step->mount.type, "proc") == 0 ? PROC_SUPER_MAGIC : BINFMTFS_MAGIC;
	struct statfs fs;
	int rc = fd < 0 ? fd : sys_fstatfs(fd, &fs);

	if (rc == 0)
		rc = inroot_is_same_place(fd, target);
	return rc < 0 ? rc : rc == 0 && (unsigned long)fs.f_type == magic;
}

/*
 * Mounts in a root that others may have prepared. A mount on that root itself is refused: it would
 * lie over the old root while that is attached, and do_detach_root() would detach it instead.
 */
static int mount_inside(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	_cleanup_close_ int target =
		root < 0 ? root : inroot_open_own(step->mount.path, O_DIRECTORY);
	int rc = target < 0 ? target : inroot_is_same_place(root, target);

	if (rc > 0) {
		diag_set(diag, 0,
			 "cannot mount %s at '%s': the path leads to the root directory "
			 "itself",
			 step->mount.type, step->mount.path);
		return -EBUSY;
	}
	if (rc == 0)
		rc = apply_mount_inside(apply, step, target, MOUNT_SAFELY);
	if (rc == 0)
		rc = is_mounted(step, target);
	if (rc < 0)
		return cannot_mount(step, rc, diag);
	if (rc == 0) {
		diag_set(diag, 0, "cannot mount %s at '%s': the directory was replaced meanwhile",
			 step->mount.type, step->mount.path);
		return -ESTALE;
	}
	return 0;
}

int do_mount(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc;

	if (step->inside)
		return mount_inside(apply, step, diag);
	rc = apply_mount_unseen(apply->plan, step->mount.type, step->mount.path, MOUNT_SAFELY);
	return rc < 0 ? cannot_mount(step, rc, diag) : 0;
}

/*
 * O_NONBLOCK, because somebody may have put a FIFO there, whose open would wait for a reader
 * (fifo(7)).
 */
static int open_register(const struct apply *apply, const struct step *step)
{
	const char *path = step->binfmt_register.path;
	_cleanup_close_ int dir = -1;
	struct statfs fs;
	int rc;

	if (apply->mounts)
		dir = inroot_open(apply->mounts->root, path, O_DIRECTORY);
	else
		dir = step->inside ? inroot_open_own(path, O_DIRECTORY)
				   : sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	rc = dir < 0 ? dir : sys_fstatfs(dir, &fs);
	if (rc < 0)
		return rc;
	if (fs.f_type != BINFMTFS_MAGIC)
		return -EMEDIUMTYPE;
	return sys_openat(dir, "register", O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0);
}

int do_binfmt_register(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = open_register(apply, step);
	ssize_t n;

	if (fd == -EMEDIUMTYPE) {
		diag_set(diag, 0, "cannot open %s/register: no binfmt_misc is mounted there",
			 step->binfmt_register.path);
		return fd;
	}
	if (fd < 0)
		return diag_set(diag, -fd, "cannot open %s/register", step->binfmt_register.path);
	n = sys_write(fd, step->binfmt_register.line, strlen(step->binfmt_register.line));
	if (n < 0)
		return diag_set(diag, (int)-n, "cannot register the interpreter '%s'",
				step->binfmt_register.line);
	return 0;
}

int check_root(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, step->pivot.path, O_PATH | O_DIRECTORY, 0);

	(void)apply;
	return fd < 0 ? diag_set(diag, -fd, "cannot use '%s' as the root directory",
				 step->pivot.path)
		      : 0;
}

int do_chroot(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = apply_keep_outer_root(apply, step);

	if (rc == 0)
		rc = sys_chroot(step->chroot.path);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot change the root directory to '%s'",
				step->chroot.path);
	/* chroot(2) leaves the working directory outside the new root. */
	rc = sys_chdir("/");
	return rc < 0 ? diag_set(diag, -rc, "cannot change to the root of '%s'", step->chroot.path)
		      : 0;
}

/*
 * If the mount of the directory is shared, its peers would get the bind mount, and pivot_root(2) would then refuse:
 * so we do. The cause is searched in the working directory.
 */
static int refuse_shared(const struct plan *plan, int dir)
{
	int rc = apply_is_shared(plan, dir);

	if (rc <= 0)
		return rc;
	rc = sys_fchdir(dir);
	return rc < 0 ? rc : -EINVAL;
}

/*
 * Bind-mounts the directory over itself and opens the mount. Each call looks the path up again, and
 * others may have changed it, so all must find the same directory: -ESTALE if not.
 */
static int bind_root(const struct plan *plan, const char *path)
{
	_cleanup_close_ int chosen = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	_cleanup_close_ int root = -1;
	int rc = chosen < 0 ? chosen : refuse_shared(plan, chosen);

	if (rc == 0)
		rc = sys_mount(path, path, NULL, MS_BIND | MS_REC, NULL);

	if (rc < 0)
		return rc;
	root = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	rc = root < 0 ? root : inroot_is_same_file(chosen, root);
	return rc < 0 ? rc : rc == 0 ? -ESTALE : take_fd(&root);
}

/*
 * pivot_root(2), NOTES, "pivot_root(".", ".")": the kernel mounts the old root over the new one,
 * where only a lookup of "." or ".." reaches it, until do_detach_root() detaches it.
 */
int do_pivot(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int root = bind_root(apply->plan, step->pivot.path);
	int rc = root < 0 ? root : sys_fchdir(root);

	if (rc == 0)
		rc = sys_pivot_root(".", ".");
	if (rc == 0)
		rc = sys_chdir("/");
	if (rc == -ESTALE)
		diag_set(diag, 0,
			 "cannot make '%s' the root mount: the directory was replaced "
			 "meanwhile",
			 step->pivot.path);
	else if (rc < 0)
		diag_set(diag, -rc, "cannot make '%s' the root mount", step->pivot.path);
	return rc;
}

/*
 * Whether no mount lies over the root: a lookup of "/.." would enter it, as in make_root_a_mount().
 * 1, 0 or -errno.
 */
static int is_root_topmost(void)
{
	_cleanup_close_ int root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	_cleanup_close_ int top = -1;

	if (root >= 0)
		top = sys_openat(AT_FDCWD, "/..", O_PATH | O_DIRECTORY, 0);
	return root < 0 ? root : top < 0 ? top : inroot_is_same_place(root, top);
}

int do_detach_root(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_chdir("/");

	(void)apply;
	(void)step;
	if (rc == 0)
		rc = sys_umount2(".", MNT_DETACH);
	if (rc == 0)
		rc = is_root_topmost();
	if (rc < 0)
		return diag_set(diag, -rc, "cannot detach the old root mount");
	if (rc == 0) {
		diag_set(diag, 0,
			 "cannot detach the old root mount: something is still mounted "
			 "over the root directory");
		return -EBUSY;
	}
	return 0;
}

int check_chdir(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = -1;

	if (!is_path_checkable(apply->plan, step))
		return 0;
	fd = sys_openat(AT_FDCWD, step->chdir.path, O_PATH | O_DIRECTORY, 0);
	return fd < 0 ? diag_set(diag, -fd, "cannot change to the directory '%s'", step->chdir.path)
		      : 0;
}

int do_chdir(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_chdir(step->chdir.path);

	(void)apply;
	if (rc < 0)
		return diag_set(diag, -rc, "cannot change to the directory '%s'", step->chdir.path);
	/* The path may have led to a directory of the host, by /proc/self/fd/N (symlink(7), magic
	 * links). */
	if (step->inside && !apply_is_cwd_reachable()) {
		diag_set(diag, 0,
			 "cannot change to the directory '%s': it lies outside the root "
			 "directory",
			 step->chdir.path);
		return -EXDEV;
	}
	return 0;
}
