/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of pins: a tmpfs at a directory, with a file for each namespace that is created. Its mount is private, as a
 * pinned mount namespace requires, and one umount -R removes it. A file marks it until it is complete. The process that
 * makes the set holds a lock on that file until it ends, so the next one recognises what a killed one has left.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>

#include "apply/internal.h"
#include "apply/mount.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"

/* As options of mount_new_fs() below. */
#define SET_OPTIONS "mode=0755,size=64k,nr_inodes=32"

enum found { FOUND_NOTHING, FOUND_EMPTY, FOUND_FILES, FOUND_SET, FOUND_UNFINISHED, FOUND_LEFTOVER };

/* The parent directory of the path, which the caller owns, and the last component. -errno. */
static int open_parent(const char *path, char ret_name[NAME_MAX + 1])
{
	size_t end = strlen(path), start;
	char parent[PATH_MAX], link[NAME_MAX + 1];

	while (end > 1 && path[end - 1] == '/')
		end--;
	for (start = end; start > 0 && path[start - 1] != '/';)
		start--;
	if (end - start > NAME_MAX || start + 2 > sizeof(parent))
		return -ENAMETOOLONG;
	snprintf(ret_name, NAME_MAX + 1, "%.*s", (int)(end - start), path + start);
	if (!*ret_name || strcmp(ret_name, ".") == 0 || strcmp(ret_name, "..") == 0)
		return -EINVAL;
	/* The dot, because trusted_open() does not follow a link that comes last. */
	snprintf(parent, sizeof(parent), "%.*s.", (int)start, path);
	return sys_geteuid() == 0 ? trusted_open(parent, link) :
				    sys_openat(AT_FDCWD, parent, O_PATH | O_DIRECTORY, 0);
}

static int open_set(int parent, const char *name)
{
	return sys_openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
}

static bool is_tmpfs(int dir)
{
	struct statfs fs;

	return sys_fstatfs(dir, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
}

static bool is_pin(int dir, const char *name)
{
	_cleanup_close_ int fd = ns_by_name(name) == NS_NONE ? -1 :
				 sys_openat(dir, name, O_PATH | O_NOFOLLOW, 0);
	struct stat st;

	return fd >= 0 && nsref_examine(fd, &st) > 0;
}

/*
 * Whether the process that has locked the mark still lives: its end would release the lock
 * (flock(2)).
 */
static int examine_mark(int dir)
{
	_cleanup_close_ int mark = sys_openat(dir, PIN_SET_UNFINISHED, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

	if (mark < 0)
		return mark;
	return sys_flock(mark, LOCK_EX | LOCK_NB) == -EWOULDBLOCK ? FOUND_UNFINISHED : FOUND_LEFTOVER;
}

/* enum found, or -errno. */
static int examine(int dir)
{
	int result = FOUND_EMPTY, rc = is_tmpfs(dir) ? examine_mark(dir) : -ENOENT;
	const char *name;
	DIR *list;

	if (rc != -ENOENT)
		return rc;
	rc = io_open_dir(dir, ".", &list);
	if (rc < 0)
		return rc;
	while (result <= FOUND_FILES && (name = io_next_name(list, &rc)) != NULL)
		result = is_pin(dir, name) ? FOUND_SET : FOUND_FILES;
	closedir(list);
	return rc < 0 ? rc : result;
}

static int cannot_make(const char *path, int rc, struct diag *diag)
{
	diag_set(diag, rc == -EPERM || rc == -EXDEV ? 0 : -rc, "cannot make a set of pins at '%s'%s", path,
		 rc == -EXDEV ? ": a symbolic link in that path is not root's" :
		 rc == -EPERM ? ": another user could replace the directory, or one above it" : "");
	if (rc == -EPERM)
		diag_hint(diag, "choose a directory that only root can write, such as /run/NAME");
	return rc;
}

static int refuse(const char *path, int found, struct diag *diag)
{
	static const char *const words[] = {
		[FOUND_FILES] = "the directory is not empty",
		[FOUND_SET] = "there is one",
		[FOUND_UNFINISHED] = "another process is making one",
	};

	diag_set(diag, 0, "cannot make a set of pins at '%s': %s", path, words[found]);
	if (found == FOUND_SET)
		diag_hint(diag, "enter it with xnsenter --pins, or remove it with umount -R");
	return -EEXIST;
}

/*
 * Opens the parent directory, and the directory itself if it is there; checks both for root. The caller owns
 * both. enum found, or -errno with the diagnosis filled.
 */
static int look(const char *path, char name[NAME_MAX + 1], int *ret_parent, int *ret_dir, struct diag *diag)
{
	bool root = sys_geteuid() == 0;
	int rc = *ret_parent = open_parent(path, name);

	if (rc >= 0 && root)
		rc = trusted_check_owners(*ret_parent, true);
	if (rc < 0)
		return cannot_make(path, rc, diag);
	rc = *ret_dir = open_set(*ret_parent, name);
	if (rc == -ENOENT)
		return FOUND_NOTHING;
	if (rc >= 0 && root)
		rc = trusted_check_owners(*ret_dir, false);
	if (rc >= 0)
		rc = examine(*ret_dir);
	if (rc < 0)
		return cannot_make(path, rc, diag);
	return rc == FOUND_EMPTY || rc == FOUND_LEFTOVER ? rc : refuse(path, rc, diag);
}

int check_pin_set(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int parent = -1, dir = -1;
	char name[NAME_MAX + 1];
	int rc = look(step->pin_set.path, name, &parent, &dir, diag);

	(void)apply;
	return rc < 0 ? rc : 0;
}

static int set_mark(struct pin_set *set)
{
	set->mark = sys_openat(set->root, PIN_SET_UNFINISHED, O_RDWR | O_CREAT | O_EXCL, 0600);
	return set->mark < 0 ? set->mark : sys_flock(set->mark, LOCK_EX | LOCK_NB);
}

/* Before Linux 5.2, or if a filter forbids fsopen(2). */
static int mount_marked_later(struct pin_set *set, const char *name, int dir)
{
	int rc = sys_mount(PIN_SET_SOURCE, FD_PATH(dir), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, SET_OPTIONS);
	struct stat below, st;

	if (rc < 0)
		return rc;
	rc = set->root = open_set(set->parent, name);
	if (rc >= 0)
		rc = sys_fstat(dir, &below);
	if (rc == 0)
		rc = sys_fstat(set->root, &st);
	if (rc == 0 && st.st_dev != below.st_dev)
		return set_mark(set);
	cleanup_close(&set->root); /* it is not ours to take back */
	return rc < 0 ? rc : -ESTALE;
}

/*
 * Nobody sees it before it has its mark, so a process that is killed leaves nothing that looks like
 * a set. It is made private at the end, because a mount becomes shared on one that is
 * (mount_namespaces(7)).
 */
static int mount_set(struct pin_set *set, const char *name, int dir)
{
	static const char *const options[] = { "mode", "0755", "size", "64k", "nr_inodes", "32", NULL };
	int rc = mount_new_fs("tmpfs", PIN_SET_SOURCE, options,
			      KERNEL_MOUNT_NOSUID | KERNEL_MOUNT_NODEV | KERNEL_MOUNT_NOEXEC);

	if (rc == -ENOSYS || rc == -EPERM) {
		rc = mount_marked_later(set, name, dir);
	} else if (rc >= 0) {
		set->root = rc;
		rc = set_mark(set);
		if (rc == 0)
			rc = sys_attach_mount(set->root, dir);
	}
	return rc < 0 ? rc : sys_mount(NULL, FD_PATH(set->root), NULL, MS_PRIVATE, NULL);
}

int do_pin_set(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct pin_set *set = &apply->pins;
	_cleanup_close_ int dir = -1;
	char name[NAME_MAX + 1];
	int rc = look(step->pin_set.path, name, &set->parent, &dir, diag);

	if (rc < 0)
		return rc;
	if (rc == FOUND_LEFTOVER) {
		rc = sys_umount2(FD_PATH(dir), MNT_DETACH);
		cleanup_close(&dir);
		if (rc == 0)
			rc = dir = open_set(set->parent, name);
	} else if (rc == FOUND_NOTHING) {
		rc = sys_mkdirat(set->parent, name, 0755);
		set->made_dir = rc == 0;
		if (rc == 0)
			rc = dir = open_set(set->parent, name);
	}
	if (rc >= 0)
		rc = mount_set(set, name, dir);
	/* -EPERM is the kernel's here, whose cause is looked for. */
	return rc < 0 ? diag_set(diag, -rc, "cannot make a set of pins at '%s'", step->pin_set.path) : 0;
}

int pin_set_file(const struct apply *apply, const char *name)
{
	return sys_openat(apply->pins.root, name, O_RDONLY | O_CREAT | O_EXCL, 0444);
}

int do_pin_set_done(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_unlinkat(apply->pins.root, PIN_SET_UNFINISHED, 0);

	return rc < 0 ? diag_set(diag, -rc, "cannot complete the set of pins at '%s'",
				 step->pin_set_done.path) : 0;
}

void end_pin_set(struct apply *apply, const struct step *step, const struct ending *ending)
{
	struct pin_set *set = &apply->pins;
	char name[NAME_MAX + 1];
	_cleanup_close_ int parent = -1;

	if (ending->started)
		return;
	/* If it was never attached, this fails with EINVAL (umount2(2)), and nothing has to be
	 * done. */
	if (set->root >= 0)
		sys_umount2(FD_PATH(set->root), MNT_DETACH);
	if (set->made_dir && (parent = open_parent(step->pin_set.path, name)) >= 0)
		sys_unlinkat(set->parent, name, AT_REMOVEDIR);
}

void pin_set_release(struct pin_set *set)
{
	cleanup_close(&set->parent);
	cleanup_close(&set->root);
	cleanup_close(&set->mark);
}
