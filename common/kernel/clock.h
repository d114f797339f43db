/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for other processes, for a limited time. */
#ifndef XNS_KERNEL_CLOCK_H
#define XNS_KERNEL_CLOCK_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC, which nobody can set. */
int64_t clock_ms(void);

/*
 * Takes the exclusive lock of flock(2). -errno; -EWOULDBLOCK if another process, which may be stopped, has had it
 * all that time.
 */
int clock_wait_lock(int fd, int64_t patience_ms);

/* Sleeps; a signal with a handler may end that early. */
void clock_wait_ms(int64_t ms);

#endif
