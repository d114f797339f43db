/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts that the plan needs about the sources of mounts, and about the working directory. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "xunshare/mounts.h"
#include "xunshare/xunshare.h"

static int find_target(struct mount_option *mount, struct diag *diag)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, mount->source, O_PATH, 0);
	char path[PATH_MAX], name[DIAG_TEXT / 2];
	int rc = fd < 0 ? fd : (int)io_read_link(AT_FDCWD, FD_PATH(fd), path, sizeof(path));

	if (rc > 0 && *path == '/') {
		mount->target = mounts_clean_path(path);
		return mount->target ? 0 : diag_set(diag, ENOMEM, "cannot remember the mounts");
	}
	if (rc >= 0) /* "pipe:[123]" */
		rc = -EINVAL;
	diag_set(diag, -rc, "cannot find the path of '%s' for '%s'", mount->source,
		 mounts_text(mount, name, sizeof(name)));
	if (fd >= 0)
		diag_hint(diag, "give the destination: SRC:DST");
	return rc;
}

/* Older tools of this kind take two arguments; here the second would be the program. */
static int refuse_second_argument(const struct xunshare *request, struct diag *diag)
{
	const struct mount_options *mounts = &request->mounts;
	const char *program = request->program[0];
	const struct mount_option *last;
	char name[DIAG_TEXT / 2];
	struct stat st;

	if (!mounts->bare || !program || *program != '/' ||
	    sys_fstatat(AT_FDCWD, program, &st, 0) < 0 ||
	    (!S_ISDIR(st.st_mode) && sys_faccessat(AT_FDCWD, program, X_OK) == 0))
		return 0;
	last = &mounts->list[mounts->n - 1];
	diag_usage(diag, "'%s': '%s' after it is no program",
		   mounts_text(last, name, sizeof(name)), program);
	diag_hint(diag, "the option takes one argument: --%s %s:%s",
		  opt_row(xunshare_options, last->id)->name, last->given, program);
	return -EINVAL;
}

static int find_cwd(struct mount_options *mounts, struct diag *diag)
{
	char path[PATH_MAX];
	ssize_t len = sys_getcwd(path, sizeof(path));

	if (len < 0 && len != -ENOENT)
		return diag_set(diag, (int)-len, "cannot find the path of the working directory");
	/* It was removed, or no path leads there: "(unreachable)" (getcwd(2)). */
	if (len < 0 || *path != '/')
		return 0;
	mounts->cwd = strdup(path);
	return mounts->cwd ? 0 : diag_set(diag, ENOMEM, "cannot remember the working directory");
}

int mounts_facts(struct xunshare *request, struct diag *diag)
{
	struct mount_options *mounts = &request->mounts;
	int rc = 0;

	if (!mounts->n)
		return 0;
	rc = refuse_second_argument(request, diag);
	for (size_t i = 0; rc == 0 && i < mounts->n; i++)
		if (!mounts->list[i].target)
			rc = find_target(&mounts->list[i], diag);
	return rc < 0 ? rc : find_cwd(mounts, diag);
}
