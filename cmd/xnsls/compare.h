/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsls --compare: the namespaces that processes share. */
#ifndef XNS_XNSLS_COMPARE_H
#define XNS_XNSLS_COMPARE_H

#include <stdbool.h>

struct diag;
struct scan_silent;
struct xnsls;

enum { COMPARE_DIFFER = 3 }; /* the exit status if namespaces differ */

/*
 * Prints one row per type. *ret_differ says whether the processes are in different namespaces.
 * silent is as for scan_details(). 0 or -errno with the diagnosis filled.
 */
int xnsls_compare(const struct xnsls *request, struct scan_silent *silent, bool *ret_differ,
		  struct diag *diag);

#endif
