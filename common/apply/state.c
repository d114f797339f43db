/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The descriptors of one run. */
#include <stdlib.h>

#include "apply/internal.h"
#include "apply/mount.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/proc.h"

int apply_open_proc(struct apply *apply, struct diag *diag)
{
	if (apply->origin >= 0)
		return 0;
	if (apply->proc < 0)
		apply->proc = proc_open_root(diag);
	if (apply->proc < 0)
		return apply->proc;
	apply->origin = proc_open_self(apply->proc, &apply->origin_pid, diag);
	return apply->origin < 0 ? apply->origin : 0;
}

void apply_release(struct apply *apply)
{
	cleanup_close(&apply->proc);
	cleanup_close(&apply->origin);
	cleanup_close(&apply->helper);
	cleanup_close(&apply->parent_end);
	cleanup_close(&apply->life);
	cleanup_close(&apply->may_start);
	cleanup_close(&apply->asked);
	cleanup_close(&apply->outer_root);
	cleanup_close(&apply->trampoline);
	cleanup_close(&apply->heir.report);
	cleanup_close(&apply->filters_file);
	mounts_free(apply->mounts);
	apply->mounts = NULL;
	cleanup_close(&apply->pidfile);
	cleanup_close(&apply->watch);
	pin_set_release(&apply->pins);
	cleanup_close(&apply->uplink.pidfd);
	cleanup_close(&apply->uplink.ready);
	cleanup_close(&apply->uplink.log);
	pty_close(&apply->pty);
	free(apply->filter);
	apply->filter = NULL;
}
