/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cause of a refusal by the kernel, and its remedy. */
#ifndef XNS_XNETNS_REFUSED_H
#define XNS_XNETNS_REFUSED_H

#include "plan/step.h"

struct diag;

/*
 * Adds the cause and the remedy as the hint. kind is STEP_UNSHARE for a new network namespace,
 * STEP_SETNS for the one that fd refers to, STEP_PROPAGATION for a mount; fd is otherwise -1.
 */
void hint_refused(enum step_kind kind, int fd, struct diag *diag);

/* The same of a new name, which is as good in a mount namespace of one's own. */
void hint_refused_add(enum step_kind kind, struct diag *diag);

#endif
