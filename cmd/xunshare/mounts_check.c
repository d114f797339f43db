/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of --check about mount options, filters and pins. */
#include "base/diag.h"
#include "base/macros.h"
#include "cause/check.h"
#include "kernel/proc.h"
#include "xunshare/check.h"
#include "xunshare/xunshare.h"

static bool is_asked(const struct xunshare *request, enum check_mounts_row row)
{
	if (row == CHECK_SECCOMP)
		return opt_given(&request->given, OPT_SECCOMP);
	if (row == CHECK_PINS)
		return pins_wanted(request);
	for (size_t i = 0; i < request->mounts.n; i++) {
		const struct mount_option *mount = &request->mounts.list[i];

		if (row == CHECK_MOUNT || (row == CHECK_READ_ONLY && mount->id == OPT_RO_BIND) ||
		    (row == CHECK_OVERLAY && mount->id == OPT_OVERLAY) ||
		    (row == CHECK_OVERLAY_MEMORY && mount->id == OPT_OVERLAY && !mount->upper))
			return true;
	}
	return false;
}

void mounts_check(const struct xunshare *request, struct check_table *table)
{
	struct check_row rows[CHECK_MOUNTS];
	bool all = !xunshare_flags(request), any = all;
	struct diag ignored;
	_cleanup_close_ int proc = -1;

	for (int i = 0; i < CHECK_MOUNTS; i++)
		any = any || is_asked(request, (enum check_mounts_row)i);
	if (!any)
		return;
	proc = proc_open_root(&ignored);
	check_mounts(rows, proc);
	for (int i = 0; i < CHECK_MOUNTS; i++) {
		rows[i].asked = is_asked(request, (enum check_mounts_row)i);
		if (all || rows[i].asked)
			table->rows[table->n++] = rows[i];
	}
}
