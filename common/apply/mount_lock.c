/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks the work directory of an overlay. The kernel lets two overlays share one, and only logs that
 * the result is undefined. The helper holds the lock, since no descriptor may reach the program.
 *
 * The overlay may outlive the program, in its mount namespace. inotify(7) reports when it is gone, and
 * a child of the helper holds the lock until then. It is nobody's child that we know, and its PID is
 * not the one that /proc/locks has, which tells the next command that the end may be near: the process
 * that waited for the program is in that mount namespace until its own end.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/sysmacros.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/bounded.h"
#include "kernel/clock.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"

/* How long an overlay may take to vanish after its command has ended. */
enum { PATIENCE_MS = 10000 };

/* The process that holds a lock of the file, from /proc/locks (proc_locks(5)); 0 if unknown. */
static pid_t find_holder(int proc, const struct stat *st)
{
	_cleanup_close_ int fd = sys_openat(proc, "locks", O_RDONLY | O_NONBLOCK, 0);
	struct bounded_lines lines = { .fd = fd };
	pid_t found = 0;
	char *line;

	while (fd >= 0 && !found && bounded_next_line(&lines, &line) > 0) {
		unsigned major_number, minor_number;
		unsigned long long ino;
		int pid;

		if (sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%llu", &pid, &major_number,
			   &minor_number, &ino) == 4 &&
		    ino == st->st_ino && makedev(major_number, minor_number) == st->st_dev &&
		    pid > 0)
			found = pid;
	}
	bounded_free(&lines);
	return found;
}

/* Waits if the command that has the lock has ended; another one may run for days. */
static int lock(const struct apply *apply, int fd, pid_t *ret_holder)
{
	int rc = sys_flock(fd, LOCK_EX | LOCK_NB);
	struct stat st;

	*ret_holder = 0;
	if (rc != -EAGAIN)
		return rc;
	if (sys_fstat(fd, &st) == 0 && apply->proc >= 0)
		*ret_holder = find_holder(apply->proc, &st);
	if (*ret_holder && sys_kill(*ret_holder, 0) == -ESRCH)
		*ret_holder = 0;
	return *ret_holder ? rc : clock_wait_lock(fd, PATIENCE_MS);
}

static int report_holder(const char *path, pid_t pid, struct diag *diag)
{
	if (pid)
		diag_set(diag, 0, "cannot use '%s' for an overlay: process %d uses it", path,
			 (int)pid);
	else
		diag_set(diag, 0,
			 "cannot use '%s' for an overlay: another command uses it, or has left a "
			 "process among its mounts", path);
	diag_hint(diag, "wait for its end, or use another WORK and UPPER: two overlays damage each "
			"other's files");
	return -EBUSY;
}

/* The lock ends with its descriptor and the copies of that (flock(2)). */
int do_lock_work(struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *path = step->lock_work.path;
	_cleanup_close_ int dir = trusted_open_directory(path, diag), fd = -1;
	pid_t holder = 0;
	int rc;

	if (dir < 0)
		return dir;
	rc = fd = sys_openat(dir, ".", O_RDONLY | O_DIRECTORY, 0);
	if (rc >= 0)
		rc = lock(apply, fd, &holder);
	if (rc == -EAGAIN)
		return report_holder(path, holder, diag);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot lock the directory '%s'", path);
	/* From 1 on, since 0 means that there is none. */
	apply->made[step - apply->plan->steps] = (ino_t)take_fd(&fd) + 1;
	return 0;
}

void end_lock_work(struct apply *apply, const struct step *step, const struct ending *ending)
{
	ino_t *made = &apply->made[step - apply->plan->steps];
	int fd = (int)*made - 1;

	if (ending->started)
		return; /* see lock_outlive() */
	*made = 0;
	cleanup_close(&fd);
}

int lock_watch(struct apply *apply, struct diag *diag)
{
	if (!plan_find(apply->plan, STEP_LOCK_WORK))
		return 0;
	apply->watch = sys_inotify_init();
	return apply->watch < 0 ? diag_set(diag, -apply->watch, "cannot watch the overlay") : 0;
}

int lock_watch_mount(const struct apply *apply, int tree)
{
	/* The root is never deleted, and IN_IGNORED, on the unmount, always comes. */
	int rc = sys_inotify_add_watch(apply->watch, FD_PATH(tree), IN_DELETE_SELF);

	return rc < 0 ? rc : 0;
}

/* Waits for an event. How many of the watched mounts have gone by it; -1 if no event can come. */
static int await_unmounts(int watch)
{
	_Alignas(struct inotify_event) char buf[1024];
	ssize_t length = sys_read(watch, buf, sizeof(buf));
	int gone = 0;

	for (ssize_t at = 0; at < length;) {
		const struct inotify_event *event = (const void *)(buf + at);

		if (event->mask & IN_IGNORED)
			gone++;
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	return length <= 0 ? -1 : gone;
}

void lock_outlive(struct apply *apply)
{
	const struct plan *plan = apply->plan;
	_cleanup_free_ int *kept = apply->watch < 0 ? NULL : calloc(plan->n + 1, sizeof(*kept));
	int locks = 0, gone = 0;
	size_t n = 0;

	/* Without memory the locks end now. */
	if (!kept || sys_fork() != 0)
		return;
	kept[n++] = apply->watch;
	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].kind == STEP_LOCK_WORK && apply->made[i]) {
			kept[n++] = (int)apply->made[i] - 1;
			locks++;
		}
	/* Nobody waits for us: neither a reader of a pipe, nor an unmount of the working directory. */
	io_close_others(kept, n);
	sys_close_range(0, STDERR_FILENO);
	(void)sys_chdir("/"); /* if that fails, only such an unmount does */
	for (; locks > 0 && gone >= 0; locks -= gone)
		gone = await_unmounts(apply->watch);
	sys_exit(0);
}
