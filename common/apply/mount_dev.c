/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory of devices: a tmpfs with the few nodes that programs expect, bound from our /dev,
 * because a user namespace may not make nodes (mknod(2), EPERM), and a devpts of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/sysmacros.h>

#include "apply/internal.h"
#include "apply/mount.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

/* Numbers: Documentation/admin-guide/devices.txt. */
static const struct {
	const char *name;
	unsigned major, minor;
} nodes[] = {
	{ "null", 1, 3 },   { "zero", 1, 5 },    { "full", 1, 7 },
	{ "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 },
};

/* The parts after the nodes. */
enum { PART_PTS = ARRAY_LEN(nodes), PART_CONSOLE };
_Static_assert((int)PART_CONSOLE < (int)MOUNT_PARTS, "a part for each node, and two more");

static const struct {
	const char *name, *text;
} links[] = {
	{ "ptmx", "pts/ptmx" },
	{ "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
	{ "core", "/proc/kcore" },
};

/* --- opening ----------------------------------------------------------------------------------- */

static int clone_file(const char *path)
{
	return sys_open_tree(AT_FDCWD, path, KERNEL_OPEN_TREE_CLONE | KERNEL_AT_RECURSIVE);
}

static int open_node(struct made_mount *made, size_t i, struct diag *diag)
{
	char path[32];
	struct stat st;
	int rc;

	snprintf(path, sizeof(path), "/dev/%s", nodes[i].name);
	made->parts[i] = clone_file(path);
	rc = made->parts[i] < 0 ? made->parts[i] : sys_fstat(made->parts[i], &st);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot bind '%s'", path);
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(nodes[i].major, nodes[i].minor)) {
		diag_set(diag, 0, "cannot bind '%s': it is not the device %u:%u", path,
			 nodes[i].major, nodes[i].minor);
		return -ENODEV;
	}
	return 0;
}

/* Group 5 is tty on all distributions; if it is not mapped, the kernel refuses it (EINVAL). */
static int open_devpts(void)
{
	static const char *const options[] = { "gid",  "5",   "ptmxmode", "0666",
					       "mode", "620", NULL };
	int fd = mount_new_fs("devpts", NULL, options, KERNEL_MOUNT_NOSUID | KERNEL_MOUNT_NOEXEC);

	if (fd == -EINVAL)
		fd = mount_new_fs("devpts", NULL, options + 2, KERNEL_MOUNT_NOSUID | KERNEL_MOUNT_NOEXEC);
	return fd;
}

/*
 * The end of the pseudoterminal that the program has as its standard input. It was opened outside
 * our mount namespace, so only its path leads to a mount that may be cloned (check_mnt(),
 * fs/namespace.c).
 */
static int open_console(void)
{
	_cleanup_close_ int tree = -1;
	char path[PATH_MAX];
	ssize_t len = io_read_link(AT_FDCWD, FD_PATH(STDIN_FILENO), path, sizeof(path));
	int rc;

	if (len < 0)
		return (int)len;
	tree = clone_file(path);
	rc = tree < 0 ? tree : inroot_is_same_file(tree, STDIN_FILENO);
	return rc < 0 ? rc : rc == 0 ? -ESTALE : take_fd(&tree);
}

int open_dev(const struct apply *apply, struct made_mount *made, struct diag *diag)
{
	static const char *const options[] = { "mode", "0755", NULL };
	int rc;

	(void)apply;
	made->tree = mount_new_fs("tmpfs", NULL, options, KERNEL_MOUNT_NOSUID | KERNEL_MOUNT_NODEV);
	made->new_fs = true;
	rc = made->tree < 0 ? made->tree : 0;
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(nodes); i++)
		rc = open_node(made, i, diag);
	if (rc < 0)
		return rc;
	made->parts[PART_PTS] = open_devpts();
	if (made->parts[PART_PTS] < 0)
		return diag_set(diag, -made->parts[PART_PTS], "cannot make a devpts");
	if (!made->step->dev.console)
		return 0;
	made->parts[PART_CONSOLE] = open_console();
	return made->parts[PART_CONSOLE] < 0 ? diag_set(diag, -made->parts[PART_CONSOLE],
							"cannot bind the program's terminal")
					     : 0;
}

/* --- filling ----------------------------------------------------------------------------------- */

static int fill_file(int dir, const char *name, int tree)
{
	_cleanup_close_ int file =
		sys_openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0444);

	return file < 0 ? file : sys_attach_mount(tree, file);
}

static int fill_directory(int dir, const char *name, mode_t mode)
{
	int rc = sys_mkdirat(dir, name, mode);

	return rc < 0 ? rc : sys_fchmodat(dir, name, mode);
}

static int fill_devpts(int dir, int tree)
{
	_cleanup_close_ int target = -1;
	int rc = fill_directory(dir, "pts", 0755);

	if (rc < 0)
		return rc;
	target = sys_openat(dir, "pts", O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	return target < 0 ? target : sys_attach_mount(tree, target);
}

static int fill(const struct made_mount *made)
{
	int dir = made->tree, rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(nodes); i++)
		rc = fill_file(dir, nodes[i].name, made->parts[i]);
	if (rc == 0 && made->parts[PART_CONSOLE] >= 0)
		rc = fill_file(dir, "console", made->parts[PART_CONSOLE]);
	if (rc == 0)
		rc = fill_devpts(dir, made->parts[PART_PTS]);
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(links); i++)
		rc = sys_symlinkat(links[i].text, dir, links[i].name);
	return rc == 0 ? fill_directory(dir, "shm", 01777) : rc;
}

int do_dev(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct made_mount *made = mounts_find(apply->mounts, step);
	int rc = mount_move(apply->mounts, made, diag);

	if (rc < 0)
		return rc;
	rc = fill(made);
	return rc < 0 ? mount_failed(step, rc, diag) : 0;
}
