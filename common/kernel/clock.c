/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/clock.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>

#include "kernel/sys.h"

enum { POLL_MS = 2 }; /* between two tries: flock(2) has no timeout */

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

int clock_wait_lock(int fd, int64_t patience_ms)
{
	const int64_t deadline = clock_ms() + patience_ms;
	int rc;

	while ((rc = sys_flock(fd, LOCK_EX | LOCK_NB)) == -EWOULDBLOCK && clock_ms() < deadline)
		clock_wait_ms(POLL_MS);
	return rc;
}
