/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for other processes, for a limited time. */
#ifndef XNS_NETNS_CLOCK_H
#define XNS_NETNS_CLOCK_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC, which nobody can set. */
int64_t clock_ms(void);

/* Sleeps; a signal with a handler may end that early. */
void clock_wait_ms(int64_t ms);

#endif
