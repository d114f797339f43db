/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan that enters process 77, on the system of fake_sys.h. */
#ifndef XNS_UNIT_ENTER_H
#define XNS_UNIT_ENTER_H

#include <fcntl.h>
#include <stdio.h>

#include "apply_unit.h"
#include "kernel/sys.h"
#include "kernel/target.h"

static struct target target;

/* Process 77 lives; its namespace files are named by their types. */
static inline void begin(struct run *run, bool pidfd)
{
	static const char *const names[] = { "user", "mnt", "net" };
	char path[64];

	fake_reset();
	fake_hide("close");
	fake_hide("poll");
	fake_hide("fstatfs");
	*run = (struct run){ .rc = 0 };
	fake_dir("/proc/77");
	fake_file("/proc/77/stat", "77 (x) S 1\n");
	fake_dir("/proc/77/ns");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "/proc/77/ns/%s", names[i]);
		fake_ns(path);
	}
	target = (struct target){ .pid = 77, .pidfd = -1 };
	target.dir = sys_openat(AT_FDCWD, "/proc/77", O_PATH, 0);
	if (pidfd)
		target.pidfd = sys_pidfd_open(77, 0);
}

static inline void go(struct run *run)
{
	add_exec(&run->plan);
	apply_plan(run);
}

#endif
