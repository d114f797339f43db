/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsls --compare: which namespaces processes share. */
#ifndef XNS_XNSLS_COMPARE_H
#define XNS_XNSLS_COMPARE_H

struct diag;
struct scan_silent;
struct xnsls;

enum { COMPARE_DIFFER = 3 };

/*
 * Prints one row a type. 0 when all are equal, COMPARE_DIFFER, or -errno with the diagnosis filled.
 * silent: as scan_details() has it.
 */
int xnsls_compare(const struct xnsls *request, struct scan_silent *silent, struct diag *diag);

#endif
