/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diagnosis of a failure: the operation, its object, the reason and the remedy. Functions below
 * cmd/ fill one and return -errno; only applets print it.
 */
#ifndef XNS_DIAG_H
#define XNS_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

enum { DIAG_TEXT = 1024 };

struct diag {
	int err;              /* errno value whose text ends the message, or 0 */
	int status;           /* the exit status for this failure; 0 means EXIT_FAILURE */
	bool usage;           /* the command line is wrong: the message refers to --help */
	char what[DIAG_TEXT]; /* "cannot create a user namespace" */
	char hint[DIAG_TEXT]; /* the remedy, or empty */
};

/*
 * Sets the message, and removes an earlier one with its hint. err is a positive errno value, or 0
 * if the text is complete without. Returns -err, or -EINVAL for 0, for use as "return
 * diag_set(...)".
 */
int diag_set(struct diag *diag, int err, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Like diag_set() with 0, for a wrong command line: the message refers to --help. -EINVAL. */
int diag_usage(struct diag *diag, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Sets the remedy, unless there is one: the first was set nearest to the cause. */
void diag_hint(struct diag *diag, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The message without the applet's name, escaped, on one line. */
void diag_render(const struct diag *diag, char *buf, size_t size);

/* The exit status for this failure. */
int diag_status(const struct diag *diag);

#endif
