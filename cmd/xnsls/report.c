/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "output/diag.h"
#include "xnsls/listing.h"
#include "xnsls/mounted.h"

/* The reason is always a process that keeps the kernel waiting (inventory/scan_command.c). */
void report_silent(const struct scan_silent *silent)
{
	struct diag diag;

	if (silent->n == 0)
		return;
	diag_set(&diag, 0, "the command line%s could not be read within seconds: process %d%s",
		 silent->n == 1 ? "" : "s of some processes", (int)silent->pid,
		 silent->n == 1 ? "" : " is the first of them");
	applet_fail(&diag);
}

/* A file system in the way of a mount may never answer, so it is not asked (inventory/scan_mount.c). */
static void report_unopened(const struct scan_silent *unopened)
{
	char whose[32] = "our own";
	struct diag diag;

	if (unopened->pid)
		snprintf(whose, sizeof(whose), "those of process %d", (int)unopened->pid);
	diag_set(&diag, 0,
		 "%zu mounted namespace%s could not be opened, as a file system may not answer; "
		 "see the "
		 "mounts: %s",
		 unopened->n, unopened->n == 1 ? "" : "s", whose);
	diag_print(applet_name(), &diag);
}

/* Reports each kind of unread data once, with its number. */
static void report_unread(const struct listing *listing)
{
	size_t processes = listing->scan->unreadable, mounts = listing->scan->unreadable_mounts;
	const struct scan_silent *unopened = &listing->scan->unopened;
	bool root = sys_geteuid() == 0;
	struct diag diag;

	if (listing->unread_task.what[0])
		diag_print(applet_name(), &listing->unread_task);
	if (processes) {
		diag_set(&diag, 0, "%zu process%s could not be read%s", processes,
			 processes == 1 ? "" : "es", root ? "" : " (run as root to see them)");
		diag_print(applet_name(), &diag);
	}
	if (listing->hidden && !listing->unread_task.what[0]) {
		diag_set(&diag, 0, HIDING_PROC "%s", root ? "" : "; run as root to see them");
		diag_print(applet_name(), &diag);
	}
	if (unopened->n)
		report_unopened(unopened);
	if (mounts) {
		diag_set(&diag, 0, "the mounts of %zu mount namespace%s could not be read", mounts,
			 mounts == 1 ? "" : "s");
		diag_print(applet_name(), &diag);
	}
}

/* Explains why the list of an existing namespace is empty. */
static void report_empty(const struct listing *listing)
{
	const struct xnsls *request = listing->request;
	struct diag diag;

	if (!request->has_ns || request->ns_id || request->filter || listing->n_rows > 0)
		return;
	diag_set(&diag, 0, "no process that can be seen is in namespace %" PRIu64, request->ns);
	diag_hint(&diag, "to see what keeps it alive: %s --deep -o +HELDBY -Q 'NS == %" PRIu64 "'",
		  applet_name(), request->ns);
	diag_print(applet_name(), &diag);
}

static void report_names(const struct listing *listing)
{
	const struct state_trouble *trouble = &listing->workloads.states.trouble;
	struct diag diag;

	if (trouble->rc == 0)
		return;
	diag_set(&diag, 0, "names of containers may be missing: '%s' is not believed: %s",
		 trouble->file, state_trouble_text(trouble));
	diag_print(applet_name(), &diag);
}

static void report_lost(const struct listing *listing)
{
	const struct scan_silent *lost = &listing->lost;
	struct diag diag;

	if (lost->n == 0)
		return;
	diag_set(&diag, 0, "the cgroup%s could not be read: process %d%s",
		 lost->n == 1 ? "" : "s of some processes", (int)lost->pid,
		 lost->n == 1 ? "" : " is the first of them");
	diag_print(applet_name(), &diag);
}

static size_t cut_networks(const struct listing *listing)
{
	size_t n = 0;

	for (size_t i = 0; i < listing->networks.n; i++)
		n += listing->networks.list[i].is_cut;
	return n;
}

static void report_cut(const struct listing *listing)
{
	size_t n = cut_networks(listing);
	struct diag diag;

	if (n == 0)
		return;
	diag_set(&diag, 0,
		 "%zu network namespace%s more than %d sockets or interfaces, of which the rest is "
		 "not shown",
		 n, n == 1 ? " has" : "s have", NETWORK_MAX);
	diag_print(applet_name(), &diag);
}

static void report_cut_mounted(const struct listing *listing)
{
	size_t n = listing_cut_mounted(listing);
	struct diag diag;

	if (n == 0)
		return;
	diag_set(&diag, 0, "%zu mount namespace%s it mounted more than %d times, of which the rest is not shown",
		 n, n == 1 ? " has" : "s have", MOUNTED_MAX);
	diag_print(applet_name(), &diag);
}

bool report_wanted(const struct xnsls *request)
{
	return opt_given(&request->given, OPT_STRICT) || opt_given(&request->given, OPT_VERBOSE) ||
	       isatty(STDERR_FILENO);
}

/* "xnsls: processes were read in /proc, which costs an estimated 0.40 of a scan by BPF" */
static void report_way(const struct scan *scan)
{
	bool by_bpf = scan->used == SCAN_BPF;
	const char *way = by_bpf ? "listed by BPF" : "read in /proc";
	const char *why = scan_no_bpf_text(scan->no_bpf);
	double share = scan->cost.bpf ? (double)scan->cost.proc / (double)scan->cost.bpf : 0;
	struct diag diag;

	if (why)
		diag_set(&diag, 0, "processes were %s: %s", way, why);
	else if (share > 0)
		diag_set(&diag, 0, "processes were %s, which costs an estimated %.2f of %s", way,
			 by_bpf ? 1 / share : share, by_bpf ? "reading /proc" : "a scan by BPF");
	else
		diag_set(&diag, 0, "processes were %s", way);
	diag_print(applet_name(), &diag);
}

void report_gaps(const struct listing *listing)
{
	if (opt_given(&listing->request->given, OPT_VERBOSE))
		report_way(listing->scan);
	report_unread(listing);
	report_silent(&listing->scan->silent);
	report_names(listing);
	report_lost(listing);
	report_cut(listing);
	report_cut_mounted(listing);
	report_mounted(listing);
	report_empty(listing);
}

bool report_is_complete(const struct listing *listing)
{
	return !listing->hidden && !listing->scan->unreadable && !listing->unread_task.what[0] &&
	       !listing->scan->unreadable_mounts && !listing->scan->unopened.n &&
	       !listing->scan->silent.n && listing->workloads.states.trouble.rc == 0 &&
	       !listing->lost.n && cut_networks(listing) == 0 && listing_cut_mounted(listing) == 0;
}
