/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wrappers of system calls, third part: mounts as descriptors, and attributes of files. */
#include <fcntl.h>
#include <stddef.h>

#include "kernel/sys.h"
#include "kernel/sys_internal.h"

int sys_open_tree(int dir, const char *path, unsigned flags)
{
	return CALL(NR(open_tree, dir, path, flags | O_CLOEXEC)); /* OPEN_TREE_CLOEXEC */
}

int sys_attach_mount(int tree, int target)
{
	return CALL(NR(move_mount, tree, "", target, "", KERNEL_MOVE_MOUNT_EMPTY_PATHS));
}

int sys_fsopen(const char *type) { return CALL(NR(fsopen, type, KERNEL_FSOPEN_CLOEXEC)); }

int sys_fsconfig(int fs, unsigned command, const char *key, const void *value, int aux)
{
	return CALL(NR(fsconfig, fs, command, key, value, aux));
}

int sys_fsmount(int fs, unsigned attributes)
{
	return CALL(NR(fsmount, fs, KERNEL_FSMOUNT_CLOEXEC, attributes));
}

int sys_set_mount_attributes(int tree, const struct kernel_mount_attr_change *change)
{
	return CALL(NR(mount_setattr, tree, "", AT_EMPTY_PATH | KERNEL_AT_RECURSIVE, change,
		       sizeof(*change)));
}

int sys_setxattr(const char *path, const char *name, const void *value, size_t size)
{
	return CALL(NR(setxattr, path, name, value, size, 0));
}

int sys_fchmodat(int dir, const char *path, mode_t mode)
{
	return CALL(NR(fchmodat, dir, path, mode));
}
