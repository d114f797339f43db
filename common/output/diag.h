/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints diagnoses. Only applets use it. */
#ifndef XNS_OUTPUT_DIAG_H
#define XNS_OUTPUT_DIAG_H

#include "base/macros.h"

struct diag;

/* Prints the message and the hint to standard error, a line each, by one write(2) each. */
void diag_print(const char *applet, const struct diag *diag);

/* Prints "APPLET: warning: TEXT" to standard error, escaped. */
void diag_warn(const char *applet, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
