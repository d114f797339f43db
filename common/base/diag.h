/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diagnosis: what was tried, on what, why it failed and what to do about it. Functions below cmd/
 * fill one and return -errno; only the applets print it.
 */
#ifndef XNS_DIAG_H
#define XNS_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

enum { DIAG_TEXT = 1024 };

struct diag {
	int err;              /* errno value whose text ends the message, or 0 */
	int status;           /* exit status that the failure asks for; 0 means EXIT_FAILURE */
	bool usage;           /* the command line is at fault: the message points to --help */
	char what[DIAG_TEXT]; /* "cannot create a user namespace" */
	char hint[DIAG_TEXT]; /* the remedy, or empty */
};

/*
 * Sets the message; an earlier one is replaced. err is a positive errno value, or 0 where the text
 * says it all. Returns -err (-EINVAL for 0), so that "return diag_set(...)" reads well.
 */
int diag_set(struct diag *diag, int err, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The command line is at fault: as diag_set() with 0, and points the user to --help. -EINVAL. */
int diag_usage(struct diag *diag, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Adds the remedy. The first one stays: it was given nearest to the cause. */
void diag_hint(struct diag *diag, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The message without the applet's name, escaped, on one line. */
void diag_render(const struct diag *diag, char *buf, size_t size);

/* The exit status that this failure asks for. */
int diag_status(const struct diag *diag);

#endif
