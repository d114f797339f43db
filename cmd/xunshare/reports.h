/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the plan that a helper carries out which stays until the program has ended. Pure. */
#ifndef XNS_XUNSHARE_REPORTS_H
#define XNS_XUNSHARE_REPORTS_H

#include <stdbool.h>

struct plan;
struct xunshare;

/* Whether the request needs such a helper. */
bool reports_keep_helper(const struct xunshare *request);

/* Adds the steps right before exec: --start-fd, --pidfile and --status-fd. */
void reports_add(const struct xunshare *request, struct plan *plan);

#endif
