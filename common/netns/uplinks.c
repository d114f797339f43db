/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "netns/uplinks.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "kernel/bounded.h"
#include "kernel/clock.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/home_record.h"
#include "netns/store.h"

/* The ports follow, each after a space, and a newline. */
#define UPLINK_FORMAT "xns-uplink %u pid %d net %" PRIu64 " loopback %u publish"

enum {
	TEXT_MAX = 64 * 1024, /* of a record */
	END_MS = 10000,
};

/* ---- the directory ---- */

static int open_below(int parent, bool create, const char *path, struct diag *diag)
{
	int rc = create ? sys_mkdirat(parent, HOME_UPLINKS, 0700) : 0, fd;

	if (rc < 0 && rc != -EEXIST)
		return diag_set(diag, -rc, "cannot make the directory %s/" HOME_UPLINKS, path);
	fd = sys_openat(parent, HOME_UPLINKS, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0 && (fd != -ENOENT || create))
		diag_set(diag, -fd, "cannot open the directory %s/" HOME_UPLINKS, path);
	return fd;
}

int uplinks_open(const struct home *home, bool create, struct diag *diag)
{
	_cleanup_close_ int run = -1;

	if (home)
		return home->dir < 0 ? -ENOENT : open_below(home->dir, create, home->path, diag);
	run = create ? store_open_run_dir(diag) : store_open_made_run_dir(diag);
	if (run == -EACCES)
		diag_set(diag, EACCES, "cannot use " STORE_RUN_DIR);
	return run < 0 ? run : open_below(run, create, STORE_RUN_DIR, diag);
}

int uplinks_lock(int dir, struct diag *diag)
{
	int rc = sys_flock(dir, LOCK_EX);

	return rc < 0 ? diag_set(diag, -rc, "cannot lock the directory of uplinks") : 0;
}

/* ---- records ---- */

/* "xns-uplink 1 ... publish 80:80 53:53/udp\n" */
static int parse(const char *text, struct uplink_record *ret)
{
	const char *ports = strstr(text, " publish"), *end = strchr(text, '\n');
	unsigned version, loopback;
	int pid;

	if (!ports || !end ||
	    sscanf(text, UPLINK_FORMAT, &version, &pid, &ret->ino, &loopback) != 4 ||
	    version != RECORD_VERSION)
		return -ENOENT;
	ports += strlen(" publish");
	ret->pid = pid;
	ret->host_loopback = loopback;
	ret->ports = text_copy(ports, (size_t)(end - ports));
	return ret->ports ? 0 : -ENOENT;
}

static int open_record(int dir, const char *name, int flags)
{
	return sys_openat(dir, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | flags, 0);
}

/*
 * The kernel releases the lock when the process that keeps the uplink ends, however it ends
 * (flock(2)).
 */
static bool is_locked(int fd)
{
	int rc = sys_flock(fd, LOCK_SH | LOCK_NB);

	if (rc == 0)
		sys_flock(fd, LOCK_UN);
	return rc == -EWOULDBLOCK;
}

int uplinks_read(int dir, const char *name, struct uplink_record *ret)
{
	_cleanup_close_ int fd = open_record(dir, name, 0);
	_cleanup_free_ char *text = NULL;
	size_t len;

	*ret = (struct uplink_record){ .pid = 0 };
	if (fd < 0 || bounded_read(fd, TEXT_MAX, &text, &len) < 0)
		return -ENOENT;
	ret->runs = is_locked(fd);
	return parse(text, ret);
}

void uplink_record_free(struct uplink_record *record)
{
	free(record->ports);
	record->ports = NULL;
}

bool uplinks_runs(int dir, const char *name)
{
	_cleanup_close_ int fd = dir < 0 ? -1 : open_record(dir, name, 0);

	return fd >= 0 && is_locked(fd);
}

/* The lock comes first, so that a record that can be read always has it. */
int uplinks_hold(int dir, const char *name, const struct uplink_record *record)
{
	_cleanup_close_ int fd = sys_openat(dir, name, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
	_cleanup_free_ char *text = NULL;
	int rc = fd < 0 ? fd : sys_flock(fd, LOCK_EX | LOCK_NB);

	if (rc == 0) {
		text = text_format(UPLINK_FORMAT "%s\n", RECORD_VERSION, (int)sys_getpid(), record->ino,
				   record->host_loopback, record->ports);
		rc = text ? 0 : -ENOMEM;
	}
	if (rc == 0)
		rc = io_write_all(fd, text, strlen(text));
	if (rc < 0 && fd >= 0)
		sys_unlinkat(dir, name, 0);
	return rc < 0 ? rc : take_fd(&fd);
}

bool uplinks_is_held(int dir, const char *name, int held)
{
	struct stat here, there;

	return sys_fstat(held, &here) == 0 && sys_fstatat(dir, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

bool uplinks_is_wanted(int held)
{
	struct stat st;

	return sys_fstat(held, &st) < 0 || st.st_size > 0;
}

int uplinks_stop(int dir, const char *name, struct diag *diag)
{
	_cleanup_close_ int fd = open_record(dir, name, O_TRUNC);

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return diag_set(diag, -fd, "cannot empty the record of the uplink of '%s'", name);
	if (clock_wait_lock(fd, END_MS) < 0)
		return diag_set(diag, 0, "the uplink of '%s' does not end", name);
	return 1;
}

int uplinks_end(int dir, const char *name, struct diag *diag)
{
	int found = uplinks_stop(dir, name, diag), rc = found > 0 ? sys_unlinkat(dir, name, 0) : 0;

	if (rc == 0 || rc == -ENOENT)
		return found;
	return diag_set(diag, -rc, "cannot remove the record of the uplink of '%s'", name);
}
