/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -n NAME, and add --exists-ok --up: moves this process into a named network namespace. */
#include <errno.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/loopback.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "plan/step.h"
#include "xnetns/refused.h"
#include "xnetns/xnetns.h"

int xnetns_enter(const char *name, struct diag *diag)
{
	_cleanup_close_ int fd = store_open_ns(name, diag);
	int rc;

	if (fd < 0)
		return fd;
	rc = sys_setns(fd, ns_types[NS_NET].flag);
	if (rc == 0)
		return 0;
	diag_set(diag, -rc, "cannot enter the network namespace '%s'", name);
	hint_refused(STEP_SETNS, fd, diag);
	return rc;
}

int xnetns_bring_up(struct diag *diag)
{
	int rc = loopback_up(diag);

	if (rc == -EPERM)
		hint_refused(STEP_LOOPBACK, -1, diag);
	return rc;
}
