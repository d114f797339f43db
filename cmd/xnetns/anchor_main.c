/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xns anchor DIR: the anchor's life. It mounts the directory of names, writes its record into DIR, says
 * so on standard output (xnetns/anchor_start.c), and sleeps until the record has gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/clock.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/store.h"
#include "xnetns/inotify.h"

#define RUN_DIR "/run"

enum { RETRY_MS = 1000 };

/* ---- the directory of names ---- */

/* Shows one entry of the old directory in the new one. An entry that has gone meanwhile is left out. */
static int carry_over(int old, const char *name)
{
	char from[IO_FD_PATH_SIZE + 1 + NAME_MAX], to[sizeof(RUN_DIR "/") + NAME_MAX];
	char target[PATH_MAX];
	_cleanup_close_ int file = -1;
	struct stat st;
	int rc = sys_fstatat(old, name, &st, AT_SYMLINK_NOFOLLOW);

	snprintf(from, sizeof(from), "%s/%s", FD_PATH(old), name);
	snprintf(to, sizeof(to), RUN_DIR "/%s", name);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	if (S_ISLNK(st.st_mode)) {
		ssize_t len = io_read_link(old, name, target, sizeof(target));

		return len < 0 ? (int)len : sys_symlinkat(target, AT_FDCWD, to);
	}
	if (S_ISDIR(st.st_mode))
		rc = sys_mkdirat(AT_FDCWD, to, 0755);
	else
		rc = file = sys_openat(AT_FDCWD, to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
	if (rc >= 0)
		rc = sys_mount(from, to, NULL, MS_BIND | MS_REC, NULL);
	return rc == -ENOENT ? 0 : rc;
}

/* The user may not make a directory in the host's /run, so a tmpfs with the old entries covers it. */
static int cover_run(struct diag *diag)
{
	DIR *old;
	int rc = io_open_dir(AT_FDCWD, RUN_DIR, &old);
	const char *name;

	if (rc < 0)
		return diag_set(diag, -rc, "cannot open " RUN_DIR);
	rc = sys_mount("tmpfs", RUN_DIR, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
	while (rc == 0 && (name = io_next_name(old, &rc)) != NULL)
		rc = carry_over(dirfd(old), name);
	closedir(old);
	if (rc == 0)
		rc = sys_mkdirat(AT_FDCWD, STORE_DIR, 0755);
	return rc < 0 ? diag_set(diag, -rc, "cannot make the directory " STORE_DIR " in the anchor") : 0;
}

/* store_lock() makes it shared, as it does for root. */
static int mount_names(struct diag *diag)
{
	struct stat st;
	int rc = sys_fstatat(AT_FDCWD, STORE_DIR, &st, AT_SYMLINK_NOFOLLOW);

	if (rc < 0 || !S_ISDIR(st.st_mode)) {
		rc = cover_run(diag);
		if (rc < 0)
			return rc;
	}
	rc = sys_mount("tmpfs", STORE_DIR, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		       ANCHOR_DIR_OPTIONS);
	return rc < 0 ? diag_set(diag, -rc, "cannot mount the directory of names " STORE_DIR) : 0;
}

/* ---- the record ---- */

static int watch(const char *dir, struct diag *diag)
{
	_cleanup_close_ int fd = inotify_open(0);

	if (fd < 0 || inotify_watch(fd, dir,
					IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
						IN_MOVE_SELF | IN_ONLYDIR) < 0)
		return diag_set(diag, errno, "cannot watch %s", dir);
	return take_fd(&fd);
}

/* An event may be one of another file, so each is followed by a look. */
static void sleep_until_removed(int events, const char *dir)
{
	_Alignas(struct inotify_event) char buf[4096];

	while (home_is_anchor(dir, sys_getpid()))
		if (sys_read(events, buf, sizeof(buf)) <= 0)
			clock_wait_ms(RETRY_MS);
}

static int prepare(const char *dir, int *ret_events, struct diag *diag)
{
	int rc = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot make the anchor undumpable");
	sys_prctl(PR_SET_NAME, (unsigned long)"xns-anchor", 0, 0, 0); /* for ps(1) only */
	rc = mount_names(diag);
	if (rc == 0)
		rc = *ret_events = watch(dir, diag);
	return rc < 0 ? rc : home_write_anchor(dir, diag);
}

int anchor_main(int argc, char **argv)
{
	struct diag diag = { .err = 0 };
	_cleanup_close_ int events = -1, null = -1;
	int status, rc;

	if (argc != 2 || isatty(STDOUT_FILENO)) {
		diag_usage(&diag, "xnetns runs 'xns " HOME_WORD "' itself");
		return applet_fail(&diag);
	}
	/* The caller of the first command may have a pipe open, whose reader would wait until the anchor ends. */
	io_close_others(NULL, 0);
	null = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
	/* The helper that wrote the maps. */
	while (sys_waitpid(-1, &status, WNOHANG) > 0)
		continue;
	sys_chdir("/"); /* keeps no file system busy; the root always exists */
	rc = null < 0 ? diag_set(&diag, -null, "cannot open /dev/null") : prepare(argv[1], &events, &diag);
	if (io_write_all(STDOUT_FILENO, &diag, sizeof(diag)) < 0 || rc < 0)
		return EXIT_FAILURE;
	sys_dup2(null, STDIN_FILENO); /* it has been the lock of the records, see become_anchor() */
	sys_dup2(null, STDOUT_FILENO);
	sleep_until_removed(events, argv[1]);
	return EXIT_SUCCESS;
}
