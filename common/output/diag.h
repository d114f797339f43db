/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Printing a diagnosis, which only the applets do. */
#ifndef XNS_OUTPUT_DIAG_H
#define XNS_OUTPUT_DIAG_H

#include "base/macros.h"

struct diag;

/* Prints the message, and the hint on a line of its own, to standard error; one write(2) each. */
void diag_print(const char *applet, const struct diag *diag);

/* Prints "APPLET: warning: TEXT" to standard error, escaped. */
void diag_warn(const char *applet, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
