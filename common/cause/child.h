/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trying something in a child process, which ends with all that it made. */
#ifndef XNS_CAUSE_CHILD_H
#define XNS_CAUSE_CHILD_H

/*
 * Runs try(arg, answer) in a child and copies the answer of size bytes (at most 4096) back. 0, or
 * -errno: -EPROTO if the child was killed, with ret_signal (may be NULL) set.
 */
int child_try(void (*try)(const void *arg, void *answer), const void *arg, void *answer,
	      unsigned size, int *ret_signal);

#endif
