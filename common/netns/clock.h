/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for others, for a limited time. */
#ifndef XNS_NETNS_CLOCK_H
#define XNS_NETNS_CLOCK_H

#include <stdint.h>

/* Milliseconds on a clock that nobody sets (CLOCK_MONOTONIC). */
int64_t clock_ms(void);

/* A signal with a handler may cut it short. */
void clock_wait_ms(int64_t ms);

#endif
