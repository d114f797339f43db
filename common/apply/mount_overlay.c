/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes an overlay. Its directories are given by descriptor; before Linux 6.13, which accepts these,
 * as paths of /proc/self/fd, so that no colon or comma in a name has to be escaped.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
#include "kernel/mount_table.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"

/* fs/proc/namespaces.c: the initial user namespace has this inode number. */
enum { INITIAL_USER_NS = 0xEFFFFFFD };

struct layers {
	int lower, upper, work; /* owned */
	int memory;             /* the tmpfs that holds upper and work; or -1 (owned) */
	bool user_ns;           /* we are in a user namespace, so that only user.* may be written */
	bool refused;           /* the file system itself was refused, not a call before */
};

static bool is_in_user_ns(const struct apply *apply)
{
	const struct step *made = plan_find(apply->plan, STEP_UNSHARE);
	struct stat st;

	if (made && made->unshare.flags & ns_types[NS_USER].flag)
		return true;
	return sys_fstatat(AT_FDCWD, "/proc/self/ns/user", &st, 0) < 0 ||
	       st.st_ino != INITIAL_USER_NS;
}

/* --- directories ------------------------------------------------------------------------------- */

static int open_directory(const char *path, int *ret, struct diag *diag)
{
	*ret = sys_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
	return *ret < 0 ? diag_set(diag, -*ret, "cannot open the directory '%s'", path) : 0;
}

/*
 * The kernel writes to this directory, and empties WORK/work (ovl_workdir_create() in
 * fs/overlayfs/super.c).
 */
static int open_written(const char *path, int *ret, struct diag *diag)
{
	_cleanup_close_ int dir = trusted_open_directory(path, diag);

	if (dir < 0)
		return dir;
	*ret = sys_openat(dir, ".", O_RDONLY | O_DIRECTORY, 0);
	return *ret < 0 ? diag_set(diag, -*ret, "cannot open the directory '%s'", path) : 0;
}

static int make_layer(int dir, const char *name, int *ret)
{
	int rc = sys_mkdirat(dir, name, 0755);

	if (rc == 0)
		rc = sys_fchmodat(dir, name, 0755);
	if (rc == 0)
		rc = *ret = sys_openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	return rc < 0 ? rc : 0;
}

/*
 * An overlay in a user namespace marks removed directories by user.* attributes (userxattr,
 * overlayfs.rst), which a tmpfs has since Linux 6.6. Without them it mounts, and then fails when a
 * directory is removed (EIO).
 */
static int probe_attributes(const struct layers *layers, struct diag *diag)
{
	int rc = layers->user_ns ? sys_setxattr(FD_PATH(layers->memory), "user.xns", "", 0) : 0;

	if (rc != -EOPNOTSUPP)
		return rc;
	diag_set(diag, 0, "cannot keep an overlay in memory: in a user namespace that needs Linux 6.6");
	diag_hint(diag, "give it directories: --overlay LOWER:UPPER:WORK:DST");
	return rc;
}

/*
 * The upper directory must lie in a mount of our mount namespace (clone_private_mount(),
 * fs/namespace.c), so the tmpfs is mounted over the lower directory, which is open already, until
 * the overlay has it.
 */
static int open_memory(struct layers *layers, struct diag *diag)
{
	static const char *const options[] = { "mode", "0755", NULL };
	int rc = layers->memory = mount_new_fs("tmpfs", NULL, options,
					       KERNEL_MOUNT_NOSUID | KERNEL_MOUNT_NODEV);

	if (rc >= 0)
		rc = probe_attributes(layers, diag);
	if (rc == 0)
		rc = make_layer(layers->memory, "upper", &layers->upper);
	if (rc == 0)
		rc = make_layer(layers->memory, "work", &layers->work);
	return rc == 0 ? sys_attach_mount(layers->memory, layers->lower) : rc;
}

static int open_layers(const struct step *step, struct layers *layers, struct diag *diag)
{
	int rc = open_directory(step->overlay.lower, &layers->lower, diag);

	if (rc < 0)
		return rc;
	if (!step->overlay.upper)
		return open_memory(layers, diag);
	rc = open_written(step->overlay.upper, &layers->upper, diag);
	return rc < 0 ? rc : open_written(step->overlay.work, &layers->work, diag);
}

static void close_layers(struct layers *layers)
{
	cleanup_close(&layers->lower);
	cleanup_close(&layers->upper);
	cleanup_close(&layers->work);
	cleanup_close(&layers->memory);
}

/* --- the file system --------------------------------------------------------------------------- */

static int configure(int fs, const struct layers *layers, bool by_descriptor)
{
	const struct {
		const char *key, *path_key;
		int fd;
	} dirs[] = {
		{ "lowerdir+", "lowerdir", layers->lower },
		{ "upperdir", "upperdir", layers->upper },
		{ "workdir", "workdir", layers->work },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(dirs); i++)
		rc = by_descriptor ? sys_fsconfig(fs, KERNEL_FSCONFIG_SET_FD, dirs[i].key, NULL,
						  dirs[i].fd)
				   : sys_fsconfig(fs, KERNEL_FSCONFIG_SET_STRING, dirs[i].path_key,
						  FD_PATH(dirs[i].fd), 0);
	if (rc == 0 && layers->user_ns)
		rc = sys_fsconfig(fs, KERNEL_FSCONFIG_SET_FLAG, "userxattr", NULL, 0);
	return rc;
}

/* An older kernel may accept an option and refuse it only when the file system is made. */
static int make_overlay(struct layers *layers, unsigned attributes)
{
	int rc = -EINVAL;

	for (int by_descriptor = 1; rc < 0 && by_descriptor >= 0; by_descriptor--) {
		_cleanup_close_ int fs = sys_fsopen("overlay");

		if (fs < 0)
			return fs;
		rc = sys_fsconfig(fs, KERNEL_FSCONFIG_SET_STRING, "source", "overlay", 0);
		if (rc == 0)
			rc = configure(fs, layers, by_descriptor);
		layers->refused = false;
		if (rc == 0) {
			rc = sys_fsconfig(fs, KERNEL_FSCONFIG_CREATE, NULL, NULL, 0);
			layers->refused = rc < 0;
		}
		if (rc == 0)
			return sys_fsmount(fs, attributes);
	}
	return rc;
}

/* --- why it was refused ------------------------------------------------------------------------ */

/* The first mount below the directory, or NULL. */
static const struct mount_entry *find_below(const struct mount_table *table, const char *path)
{
	size_t len = strcmp(path, "/") == 0 ? 0 : strlen(path);

	for (size_t i = 0; i < table->n; i++) {
		const char *point = table->entries[i].point;

		if (strncmp(point, path, len) == 0 && point[len] == '/' && point[len + 1])
			return &table->entries[i];
	}
	return NULL;
}

/*
 * In a user namespace the kernel does not show what a submount covers, so the directory above it
 * cannot be a layer (EINVAL, clone_private_mount() in fs/namespace.c).
 */
static void explain(const struct step *step, const struct layers *layers, int rc, struct diag *diag)
{
	_cleanup_mounts_ struct mount_table table = { 0 };
	const struct mount_entry *below = NULL;
	struct stat upper, work;
	char path[PATH_MAX];
	struct diag ignored;

	mount_failed(step, rc, diag);
	if (rc == -ENODEV)
		diag_hint(diag, "as root: modprobe overlay");
	if (rc == -EPERM && layers->user_ns && layers->refused)
		diag_hint(diag, "in a user namespace an overlay needs Linux 5.11");
	if (rc != -EINVAL)
		return;
	if (layers->user_ns &&
	    io_read_link(AT_FDCWD, FD_PATH(layers->lower), path, sizeof(path)) > 0 &&
	    mount_table_read_self(NULL, &table, &ignored) == 0)
		below = find_below(&table, path);
	if (below)
		diag_hint(diag, "'%s' is mounted in it, and a user namespace may not see what that "
				"covers: use one overlay for each", below->point);
	else if (sys_fstat(layers->upper, &upper) == 0 && sys_fstat(layers->work, &work) == 0 &&
		 upper.st_dev != work.st_dev)
		diag_hint(diag, "UPPER and WORK must be directories of the same file system");
	else
		diag_hint(diag, "UPPER and WORK must lie in the same mount, which is writable and "
				"not an overlay itself");
}

int open_overlay(const struct apply *apply, struct made_mount *made, struct diag *diag)
{
	struct layers layers = { -1, -1, -1, -1, is_in_user_ns(apply), false };
	int rc = open_layers(made->step, &layers, diag), undone = 0;

	made->new_fs = true;
	if (rc == 0)
		rc = made->tree = make_overlay(&layers, made->step->overlay.attributes);
	if (rc >= 0 && made->step->overlay.work)
		rc = lock_watch_mount(apply, made->tree);
	if (rc < 0 && !diag->what[0])
		explain(made->step, &layers, rc, diag);
	if (layers.memory >= 0 && rc >= 0)
		undone = sys_umount2(FD_PATH(layers.memory), MNT_DETACH);
	close_layers(&layers);
	return rc < 0 ? rc : undone;
}
