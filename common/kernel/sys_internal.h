/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every wrapper is one CALL(): it makes the call, makes it again while a signal interrupts it, and
 * returns the result, or -errno for -1. It is right for calls that never wait, too: they do not
 * return EINTR, and so nobody has to know which of the others do.
 *
 * Inside, NR() makes the call by its number if the kernel takes these arguments in the same form on
 * every architecture. libc's function stands where libc does more than pass them on: it knows ids,
 * times, offsets and struct stat of 32-bit machines, the kernel's signal sets and struct msghdr,
 * changes the ids of all threads, or replaces a call that some architectures or kernels lack. A
 * function of libc costs every start some 600 instructions to look it up, used or not.
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
