/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef XNS_LOOPBACK_H
#define XNS_LOOPBACK_H

struct diag;

/*
 * Brings the loopback device of this network namespace up: in a new one it is down, and 127.0.0.1
 * cannot be reached. -errno with the diagnosis filled.
 */
int loopback_up(struct diag *diag);

#endif
