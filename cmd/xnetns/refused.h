/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cause of a refusal by the kernel, and the remedy. */
#ifndef XNS_XNETNS_REFUSED_H
#define XNS_XNETNS_REFUSED_H

#include "plan/step.h"

struct diag;

/*
 * Adds the cause and the remedy to the diagnosis: STEP_UNSHARE of a network namespace, STEP_SETNS of
 * the one that fd is, STEP_PROPAGATION for a mount. Other steps have no fd: -1.
 */
void hint_refused(enum step_kind kind, int fd, struct diag *diag);

#endif
