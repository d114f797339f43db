/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How an init tells its parent outside the pid namespace what became of the program: in memory that
 * both share. The init cannot signal a parent outside its pid namespace, and the program could take
 * a pipe out of the init (pidfd_getfd(2)).
 */
#ifndef XNS_BELL_H
#define XNS_BELL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct watch_report;

/* In the init: reports a wait status. Nobody need listen any more. */
void bell_report(struct watch_report *report, int status);

/* How many reports there were; 0 without an init. */
uint32_t bell_count(const struct watch_report *report);

/* Whether there is a report beyond the *heard ones; then sets both. */
bool bell_is_new(const struct watch_report *report, uint32_t *heard, int *ret_status);

/*
 * In the parent: takes over the actions of these signals, which are blocked, so that they end
 * bell_wait(). For one report in a process.
 */
void bell_prepare(struct watch_report *report, const sigset_t *set);

/*
 * Sleeps until one of these signals comes, or a report beyond the heard ones. Returns the signal
 * with *ret filled, 0 for a report, or -errno. No descriptor is needed.
 */
int bell_wait(struct watch_report *report, uint32_t heard, const sigset_t *set, siginfo_t *ret);

#endif
