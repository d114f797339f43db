/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for a child of the fake system. */
#ifndef XNS_UNIT_WATCH_UNIT_H
#define XNS_UNIT_WATCH_UNIT_H

#include <signal.h>

#include "apply/watch.h"
#include "apply_unit.h"

enum { CHILD = 101 };

struct wait {
	struct watch watch;
	int rc;
	int status;
};

static inline void run(void *arg)
{
	struct wait *wait = arg;

	wait->rc = watch_child(&wait->watch, &wait->status);
}

static inline void watch(struct wait *wait)
{
	wait->watch.child = CHILD;
	assert_int_equal(fake_run(run, wait), FAKE_RETURNED);
}

#define PLAIN_WAIT { .watch = { .asked = -1 } }
#define FORWARD_WAIT { .watch = { .asked = -1, .forward = true } }

/* The calls of the loop itself would hide what matters. */
static inline void begin(void)
{
	fake_reset();
	fake_hide("sigwaitinfo");
	fake_hide("getpid");
	fake_hide("getpgid");
}

static inline void ends(int status)
{
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(CHILD, status);
}

#endif
