/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Estimates what it costs to find all processes. The unit is a link that is read in /proc: both ways spend
 * their time in the kernel, so their ratio differs less between machines than their times do
 * (tests/bench/MEASURED.md).
 */
#include "base/diag.h"
#include "inventory/scan_internal.h"

enum {
	PROCESS_LINKS = 4, /* the namespaces of a process */
	DEEP_LINKS = 4,    /* its threads and its namespaces for children */
	LOAD_LINKS = 640,  /* to verify and load the BPF program */
	WALKED_TASKS = 4,  /* the program walks as many tasks in the time of one link */
};

struct scan_cost scan_estimate(uint64_t tasks, uint64_t files, unsigned flags)
{
	struct scan_cost cost = { .proc = tasks * PROCESS_LINKS,
				  .bpf = LOAD_LINKS + tasks / WALKED_TASKS };

	if (flags & SCAN_FDS)
		cost.proc += files;
	if (flags & SCAN_DEEP)
		cost.proc += tasks * DEEP_LINKS;
	return cost;
}

/* Why, and what the user can do. */
static const struct {
	const char *why, *remedy;
} reasons[] = {
	[NO_BPF_BUILD] = { "this build has no BPF program",
			   "install clang, bpftool and the headers of libbpf (Debian: clang "
			   "bpftool "
			   "libbpf-dev), then configure it again" },
	[NO_BPF_PROC] = { "/proc is not that of the initial pid namespace",
			  "use --scan=proc here" },
	[NO_BPF_RIGHTS] = { "CAP_BPF and CAP_PERFMON are missing", "run it as root" },
	[NO_BPF_KERNEL] = { "the kernel does not run the program",
			    "use --scan=proc, or Linux 5.18 with CONFIG_DEBUG_INFO_BTF" },
};

const char *scan_no_bpf_text(enum scan_no_bpf why)
{
	return reasons[why].why;
}

int scan_fail_bpf(const struct scan *scan, int rc, struct diag *diag)
{
	diag_set(diag, -rc, "cannot list the processes by BPF");
	diag_hint(diag, "%s: %s", reasons[scan->no_bpf].why, reasons[scan->no_bpf].remedy);
	return rc;
}
