/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says on standard error what is missing in a listing. */
#ifndef XNS_XNSLS_REPORT_H
#define XNS_XNSLS_REPORT_H

#include <stdbool.h>

struct listing;
struct scan_silent;
struct xnsls;

/* Whether anybody wants to read it: on a terminal, with --strict or --verbose. */
bool report_wanted(const struct xnsls *request);

void report_silent(const struct scan_silent *silent);

void report_gaps(const struct listing *listing);

/* Whether there is nothing to report. */
bool report_is_complete(const struct listing *listing);

#endif
