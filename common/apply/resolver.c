/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows a resolv.conf and a file of hosts in a view of /etc, so that the host's files stay as they are. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/inroot.h"
#include "kernel/io.h"
#include "kernel/sys.h"

/* Directories for the file until the view of /etc has it; a small root may lack some of them. */
static const char *const places[] = { "/tmp", "/mnt", "/srv", "/run" };

/*
 * Opens what was just mounted on the directory below. Files are written there, so it must be another
 * file system, and a tmpfs. In a root that others may be changing, the path leads nowhere outside.
 */
static int open_mounted(int root, const char *place, int below)
{
	_cleanup_close_ int dir = inroot_open(root, place, O_DIRECTORY);
	struct stat lower, upper;
	struct statfs fs;
	int rc = dir < 0 ? dir : sys_fstatfs(dir, &fs);

	if (rc == 0)
		rc = sys_fstat(below, &lower);
	if (rc == 0)
		rc = sys_fstat(dir, &upper);
	if (rc < 0)
		return rc;
	return lower.st_dev == upper.st_dev || fs.f_type != TMPFS_MAGIC ? -ESTALE : take_fd(&dir);
}

/* The path of a descriptor from the working directory, which is a proc. */
#define FD_IN_PROC(fd) (FD_PATH(fd) + IO_PROC_PREFIX)

/*
 * Mounts a tmpfs on the first of these directories that exists. By descriptor: mount(2) would follow a
 * magic link, and mount elsewhere than a later lookup looks. The caller owns the descriptor of the tmpfs.
 */
static int mount_place(const char **ret)
{
	_cleanup_close_ int root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	_cleanup_close_ int below = -ENOENT;
	int rc;

	if (root < 0)
		return root;
	for (size_t i = 0; below == -ENOENT && i < ARRAY_LEN(places); i++) {
		*ret = places[i];
		below = inroot_open(root, places[i], O_DIRECTORY);
	}
	if (below < 0)
		return below;
	rc = sys_mount("tmpfs", FD_IN_PROC(below), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		       "mode=0755,size=4m");
	return rc < 0 ? rc : open_mounted(root, *ret, below);
}

static int write_file(int dir, const char *name, const char *text)
{
	_cleanup_close_ int file = sys_openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0644);
	int rc = file < 0 ? file : io_write_all(file, text, strlen(text));

	/* Whatever the umask is. */
	return rc < 0 ? rc : sys_fchmod(file, 0644);
}

/* The texts of the two files, or NULL. */
static int write_files(int dir, const char *resolv_conf, const char *hosts)
{
	int rc = resolv_conf ? write_file(dir, "resolv.conf", resolv_conf) : 0;

	return rc == 0 && hosts ? write_file(dir, "hosts", hosts) : rc;
}

static int show_files(int dir, const char *place, const char *resolv_conf, const char *hosts,
		      struct diag *diag)
{
	int rc = write_files(dir, resolv_conf, hosts), left;

	if (rc < 0)
		diag_set(diag, -rc, "cannot write the file resolv.conf");
	else
		rc = etc_show(dir, place, true, diag);
	/* The view has a mount of the file itself. */
	left = sys_umount2(FD_IN_PROC(dir), MNT_DETACH);
	if (rc == 0 && left < 0)
		rc = diag_set(diag, -left, "cannot unmount the directory for the file resolv.conf");
	return rc;
}

static int show_in_proc(const struct apply *apply, const char *resolv_conf, const char *hosts,
			struct diag *diag)
{
	const char *place = places[0];
	_cleanup_close_ int dir = mount_place(&place);
	int rc = dir;

	if (rc == -EXDEV) {
		diag_set(diag, 0,
			 "cannot mount a directory for the file resolv.conf at '%s': a link of /proc "
			 "to a process's directory is not followed",
			 place);
		return rc;
	}
	if (rc < 0)
		diag_set(diag, -rc, "cannot mount a directory for the file resolv.conf");
	else
		rc = show_files(dir, place, resolv_conf, hosts, diag);
	if (rc < 0 && plan_find(apply->plan, STEP_CHROOT))
		diag_hint(diag, "the new root needs /etc, and one of /tmp, /mnt, /srv and /run");
	return rc;
}

/* Opens the caller's /proc, because that of the new root may be a stranger's, or missing. */
int check_resolver(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)step;
	return apply_open_proc(apply, diag);
}

/* Meanwhile the working directory is that /proc, so that the paths of descriptors lead there. */
static int show(struct apply *apply, const char *resolv_conf, const char *hosts, struct diag *diag)
{
	_cleanup_close_ int cwd = sys_openat(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0);
	int rc = cwd < 0 ? cwd : sys_fchdir(apply->proc), back;

	if (rc < 0)
		return diag_set(diag, -rc, "cannot mount a view over /etc");
	rc = show_in_proc(apply, resolv_conf, hosts, diag);
	back = sys_fchdir(cwd);
	if (rc == 0 && back < 0)
		return diag_set(diag, -back, "cannot return to the working directory");
	if (rc == 0)
		apply_follow_cwd("/etc");
	return rc;
}

int do_resolver(struct apply *apply, const struct step *step, struct diag *diag)
{
	char text[128];

	/* The C library asks this server only; a query takes 5 s before it is repeated (resolv.conf(5)). */
	snprintf(text, sizeof(text), "nameserver %s\n", step->resolver.address);
	return show(apply, text, NULL, diag);
}

int do_take_etc(struct apply *apply, const struct step *step, struct diag *diag)
{
	return show(apply, step->take_etc.resolv_conf, step->take_etc.hosts, diag);
}
