/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/task.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "cause/cause.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"

int task_read(int proc, struct ns_process *process, struct diag *diag)
{
	struct target target = TARGET_NONE;
	int rc = scan_process(proc, process), opened;

	if (rc == 0)
		return 0;
	opened = target_open(&target, process->pid, NULL, diag);
	if (opened < 0)
		return opened;
	/* It exists, so ENOENT means that /proc hides it (proc(5), hidepid). */
	rc = diag_set(diag, rc == -ENOENT ? EACCES : -rc, "cannot read the namespaces of process %d",
		      (int)process->pid);
	cause_explain_target(&target, 0, false, diag);
	target_close(&target);
	return rc;
}

bool task_is_thread(int proc, pid_t task)
{
	char path[32], text[512], first[32];
	_cleanup_close_ int fd = -1;
	ssize_t len;

	snprintf(path, sizeof(path), "%d/status", (int)task);
	fd = proc_open_file(proc, path, O_RDONLY);
	len = fd < 0 ? fd : sys_read(fd, text, sizeof(text) - 1);
	if (len <= 0)
		return false;
	text[len] = '\0';
	/* Tgid is among the first lines, and the kernel escapes newlines in Name (proc_pid_status(5)). */
	snprintf(first, sizeof(first), "\nTgid:\t%d\n", (int)task);
	return !strstr(text, first);
}
