/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pin is a bind mount of a namespace file, which keeps the namespace alive without a process
 * (namespaces(7)). The process inside opens its namespace and sends the descriptor to the helper,
 * which mounts it in the caller's mount namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/remedy.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"

/*
 * Opens the target once, so that the mount lies on the file that was checked. A symbolic link of
 * another user is not followed: it may lead to any file, which the pin would cover.
 */
static int open_target(const char *path, struct diag *diag)
{
	char link[NAME_MAX + 1];
	_cleanup_close_ int fd = trusted_open(path, link);
	struct stat st;
	int rc = fd < 0 ? fd : sys_fstat(fd, &st);

	if (rc == -EXDEV) {
		diag_set(diag, 0, "cannot pin a namespace at '%s': the symbolic link '%s' in that path is "
				  "not root's, or others may replace it", path, link);
		diag_hint(diag, "name the file by a path without that link");
		return rc;
	}
	if (rc < 0) {
		diag_set(diag, -rc, "cannot pin a namespace at '%s'", path);
		if (rc == -ENOENT)
			remedy_hint(diag, REMEDY_TOUCH, path);
		return rc;
	}
	if (!S_ISREG(st.st_mode)) {
		diag_set(diag, 0, "cannot pin a namespace at '%s': %s", path,
			 S_ISLNK(st.st_mode) ? "a symbolic link is not followed"
					     : "not a regular file");
		return -EINVAL;
	}
	return take_fd(&fd);
}

int check_pin(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int fd = step->pin.file ? -1 : open_target(step->pin.path, diag);

	(void)apply;
	if (step->pin.file)
		return 0; /* check_pin_set() */
	return fd < 0 ? fd : 0;
}

static bool is_pinned(const struct plan *plan, enum ns_type type)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].kind == STEP_PIN && plan->steps[i].pin.ns == type)
			return true;
	return false;
}

int pin_open_ns(struct apply *apply, const struct step *step, struct diag *diag)
{
	const member_NS *ns = step_value(step, MEMBER_NS);
	const struct ns_type_info *info = &ns_types[*ns];
	_cleanup_close_ int own = -1;
	int rc = apply_open_proc(apply, diag), fd;

	if (rc < 0)
		return rc;
	/* After a fork apply->origin is the parent; apply->proc shows this process, too. */
	own = proc_open_self(apply->proc, NULL, diag);
	if (own < 0)
		return own;
	fd = proc_open_ns(own, info->name);
	return fd < 0 ? diag_set(diag, -fd, "cannot open the new %s namespace", info->label) : fd;
}

/* umount2(2) takes the topmost mount on the open file, even if the file was renamed since. */
static void unmount_from(int file)
{
	sys_umount2(FD_PATH(file), MNT_DETACH);
}

/*
 * Whether the path leads to a pin, and not to a file that others have renamed to it since. Any
 * namespace counts, because another process may have mounted its own over ours.
 */
static int is_pin(const char *path)
{
	char link[NAME_MAX + 1];
	_cleanup_close_ int fd = trusted_open(path, link);
	struct statfs fs;
	int rc = fd < 0 ? fd : sys_fstatfs(fd, &fs);

	return rc < 0 ? rc : fs.f_type == NSFS_MAGIC;
}

static int bind_ns(const struct step *step, int ns_fd, struct diag *diag)
{
	_cleanup_close_ int target = open_target(step->pin.path, diag);
	const char *label = ns_types[step->pin.ns].label;
	int rc;

	if (target < 0)
		return target;
	rc = nsref_mount(ns_fd, target);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot pin the %s namespace at '%s'", label,
				step->pin.path);
	rc = is_pin(step->pin.path);
	if (rc > 0)
		return 0;
	unmount_from(target);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot pin the %s namespace at '%s'", label,
				step->pin.path);
	diag_set(diag, 0, "cannot pin the %s namespace at '%s': the file was replaced meanwhile",
		 label, step->pin.path);
	return -ESTALE;
}

/* A program inside may control the process that sends the descriptor. */
static int check_handed(int fd, enum ns_type type, struct stat *ret, struct diag *diag)
{
	const char *label = ns_types[type].label;
	int rc = nsref_examine(fd, ret);
	enum ns_type kind;

	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine the namespace to pin");
	kind = rc ? nsref_kind(fd) : NS_NONE;
	if (rc && (kind == type || kind == NS_NONE)) /* NS_NONE: before Linux 4.11 */
		return 0;
	diag_set(diag, 0, "cannot pin the %s namespace: %s was handed over", label,
		 rc ? "one of another type" : nsref_file_type(ret->st_mode));
	return -EINVAL;
}

/* No other process uses the files of a set before it is complete. */
static int bind_in_set(const struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int target = pin_set_file(apply, step->pin.file);
	int rc = target < 0 ? target : nsref_mount(apply->handed, target);

	return rc < 0 ? diag_set(diag, -rc, "cannot pin the %s namespace at '%s/%s'",
				 ns_types[step->pin.ns].label, step->pin.path, step->pin.file) : 0;
}

int do_pin(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct stat st;
	int rc = check_handed(apply->handed, step->pin.ns, &st, diag);

	if (rc < 0)
		return rc;
	if (step->pin.file)
		return bind_in_set(apply, step, diag); /* end_pin_set() */
	rc = bind_ns(step, apply->handed, diag);
	if (rc == 0)
		apply->made[step - apply->plan->steps] = st.st_ino;
	return rc;
}

/* The number by which the kernel orders mount namespaces (NS_GET_ID); 0 before Linux 6.18. */
static uint64_t mount_ns_number(const struct apply *apply)
{
	_cleanup_close_ int fd = proc_open_ns(apply->origin, ns_types[NS_MNT].name);
	unsigned long long number = 0;

	return fd < 0 || sys_ioctl(fd, NS_GET_ID, &number) < 0 ? 0 : number;
}

/* Creates the mount namespace again, on each processor in turn, until its number is higher. */
static void retry_for_higher_number(const struct apply *apply, uint64_t outside)
{
	cpu_set_t all, one;

	if (sys_sched_getaffinity(&all) < 0)
		return;
	for (size_t cpu = 0; cpu < CPU_SETSIZE && mount_ns_number(apply) <= outside; cpu++) {
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		/* EINVAL: there is no such processor, or cpuset(7) does not allow it. */
		if (sys_sched_setaffinity(&one) == 0 && sys_unshare(CLONE_NEWNS) < 0)
			break;
	}
	sys_sched_setaffinity(&all);
}

/*
 * The kernel bind-mounts a mount namespace only in one with a lower number, so that no two keep
 * each other alive (mnt_ns_loop() in fs/namespace.c). Since Linux 6.18 each processor has its own
 * range of numbers, so a newer namespace may have a lower number. If none is higher, the pin fails.
 */
int apply_unshare(struct apply *apply, int flags)
{
	uint64_t outside = is_pinned(apply->plan, NS_MNT) ? mount_ns_number(apply) : 0;
	int rc = sys_unshare(flags);

	if (rc == 0 && outside && mount_ns_number(apply) <= outside)
		retry_for_higher_number(apply, outside);
	return rc;
}

/* Unmounts only our own pin: another process may have mounted over it or unmounted it since. */
void end_pin(struct apply *apply, const struct step *step, const struct ending *ending)
{
	ino_t ns_ino = apply->made[step - apply->plan->steps];
	_cleanup_close_ int fd = -1;
	char link[NAME_MAX + 1];
	struct statfs fs;
	struct stat st;

	if (ending->started || !ns_ino)
		return;
	fd = trusted_open(step->pin.path, link);
	if (fd < 0 || sys_fstatfs(fd, &fs) < 0 || sys_fstat(fd, &st) < 0)
		return;
	if (fs.f_type != NSFS_MAGIC || st.st_ino != ns_ino)
		return;
	unmount_from(fd);
}
