/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks the work directory of an overlay. The kernel lets two overlays share one, and only logs that
 * the result is undefined. The helper holds the lock, since no descriptor may reach the program.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/bounded.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"

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

static int report_holder(const struct apply *apply, const char *path, int fd, struct diag *diag)
{
	struct stat st;
	pid_t pid = sys_fstat(fd, &st) == 0 && apply->proc >= 0 ? find_holder(apply->proc, &st) : 0;

	if (pid)
		diag_set(diag, 0, "cannot use '%s' for an overlay: process %d uses it", path,
			 (int)pid);
	else
		diag_set(diag, 0, "cannot use '%s' for an overlay: another command uses it", path);
	diag_hint(diag, "wait for its end, or use another WORK and UPPER: two overlays damage each "
			"other's files");
	return -EBUSY;
}

/*
 * Without waiting, because the other command may run for days. The lock ends with its descriptor
 * (flock(2)).
 */
int do_lock_work(struct apply *apply, const struct step *step, struct diag *diag)
{
	const char *path = step->lock_work.path;
	_cleanup_close_ int dir = trusted_open_directory(path, diag), fd = -1;
	int rc;

	if (dir < 0)
		return dir;
	rc = fd = sys_openat(dir, ".", O_RDONLY | O_DIRECTORY, 0);
	if (rc >= 0)
		rc = sys_flock(fd, LOCK_EX | LOCK_NB);
	if (rc == -EAGAIN)
		return report_holder(apply, path, fd, diag);
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

	(void)ending;
	*made = 0;
	cleanup_close(&fd);
}
