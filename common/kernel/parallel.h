/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a loop with independent rounds on several processors. */
#ifndef XNS_PARALLEL_H
#define XNS_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_MAX = 4 }; /* threads; if more read /proc, they wait for each other */

/* The number of threads worth starting for n rounds of about 40 microseconds each. */
unsigned parallel_threads(size_t n);

/*
 * Calls work(state, thread, i) once for each i from 0 to n - 1, in any order, and returns when all
 * calls have returned. thread is a number below threads, so that each thread can have its own part
 * of state. If a thread cannot be started, the others do its rounds.
 */
void parallel_for(size_t n, unsigned threads, void (*work)(void *state, unsigned thread, size_t i),
		  void *state);

#endif
