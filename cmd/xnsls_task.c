/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls_task.h"

#include <errno.h>

#include "diag.h"
#include "hint.h"
#include "target.h"
#include "xnsls_model.h"
#include "xnsls_scan.h"

int task_read(int proc, struct ns_process *process, struct diag *diag)
{
	struct target target = TARGET_NONE;
	int rc = scan_process(proc, process), opened;

	if (rc == 0)
		return 0;
	opened = target_open(&target, process->pid, NULL, diag);
	if (opened < 0)
		return opened;
	/* What is there, and is not to be found, is hidden (proc(5), hidepid). */
	rc = diag_set(diag, rc == -ENOENT ? EACCES : -rc, "cannot read the namespaces of process %d",
		      (int)process->pid);
	hint_target(&target, diag);
	target_close(&target);
	return rc;
}
