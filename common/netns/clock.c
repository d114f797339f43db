/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "netns/clock.h"

#include <time.h>

#include "kernel/sys.h"

int64_t clock_ms(void)
{
	struct timespec now;

	sys_clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clock_wait_ms(int64_t ms)
{
	const struct timespec pause = { .tv_sec = (time_t)(ms / 1000),
					.tv_nsec = (long)(ms % 1000) * 1000000 };

	sys_nanosleep(&pause);
}
