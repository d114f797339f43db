/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef XNS_LOOPBACK_H
#define XNS_LOOPBACK_H

struct diag;

/*
 * Brings up the loopback device of our network namespace. In a new one the kernel leaves it down,
 * and 127.0.0.1 is unreachable. 0 or -errno with the diagnosis filled.
 */
int loopback_up(struct diag *diag);

#endif
