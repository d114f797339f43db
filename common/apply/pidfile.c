/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file with the PID of the program, as the caller sees it, while the program runs. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"

enum { PATH_ROOM = 4096 + 32 };

static int cannot_write(const char *path, int rc, struct diag *diag)
{
	if (rc == -EXDEV) {
		diag_set(diag, 0, "cannot write the pidfile '%s': a symbolic link in that path is not root's",
			 path);
		diag_hint(diag, "name the file by a path without that link");
		return rc;
	}
	return diag_set(diag, -rc, "cannot write the pidfile '%s'", path);
}

static const char *name_in(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * The directory of the path, for *at() functions. It stays open until the program has ended, because whoever may
 * rename a directory above it decides what the path means later.
 */
static int open_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[PATH_ROOM], link[NAME_MAX + 1];

	if (!*name_in(path))
		return -EISDIR;
	if (!slash)
		return sys_openat(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0);
	if ((size_t)(slash - path) + 2 >= sizeof(directory))
		return -ENAMETOOLONG;
	/* The dot, because trusted_open() does not follow a link that comes last. */
	snprintf(directory, sizeof(directory), "%.*s/.", (int)(slash - path), path);
	return sys_geteuid() == 0 ? trusted_open(directory, link) :
				    sys_openat(AT_FDCWD, directory, O_PATH | O_DIRECTORY, 0);
}

/*
 * Root writes only where nobody else can replace the file: in a directory that others cannot write,
 * or in a sticky one, in which a file of root's stays (inode(7)).
 */
static int check_directory(int dir, const char *name, const char *path, struct diag *diag)
{
	struct stat st, file;
	int rc = sys_fstat(dir, &st);
	bool others = rc == 0 && (st.st_mode & (S_IWGRP | S_IWOTH) || st.st_uid != 0);

	if (rc < 0)
		return cannot_write(path, rc, diag);
	if (sys_geteuid() != 0 || !others)
		return 0;
	rc = sys_fstatat(dir, name, &file, AT_SYMLINK_NOFOLLOW);
	if (st.st_mode & S_ISVTX && st.st_uid == 0 &&
	    (rc == -ENOENT || (rc == 0 && file.st_uid == 0)))
		return 0;
	diag_set(diag, 0, "cannot write the pidfile '%s': another user could replace it", path);
	diag_hint(diag, "choose a directory that only root can write, such as /run");
	return -EPERM;
}

/*
 * -EBUSY, diagnosis filled, if the file has the PID of a process that lives; EPERM is from one, too
 * (kill(2)).
 */
static int check_old(int dir, const char *name, const char *path, struct diag *diag)
{
	char line[32];
	pid_t pid;
	int rc = io_read_line(dir, name, line, sizeof(line));

	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return diag_set(diag, -rc, "cannot read the pidfile '%s'", path);
	if (parse_pid(line, &pid) < 0) {
		diag_set(diag, 0, "'%s' exists, and is no pidfile: its first line is '%s'", path,
			 line);
		return -EEXIST;
	}
	if (sys_kill(pid, 0) == -ESRCH)
		return 0;
	diag_set(diag, 0, "the pidfile '%s' belongs to process %d, which runs", path, (int)pid);
	diag_hint(diag, "end it first, or choose another file");
	return -EBUSY;
}

/* Whether the file may be written there now. 0, or -errno with the diagnosis filled. */
static int check_place(int dir, const char *name, const char *path, struct diag *diag)
{
	int rc = check_directory(dir, name, path, diag);

	return rc < 0 ? rc : check_old(dir, name, path, diag);
}

int check_pidfile(struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *path = step->pidfile.path;
	int dir = open_directory(path);

	if (dir < 0)
		return cannot_write(path, dir, diag);
	apply->pidfile = dir;
	return check_place(dir, name_in(path), path, diag);
}

static int write_pid(int dir, const char *name, pid_t pid, ino_t *ret_ino)
{
	_cleanup_close_ int fd =
		sys_openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
	struct stat st;
	char text[16];
	int rc = fd < 0 ? fd : sys_fstat(fd, &st);

	if (rc < 0)
		return rc;
	*ret_ino = st.st_ino;
	snprintf(text, sizeof(text), "%d\n", (int)pid);
	return io_write_all(fd, text, strlen(text));
}

/* A reader sees the old file or the whole new one (rename(2)). */
int do_pidfile(struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *path = step->pidfile.path, *name = name_in(path);
	int dir = apply->pidfile, rc;
	char new_name[PATH_ROOM];
	ino_t ino = 0;

	/* Its owner, and the file in it, may be others than before the first effect. */
	rc = check_place(dir, name, path, diag);
	if (rc < 0)
		return rc;
	snprintf(new_name, sizeof(new_name), "%s.%d", name, (int)sys_getpid());
	rc = write_pid(dir, new_name, apply->client, &ino);
	if (rc == 0)
		rc = sys_renameat(dir, new_name, dir, name);
	if (rc < 0 && ino)
		sys_unlinkat(dir, new_name, 0);
	if (rc < 0)
		return cannot_write(path, rc, diag);
	apply->made[step - apply->plan->steps] = ino;
	return 0;
}

/* Removes only our own file: another instance may have replaced it since, and inodes are reused. */
void end_pidfile(struct apply *apply, const struct step *step, const struct ending *ending)
{
	const char *name = name_in(step->pidfile.path);
	ino_t ino = apply->made[step - apply->plan->steps];
	char line[32];
	struct stat st;
	pid_t pid;

	(void)ending;
	if (ino && sys_fstatat(apply->pidfile, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ino == ino &&
	    io_read_line(apply->pidfile, name, line, sizeof(line)) == 0 && parse_pid(line, &pid) == 0 &&
	    pid == apply->client)
		sys_unlinkat(apply->pidfile, name, 0);
}
