/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --view needs of the target: its root and mount namespace, and which process its init is here. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "xnsenter/xnsenter.h"

/* Whether process name of this /proc is in that pid namespace, and the first there. */
static bool is_init(int proc, const char *name, const char *link)
{
	char path[64], own[64], status[8192], *line, *last;

	snprintf(path, sizeof(path), "%.20s/ns/pid", name);
	if (io_read_link(proc, path, own, sizeof(own)) < 0 || strcmp(own, link) != 0)
		return false;
	snprintf(path, sizeof(path), "%.20s/status", name);
	/* The line is near the beginning; the list of groups alone may be longer than that. */
	if (proc_read_file(proc, path, status, sizeof(status)) < 0)
		return false;
	line = strstr(status, "\nNSpid:");
	if (!line)
		return false;
	line[1 + strcspn(line + 1, "\n")] = '\0';
	last = strrchr(line, '\t');
	return last && strcmp(last, "\t1") == 0;
}

/* The init of the target's pid namespace, as this /proc numbers it; 0 if that is ours, or not found. */
static pid_t find_init(const struct target *target)
{
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored);
	char theirs[64], ours[64];
	DIR *list = NULL;
	const char *name;
	pid_t pid, found = 0;
	int rc = 0;

	if (proc < 0 || io_read_link(target->dir, "ns/pid", theirs, sizeof(theirs)) < 0 ||
	    io_read_link(proc, "self/ns/pid", ours, sizeof(ours)) < 0 ||
	    strcmp(theirs, ours) == 0 || io_open_dir(proc, ".", &list) < 0)
		return 0;
	while (!found && (name = io_next_name(list, &rc)) != NULL)
		if (parse_pid(name, &pid) == 0 && is_init(proc, name, theirs))
			found = pid;
	closedir(list);
	return found;
}

int xnsenter_view_read(struct xnsenter_facts *facts, struct diag *diag)
{
	facts->view_root = target_open_dir(&facts->target, "root", diag);
	if (facts->view_root < 0)
		return facts->view_root;
	facts->view_mounts = target_open_ns(&facts->target, NS_MNT);
	if (facts->view_mounts < 0)
		return diag_set(diag, -facts->view_mounts,
				"cannot open the mount namespace of process %d",
				(int)facts->target.pid);
	facts->init = find_init(&facts->target);
	return 0;
}
