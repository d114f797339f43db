/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hint.h"

#include <errno.h>

#include "diag.h"
#include "step.h"

void hint_find(const struct plan *plan, const struct step *failed, struct diag *diag)
{
	/* The init of a pid namespace has ended, so no process can be added (pid_namespaces(7)). */
	if (failed->kind == STEP_FORK && diag->err == ENOMEM)
		diag_hint(diag, "the first process of the new pid namespace has ended");
	(void)plan;
}
