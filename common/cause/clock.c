/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure to set the clocks of a time namespace (time_namespaces(7)). */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cause/internal.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

/* The offset in seconds that the new namespace has inherited: "monotonic           0         0". */
static bool inherited_offset(const struct search *search, const char *clock, int64_t *ret)
{
	char text[256], *line;

	if (proc_read_file(search->self, "timens_offsets", text, sizeof(text)) < 0)
		return false;
	line = strstr(text, clock);
	if (!line)
		return false;
	return sscanf(line, "%*s %" SCNd64, ret) == 1;
}

/* The clock must stay between 0 and KTIME_SEC_MAX / 2 (proc_timens_set_offset() in
 * kernel/time/namespace.c). */
static bool find_clock_range(struct search *search, struct finding *ret)
{
	static const int64_t most = INT64_MAX / 1000000000 / 2;
	const char *clock = search->refusal->word;
	struct timespec now;
	int64_t offset, seconds;

	if (!inherited_offset(search, clock, &offset) ||
	    sys_clock_gettime(strcmp(clock, "boottime") == 0 ? CLOCK_BOOTTIME : CLOCK_MONOTONIC,
			      &now) < 0)
		return false;
	/* The kernel adds the offset to the clock of the initial time namespace. */
	seconds = now.tv_sec - offset;
	cause_why(ret,
		  "the clock is at %" PRId64 " s and with the offset must be between 0 and %" PRId64
		  " s: give an offset from %" PRId64 " to %" PRId64,
		  seconds, most, -seconds, most - seconds);
	return true;
}

static bool find_frozen_clock(struct search *search, struct finding *ret)
{
	(void)search;
	cause_why(ret, "a process is in the time namespace already, so its clocks are fixed");
	return true;
}

static bool find_no_clocks(struct search *search, struct finding *ret)
{
	(void)search;
	cause_why(ret, "this kernel has no time namespaces (%s)", ns_types[NS_TIME].config);
	return true;
}

const struct cause clock_causes[] = {
	{ "clock-range", { ERANGE }, find_clock_range },
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "capability", { EPERM }, find_capability },
	{ "clock-frozen", { EACCES }, find_frozen_clock },
	{ "no-kernel-support", { ENOENT }, find_no_clocks },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};
