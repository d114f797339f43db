/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk over the processes. What costs is looking up files in a procfs that has not been used
 * yet: about 5 microseconds each, most of it for the inode. So a pidfd is asked where that can be:
 * 28 microseconds a process. In /proc the directory is looked up once, and readlinkat(2) gives the
 * inode number from the link's text without making the namespace's own inode, as stat(2) would: 42.
 */
#include "inventory/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "inventory/scan_bpf.h"
#include "inventory/scan_internal.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

/* ---- the list of processes ---- */

struct pid_list {
	pid_t *pids;
	size_t n, size;
	bool no_memory;
};

static void take_pid(void *state, int dir, pid_t pid)
{
	struct pid_list *list = state;
	pid_t *grown;

	(void)dir;
	grown = array_reserve(list->pids, list->n + 1, &list->size, sizeof(*grown));
	if (!grown) {
		list->no_memory = true;
		return;
	}
	list->pids = grown;
	list->pids[list->n++] = pid;
}

static int compare_pids(const void *left, const void *right)
{
	const pid_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* All processes, unread. */
static int list_processes(int proc, struct found *ret)
{
	struct pid_list list = { 0 };
	struct ns_process *processes = NULL;
	int rc = scan_numbers(proc, ".", take_pid, &list);

	if (rc == 0 && !list.no_memory) {
		/* The kernel's procfs is sorted. qsort(3) wants an array even for nothing. */
		if (list.n)
			qsort(list.pids, list.n, sizeof(*list.pids), compare_pids);
		processes = calloc(list.n + 1, sizeof(*processes));
	}
	for (size_t i = 0; processes && i < list.n; i++)
		processes[i] = (struct ns_process){ .pid = list.pids[i], .uid = MODEL_NO_UID };
	free(list.pids);
	if (rc < 0)
		return rc;
	if (!processes)
		return -ENOMEM;
	ret->processes = processes;
	ret->n = ret->n_rest = list.n;
	return 0;
}

/* ---- one process ---- */

/*
 * 0, or the first failure that says more than "has ended": a zombie has lost some of its namespaces
 * and not the others, so ENOENT of one is no reason to leave the rest. After EACCES the rest would
 * be refused too.
 */
static int read_links(int dir, unsigned kinds, uint64_t *ns)
{
	for (int k = 0; k < NS_COUNT; k++) {
		char text[LINK_MAX_LEN];
		ssize_t len;
		uint64_t ino;

		if (!(kinds >> k & 1))
			continue;
		len = sys_readlinkat(dir, ns_types[k].name, text, sizeof(text));
		if (len == -ENOENT || len == -ESRCH)
			continue;
		if (len < 0)
			return (int)len;
		if (scan_parse_link(text, (size_t)len, &ino) == (enum ns_kind)k)
			ns[k] = ino;
	}
	return 0;
}

/* The namespaces of a task of these types, from /proc. 0 or -errno. */
static int read_directory(int proc, pid_t task, unsigned kinds, uint64_t *ns)
{
	_cleanup_close_ int dir = -1;
	char path[32];

	snprintf(path, sizeof(path), "%d/ns", (int)task);
	dir = sys_openat(proc, path, O_PATH | O_DIRECTORY, 0);
	return dir < 0 ? dir : read_links(dir, kinds, ns);
}

/* A zombie keeps its user and its pid namespace. */
static bool has_lost(unsigned kinds, const uint64_t *ns)
{
	unsigned lost = kinds & ~(1u << NS_USER | 1u << NS_PID);

	for (int k = 0; k < NS_COUNT; k++)
		if (lost >> k & 1 && ns[k])
			return false;
	return lost != 0;
}

/* The first thread that lives on. */
struct survivor {
	int proc;
	unsigned kinds;
	struct ns_process *process;
	pid_t tid; /* 0: none */
};

static void take_survivor(void *state, int dir, pid_t tid)
{
	struct survivor *survivor = state;
	uint64_t ns[NS_COUNT] = { 0 };

	(void)dir;
	if (survivor->tid || tid == survivor->process->pid ||
	    read_directory(survivor->proc, tid, survivor->kinds, ns) < 0 ||
	    has_lost(survivor->kinds, ns))
		return;
	survivor->tid = tid;
	memcpy(survivor->process->ns, ns, sizeof(ns));
}

/*
 * A process goes on without its first thread: then that is a zombie, and what another has is the
 * process's. ret_task (may be NULL) is whose descriptors are the process's. 0 or -errno.
 */
static int read_threads(int proc, unsigned kinds, struct ns_process *process, pid_t *ret_task)
{
	struct survivor survivor = { proc, kinds, process, 0 };
	int rc = read_directory(proc, process->pid, kinds, process->ns);
	char path[32];

	if (rc < 0 || !has_lost(kinds, process->ns))
		return rc;
	snprintf(path, sizeof(path), "%d/task", (int)process->pid);
	scan_numbers(proc, path, take_survivor, &survivor);
	if (survivor.tid && ret_task)
		*ret_task = survivor.tid;
	return 0;
}

/* The kernel has EACCES for the links of a process that has just ended, too: ESRCH instead. */
static int settle_error(int proc, pid_t pid, int rc)
{
	_cleanup_close_ int dir = -1;
	char path[16];

	if (rc != -EACCES)
		return rc;
	snprintf(path, sizeof(path), "%d", (int)pid);
	dir = sys_openat(proc, path, O_PATH, 0);
	return dir == -ENOENT || dir == -ESRCH ? -ESRCH : rc;
}

int scan_process(int proc, struct ns_process *process)
{
	process->uid = MODEL_NO_UID;
	return settle_error(proc, process->pid, read_threads(proc, SCAN_ALL_KINDS, process, NULL));
}

bool scan_has_pidfds(int proc)
{
	_cleanup_close_ int pidfd = -1, ns = -1;

	if (!proc_is_own(proc))
		return false;
	pidfd = sys_pidfd_open(sys_getpid(), 0);
	ns = pidfd < 0 ? pidfd : nsref_open_member(pidfd, NS_MNT);
	return ns >= 0;
}

/*
 * The same by pidfd. A namespace's inode is made when it is opened and goes with the last descriptor,
 * which takes longer than all else, so those of one process stay open until the next has been
 * asked, which most often has the same. 0 or -errno.
 */
static int ask_process(struct walker *walker, struct ns_process *process)
{
	_cleanup_close_ int pidfd = sys_pidfd_open(process->pid, 0);

	if (pidfd < 0)
		return pidfd;
	for (int k = 0; k < NS_COUNT; k++) {
		int fd;

		if (!(walker->scan->kinds >> k & 1))
			continue;
		fd = nsref_open_member(pidfd, (enum ns_kind)k);
		if (fd == -EOPNOTSUPP)
			continue;
		if (fd < 0)
			return fd;
		process->ns[k] = scan_ino(fd);
		cleanup_close(&walker->kept[k]);
		walker->kept[k] = fd;
	}
	return 0;
}

/* What has no answer by pidfd may have one in /proc, such as a zombie; EACCES would be the same. */
static int read_namespaces(struct walker *walker, struct ns_process *process, pid_t *ret_task)
{
	const struct scan *scan = walker->scan;
	int rc = scan->pidfds ? ask_process(walker, process) : -ENOTTY;

	if (rc == 0 || rc == -EACCES)
		return rc;
	return read_threads(scan->proc, scan->kinds, process, ret_task);
}

static int read_process(struct walker *walker, struct ns_process *process)
{
	const struct scan *scan = walker->scan;
	pid_t task = process->pid;
	int rc = read_namespaces(walker, process, &task);

	if (rc == 0 && scan->flags & SCAN_FDS)
		rc = scan_fds(walker, process, task);
	if (rc == 0 && scan->flags & SCAN_DEEP)
		rc = scan_threads(walker, process);
	return rc;
}

struct walk {
	struct found found;
	struct walker walkers[PARALLEL_MAX];
};

static void walk_one(void *state, unsigned thread, size_t i)
{
	struct walk *walk = state;
	const struct found *found = &walk->found;
	struct ns_process *process = &found->processes[found->rest ? found->rest[i] : i];
	struct walker *walker = &walk->walkers[thread];
	int rc = read_process(walker, process);

	rc = settle_error(walker->scan->proc, process->pid, rc);
	if (rc < 0 && rc != -ENOENT && rc != -ESRCH)
		walker->unreadable++;
}

void walker_init(struct walker *walker, const struct scan *scan)
{
	*walker = (struct walker){ .scan = scan };
	for (int k = 0; k < NS_COUNT; k++)
		walker->kept[k] = -1;
}

void walker_free(struct walker *walker)
{
	for (int k = 0; k < NS_COUNT; k++)
		cleanup_close(&walker->kept[k]);
	free(walker->holders);
	free(walker->sockets);
}

void walker_add(struct walker *walker, const struct ns_holder *holder)
{
	struct ns_holder *grown;

	if (!(walker->scan->kinds >> holder->kind & 1))
		return;
	grown = array_reserve(walker->holders, walker->n_holders + 1, &walker->holders_size,
			      sizeof(*grown));
	if (!grown) {
		walker->no_memory = true;
		return;
	}
	walker->holders = grown;
	walker->holders[walker->n_holders++] = *holder;
}

/* ---- all together ---- */

static int merge(struct scan *scan, struct walker *walker, struct model *model)
{
	int rc = walker->no_memory ? -ENOMEM : 0;

	for (size_t i = 0; rc == 0 && i < walker->n_holders; i++)
		rc = model_add_holder(model, &walker->holders[i]);
	scan->unreadable += walker->unreadable;
	return rc;
}

void found_free(struct found *found)
{
	for (size_t i = 0; i < found->n; i++)
		free(found->processes[i].command);
	free(found->processes);
	free(found->rest);
	free(found->told.list);
	*found = (struct found){ 0 };
}

/* By BPF, or by /proc, which always works. */
static int find_processes(const struct scan *scan, struct found *ret, struct diag *diag)
{
	int rc = -EOPNOTSUPP;

#ifdef HAVE_BPF
	if (scan->way != SCAN_PROC)
		rc = scan_by_bpf(scan, ret);
#endif
	if (rc < 0 && scan->way == SCAN_BPF)
		return diag_set(diag, -rc, "cannot list the processes by BPF");
	if (rc < 0)
		rc = list_processes(scan->proc, ret);
	return rc < 0 ? diag_set(diag, -rc, "cannot list the processes in /proc") : 0;
}

/* The processes, and what they hold, into the model. */
static int take_walk(struct scan *scan, struct walk *walk, struct model *model)
{
	struct ns_process *processes = walk->found.processes;
	size_t n = walk->found.n;
	int rc;

	walk->found.processes = NULL;
	walk->found.n = 0;
	rc = model_take_processes(model, processes, n);
	scan->unreadable = 0;
	for (size_t i = 0; i < PARALLEL_MAX; i++) {
		if (rc == 0)
			rc = merge(scan, &walk->walkers[i], model);
		walker_free(&walk->walkers[i]);
	}
	return rc;
}

/* told: what came along about owners and parents. The caller frees it. */
static int scan_processes(struct scan *scan, struct model *model, struct answers *told,
			  struct diag *diag)
{
	struct walk walk = { 0 };
	size_t n;
	int rc;

	rc = find_processes(scan, &walk.found, diag);
	if (rc < 0)
		return rc;
	n = walk.found.n_rest;
	scan->self = proc_self_pid(scan->proc);
	scan->pidfds = n > 0 && scan_has_pidfds(scan->proc);
	for (size_t i = 0; i < PARALLEL_MAX; i++)
		walker_init(&walk.walkers[i], scan);
	parallel_for(n, parallel_threads(n), walk_one, &walk);
	rc = take_walk(scan, &walk, model);
	*told = walk.found.told;
	walk.found.told = (struct answers){ 0 };
	found_free(&walk.found);
	return rc < 0 ? diag_set(diag, -rc, "cannot remember the processes") : 0;
}

int scan(struct scan *scan, struct model *model, struct diag *diag)
{
	struct answers told = { 0 };
	int rc = scan_processes(scan, model, &told, diag);

	if (rc < 0)
		return rc;
	rc = scan_mounts(scan, model);
	if (rc == 0)
		rc = scan_relations(scan, model, &told);
	if (rc == 0)
		rc = model_settle(model);
	free(told.list);
	return rc < 0 ? diag_set(diag, -rc, "cannot list the namespaces") : 0;
}
