/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A loop whose rounds do not depend on each other, on more than one processor. */
#ifndef XNS_PARALLEL_H
#define XNS_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_MAX = 4 }; /* threads; beyond, those that read /proc wait for each other */

/* How many threads are worth starting for n rounds of some 40 microseconds each. */
unsigned parallel_threads(size_t n);

/*
 * Calls work(state, thread, i) once for each i from 0 to n - 1, in any order. thread, from 0 to
 * threads - 1, tells which thread it is, so that each can have its own part of state. Returns when
 * all is done. A thread that cannot be started is one less.
 */
void parallel_for(size_t n, unsigned threads, void (*work)(void *state, unsigned thread, size_t i),
		  void *state);

#endif
