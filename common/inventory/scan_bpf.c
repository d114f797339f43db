/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists processes by a BPF iterator: the kernel walks its own list of tasks, which is some forty
 * times as fast as reading /proc. This requires Linux 5.18 with CONFIG_DEBUG_INFO_BTF, and CAP_BPF
 * with CAP_PERFMON, or CAP_SYS_ADMIN.
 *
 * The program is a light skeleton: a loader program, which the kernel runs too, and its data. So
 * bpf(2) is enough, without a library (bpf_sys_bpf(), kernel/bpf/syscall.c).
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/macros.h"
#include "base/parse.h"
#include "inventory/bpf.h"
#include "inventory/bpf_code.inc"
#include "inventory/scan_internal.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

enum {
	READ_SIZE = 65536,
	WORTH_LOADING = 500, /* tasks; loading takes as long as reading fifty */
};

/* ---- loading ---- */

/* The input of the loader program, and the descriptors that it returns: as bpftool generates it. */
struct loader_context {
	uint32_t size, flags, log_level, log_size;
	uint64_t log;
	int program;
};

static uint64_t address(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

/* A map whose one entry holds the loader's data. The caller owns the descriptor. -errno. */
static int make_data_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(bpf_data) - 1,
		.max_entries = 1,
	};
	static const uint32_t key;
	int map = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr)), rc;

	if (map < 0)
		return map;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map;
	attr.key = address(&key);
	attr.value = address(bpf_data);
	rc = sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
	if (rc < 0) {
		close(map);
		return rc;
	}
	return map;
}

static int load_loader(int map)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SYSCALL,
		.insns = address(bpf_insns),
		.insn_cnt = (sizeof(bpf_insns) - 1) / sizeof(struct bpf_insn),
		.license = address("GPL"),
		.fd_array = address(&map),
		.prog_flags = BPF_F_SLEEPABLE,
	};

	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

/* Loads the program. The caller owns the descriptor. -errno. */
static int load(void)
{
	struct loader_context context = { .size = sizeof(context) };
	_cleanup_close_ int map = make_data_map(), loader = -1;
	union bpf_attr attr = { 0 };
	int rc;

	if (map < 0)
		return map;
	loader = load_loader(map);
	if (loader < 0)
		return loader;
	attr.test.prog_fd = (uint32_t)loader;
	attr.test.ctx_in = address(&context);
	attr.test.ctx_size_in = sizeof(context);
	rc = sys_bpf(BPF_PROG_RUN, &attr, sizeof(attr));
	if (rc == 0)
		rc = (int)attr.test.retval;
	/* 0: the loader failed before it loaded the program. */
	if (rc == 0 && context.program <= 0)
		rc = -EIO;
	if (rc < 0 && context.program > 0)
		close(context.program);
	return rc < 0 ? rc : context.program;
}

/* ---- reading ---- */

/* Starts the program as an iterator over tasks. The caller owns the descriptor. -errno. */
static int open_iterator(int program)
{
	union bpf_attr attr = { 0 };
	_cleanup_close_ int link = -1;

	attr.link_create.prog_fd = (uint32_t)program;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	link = sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
	if (link < 0)
		return link;
	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = (uint32_t)link;
	return sys_bpf(BPF_ITER_CREATE, &attr, sizeof(attr));
}

/* The list that is being filled. */
struct filling {
	unsigned types;
	struct process_list *list;
	size_t size, unread_size;
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
	/* Without a mount namespace, the process or its first thread is a zombie: see
	 * scan_process.c. */
	if (record->unsure || !record->ns[NS_MNT])
		return add_unread(filling, (uint32_t)list->n - 1);
	process->ppid = (pid_t)record->ppid;
	process->uid = record->uid;
	process->known = PROCESS_STATUS;
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

/* Reads the number of tasks, threads included: "0.00 0.01 0.05 1/123 4567" (proc_loadavg(5)). */
static bool is_worth_loading(int proc)
{
	char text[128];
	const char *slash;
	uint64_t tasks;

	if (proc_read_file(proc, "loadavg", text, sizeof(text)) <= 0)
		return false;
	slash = strchr(text, '/');
	return slash && parse_digits(slash + 1, strcspn(slash + 1, " "), UINT64_MAX, &tasks) == 0 &&
	       tasks >= WORTH_LOADING;
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
	struct filling filling = { .types = request->types, .list = ret };
	_cleanup_close_ int program = load(), iterator = -1;
	int rc;

	if (program < 0)
		return program;
	iterator = open_iterator(program);
	if (iterator < 0)
		return iterator;
	rc = read_records(iterator, &filling);
	if (rc == 0 && !is_true_of_us(request->proc, ret))
		rc = -EIO;
	return rc;
}

int process_list_from_bpf(const struct scan *scan, struct process_list *ret)
{
	int rc;

	/* The records have neither threads nor namespaces for children. */
	if (scan->flags & SCAN_DEEP || !shows_initial_processes(scan->proc))
		return -EOPNOTSUPP;
	if (scan->way == SCAN_AUTO && !is_worth_loading(scan->proc))
		return -EOPNOTSUPP;
	rc = run_program(scan, ret);
	if (rc < 0)
		process_list_free(ret);
	return rc;
}
