/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scan as a whole: lists the processes, reads them in threads, and fills the model. */
#include "inventory/scan.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"
#include "inventory/scan_internal.h"
#include "kernel/proc.h"

/* The data that the threads share. */
struct reading {
	struct process_list list;
	struct collector collectors[PARALLEL_MAX];
};

static int read_process(struct collector *collector, struct ns_process *process)
{
	const struct scan *scan = collector->scan;
	pid_t task = process->pid;
	int rc = scan_process_namespaces(collector, process, &task);

	if (rc == 0 && scan->flags & SCAN_FDS)
		rc = scan_fds(collector, process, task);
	if (rc == 0 && scan->flags & SCAN_DEEP)
		rc = scan_threads(collector, process);
	return scan_process_error(scan->proc, process->pid, rc);
}

static void read_one(void *state, unsigned thread, size_t i)
{
	struct reading *reading = state;
	const struct process_list *list = &reading->list;
	struct collector *collector = &reading->collectors[thread];
	int rc = read_process(collector, &list->processes[list->unread ? list->unread[i] : i]);

	if (rc < 0 && rc != -ENOENT && rc != -ESRCH)
		collector->unreadable++;
}

static int add_holders(struct scan *scan, const struct collector *collector, struct model *model)
{
	int rc = collector->no_memory ? -ENOMEM : 0;

	for (size_t i = 0; rc == 0 && i < collector->n_holders; i++)
		rc = model_add_holder(model, &collector->holders[i]);
	scan->unreadable += collector->unreadable;
	return rc;
}

/* By BPF if it is requested, or available and estimated to cost less; otherwise from /proc. */
static int list_processes(struct scan *scan, struct process_list *ret, struct diag *diag)
{
	int rc = -EOPNOTSUPP;

	scan->no_bpf = NO_BPF_NONE;
	scan->cost = (struct scan_cost){ 0 };
#ifdef HAVE_BPF
	if (scan->way != SCAN_PROC)
		rc = process_list_from_bpf(scan, ret);
#else
	scan->no_bpf = NO_BPF_BUILD;
#endif
	scan->used = rc < 0 ? SCAN_PROC : SCAN_BPF;
	if (rc < 0 && scan->way == SCAN_BPF)
		return scan_fail_bpf(scan, rc, diag);
	if (rc < 0)
		rc = process_list_from_proc(scan->proc, ret);
	return rc < 0 ? diag_set(diag, -rc, "cannot list the processes in /proc") : 0;
}

/* Moves the processes and their holders into the model. */
static int fill_model(struct scan *scan, struct reading *reading, struct model *model)
{
	struct ns_process *processes = reading->list.processes;
	size_t n = reading->list.n;
	int rc;

	reading->list.processes = NULL;
	reading->list.n = 0;
	rc = model_take_processes(model, processes, n);
	scan->unreadable = 0;
	for (size_t i = 0; i < PARALLEL_MAX; i++) {
		if (rc == 0)
			rc = add_holders(scan, &reading->collectors[i], model);
		collector_free(&reading->collectors[i]);
	}
	return rc;
}

/* The caller frees the list of ret_relations. */
static int scan_processes(struct scan *scan, struct model *model, struct relations *ret_relations,
			  struct diag *diag)
{
	struct reading reading = { 0 };
	size_t n;
	int rc;

	rc = list_processes(scan, &reading.list, diag);
	if (rc < 0)
		return rc;
	n = reading.list.n_unread;
	scan->own_pid = proc_self_pid(scan->proc);
	scan->nsfs = scan->flags & (SCAN_FDS | SCAN_DEEP) ? scan_nsfs(scan->proc) : 0;
	scan->pidfds = n > 0 && scan_has_pidfds(scan->proc);
	for (size_t i = 0; i < PARALLEL_MAX; i++)
		collector_init(&reading.collectors[i], scan);
	parallel_for(n, parallel_threads(n), read_one, &reading);
	rc = fill_model(scan, &reading, model);
	*ret_relations = reading.list.relations;
	reading.list.relations = (struct relations){ 0 };
	process_list_free(&reading.list);
	return rc < 0 ? diag_set(diag, -rc, "cannot remember the processes") : 0;
}

int scan(struct scan *scan, struct model *model, struct diag *diag)
{
	struct relations reported = { 0 };
	int rc = scan_processes(scan, model, &reported, diag);

	if (rc < 0)
		return rc;
	rc = scan_mounts(scan, model);
	scan->unopened = (struct scan_silent){ .n = 0 };
	if (rc == 0)
		rc = scan_relations(scan, model, &reported);
	if (rc == 0)
		rc = model_link(model);
	free(reported.list);
	return rc < 0 ? diag_set(diag, -rc, "cannot list the namespaces") : 0;
}
