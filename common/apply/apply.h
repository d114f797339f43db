/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries a plan out. Only apply/ changes the system. */
#ifndef XNS_APPLY_H
#define XNS_APPLY_H

struct diag;
struct plan;

/* Prints the diagnosis of a process that cannot return, and returns that process's exit status. */
typedef int apply_fail(const struct diag *diag);

/*
 * Runs the checks of all steps, then the steps in order. Does not return in the process that
 * becomes the program. In a process that waited for the program, returns 0 and sets *ret_status to
 * the wait status (waitpid(2)) for apply_exit_like().
 *
 * If a step failed, takes back what others could see, and returns -errno with the diagnosis and, if
 * a cause was found, the remedy. After a fork parent and child may both return. A process that
 * cannot return calls fail, and exits with its result. The trampoline's messages begin with name.
 */
int apply(const char *name, apply_fail *fail, const struct plan *plan, struct diag *diag,
	  int *ret_status);

/*
 * Ends this process as a child with this wait status ended: with the same exit status, or by the
 * same signal, but without a core. If the signal cannot kill this process (PID 1), exits with 128 +
 * signal.
 */
void apply_exit_like(int wait_status) __attribute__((noreturn));

#endif
