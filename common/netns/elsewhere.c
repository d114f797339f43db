/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Searches the other mount namespaces for names. /proc/PID/mountinfo shows only the mounts below
 * the root of the task, which may have called chroot(2) (fs/proc_namespace.c). So a thread of ours
 * enters each mount namespace, which gives it that namespace's root (setns(2)), and reads its own
 * mountinfo. It looks up no path there, and ends afterwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/ns.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "kernel/io.h"
#include "kernel/mount_table.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/elsewhere.h"
#include "netns/store.h"

enum { ROUNDS_MAX = 32 }; /* passes over all mount namespaces; the last finds none new */

/* Only the first obstacle is reported. */
static void note_obstacle(struct elsewhere *search, enum sight why)
{
	if (search->sight == SIGHT_ALL)
		search->sight = why;
}

static enum sight obstacle(int rc)
{
	return rc == -EPERM || rc == -EACCES ? SIGHT_RIGHTS : SIGHT_FAILED;
}

static bool is_known(const struct elsewhere *search, uint64_t id)
{
	for (size_t i = 0; i < search->n_known; i++)
		if (search->known[i] == id)
			return true;
	return false;
}

/* Whether this mount namespace is new to the search; then it is recorded as known. */
static bool is_new(struct elsewhere *search, uint64_t id)
{
	uint64_t *known;

	if (is_known(search, id))
		return false;
	known = array_reserve(search->known, search->n_known + 1, &search->known_room,
			      sizeof(*known));
	if (known) {
		search->known = known;
		search->known[search->n_known++] = id;
	} else {
		note_obstacle(search, SIGHT_FAILED);
	}
	return known != NULL;
}

/*
 * Enters the mount namespace and reads its mounts. Only in a thread of its own, because setns(2)
 * changes the root and working directory. 0 or -errno.
 */
static int enter_and_read(struct elsewhere *search, int ns, uint64_t ino)
{
	int fd, rc = sys_setns(ns, ns_types[NS_MNT].flag);

	if (rc < 0)
		return rc;
	fd = proc_open_file(search->proc, "thread-self/mountinfo", O_RDONLY);
	return fd < 0 ? fd : elsewhere_read(search, fd, ino);
}

/* ---- by NS_MNT_GET_NEXT: Linux 6.12, with CAP_SYS_ADMIN in the initial pid namespace ---- */

static void visit(struct elsewhere *search, int ns, uint64_t id)
{
	struct stat st;
	int rc;

	if (!is_new(search, id))
		return;
	search->progress = true;
	rc = sys_fstat(ns, &st);
	if (rc == 0)
		rc = enter_and_read(search, ns, st.st_ino);
	if (rc < 0)
		note_obstacle(search, obstacle(rc));
}

/*
 * The kernel links mount namespaces in the order of their ids, also those without a process
 * (get_sequential_mnt_ns(), fs/namespace.c).
 */
static int visit_row(struct elsewhere *search, unsigned long direction)
{
	/* "self" is the first thread, which has entered no other mount namespace. */
	int ns = sys_openat(search->proc, "self/ns/mnt", O_RDONLY, 0);
	uint64_t info[2] = { 0 }; /* struct mnt_ns_info; its second half is the id */
	int rc = ns < 0 ? ns : sys_ioctl(ns, NS_GET_MNTNS_ID, &info[1]);

	while (rc >= 0) {
		visit(search, ns, info[1]);
		rc = sys_ioctl(ns, direction, info);
		close(ns);
		ns = rc;
	}
	return rc == -ENOENT ? 0 : rc;
}

static void *visit_each(void *argument)
{
	struct elsewhere *search = argument;
	int rc = sys_unshare(CLONE_FS); /* setns(2) requires a root that no other thread shares */

	if (rc == 0)
		rc = visit_row(search, NS_MNT_GET_PREV);
	if (rc == 0)
		rc = visit_row(search, NS_MNT_GET_NEXT);
	if (rc < 0)
		note_obstacle(search, obstacle(rc));
	return NULL;
}

/*
 * In a user namespace NS_MNT_GET_NEXT silently skips mount namespaces that we may not enter
 * (fs/namespace.c), so the search would miss some.
 */
static bool leads_to_all(const struct elsewhere *search)
{
	_cleanup_close_ int ns = -1, next = -1;
	uint64_t info[2];

	if (!elsewhere_is_initial(search->proc, NS_PID) || !elsewhere_is_initial(search->proc, NS_USER))
		return false;
	ns = sys_openat(search->proc, "self/ns/mnt", O_RDONLY, 0);
	next = ns < 0 ? ns : sys_ioctl(ns, NS_MNT_GET_NEXT, info);
	return next >= 0 || next == -ENOENT;
}

/* ---- by the tasks, everywhere else ---- */

/* Writes the directory in /proc of a task in the mount namespace: "12", "12/task/13". */
static bool task_of(const struct model *model, const struct ns_node *node, char *buf, size_t size)
{
	if (node->process != MODEL_NONE) {
		snprintf(buf, size, "%d", (int)model->processes[node->process].pid);
		return true;
	}
	for (uint32_t i = node->first_holder; i != MODEL_NONE; i = model->holders[i].next) {
		const struct ns_holder *holder = &model->holders[i];

		if (holder->by != HOLDER_THREAD)
			continue;
		snprintf(buf, size, "%d/task/%d", (int)holder->pid, holder->fd);
		return true;
	}
	return false;
}

/* Reads the mounts that the task sees. They may be a part, but each is a mount of its namespace. */
static int read_task(struct elsewhere *search, const char *task, uint64_t ino)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/mountinfo", task);
	fd = proc_open_file(search->proc, path, O_RDONLY);
	return fd < 0 ? fd : elsewhere_read(search, fd, ino);
}

/* 0 or -errno; -ESRCH if the task has left or ended. */
static int visit_task(struct elsewhere *search, const char *task, uint64_t ino)
{
	_cleanup_close_ int ns = -1;
	struct stat st;
	char path[64];
	int rc;

	snprintf(path, sizeof(path), "%s/ns/mnt", task);
	ns = sys_openat(search->proc, path, O_RDONLY, 0);
	rc = ns < 0 ? ns : sys_fstat(ns, &st);
	if (rc == -ENOENT || (rc == 0 && st.st_ino != ino))
		return -ESRCH;
	if (rc == 0)
		rc = enter_and_read(search, ns, ino);
	if (rc == -EPERM || rc == -EACCES)
		read_task(search, task, ino);
	return rc;
}

static void visit_node(struct elsewhere *search, const struct ns_node *node)
{
	char task[32];
	int rc;

	if (!task_of(search->model, node, task, sizeof(task))) {
		note_obstacle(search, SIGHT_HELD);
		return;
	}
	rc = visit_task(search, task, node->ino);
	if (rc < 0 && rc != -ESRCH)
		note_obstacle(search, obstacle(rc));
	/* If its task has gone, it is not known, and the next round tries again. */
	if (rc == -ESRCH || is_new(search, node->ino))
		search->progress = true;
}

static void *visit_tasks(void *argument)
{
	struct elsewhere *search = argument;
	int rc = sys_unshare(CLONE_FS); /* as in visit_each() */

	if (rc < 0)
		note_obstacle(search, obstacle(rc));
	for (size_t i = 0; i < search->model->n_nodes; i++) {
		const struct ns_node *node = &search->model->nodes[i];

		if (node->type == NS_MNT && !is_known(search, node->ino))
			visit_node(search, node);
	}
	return NULL;
}

/* ---- one search ---- */

static void run_thread(struct elsewhere *search, void *(*visit_all)(void *))
{
	pthread_t thread;

	search->progress = false;
	if (pthread_create(&thread, NULL, visit_all, search) == 0)
		pthread_join(thread, NULL);
	else
		note_obstacle(search, SIGHT_FAILED);
}

static void search_by_tasks(struct elsewhere *search)
{
	struct scan request = { .proc = search->proc,
				.types = 1u << NS_MNT,
				.way = SCAN_PROC,
				.flags = SCAN_FDS | SCAN_DEEP };
	struct model model = { .n_nodes = 0 };
	struct diag ignored;

	search->progress = false;
	if (scan(&request, &model, &ignored) < 0) {
		note_obstacle(search, SIGHT_FAILED);
	} else {
		search->model = &model;
		run_thread(search, visit_tasks);
		search->model = NULL;
		if (request.unreadable || request.unreadable_mounts)
			note_obstacle(search, SIGHT_RIGHTS);
	}
	model_free(&model);
}

/*
 * Meanwhile a process may copy a mount namespace that has not been read, with CLONE_NEWNS. So the
 * search is complete only after a round without a new one.
 */
static void search_all(struct elsewhere *search)
{
	bool kernel = leads_to_all(search);
	int rounds = 0;

	if (!elsewhere_is_initial(search->proc, NS_PID))
		note_obstacle(search, SIGHT_PID_NS);
	else if (!kernel && proc_hides(search->proc))
		note_obstacle(search, SIGHT_PROC);
	do {
		if (kernel)
			run_thread(search, visit_each);
		else
			search_by_tasks(search);
	} while (search->progress && ++rounds < ROUNDS_MAX);
	if (search->progress)
		note_obstacle(search, SIGHT_CHANGING);
}

/* Reads our own mounts, even if no other mount namespace can be read. */
static void search_own(struct elsewhere *search, uint64_t own)
{
	int rc = read_task(search, "self", own);

	if (rc < 0)
		note_obstacle(search, obstacle(rc));
}

static void name_processes(struct elsewhere *search, uint64_t own)
{
	struct scan request = { .proc = search->proc, .types = 1u << NS_MNT, .way = SCAN_PROC };
	struct model model = { .n_nodes = 0 };
	struct diag ignored; /* without PIDs, messages name the mount namespace */

	if (search->n_found > 0 && scan(&request, &model, &ignored) < 0)
		model_free(&model);
	for (size_t i = 0; i < search->n_found; i++) {
		const struct elsewhere_match *found = &search->found[i];
		struct sought *sought = search->names[found->index];
		uint32_t index = model_find(&model, NS_MNT, found->mnt);
		uint32_t process = index == MODEL_NONE ? MODEL_NONE : model.nodes[index].process;
		pid_t pid = process == MODEL_NONE ? 0 : model.processes[process].pid;

		sought->own |= found->mnt == own;
		if (!sought->mnt || (pid && (!sought->pid || pid < sought->pid))) {
			sought->mnt = found->mnt;
			sought->pid = pid;
		}
	}
	model_free(&model);
}

static int compare_names(const void *left, const void *right)
{
	struct sought *const *a = left, *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

static void search_names(struct elsewhere *search, int dir)
{
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored);
	uint64_t own;

	search->proc = proc;
	if (proc < 0 || elsewhere_place(dir, &search->place) < 0) {
		note_obstacle(search, SIGHT_FAILED);
		return;
	}
	qsort(search->names, search->n_names, sizeof(struct sought *), compare_names);
	own = elsewhere_ino_of(proc, "self/ns/mnt");
	search_own(search, own);
	/* The PIDs in a /proc of another pid namespace are not those of our namespace. */
	if (proc_is_own(proc))
		search_all(search);
	else
		note_obstacle(search, SIGHT_PROC);
	name_processes(search, own);
}

void presence_search(int dir, struct sought *list, size_t n)
{
	struct elsewhere search = { .sight = SIGHT_ALL };
	bool needed = false;

	search.names = calloc(n + 1, sizeof(struct sought *));
	for (size_t i = 0; i < n; i++) {
		list[i].own = false;
		list[i].mnt = 0;
		list[i].pid = 0;
		needed |= !list[i].never_mounted && !list[i].link;
		if (search.names && !list[i].link)
			search.names[search.n_names++] = &list[i];
	}
	if (needed && search.names)
		search_names(&search, dir);
	else
		note_obstacle(&search, SIGHT_FAILED);
	for (size_t i = 0; i < n; i++) {
		const struct presence_facts facts = {
			.mounted_elsewhere = list[i].mnt || list[i].own,
			.never_mounted = list[i].never_mounted,
			.sight = search.sight,
		};

		list[i].state = presence_decide(&facts);
		list[i].sight = search.sight;
		if (list[i].link)
			link_look(&list[i]);
	}
	free(search.names);
	free(search.known);
	free(search.found);
}
