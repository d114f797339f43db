/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the plan that a helper carries out which stays until the program has ended. Pure. */
#ifndef XNS_XUNSHARE_REPORTS_H
#define XNS_XUNSHARE_REPORTS_H

#include <stdbool.h>

struct plan;
struct xunshare;

/* Whether the request needs such a helper. */
bool reports_keep_helper(const struct xunshare *request);

/* Adds the step of --status-fd, the first of the helper's, which are taken back in reverse order. */
void reports_add_status(const struct xunshare *request, struct plan *plan);

/* Adds the steps right before exec: --start-fd and --pidfile. */
void reports_add(const struct xunshare *request, struct plan *plan);

#endif
