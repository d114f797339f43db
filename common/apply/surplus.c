/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that keep from the program what our caller has left open. */
#include <errno.h>
#include <unistd.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "kernel/sys.h"

/* Our own descriptors are close-on-exec already; those of the caller become so (close_range(2)). */
int do_close_fds(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_close_on_exec_from(STDERR_FILENO + 1);

	(void)apply;
	(void)step;
	return rc < 0 ? diag_set(diag, -rc, "cannot close the descriptors above 2") : 0;
}
