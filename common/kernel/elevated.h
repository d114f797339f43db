/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detects that our own file gives its caller privileges that the caller lacks. */
#ifndef XNS_ELEVATED_H
#define XNS_ELEVATED_H

struct diag;

/*
 * Refuses to go on if the file that we were executed from is setuid, setgid or has capabilities, or
 * if that cannot be found out. Call it only if AT_SECURE is set (getauxval(3)): the kernel sets it
 * for such a file, but also if a setuid program runs us. 0 or -errno with the diagnosis filled.
 */
int elevated_check(struct diag *diag);

#endif
