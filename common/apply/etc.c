/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows /etc with some files replaced: /etc/netns/NAME/resolv.conf instead of /etc/resolv.conf.
 *
 * A bind mount on /etc/resolv.conf is not enough. When the host renames a new file over the old
 * one, the kernel unmounts the bind mount in every mount namespace (Linux 3.18, vfs_rename() in
 * fs/namei.c), and the program would see the host's file. So we mount a view, a tmpfs, over /etc:
 * - each replacement is bind-mounted on an empty file of the view, which the host cannot rename;
 * - each directory of the host's /etc is bind-mounted, so changes show on both sides;
 * - each symbolic link is copied, because its target may be relative to /etc;
 * - each other file is a symbolic link to HOST, where the host's /etc is mounted, so that a lookup
 *   finds the current file even after the host has replaced it. The view is read-only, because a
 *   file written to it would be lost when it is unmounted.
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

enum {
	VIEW_FLAGS = MS_NOSUID | MS_NODEV | MS_NOEXEC,
	ENTRY_PATH_SIZE = IO_FD_PATH_SIZE + 1 + NAME_MAX,
};

/* A file of /etc/netns/NAME, which replaces the file of the same name in /etc. */
struct replacement {
	char name[NAME_MAX + 1];
	int fd; /* O_PATH (owned) */
	mode_t mode;
};

struct view {
	const char *source;               /* the directory of the replacements */
	int host;                         /* a bind mount of the host's /etc */
	int dir;                          /* source, O_PATH */
	struct replacement *replacements; /* owned */
	size_t n_replacements, room;
	int root;        /* of the tmpfs */
	bool bind_files; /* bind-mount files, too, instead of linking to them */
	size_t skip;     /* of FD_PATH(): "/proc/" if a proc is the working directory */
};

#define PLACE(view, fd) (FD_PATH(fd) + (view)->skip)

/* ---- reading a directory ---- */

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

static int check_replacement(struct view *view, const char *name, struct diag *diag)
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
	return for_each(&view, dir, step->etc.path, check_replacement, diag);
}

/* ---- the replacements ---- */

/* Called before the view is mounted, because a replacement may be a link into /etc. */
static int open_replacement(struct view *view, const char *name, struct diag *diag)
{
	struct replacement *larger = array_reserve(view->replacements, view->n_replacements + 1,
						   &view->room, sizeof(*larger));
	struct replacement *replacement;
	struct stat st;
	int rc;

	if (!larger)
		return cannot_show(view, name, -ENOMEM, diag);
	view->replacements = larger;
	replacement = &larger[view->n_replacements];
	snprintf(replacement->name, sizeof(replacement->name), "%s", name);
	rc = replacement->fd = sys_openat(view->dir, name, O_PATH, 0);
	if (rc < 0)
		return cannot_show(view, name, rc, diag);
	view->n_replacements++;
	rc = sys_fstat(replacement->fd, &st);
	replacement->mode = st.st_mode;
	return rc < 0 ? cannot_show(view, name, rc, diag) : 0;
}

static void close_replacements(struct view *view)
{
	for (size_t i = 0; i < view->n_replacements; i++)
		cleanup_close(&view->replacements[i].fd);
	free(view->replacements);
}

static bool replaces(const struct view *view, const char *name)
{
	for (size_t i = 0; i < view->n_replacements; i++)
		if (strcmp(view->replacements[i].name, name) == 0)
			return true;
	return false;
}

/* ---- filling the view ---- */

/* Creates a mount point of the same type in the view, and bind-mounts the source on it. */
static int bind_entry(struct view *view, const char *name, const char *source, mode_t mode)
{
	char target[ENTRY_PATH_SIZE];
	bool dir = S_ISDIR(mode);
	int fd, rc = 0;

	snprintf(target, sizeof(target), "%s/%s", PLACE(view, view->root), name);
	if (dir) {
		rc = sys_mkdirat(view->root, name, 0755);
	} else {
		fd = sys_openat(view->root, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0444);
		rc = fd < 0 ? fd : 0;
		cleanup_close(&fd);
	}
	return rc < 0 ? rc : sys_mount(source, target, NULL, MS_BIND | (dir ? MS_REC : 0), NULL);
}

static int add_replacements(struct view *view, struct diag *diag)
{
	for (size_t i = 0; i < view->n_replacements; i++) {
		const struct replacement *replacement = &view->replacements[i];
		int rc = bind_entry(view, replacement->name, PLACE(view, replacement->fd),
				    replacement->mode);

		if (rc < 0)
			return cannot_show(view, replacement->name, rc, diag);
	}
	return 0;
}

static int copy_link(struct view *view, const char *name)
{
	char text[PATH_MAX];
	ssize_t len = io_read_link(view->host, name, text, sizeof(text));

	return len < 0 ? (int)len : sys_symlinkat(text, view->root, name);
}

/* By descriptor: a stranger may put a magic link in the place of the entry, and mount(2) would follow it. */
static int bind_host_entry(struct view *view, const char *name, mode_t mode)
{
	_cleanup_close_ int from = sys_openat(view->host, name, O_PATH | O_NOFOLLOW, 0);

	return from < 0 ? from : bind_entry(view, name, PLACE(view, from), mode);
}

/* Shows an entry of the host's /etc in the view, unless a replacement has that name. */
static int add_host_entry(struct view *view, const char *name, struct diag *diag)
{
	char link[sizeof(HOST) + 1 + NAME_MAX];
	struct stat st;
	int rc = sys_fstatat(view->host, name, &st, AT_SYMLINK_NOFOLLOW);

	snprintf(link, sizeof(link), HOST "/%s", name);
	if (rc == 0 && S_ISLNK(st.st_mode))
		rc = copy_link(view, name);
	else if (rc == 0 && (S_ISDIR(st.st_mode) || view->bind_files))
		rc = bind_host_entry(view, name, st.st_mode);
	else if (rc == 0)
		rc = sys_symlinkat(link, view->root, name);
	/* EEXIST: the name is replaced, or is HOST. ENOENT: the host has just removed the file. */
	if (rc == -EEXIST || rc == -ENOENT)
		rc = 0;
	return rc < 0 ? diag_set(diag, -rc, "cannot show '" ETC "/%s' in the view", name) : 0;
}

/*
 * Opens /etc again. It must be our tmpfs and not the host's /etc, because we write to it. In a root
 * that others may be changing, no magic link is followed, which could lead out of that root.
 */
static int open_view(struct view *view)
{
	struct statfs fs;
	int rc;

	view->root = inroot_open_own(ETC, O_DIRECTORY);
	rc = view->root < 0 ? view->root : sys_fstatfs(view->root, &fs);
	if (rc == 0)
		rc = inroot_is_same_file(view->root, view->host);
	return rc < 0 ? rc : rc > 0 || fs.f_type != TMPFS_MAGIC ? -ESTALE : 0;
}

static int fill(struct view *view, struct diag *diag)
{
	char to[ENTRY_PATH_SIZE];
	int rc;

	rc = open_view(view);
	if (rc == 0)
		rc = sys_mkdirat(view->root, HOST, 0755);
	snprintf(to, sizeof(to), "%s/" HOST, PLACE(view, view->root));
	if (rc == 0)
		rc = sys_mount(PLACE(view, view->host), to, NULL, MS_MOVE, NULL);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot bind " ETC " into its own view");
	/*
	 * AppArmor's rules name paths, and no profile names HOST. So with AppArmor files are
	 * bind-mounted too: they keep their paths, but if the host replaces one, the view still
	 * shows the old one.
	 */
	view->bind_files = lsm_has_apparmor();
	rc = add_replacements(view, diag);
	if (rc == 0)
		rc = for_each(view, view->host, ETC, add_host_entry, diag);
	if (rc < 0)
		return rc;
	/* A remount clears each flag that is not given again (mount(2)). */
	rc = sys_mount("none", PLACE(view, view->root), NULL,
		       MS_REMOUNT | MS_BIND | MS_RDONLY | VIEW_FLAGS, NULL);
	return rc < 0 ? diag_set(diag, -rc, "cannot make the view of " ETC " read-only") : 0;
}

/*
 * Opens the directory, whose own name must be no link. By descriptor, because a stranger may be changing the root;
 * EXDEV is a link of /proc on the way, which may lead out of that root.
 */
static int open_inside(int root, const char *parent, const char *name)
{
	_cleanup_close_ int above = inroot_open(root, parent, O_DIRECTORY);

	return above < 0 ? above : sys_openat(above, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
}

/* Mounts an empty directory over it, if it is there and anybody can use it. */
static int hide_directory(const struct view *view, int root, const char *parent, const char *name)
{
	_cleanup_close_ int dir = open_inside(root, parent, name);

	if (dir == -ENOENT || dir == -ENOTDIR || dir == -EACCES || dir == -ELOOP)
		return 0;
	return dir < 0 ? dir
		       : sys_mount("tmpfs", PLACE(view, dir), "tmpfs", VIEW_FLAGS | MS_RDONLY,
				   VIEW_MODE);
}

/*
 * The C library asks nscd(8), or systemd-resolved through nss-resolve(8), before it reads
 * resolv.conf. Both run in the host's network namespace, and listen on sockets in these
 * directories. If we hide the sockets, the C library reads the file.
 */
static int hide_resolvers(const struct view *view, struct diag *diag)
{
	static const struct {
		const char *parent, *name;
	} dirs[] = { { "/run", "nscd" }, { "/run/systemd", "resolve" } };
	_cleanup_close_ int root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		int rc = root < 0 ? root : hide_directory(view, root, dirs[i].parent, dirs[i].name);

		if (rc < 0)
			return diag_set(diag, -rc, "cannot keep the host's resolver at %s/%s away",
					dirs[i].parent, dirs[i].name);
	}
	return 0;
}

/*
 * Mounts the view with the SELinux label of /etc (mount(8), rootcontext), which its files inherit,
 * because not every domain may read files with the label of a tmpfs. If SELinux is disabled but the
 * disk has labels, the kernel refuses the option, and the view gets no label.
 */
static int mount_view(const struct view *view, int etc)
{
	char label[256], options[sizeof(label) + 64];
	ssize_t len = sys_getxattr(ETC, "security.selinux", label, sizeof(label) - 1);

	if (len > 0) {
		label[len] = '\0';
		snprintf(options, sizeof(options), VIEW_MODE ",rootcontext=\"%s\"", label);
		if (sys_mount("tmpfs", PLACE(view, etc), "tmpfs", VIEW_FLAGS, options) == 0)
			return 0;
	}
	return sys_mount("tmpfs", PLACE(view, etc), "tmpfs", VIEW_FLAGS, VIEW_MODE);
}

/*
 * Bind-mounts the host's /etc, recursively, before the view covers it, and then mounts the view.
 * Until fill() moves it, the bind mount lies on the source directory, whose files are open already.
 */
static int mount_over_etc(struct view *view, struct diag *diag)
{
	_cleanup_close_ int etc = inroot_open_own(ETC, O_DIRECTORY);
	int rc = etc;

	if (etc >= 0)
		rc = sys_mount(PLACE(view, etc), PLACE(view, view->dir), NULL, MS_BIND | MS_REC, NULL);
	if (rc == 0)
		rc = view->host = sys_openat(AT_FDCWD, view->source, O_PATH | O_DIRECTORY, 0);
	if (rc >= 0)
		rc = inroot_is_same_file(etc, view->host);
	if (rc >= 0)
		rc = rc == 0 ? -ESTALE : mount_view(view, etc);
	return rc < 0 ? diag_set(diag, -rc, "cannot mount a view over " ETC) : 0;
}

int etc_show(int dir, const char *path, bool in_proc, struct diag *diag)
{
	struct view view = { .source = path, .host = -1, .dir = dir, .root = -1 };
	int rc;

	view.skip = in_proc ? IO_PROC_PREFIX : 0;
	rc = for_each(&view, dir, path, open_replacement, diag);
	if (rc == 0)
		rc = mount_over_etc(&view, diag);
	if (rc == 0)
		rc = fill(&view, diag);
	cleanup_close(&view.root);
	cleanup_close(&view.host);
	if (rc == 0 && replaces(&view, "resolv.conf"))
		rc = hide_resolvers(&view, diag);
	close_replacements(&view);
	if (rc == 0)
		apply_follow_cwd(ETC);
	return rc;
}

int do_etc(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, step->etc.path, O_PATH | O_DIRECTORY, 0);
	int rc = dir < 0 ? diag_set(diag, -dir, "cannot open %s", step->etc.path)
			 : etc_show(dir, step->etc.path, false, diag);

	(void)apply;
	if (rc < 0)
		diag_hint(diag, "add --no-etc to leave " ETC " as it is");
	return rc;
}
