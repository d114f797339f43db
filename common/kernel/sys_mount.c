/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wrappers of system calls, third part: mounts, and attributes of files. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/inotify.h>

#include "kernel/sys.h"
#include "kernel/sys_internal.h"

int sys_mount(const char *source, const char *target, const char *type, unsigned long flags,
	      const char *data)
{
	return CALL(NR(mount, source, target, type, flags, data));
}

int sys_umount2(const char *target, int flags) { return CALL(NR(umount2, target, flags)); }

int sys_move_mount(int from, const char *from_path, int to, const char *to_path)
{
	return CALL(NR(move_mount, from, from_path, to, to_path, 0));
}

/* libc's struct statx may be older than the member. */
int sys_mount_id(int fd, unsigned kind, uint64_t *ret)
{
	struct {
		uint32_t mask, before[35];
		uint64_t mount_id, after[13];
	} found = { 0 };
	int rc = CALL(NR(statx, fd, "", AT_EMPTY_PATH, kind, &found));

	if (rc < 0 || !(found.mask & kind))
		return rc < 0 ? rc : -ENOSYS;
	*ret = found.mount_id;
	return 0;
}

int sys_statmount(const struct kernel_mnt_id_req *req, void *buf, size_t size)
{
	return CALL(NR(statmount, req, buf, size, 0));
}

ssize_t sys_listmount(const struct kernel_mnt_id_req *req, uint64_t *ret_ids, size_t n)
{
	return CALL(NR(listmount, req, ret_ids, n, 0));
}

int sys_open_tree(int dir, const char *path, unsigned flags)
{
	return CALL(NR(open_tree, dir, path, flags | O_CLOEXEC)); /* OPEN_TREE_CLOEXEC */
}

int sys_attach_mount(int tree, int target)
{
	return CALL(NR(move_mount, tree, "", target, "", KERNEL_MOVE_MOUNT_EMPTY_PATHS));
}

int sys_set_peer_group(int from, int to)
{
	return CALL(NR(move_mount, from, "", to, "",
		       KERNEL_MOVE_MOUNT_EMPTY_PATHS | KERNEL_MOVE_MOUNT_SET_GROUP));
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

int sys_inotify_init(void) { return CALL(NR(inotify_init1, IN_CLOEXEC)); }

int sys_inotify_add_watch(int fd, const char *path, unsigned events)
{
	return CALL(NR(inotify_add_watch, fd, path, events));
}
