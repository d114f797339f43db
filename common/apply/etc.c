/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A view of /etc in which some files are others: /etc/netns/NAME/resolv.conf takes the place of
 * /etc/resolv.conf.
 *
 * Binding one file over the other is not enough. When the host replaces its file by renaming a new
 * one over it, as all careful programs do, the kernel takes away what is mounted on the old one, in
 * every mount namespace (since Linux 3.18: fs/namei.c, vfs_rename()), and the host's name server is
 * asked by a program that was not to know it. So a directory of our own lies over /etc. In it,
 * - the files that take the place of others are bound to files of our own, which nobody renames;
 * - directories are bound, and so stay alive in both directions;
 * - symbolic links are copied, since they may lead anywhere relative to /etc;
 * - files are links into the host's /etc, bound below HOST, so that they are found under their
 *   names whenever they are opened, also after they were replaced.
 * It is read-only: what would be lost with the view is refused instead.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "apply/internal.h"
#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/inroot.h"
#include "kernel/io.h"
#include "kernel/lsm.h"
#include "kernel/sys.h"

#define ETC "/etc"
#define HOST ".xns-host"
#define VIEW_MODE "mode=0755"

enum { VIEW_FLAGS = MS_NOSUID | MS_NODEV | MS_NOEXEC };

struct other {
	char name[NAME_MAX + 1];
	int fd; /* O_PATH (owned) */
	mode_t mode;
};

struct view {
	const char *source; /* the directory with the other files */
	int host;           /* the host's /etc, as a mount of its own */
	int dir;            /* source, O_PATH */
	struct other *others; /* what is in it (owned) */
	size_t n_others, room;
	int view; /* our directory */
	bool bind_files;
};

/* ---- going through a directory ---- */

typedef int on_name(struct view *view, const char *name, struct diag *diag);

static int for_each(struct view *view, int dir, const char *path, on_name *action,
		    struct diag *diag)
{
	DIR *list = NULL;
	int done = 0, rc = io_open_dir(dir, ".", &list);
	const char *name;

	while (rc == 0 && done == 0 && (name = io_next_name(list, &rc)) != NULL)
		done = action(view, name, diag);
	if (list)
		closedir(list);
	return rc < 0 ? diag_set(diag, -rc, "cannot read the directory '%s'", path) : done;
}

/* ---- checks ---- */

static int cannot_show(const struct view *view, const char *name, int rc, struct diag *diag)
{
	return diag_set(diag, -rc, "cannot show '%s/%s' in " ETC, view->source, name);
}

static int check_other(struct view *view, const char *name, struct diag *diag)
{
	struct stat st;
	int rc = sys_fstatat(view->dir, name, &st, 0);

	return rc < 0 ? cannot_show(view, name, rc, diag) : 0;
}

int check_etc(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, step->etc.path, O_PATH | O_DIRECTORY, 0);
	struct view view = { .source = step->etc.path, .dir = dir };

	(void)apply;
	if (dir < 0)
		return diag_set(diag, -dir, "cannot open the directory '%s'", step->etc.path);
	return for_each(&view, dir, step->etc.path, check_other, diag);
}

/* ---- the other files ---- */

/* Opened before the view lies over /etc, since links among them may lead there. */
static int open_other(struct view *view, const char *name, struct diag *diag)
{
	struct other *larger =
		array_reserve(view->others, view->n_others + 1, &view->room, sizeof(*larger));
	struct other *other;
	struct stat st;
	int rc;

	if (!larger)
		return cannot_show(view, name, -ENOMEM, diag);
	view->others = larger;
	other = &larger[view->n_others];
	snprintf(other->name, sizeof(other->name), "%s", name);
	rc = other->fd = sys_openat(view->dir, name, O_PATH, 0);
	if (rc < 0)
		return cannot_show(view, name, rc, diag);
	view->n_others++;
	rc = sys_fstat(other->fd, &st);
	other->mode = st.st_mode;
	return rc < 0 ? cannot_show(view, name, rc, diag) : 0;
}

static void close_others(struct view *view)
{
	for (size_t i = 0; i < view->n_others; i++)
		cleanup_close(&view->others[i].fd);
	free(view->others);
}

static bool has_other(const struct view *view, const char *name)
{
	for (size_t i = 0; i < view->n_others; i++)
		if (strcmp(view->others[i].name, name) == 0)
			return true;
	return false;
}

/* ---- filling the view ---- */

/* A place of the same kind in the view, and on it the file or directory. */
static int place_bound(struct view *view, const char *name, const char *from, mode_t mode)
{
	char target[sizeof(ETC) + 1 + NAME_MAX];
	bool dir = S_ISDIR(mode);
	int fd, rc = 0;

	snprintf(target, sizeof(target), ETC "/%s", name);
	if (dir) {
		rc = sys_mkdirat(view->view, name, 0755);
	} else {
		fd = sys_openat(view->view, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0444);
		rc = fd < 0 ? fd : 0;
		cleanup_close(&fd);
	}
	return rc < 0 ? rc : sys_mount(from, target, NULL, MS_BIND | (dir ? MS_REC : 0), NULL);
}

static int place_others(struct view *view, struct diag *diag)
{
	for (size_t i = 0; i < view->n_others; i++) {
		const struct other *other = &view->others[i];
		int rc = place_bound(view, other->name, FD_PATH(other->fd), other->mode);

		if (rc < 0)
			return cannot_show(view, other->name, rc, diag);
	}
	return 0;
}

static int copy_link(struct view *view, const char *name)
{
	char text[PATH_MAX];
	ssize_t len = io_read_link(view->host, name, text, sizeof(text));

	return len < 0 ? (int)len : sys_symlinkat(text, view->view, name);
}

static int place_hosts(struct view *view, const char *name, struct diag *diag)
{
	char link[sizeof(HOST) + 1 + NAME_MAX], from[IO_FD_PATH_SIZE + 1 + NAME_MAX];
	struct stat st;
	int rc = sys_fstatat(view->host, name, &st, AT_SYMLINK_NOFOLLOW);

	snprintf(link, sizeof(link), HOST "/%s", name);
	snprintf(from, sizeof(from), "%s/%s", FD_PATH(view->host), name);
	if (rc == 0 && S_ISLNK(st.st_mode))
		rc = copy_link(view, name);
	else if (rc == 0 && (S_ISDIR(st.st_mode) || view->bind_files))
		rc = place_bound(view, name, from, st.st_mode);
	else if (rc == 0)
		rc = sys_symlinkat(link, view->view, name);
	/* EEXIST: another file stands there, or it is HOST. ENOENT: just removed from the host. */
	if (rc == -EEXIST || rc == -ENOENT)
		rc = 0;
	return rc < 0 ? diag_set(diag, -rc, "cannot show '" ETC "/%s' in the view", name) : 0;
}

/* What lies at /etc by now has to be our own directory: it is written to. */
static int open_view(struct view *view)
{
	struct statfs fs;
	int rc;

	view->view = sys_openat(AT_FDCWD, ETC, O_PATH | O_DIRECTORY, 0);
	rc = view->view < 0 ? view->view : sys_fstatfs(view->view, &fs);
	if (rc == 0)
		rc = inroot_is_same_file(view->view, view->host);
	return rc < 0 ? rc : rc > 0 || fs.f_type != TMPFS_MAGIC ? -ESTALE : 0;
}

static int fill(struct view *view, struct diag *diag)
{
	int rc;

	rc = open_view(view);
	if (rc == 0)
		rc = sys_mkdirat(view->view, HOST, 0755);
	if (rc == 0)
		rc = sys_mount(FD_PATH(view->host), ETC "/" HOST, NULL, MS_MOVE, NULL);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot bind " ETC " into its own view");
	/*
	 * AppArmor judges files by their paths, and its profiles know nothing of HOST. So files are
	 * bound too: they keep their paths, but one that the host replaces stays the old one in the
	 * view.
	 */
	view->bind_files = lsm_has_apparmor();
	rc = place_others(view, diag);
	if (rc == 0)
		rc = for_each(view, view->host, ETC, place_hosts, diag);
	if (rc < 0)
		return rc;
	rc = sys_mount("none", ETC, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | VIEW_FLAGS, NULL);
	return rc < 0 ? diag_set(diag, -rc, "cannot make the view of " ETC " read-only") : 0;
}

/*
 * The C library asks nscd, and systemd-resolved through nss-resolve, before it looks at
 * resolv.conf, and their sockets lead out of the network namespace. With nobody there it reads the
 * file.
 */
static int hide_resolvers(struct diag *diag)
{
	static const char *const dirs[] = { "/run/nscd", "/run/systemd/resolve" };

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		struct stat st;
		int rc = sys_fstatat(AT_FDCWD, dirs[i], &st, AT_SYMLINK_NOFOLLOW);

		if (rc < 0 || !S_ISDIR(st.st_mode))
			continue;
		rc = sys_mount("tmpfs", dirs[i], "tmpfs", VIEW_FLAGS | MS_RDONLY, VIEW_MODE);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot keep the host's resolver at %s away",
					dirs[i]);
	}
	return 0;
}

/*
 * SELinux judges the view, and what is made in it, by the label of its root: that is to be /etc's,
 * as not every domain may read temporary files. A label may be on the disk where SELinux is not at
 * work; there the kernel refuses the option, and the view goes without.
 */
static int mount_view(void)
{
	char label[256], options[sizeof(label) + 64];
	ssize_t len = sys_getxattr(ETC, "security.selinux", label, sizeof(label) - 1);

	if (len > 0) {
		label[len] = '\0';
		snprintf(options, sizeof(options), VIEW_MODE ",rootcontext=\"%s\"", label);
		if (sys_mount("tmpfs", ETC, "tmpfs", VIEW_FLAGS, options) == 0)
			return 0;
	}
	return sys_mount("tmpfs", ETC, "tmpfs", VIEW_FLAGS, VIEW_MODE);
}

/*
 * The host's /etc with all that is mounted in it, copied before the view lies on top and in it. It
 * waits on the directory of the other files, which are open by now, for its place in the view.
 */
static int copy_host(struct view *view, struct diag *diag)
{
	_cleanup_close_ int etc = sys_openat(AT_FDCWD, ETC, O_PATH | O_DIRECTORY, 0);
	int rc = etc < 0 ? etc : sys_mount(ETC, view->source, NULL, MS_BIND | MS_REC, NULL);

	if (rc == 0)
		rc = view->host = sys_openat(AT_FDCWD, view->source, O_PATH | O_DIRECTORY, 0);
	if (rc >= 0)
		rc = inroot_is_same_file(etc, view->host);
	if (rc >= 0)
		rc = rc == 0 ? -ESTALE : mount_view();
	return rc < 0 ? diag_set(diag, -rc, "cannot mount a view over " ETC) : 0;
}

int do_etc(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, step->etc.path, O_PATH | O_DIRECTORY, 0);
	struct view view = { .source = step->etc.path, .host = -1, .dir = dir, .view = -1 };
	int rc;

	(void)apply;
	if (dir < 0)
		return diag_set(diag, -dir, "cannot open %s", step->etc.path);
	rc = for_each(&view, dir, step->etc.path, open_other, diag);
	if (rc == 0)
		rc = copy_host(&view, diag);
	if (rc == 0)
		rc = fill(&view, diag);
	cleanup_close(&view.view);
	cleanup_close(&view.host);
	if (rc == 0 && has_other(&view, "resolv.conf"))
		rc = hide_resolvers(diag);
	close_others(&view);
	if (rc == 0)
		apply_follow_cwd(ETC);
	if (rc < 0)
		diag_hint(diag, "--no-etc leaves " ETC " as it is");
	return rc;
}
