/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts a process that stays after the command. */
#ifndef XNS_XNETNS_BACKGROUND_H
#define XNS_XNETNS_BACKGROUND_H

#include <errno.h>

struct diag;

/* It may live, or may still become ready. */
#define BACKGROUND_UNHEARD (-EREMOTEIO)

/*
 * The life of the process. When it is ready it writes an empty diagnosis to report. Returns only after a failure
 * before that, with -errno and the diagnosis filled.
 */
typedef int background_life(const void *arg, int report, struct diag *diag);

/*
 * Runs it in a child of a child that has ended, since a program that we become must not find a child of ours, and
 * in a session of its own, with /dev/null as its descriptors 0 to 2. Returns when it is ready, or -errno with
 * its diagnosis; BACKGROUND_UNHEARD if it may have become ready all the same. who names it: "the anchor of your networks".
 */
int background_start(background_life *life, const void *arg, const char *who, struct diag *diag);

#endif
