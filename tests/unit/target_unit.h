/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process to enter, on a system that is not there. */
#ifndef XNS_UNIT_TARGET_UNIT_H
#define XNS_UNIT_TARGET_UNIT_H

#include "diag_unit.h"
#include "fake_sys.h"
#include "kernel/target.h"

/* Process 77 is alive and sleeps. */
static inline void begin(void)
{
	fake_reset();
	fake_dir("/proc/77");
	fake_dir("/proc/77/root");
	fake_file("/proc/77/stat", "77 (a ) Z) S 1 77 77 0\n");
	fake_dir("/proc/77/ns");
	fake_ns("/proc/77/ns/net");
}

static inline void open_target(struct target *target)
{
	struct diag diag;

	*target = (struct target)TARGET_NONE;
	assert_int_equal(target_open(target, 77, NULL, &diag), 0);
}

#endif
