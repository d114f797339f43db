/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan of one step and the program, on a system that has a directory, a shell and a binfmt file. */
#ifndef XNS_UNIT_STEP_UNIT_H
#define XNS_UNIT_STEP_UNIT_H

#include <stdio.h>

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
	fake_dir("/srv/.");
	fake_dir("/b");
	fake_dir("/bin");
	fake_file("/bin/sh", "");
	fake_file("/f", "");
	fake_file("/proc/sys/user/max_user_namespaces", "1\n");
	fake_file("/proc/4242/mountinfo", "1 0 254:0 / / rw - ext4 x rw\n");
	fake_answer("socket1", NULL, 0);
	fake_mounted("/b", BINFMTFS_MAGIC);
	fake_file("/b/register", "");
	*run = (struct run){ .rc = 0 };
	add_step(&run->plan, *step);
	add_exec(&run->plan);
}

#define OPEN_SELF                                                                            \
	"openat(AT_FDCWD, \"/proc\", O_DIRECTORY|O_PATH)\n"                                  \
	"fstatfs(</proc>)\nfstat(</proc>)\nreadlinkat(</proc>, \"self\")\n"                  \
	"openat2(</proc>, \"4242\", O_DIRECTORY|O_NOFOLLOW|O_PATH)\n"
#define WRITE_SELF(file, text)                                                               \
	"openat2(</proc/4242>, \"" file "\", O_WRONLY|O_NOFOLLOW)\n"                         \
	"write(</proc/4242/" file ">, " text ")\n"

struct works {
	const char *name;
	struct step step;
	const char *trace;
};

static inline void step_works(void **state)
{
	const struct works *row = *state;
	char expected[2048];
	struct run run;

	prepare(&row->step, &run);
	apply_plan(&run);
	snprintf(expected, sizeof(expected), "%sexecvp(prog: prog arg)\n", row->trace);
	fake_assert_trace(expected);
	assert_int_equal(run.end, FAKE_EXECUTED);
}

struct fails {
	const char *name;
	struct step step;
	const char *call;
	unsigned nth;
	int err;
	const char *message;
};

#define ONE(kind_, ...) { .kind = (kind_), __VA_ARGS__ }

static inline void step_fails(void **state)
{
	const struct fails *row = *state;
	const char *last;
	struct run run;

	prepare(&row->step, &run);
	fake_returns(row->call, row->nth, -row->err);
	apply_plan(&run);
	assert_failed(&run, row->message);
	assert_int_equal(run.diag.err == 0 || run.diag.err == row->err, 1);
	/* The call that failed is the last one; then the search for the cause begins. */
	last = strstr(fake_trace(), " = ");
	assert_non_null(last);
	assert_string_equal(strchr(last, '\n'), "\nhint\n");
	assert_int_equal(fake_count("execvp"), 0);
	fake_assert_closed();
}


#endif
