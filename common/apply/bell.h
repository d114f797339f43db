/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An init reports to its parent, in memory that both share, that the program stopped or ended. It
 * cannot signal a parent outside its pid namespace (pid_namespaces(7)), and the program could take
 * a pipe out of the init (pidfd_getfd(2)).
 */
#ifndef XNS_BELL_H
#define XNS_BELL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct watch_report;

/* Called in the init: reports a wait status. Does not block, even if the parent has died. */
void bell_report(struct watch_report *report, int status);

/* Returns the number of reports so far; 0 if report is NULL, because there is no init. */
uint32_t bell_count(const struct watch_report *report);

/* Whether the number of reports exceeds *heard. If so, updates *heard, and sets *ret_status to the
 * latest wait status. */
bool bell_is_new(const struct watch_report *report, uint32_t *heard, int *ret_status);

/*
 * Called in the parent: installs a handler for these signals, which the caller has blocked, so that
 * they end bell_wait(). A process can use only one report.
 */
void bell_prepare(struct watch_report *report, const sigset_t *set);

/*
 * Sleeps until one of these signals arrives, or the number of reports exceeds heard. Returns the
 * signal with *ret filled, 0 for a report, or -errno. Opens no descriptor.
 */
int bell_wait(struct watch_report *report, uint32_t heard, const sigset_t *set, siginfo_t *ret);

#endif
