/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists processes by a BPF iterator: the kernel walks its own list of tasks
 * (kernel/bpf/task_iter.c), which is some forty times as fast as reading /proc. This requires Linux
 * 5.18 with CONFIG_DEBUG_INFO_BTF, and CAP_BPF with CAP_PERFMON, or CAP_SYS_ADMIN.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/macros.h"
#include "base/parse.h"
#include "inventory/bpf.h"
#include "inventory/scan_internal.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

enum { READ_SIZE = 65536 };

/* ---- reading ---- */

/* The list that is being filled. */
struct filling {
	unsigned types;
	bool deep;
	struct process_list *list;
	size_t size, unread_size;
	pid_t *with_threads; /* processes with a thread in other namespaces, with repetitions */
	size_t n_with_threads, with_threads_size;
};

static int add_unread(struct filling *filling, uint32_t index)
{
	struct process_list *list = filling->list;
	uint32_t *grown = array_reserve(list->unread, list->n_unread + 1, &filling->unread_size,
					sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	list->unread = grown;
	list->unread[list->n_unread++] = index;
	return 0;
}

/* The record of a thread may come before that of its process. */
static int take_thread(struct filling *filling, pid_t pid)
{
	pid_t *grown = array_reserve(filling->with_threads, filling->n_with_threads + 1,
				     &filling->with_threads_size, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	filling->with_threads = grown;
	filling->with_threads[filling->n_with_threads++] = pid;
	return 0;
}

static bool must_be_read(const struct filling *filling, const struct bpf_process *record)
{
	/* Without a mount namespace, the process or its first thread is a zombie: see scan_process.c. */
	return record->unsure || !record->ns[NS_MNT] || (filling->deep && record->for_children);
}

static int take_process(struct filling *filling, const struct bpf_process *record)
{
	struct process_list *list = filling->list;
	struct ns_process *process, *grown;

	grown = array_reserve(list->processes, list->n + 1, &filling->size, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	list->processes = grown;
	/* The model relies on ascending PIDs, and the iterator returns them so (kernel/bpf/task_iter.c). */
	if (list->n > 0 && list->processes[list->n - 1].pid >= (pid_t)record->pid)
		return -EIO;
	process = &list->processes[list->n++];
	*process = (struct ns_process){ .pid = (pid_t)record->pid, .uid = MODEL_NO_UID };
	if (must_be_read(filling, record))
		return add_unread(filling, (uint32_t)list->n - 1);
	process->ppid = (pid_t)record->ppid;
	process->uid = record->uid;
	process->known = PROCESS_STATUS;
	process->cgroups = (uint64_t)record->cgroups[1] << 32 | record->cgroups[0];
	for (size_t i = 0; i < NS_COUNT; i++)
		if (filling->types >> i & 1)
			process->ns[i] = record->ns[i];
	return 0;
}

/* The relations of the namespaces of a process. */
static void take_details(struct filling *filling, const struct bpf_process *record,
			 const struct bpf_details *details)
{
	for (size_t i = 0; i < NS_COUNT; i++) {
		struct relation relation = {
			.type = (enum ns_type)i,
			.ino = record->ns[i],
			.parent = details->parent[i],
			.owner = details->owner[i],
			.owner_uid = i == NS_USER ? details->owner_uid : MODEL_NO_UID,
		};

		if (relation.ino && !details->changed)
			relations_add(&filling->list->relations, &relation);
	}
}

/* The length of the record at this place, including its details; 0: it is not complete. */
static size_t take_record(struct filling *filling, const char *at, size_t len, int *ret_rc)
{
	struct bpf_process record;
	struct bpf_details details = { 0 };
	size_t size = sizeof(record);

	if (len < size)
		return 0;
	memcpy(&record, at, size);
	if (record.thread) {
		*ret_rc = filling->deep ? take_thread(filling, (pid_t)record.pid) : 0;
		return size;
	}
	if (record.details) {
		if (len < size + sizeof(details))
			return 0;
		memcpy(&details, at + size, sizeof(details));
		size += sizeof(details);
	}
	*ret_rc = take_process(filling, &record);
	if (*ret_rc == 0 && record.details && !record.unsure)
		take_details(filling, &record, &details);
	return size;
}

/* 0 or -errno. */
static int read_records(int iterator, struct filling *filling)
{
	_cleanup_free_ char *buf = malloc(READ_SIZE);
	size_t used = 0, at, size;
	ssize_t n;
	int rc = 0;

	if (!buf)
		return -ENOMEM;
	/* EAGAIN after a million tasks without output, here threads (kernel/bpf/bpf_iter.c). */
	while ((n = sys_read(iterator, buf + used, READ_SIZE - used)) != 0) {
		if (n == -EAGAIN)
			continue;
		if (n < 0)
			return (int)n;
		used += (size_t)n;
		for (at = 0; (size = take_record(filling, buf + at, used - at, &rc)) > 0;
		     at += size)
			if (rc < 0)
				return rc;
		used -= at;
		memmove(buf, buf + at, used);
	}
	return used ? -EIO : 0;
}

static int compare_index(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int compare_pid(const void *left, const void *right)
{
	const pid_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int compare_process(const void *key, const void *process)
{
	return compare_pid(key, &((const struct ns_process *)process)->pid);
}

/* Has the processes of take_thread() read in /proc too, each once. 0 or -errno. */
static int add_with_threads(struct filling *filling)
{
	struct process_list *list = filling->list;
	size_t known = list->n_unread;
	pid_t last = 0, pid;

	/* bsearch(3) and qsort(3) must not get NULL. */
	if (filling->n_with_threads == 0 || list->n == 0)
		return 0;
	qsort(filling->with_threads, filling->n_with_threads, sizeof(pid), compare_pid);
	for (size_t i = 0; i < filling->n_with_threads; i++, last = pid) {
		struct ns_process *found;
		uint32_t index;

		pid = filling->with_threads[i];
		found = bsearch(&pid, list->processes, list->n, sizeof(*found), compare_process);
		if (pid == last || !found)
			continue;
		index = (uint32_t)(found - list->processes);
		if (known && bsearch(&index, list->unread, known, sizeof(index), compare_index))
			continue;
		if (add_unread(filling, index) < 0)
			return -ENOMEM;
		*found = (struct ns_process){ .pid = pid, .uid = MODEL_NO_UID };
	}
	return 0;
}

/* ---- the list ---- */

/*
 * The program reads tgid, the PID in the initial pid namespace. So this /proc must be that of the
 * initial pid namespace, and we must be in it.
 */
static bool shows_initial_processes(int proc)
{
	char text[LINK_MAX_LEN];
	ssize_t len = sys_readlinkat(proc, "self/ns/pid", text, sizeof(text));
	uint64_t ino = 0;

	return len > 0 && scan_parse_link(text, (size_t)len, &ino) == NS_PID &&
	       ino == ns_types[NS_PID].init_ino && proc_is_own(proc);
}

/* Reads the number before the first character of ends; 0 if the text begins with no number. */
static uint64_t read_number(const char *text, const char *ends)
{
	uint64_t number;

	return parse_digits(text, strcspn(text, ends), UINT64_MAX, &number) == 0 ? number : 0;
}

/* Tasks, threads included: "0.00 0.01 0.05 1/123 4567" (proc_loadavg(5)). */
static uint64_t count_tasks(int proc)
{
	char text[128];
	const char *slash;

	if (proc_read_file(proc, "loadavg", text, sizeof(text)) <= 0)
		return 0;
	slash = strchr(text, '/');
	return slash ? read_number(slash + 1, " ") : 0;
}

/* Open files, each counted once however many descriptors refer to it (proc_sys_fs(5)). */
static uint64_t count_files(int proc)
{
	char text[128];

	return proc_read_file(proc, "sys/fs/file-nr", text, sizeof(text)) > 0
		       ? read_number(text, "\t ")
		       : 0;
}

/* Whether the list agrees with /proc about this process; if so, the offsets are right. */
static bool is_true_of_us(int proc, const struct process_list *list)
{
	struct ns_process own = { .pid = sys_getpid() };
	size_t i = 0;

	while (i < list->n && list->processes[i].pid != own.pid)
		i++;
	if (i == list->n || scan_process(proc, &own) < 0)
		return false;
	for (int k = 0; k < NS_COUNT; k++)
		if (list->processes[i].ns[k] && list->processes[i].ns[k] != own.ns[k])
			return false;
	return true;
}

static int run_program(const struct scan *request, struct process_list *ret)
{
	struct filling filling = { .types = request->types,
				   .deep = request->flags & SCAN_DEEP,
				   .list = ret };
	_cleanup_close_ int iterator = scan_open_iterator();
	int rc;

	if (iterator < 0)
		return iterator;
	rc = read_records(iterator, &filling);
	if (rc == 0)
		rc = add_with_threads(&filling);
	free(filling.with_threads);
	if (rc == 0 && !is_true_of_us(request->proc, ret))
		rc = -EIO;
	return rc;
}

/* A verifier that refuses the program returns EACCES or EINVAL. */
static enum scan_no_bpf why_not(int rc)
{
	return rc == -EPERM ? NO_BPF_RIGHTS : NO_BPF_KERNEL;
}

int process_list_from_bpf(struct scan *scan, struct process_list *ret)
{
	int rc;

	if (!shows_initial_processes(scan->proc)) {
		scan->no_bpf = NO_BPF_PROC;
		return -EOPNOTSUPP;
	}
	if (scan->way == SCAN_AUTO) {
		scan->cost = scan_estimate(count_tasks(scan->proc), count_files(scan->proc),
					   scan->flags);
		if (scan->cost.proc < scan->cost.bpf)
			return -EOPNOTSUPP;
	}
	rc = run_program(scan, ret);
	if (rc < 0) {
		process_list_free(ret);
		scan->no_bpf = why_not(rc);
	}
	return rc;
}
