/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins: bind mounts of namespace files, which keep a namespace alive without a process. The process
 * inside opens its namespace and hands the descriptor over; the helper, whose mounts others see,
 * binds it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>

#include "apply_internal.h"
#include "diag.h"
#include "kernel.h"
#include "macros.h"
#include "proc.h"
#include "sys.h"

/*
 * The target, opened once, so that what was checked is what is mounted upon. No link is followed: in
 * a directory of others it may lead to any file of the system, which the pin would cover.
 */
static int open_target(const char *path, struct diag *diag)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, path, O_PATH | O_NOFOLLOW, 0);
	struct stat st;
	int rc = fd < 0 ? fd : sys_fstat(fd, &st);

	if (rc < 0) {
		diag_set(diag, -rc, "cannot pin a namespace at '%s'", path);
		if (rc == -ENOENT)
			diag_hint(diag, "the file must exist: touch '%s'", path);
		return rc;
	}
	if (!S_ISREG(st.st_mode)) {
		diag_set(diag, 0, "cannot pin a namespace at '%s': %s", path,
			 S_ISLNK(st.st_mode) ? "a symbolic link is not followed" :
					       "not a regular file");
		return -EINVAL;
	}
	return take_fd(&fd);
}

int check_pin(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = open_target(step->path, diag);

	(void)apply;
	return fd < 0 ? fd : 0;
}

int pin_open_ns(struct apply *apply, const struct step *step, struct diag *diag)
{
	const struct ns_type *type = &ns_types[step->ns];
	_cleanup_close_ int self = -1;
	int rc = apply_open_proc(apply, diag), fd;

	if (rc < 0)
		return rc;
	/* After a fork apply->self is the parent's; its /proc is still this one. */
	self = proc_open_self(apply->proc, NULL, diag);
	if (self < 0)
		return self;
	fd = proc_open_ns(self, step->flags ? type->for_children : type->name);
	return fd < 0 ? diag_set(diag, -fd, "cannot open the new %s namespace", type->label) : fd;
}

int pin_bind(const struct step *step, int ns_fd, struct diag *diag)
{
	_cleanup_close_ int target = open_target(step->path, diag);
	char from[32], to[32];
	int rc;

	if (target < 0)
		return target;
	snprintf(from, sizeof(from), "/proc/self/fd/%d", ns_fd);
	snprintf(to, sizeof(to), "/proc/self/fd/%d", target);
	rc = sys_mount(from, to, NULL, MS_BIND, NULL);
	return rc < 0 ? diag_set(diag, -rc, "cannot pin the %s namespace at '%s'",
				 ns_types[step->ns].label, step->path) : 0;
}

/* Only what we mounted: somebody else may have mounted over it, or taken it away, since. */
void pin_undo(const struct step *step, ino_t ns_ino)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, step->path, O_PATH | O_NOFOLLOW, 0);
	struct statfs fs;
	struct stat st;
	char path[32];

	if (fd < 0 || sys_fstatfs(fd, &fs) < 0 || sys_fstat(fd, &st) < 0)
		return;
	if (fs.f_type != NSFS_MAGIC || st.st_ino != ns_ino)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	sys_umount2(path, MNT_DETACH);
}
