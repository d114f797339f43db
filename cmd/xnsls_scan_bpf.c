/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scan by BPF iterators: the kernel walks its own list of tasks and hands over what is asked for,
 * a microsecond each, where looking the same up in /proc takes forty. It needs CAP_BPF and
 * CAP_PERFMON or CAP_SYS_ADMIN, types in the kernel (CONFIG_DEBUG_INFO_BTF), and Linux 5.17.
 *
 * The programs come as a light skeleton: a loader program, which the kernel runs too, and its data.
 * So bpf(2) is all that is needed here, and no library (kernel/bpf/syscall.c, bpf_sys_bpf()).
 */
#include "xnsls_scan_bpf.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "macros.h"
#include "parse.h"
#include "proc.h"
#include "sys.h"
#include "xnsls_bpf.h"
#include "xnsls_bpf_code.inc"
#include "xnsls_scan_internal.h"

enum {
	READ_SIZE = 65536,
	PROCESSES_FIRST = 4096,
	WORTH_LOADING = 500, /* tasks; the load costs as much as reading fifty, if all is in memory */
};

static const int kinds_of_bpf[BPF_NS_COUNT] = {
	[BPF_NS_MNT] = NS_MNT,   [BPF_NS_UTS] = NS_UTS,       [BPF_NS_IPC] = NS_IPC,
	[BPF_NS_NET] = NS_NET,   [BPF_NS_PID] = NS_PID,       [BPF_NS_USER] = NS_USER,
	[BPF_NS_CGROUP] = NS_CGROUP, [BPF_NS_TIME] = NS_TIME,
};

/* ---- loading ---- */

/* What the loader program is given, and where it leaves the descriptors: as bpftool has it. */
struct loader_context {
	uint32_t size, flags, log_level, log_size;
	uint64_t log;
	int tasks, files;
};

static uint64_t address(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

/* A map with one entry, which holds the loader's data. */
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

/* Loads both programs. 0 or -errno; the descriptors are the caller's. */
static int load(struct loader_context *context)
{
	_cleanup_close_ int map = make_data_map(), loader = -1;
	union bpf_attr attr = { 0 };
	int rc;

	*context = (struct loader_context){ .size = sizeof(*context), .tasks = -1, .files = -1 };
	if (map < 0)
		return map;
	loader = load_loader(map);
	if (loader < 0)
		return loader;
	context->tasks = context->files = 0;
	attr.test.prog_fd = (uint32_t)loader;
	attr.test.ctx_in = address(context);
	attr.test.ctx_size_in = sizeof(*context);
	rc = sys_bpf(BPF_PROG_RUN, &attr, sizeof(attr));
	if (rc == 0)
		rc = (int)attr.test.retval;
	/* 0 is where it has not come to. */
	if (context->tasks <= 0)
		context->tasks = -1;
	if (context->files <= 0)
		context->files = -1;
	if (rc < 0)
		return rc;
	return context->tasks < 0 || context->files < 0 ? -EIO : 0;
}

/* ---- reading ---- */

/* A walk by the program. The caller owns the descriptor. */
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

/* Calls take() for each record; its failure ends the walk. 0 or -errno. */
static int read_records(int program, size_t size, int (*take)(void *state, const void *record),
			void *state)
{
	_cleanup_close_ int fd = open_iterator(program);
	_cleanup_free_ char *buf = malloc(READ_SIZE);
	size_t used = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	if (!buf)
		return -ENOMEM;
	/* EAGAIN: a million tasks or files without a record. */
	while ((n = sys_read(fd, buf + used, READ_SIZE - used)) != 0) {
		size_t at = 0;

		if (n == -EAGAIN || n == -EINTR)
			continue;
		if (n < 0)
			return (int)n;
		for (used += (size_t)n; used - at >= size; at += size) {
			int rc = take(state, buf + at);

			if (rc < 0)
				return rc;
		}
		used -= at;
		memmove(buf, buf + at, used);
	}
	return 0;
}

struct bpf_scan {
	struct walker *walker;
	struct ns_process *processes;
	size_t n, size;
};

static int take_task(void *state, const void *record)
{
	struct bpf_scan *scan = state;
	struct ns_process *process;
	struct bpf_task task;

	memcpy(&task, record, sizeof(task));
	if (scan->n == scan->size) {
		size_t more = scan->size ? 2 * scan->size : PROCESSES_FIRST;
		struct ns_process *grown = realloc(scan->processes, more * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		scan->processes = grown;
		scan->size = more;
	}
	/* The model is told so, and the kernel walks so. */
	if (scan->n > 0 && scan->processes[scan->n - 1].pid >= (pid_t)task.pid)
		return -EIO;
	process = &scan->processes[scan->n++];
	*process = (struct ns_process){ .pid = (pid_t)task.pid, .ppid = (pid_t)task.ppid,
					.uid = task.uid, .known = PROCESS_STATUS };
	for (size_t i = 0; i < BPF_NS_COUNT; i++)
		if (scan->walker->scan->kinds >> kinds_of_bpf[i] & 1)
			process->ns[kinds_of_bpf[i]] = task.ns[i];
	return 0;
}

static int take_file(void *state, const void *record)
{
	struct bpf_scan *scan = state;
	struct ns_holder holder = { .by = HOLDER_FD };
	struct bpf_file file;

	memcpy(&file, record, sizeof(file));
	holder.kind = file.flag ? ns_by_flag((int)file.flag) : NS_NET;
	if (!file.flag)
		holder.by = HOLDER_SOCKET;
	holder.ino = file.ino;
	holder.pid = (pid_t)file.pid;
	holder.fd = (int)file.fd;
	if (holder.kind != NS_NONE)
		walker_add(scan->walker, &holder);
	return 0;
}

/* ---- whether, and all together ---- */

/*
 * The iterators show every process, by the number that it has in the initial pid namespace: that is
 * this /proc only if it is the initial one's, and we live there.
 */
static bool shows_initial_processes(int proc)
{
	char text[LINK_MAX_LEN], self[LINK_MAX_LEN];
	ssize_t len = sys_readlinkat(proc, "self/ns/pid", text, sizeof(text)), self_len;
	uint64_t ino = 0, pid = 0;

	if (len <= 0 || scan_parse_link(text, (size_t)len, &ino) != NS_PID ||
	    ino != ns_types[NS_PID].init_ino)
		return false;
	self_len = sys_readlinkat(proc, "self", self, sizeof(self));
	return self_len > 0 && parse_digits(self, (size_t)self_len, INT32_MAX, &pid) == 0 &&
	       (pid_t)pid == sys_getpid();
}

/* How many tasks there are, threads included: "0.00 0.01 0.05 1/123 4567" (proc_loadavg(5)). */
static bool is_worth_loading(int proc)
{
	char text[128];
	const char *slash;
	uint64_t tasks;

	if (proc_read_file(proc, "loadavg", text, sizeof(text)) <= 0)
		return false;
	slash = strchr(text, '/');
	return slash &&
	       parse_digits(slash + 1, strcspn(slash + 1, " "), UINT64_MAX, &tasks) == 0 &&
	       tasks >= WORTH_LOADING;
}

int scan_by_bpf(struct walker *walker, struct ns_process **ret, size_t *ret_n)
{
	const struct scan *scan = walker->scan;
	struct bpf_scan state = { .walker = walker };
	struct loader_context context;
	int rc;

	/* Threads and what they keep for their children are not among the records. */
	if (scan->flags & SCAN_DEEP || !shows_initial_processes(scan->proc))
		return -EOPNOTSUPP;
	if (scan->way == SCAN_AUTO && !is_worth_loading(scan->proc))
		return -EOPNOTSUPP;
	rc = load(&context);
	if (rc == 0)
		rc = read_records(context.tasks, sizeof(struct bpf_task), take_task, &state);
	if (rc == 0 && scan->flags & SCAN_FDS)
		rc = read_records(context.files, sizeof(struct bpf_file), take_file, &state);
	cleanup_close(&context.tasks);
	cleanup_close(&context.files);
	if (rc < 0) {
		free(state.processes);
		walker->n_holders = 0;
		return rc;
	}
	*ret = state.processes;
	*ret_n = state.n;
	return 0;
}
