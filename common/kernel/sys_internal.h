/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each wrapper is one CALL(): it makes the call, retries it after EINTR, and returns the result, or
 * -errno for -1. Calls that never wait do not return EINTR, so the same macro serves for all.
 *
 * NR() makes a call by number, if the kernel takes the arguments in the same form on every
 * architecture. libc's function is called if it does more: converts ids, times, offsets or struct
 * stat on 32-bit machines, signal sets or struct msghdr, changes the ids of all threads, or
 * replaces a call that some kernels lack. Each function of libc costs every start some 600
 * instructions to bind.
 */
#ifndef XNS_SYS_INTERNAL_H
#define XNS_SYS_INTERNAL_H

#include <errno.h>
#include <unistd.h>

#include "base/kernel.h"

/* No result exceeds int: the kernel transfers at most 0x7ffff000 bytes in one call (read(2)). */
static inline int result(long rc)
{
	return rc < 0 ? -errno : (int)rc;
}

#define CALL(call)                          \
	({                                  \
		int rc_;                    \
		do {                        \
			rc_ = result(call); \
		} while (rc_ == -EINTR);    \
		rc_;                        \
	})

#define NR(name, ...) syscall(__NR_##name, __VA_ARGS__)

#endif
