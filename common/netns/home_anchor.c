/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of the anchor, and its namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/clock.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/home_record.h"
#include "netns/store.h"

enum { STAT_TEXT = 1024, FIELDS_BEFORE_START = 19, END_POLLS = 500, END_POLL_MS = 2 };


/* ---- the process ---- */

/* Field 22 of /proc/PID/stat. The name of the program, in parentheses, may contain anything. */
static int read_start(int proc_pid, uint64_t *ret)
{
	char text[STAT_TEXT];
	ssize_t len = proc_read_file(proc_pid, "stat", text, sizeof(text));
	const char *at = len < 0 ? NULL : strrchr(text, ')');

	if (len < 0)
		return (int)len;
	if (at && at[1] && strchr("ZX", at[2]))
		return -ESRCH;
	for (int i = 0; at && i <= FIELDS_BEFORE_START; i++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, "%" SCNu64, ret) == 1 ? 0 : -EIO;
}

/*
 * The descriptor stays with this process, even if its PID is reused (proc_pident_lookup(),
 * fs/proc/base.c).
 */
static int open_process(int proc, pid_t pid)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", (int)pid);
	return sys_openat(proc, name, O_PATH | O_DIRECTORY, 0);
}

static uint64_t ino_of(int fd)
{
	struct stat st;

	return fd >= 0 && sys_fstat(fd, &st) == 0 ? st.st_ino : 0;
}

void anchor_close(struct anchor_handle *handle)
{
	cleanup_close(&handle->proc);
	cleanup_close(&handle->user);
	cleanup_close(&handle->mnt);
	cleanup_close(&handle->net);
}

/*
 * The kernel refuses the files of a process that is ending (ptrace_may_access()), which takes a moment.
 * Returns rc, or -ESRCH if the process has ended.
 */
static int await_end(int proc_pid, int rc)
{
	uint64_t start;

	for (int i = 0; rc == -EACCES && i < END_POLLS; i++) {
		if (read_start(proc_pid, &start) < 0)
			return -ESRCH;
		clock_wait_ms(END_POLL_MS);
	}
	return rc;
}

static int open_all(struct anchor_handle *handle)
{
	int rc = handle->user = proc_open_ns(handle->proc, ns_types[NS_USER].name);

	if (rc >= 0)
		rc = handle->mnt = proc_open_ns(handle->proc, ns_types[NS_MNT].name);
	if (rc >= 0)
		rc = handle->net = proc_open_ns(handle->proc, ns_types[NS_NET].name);
	return rc;
}

/* The directory is open while the files are read, so all are of one process. */
int anchor_open(const struct home *home, struct anchor_handle *ret, struct diag *diag)
{
	_cleanup_close_ int proc = proc_open_root(diag);
	uint64_t start = 0;
	int rc;

	*ret = (struct anchor_handle)ANCHOR_CLOSED;
	if (proc < 0)
		return proc;
	ret->proc = home->anchor.pid > 0 ? open_process(proc, home->anchor.pid) : -ENOENT;
	rc = ret->proc < 0 ? ret->proc : read_start(ret->proc, &start);
	if (rc == -ENOENT || (rc == 0 && start != home->anchor.start))
		rc = -ESRCH;
	if (rc == 0)
		rc = await_end(ret->proc, open_all(ret));
	if (rc == -ENOENT || (rc >= 0 && ino_of(ret->user) != home->anchor.user))
		rc = -ESRCH; /* it is ending, or its PID means another process here */
	if (rc >= 0)
		return 0;
	anchor_close(ret);
	return rc == -ESRCH ? rc
			    : diag_set(diag, -rc, "cannot open the namespaces of the anchor, process %d",
				       (int)home->anchor.pid);
}

bool anchor_is_around_us(const struct home *home)
{
	struct diag ignored;
	_cleanup_close_ int self = proc_open_own(&ignored), user = -1;

	user = self < 0 ? -1 : proc_open_ns(self, ns_types[NS_USER].name);
	return home->anchor.user && ino_of(user) == home->anchor.user;
}

/* ---- its record ---- */

static int describe_self(char *text, size_t size, struct diag *diag)
{
	_cleanup_close_ int proc = proc_open_root(diag), self = -1, user = -1;
	uint64_t start = 0;
	pid_t pid = 0;
	int rc = proc < 0 ? proc : (self = proc_open_self(proc, &pid, diag));

	if (rc < 0)
		return rc;
	rc = read_start(self, &start);
	if (rc == 0)
		rc = user = proc_open_ns(self, ns_types[NS_USER].name);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot read /proc/self");
	snprintf(text, size, ANCHOR_FORMAT, RECORD_VERSION, (int)pid, start, ino_of(user));
	return 0;
}

int home_write_anchor(const char *path, struct diag *diag)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	char text[RECORD_TEXT];
	int rc = dir < 0 ? diag_set(diag, -dir, "cannot open %s", path)
			 : describe_self(text, sizeof(text), diag);

	if (rc < 0)
		return rc;
	rc = home_write_record(dir, dir, HOME_RECORD, text);
	return rc < 0 ? diag_set(diag, -rc, "cannot write %s/" HOME_RECORD, path) : 0;
}
