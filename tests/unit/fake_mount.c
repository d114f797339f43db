/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake system's mounts as descriptors: a tree is what was opened, and remembers the path. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake_internal.h"
#include "base/kernel.h"
#include "kernel/sys.h"

/* "/usr": the descriptor shows the same files, as a tree does. An invalid one is only a question. */
int sys_open_tree(int dir, const char *path, unsigned flags)
{
	char whole[320];

	fake_join(dir, path, whole, sizeof(whole));
	BEGIN("open_tree", "%s, %s, %#x", fake_fd_text(dir), path, flags);
	if (!*path)
		return (int)fake_done(-EBADF);
	return (int)fake_done(fake_lookup(whole) ? fake_fd_new(whole) : -ENOENT);
}

int sys_attach_mount(int tree, int target)
{
	PLAIN(0, "attach_mount", "%s, %s", fake_fd_text(tree), fake_fd_text(target));
}

int sys_set_peer_group(int from, int to)
{
	PLAIN(0, "set_peer_group", "%s, %s", fake_fd_text(from), fake_fd_text(to));
}

int sys_fsopen(const char *type)
{
	char name[64];

	snprintf(name, sizeof(name), "new %s", type ? type : "NULL");
	BEGIN("fsopen", "%s", type ? type : "NULL");
	return (int)fake_done(fake_fd_new(name));
}

int sys_fsconfig(int fs, unsigned command, const char *key, const void *value, int aux)
{
	/* A value is text, or the number of a descriptor in its place. */
	PLAIN(0, "fsconfig", "%s, %u, %s, %s", fake_fd_text(fs), command, key ? key : "NULL",
	      command == 5 ? fake_fd_text(aux) : value ? (const char *)value : "NULL");
}

int sys_fsmount(int fs, unsigned attributes)
{
	const char *made = fake_fd_path(fs);
	char name[80];

	snprintf(name, sizeof(name), "/%s", made ? made : "none");
	BEGIN("fsmount", "%s, %#x", fake_fd_text(fs), attributes);
	fake_dir(name);
	return (int)fake_done(fake_fd_new(name));
}

int sys_set_mount_attributes(int tree, const struct kernel_mount_attr_change *change)
{
	PLAIN(0, "set_mount_attributes", "%s, %#llx", fake_fd_text(tree),
	      change ? change->set : 0);
}

int sys_inotify_init(void)
{
	BEGIN("inotify_init", "%s", "");
	return (int)fake_done(fake_fd_new("inotify"));
}

int sys_inotify_add_watch(int fd, const char *path, unsigned events)
{
	PLAIN(1, "inotify_add_watch", "%s, %s, %#x", fake_fd_text(fd), path, events);
}

int sys_setxattr(const char *path, const char *name, const void *value, size_t size)
{
	(void)value;
	PLAIN(0, "setxattr", "%s, %s, %zu", path, name, size);
}

int sys_fchmodat(int dir, const char *path, mode_t mode)
{
	PLAIN(0, "fchmodat", "%s, %s, %o", fake_fd_text(dir), path, (unsigned)mode);
}
