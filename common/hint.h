/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the cause of a refusal, and its remedy, by looking at the system. Only called after a
 * failure: nobody pays for it before.
 */
#ifndef XNS_HINT_H
#define XNS_HINT_H

struct diag;
struct plan;
struct step;

/*
 * Called by the process in which the step failed, with the failure in diag. Adds a hint where a
 * cause is found, nothing where none is. Changes nothing in the system; probes that need a child
 * process end it.
 */
void hint_find(const struct plan *plan, const struct step *failed, struct diag *diag);

#endif
