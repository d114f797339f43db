/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan of one step and the program, on a system that has a directory and a binfmt file. */
#ifndef XNS_UNIT_STEP_UNIT_H
#define XNS_UNIT_STEP_UNIT_H

#include "apply_unit.h"
#include "base/idmap.h"
#include "base/kernel.h"

static const struct idmap two_extents = {
	.extents = (struct extent[]){ { 0, 1000, 1 }, { 1, 100000, 65535 } },
	.n = 2,
};

static inline void prepare(const struct step *step, struct run *run)
{
	fake_reset();
	fake_hide("close");
	fake_hide("sigaction");
	fake_hide("sigprocmask");
	fake_dir("/srv");
	fake_dir("/b");
	fake_mounted("/b", BINFMTFS_MAGIC);
	fake_file("/b/register", "");
	*run = (struct run){ .rc = 0 };
	add_step(&run->plan, *step);
	add_exec(&run->plan);
}

#endif
