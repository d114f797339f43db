/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "netns/home_record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/remedy.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "netns/home.h"

bool home_same_anchor(const struct anchor *left, const struct anchor *right)
{
	return left->pid == right->pid && left->start == right->start && left->user == right->user;
}

/* Reads a record. 0; -EPROTO if we did not write the file; another -errno if it cannot be read. */
static int parse_record(int dir, const char *path, struct anchor *ret)
{
	_cleanup_close_ int fd = sys_openat(dir, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	char text[RECORD_TEXT] = "";
	struct anchor read;
	unsigned version;
	ssize_t len;
	int pid;

	if (fd < 0)
		return fd;
	len = sys_read(fd, text, sizeof(text) - 1);
	if (len < 0)
		return (int)len;
	if (sscanf(text, ANCHOR_FORMAT, &version, &pid, &read.start, &read.user) != 4 ||
	    version != RECORD_VERSION || pid <= 0)
		return -EPROTO;
	read.pid = pid;
	*ret = read;
	return 0;
}

int home_read_anchor(struct home *home, struct diag *diag)
{
	int rc = parse_record(home->dir, HOME_RECORD, &home->anchor);

	if (rc == 0)
		return 0;
	if (rc != -ENOENT && rc != -EPROTO)
		return diag_set(diag, -rc, "cannot read %s/" HOME_RECORD, home->path);
	home->anchor = (struct anchor){ 0 };
	if (rc == -ENOENT)
		return 0;
	diag_set(diag, 0, "cannot use %s/" HOME_RECORD ": another version of xns has written it", home->path);
	remedy_hint(diag, REMEDY_GIVE_UP_NETWORKS, home->path);
	return rc;
}

bool home_is_anchor(const char *path, pid_t pid)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	struct anchor anchor;
	int rc = dir < 0 ? dir : parse_record(dir, HOME_RECORD, &anchor);

	return rc == 0 ? anchor.pid == pid : rc != -ENOENT && rc != -EPROTO;
}

/* ---- records of names, and any ---- */

/*
 * A reader finds the old record or the whole new one (rename(2)). Under the lock, or while nobody
 * else can write, because all new records have the same name first.
 */
int home_write_record(int top, int dir, const char *name, const char *text)
{
	_cleanup_close_ int fd = -1;
	int rc = sys_unlinkat(top, HOME_NEW, 0);

	if (rc < 0 && rc != -ENOENT)
		return rc;
	fd = sys_openat(top, HOME_NEW, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	rc = fd < 0 ? fd : io_write_all(fd, text, strlen(text));
	return rc < 0 ? rc : sys_renameat(top, HOME_NEW, dir, name);
}

/* Reads a record. Returns false if it is none. */
bool home_read_name(const struct home *home, int names, const char *name, struct home_name *ret)
{
	_cleanup_close_ int fd = sys_openat(names, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	char text[RECORD_TEXT] = "";
	unsigned version;
	uint64_t start;
	int pid;

	*ret = (struct home_name){ .name = name };
	if (fd < 0 || sys_read(fd, text, sizeof(text) - 1) < 0 ||
	    sscanf(text, NAME_FORMAT, &version, &ret->ino, &pid, &start) != 4)
		return false;
	ret->stale = version != RECORD_VERSION || pid != home->anchor.pid || start != home->anchor.start;
	return true;
}
