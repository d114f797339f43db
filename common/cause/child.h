/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tries something in a child process; when the child ends, the kernel removes its namespaces. */
#ifndef XNS_CAUSE_CHILD_H
#define XNS_CAUSE_CHILD_H

/*
 * Runs try(arg, answer) in a child, copies the answer of size bytes (at most PIPE_BUF, 4096) back,
 * and reaps the child. 0 or -errno. If a signal killed the child, -EPROTO and *ret_signal is that
 * signal, otherwise 0; ret_signal may be NULL. -ETIMEDOUT if it is stopped: it has been killed.
 */
int child_try(void (*try)(const void *arg, void *answer), const void *arg, void *answer,
	      unsigned size, int *ret_signal);

#endif
