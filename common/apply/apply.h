/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carrying out a plan: the only place that changes the system. */
#ifndef XNS_APPLY_H
#define XNS_APPLY_H

struct diag;
struct plan;

/* Prints the diagnosis of a process that cannot return. Returns its exit status. */
typedef int apply_fail(const struct diag *diag);

/*
 * Checks what can be checked beforehand (targets of pins, programs, libraries), then runs the steps
 * in order. Does not return in the process that becomes the program. In a process that waited for
 * one, returns 0, and *ret_status is the wait status (waitpid(2)) to end with: end_as().
 * -errno if a step failed, with the diagnosis and, where the cause was found, the remedy; then
 * nothing is left behind. After a fork both processes may return; one that cannot calls fail,
 * and exits with the status that it returns. name begins the messages of the trampoline.
 */
int apply(const char *name, apply_fail *fail, const struct plan *plan, struct diag *diag,
	  int *ret_status);

/*
 * Ends as a child with this wait status ended: by the same signal, without a core of our own, or
 * with the same exit status. A process that its signal cannot kill (PID 1) exits with 128 + signal.
 */
void end_as(int wait_status) __attribute__((noreturn));

#endif
