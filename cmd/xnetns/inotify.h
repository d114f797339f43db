/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inotify(7) by number: each function of libc costs every start some 600 instructions to bind. */
#ifndef XNS_XNETNS_INOTIFY_H
#define XNS_XNETNS_INOTIFY_H

#include <stdint.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline int inotify_open(int flags)
{
	return (int)syscall(__NR_inotify_init1, IN_CLOEXEC | flags);
}

static inline int inotify_watch(int fd, const char *path, uint32_t events)
{
	return (int)syscall(__NR_inotify_add_watch, fd, path, events);
}

#endif
