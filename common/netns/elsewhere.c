/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks for names in the other mount namespaces. A task that called chroot(2) shows only a part
 * of its mount namespace in /proc/PID/mountinfo (fs/proc_namespace.c), so none of them is asked:
 * a thread of our own enters each mount namespace, which gives it that namespace's root
 * (setns(2)), and reads its own. It looks up no path there, and ends right afterwards.
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

enum { ROUNDS_MAX = 32 }; /* looks at all mount namespaces, until no new one turns up */

static uint64_t ino_of(int proc, const char *link)
{
	struct stat st;

	return sys_fstatat(proc, link, &st, 0) < 0 ? 0 : st.st_ino;
}

static bool is_initial(int proc, enum ns_type type)
{
	char link[32];

	snprintf(link, sizeof(link), "self/ns/%s", ns_types[type].name);
	return ino_of(proc, link) == ns_types[type].init_ino;
}

/* Only the first obstacle is reported. */
static void miss(struct elsewhere *look, enum sight why)
{
	if (look->sight == SIGHT_ALL)
		look->sight = why;
}

static enum sight obstacle(int rc)
{
	return rc == -EPERM || rc == -EACCES ? SIGHT_RIGHTS : SIGHT_FAILED;
}

static bool is_known(const struct elsewhere *look, uint64_t id)
{
	for (size_t i = 0; i < look->n_known; i++)
		if (look->known[i] == id)
			return true;
	return false;
}

/* Whether this mount namespace is read for the first time; then it counts as known. */
static bool is_new(struct elsewhere *look, uint64_t id)
{
	uint64_t *known;

	if (is_known(look, id))
		return false;
	known = array_reserve(look->known, look->n_known + 1, &look->known_room, sizeof(*known));
	if (known) {
		look->known = known;
		look->known[look->n_known++] = id;
	} else {
		miss(look, SIGHT_FAILED);
	}
	return known != NULL;
}

/* In the thread. 0 or -errno. */
static int enter_and_read(struct elsewhere *look, int ns, uint64_t ino)
{
	int fd, rc = sys_setns(ns, ns_types[NS_MNT].flag);

	if (rc < 0)
		return rc;
	fd = proc_open_file(look->proc, "thread-self/mountinfo", O_RDONLY);
	return fd < 0 ? fd : elsewhere_read(look, fd, ino);
}

/* ---- from one to the next: Linux 6.12, with CAP_SYS_ADMIN in the initial pid namespace ---- */

static void visit(struct elsewhere *look, int ns, uint64_t id)
{
	struct stat st;
	int rc;

	if (!is_new(look, id))
		return;
	look->progress = true;
	rc = sys_fstat(ns, &st);
	if (rc == 0)
		rc = enter_and_read(look, ns, st.st_ino);
	if (rc < 0)
		miss(look, obstacle(rc));
}

/* They follow each other by their ids; also those that no process is in. */
static int visit_row(struct elsewhere *look, unsigned long direction)
{
	/* The thread has left for another one; the process has not. */
	int ns = sys_openat(look->proc, "self/ns/mnt", O_RDONLY, 0);
	uint64_t info[2] = { 0 }; /* struct mnt_ns_info, whose second half is the id */
	int rc = ns < 0 ? ns : sys_ioctl(ns, NS_GET_MNTNS_ID, &info[1]);

	while (rc >= 0) {
		visit(look, ns, info[1]);
		rc = sys_ioctl(ns, direction, info);
		close(ns);
		ns = rc;
	}
	return rc == -ENOENT ? 0 : rc;
}

static void *visit_each(void *argument)
{
	struct elsewhere *look = argument;
	int rc = sys_unshare(CLONE_FS); /* else setns(2) refuses: threads have one root */

	if (rc == 0)
		rc = visit_row(look, NS_MNT_GET_PREV);
	if (rc == 0)
		rc = visit_row(look, NS_MNT_GET_NEXT);
	if (rc < 0)
		miss(look, obstacle(rc));
	return NULL;
}

/*
 * In a user namespace the kernel passes over those that we may not enter, and says nothing, so
 * that is none of the places where all are seen.
 */
static bool leads_to_all(const struct elsewhere *look)
{
	_cleanup_close_ int ns = -1, next = -1;
	uint64_t info[2];

	if (!is_initial(look->proc, NS_PID) || !is_initial(look->proc, NS_USER))
		return false;
	ns = sys_openat(look->proc, "self/ns/mnt", O_RDONLY, 0);
	next = ns < 0 ? ns : sys_ioctl(ns, NS_MNT_GET_NEXT, info);
	return next >= 0 || next == -ENOENT;
}

/* ---- by the tasks: elsewhere and on older kernels ---- */

/* The directory of a task that is in the namespace, for /proc: "12", "12/task/13". */
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

/* Who may not enter it reads what the task shows: what is found there is there all the same. */
static int read_task(struct elsewhere *look, const char *task, uint64_t ino)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/mountinfo", task);
	fd = proc_open_file(look->proc, path, O_RDONLY);
	return fd < 0 ? fd : elsewhere_read(look, fd, ino);
}

/* 0 or -errno; -ESRCH where the task has gone meanwhile. */
static int visit_task(struct elsewhere *look, const char *task, uint64_t ino)
{
	_cleanup_close_ int ns = -1;
	struct stat st;
	char path[64];
	int rc;

	snprintf(path, sizeof(path), "%s/ns/mnt", task);
	ns = sys_openat(look->proc, path, O_RDONLY, 0);
	rc = ns < 0 ? ns : sys_fstat(ns, &st);
	if (rc == -ENOENT || (rc == 0 && st.st_ino != ino))
		return -ESRCH;
	if (rc == 0)
		rc = enter_and_read(look, ns, ino);
	if (rc == -EPERM || rc == -EACCES)
		read_task(look, task, ino);
	return rc;
}

static void visit_node(struct elsewhere *look, const struct ns_node *node)
{
	char task[32];
	int rc;

	if (!task_of(look->model, node, task, sizeof(task))) {
		miss(look, SIGHT_HELD);
		return;
	}
	rc = visit_task(look, task, node->ino);
	if (rc < 0 && rc != -ESRCH)
		miss(look, obstacle(rc));
	/* One whose task has gone stays unknown, for the next round. */
	if (rc == -ESRCH || is_new(look, node->ino))
		look->progress = true;
}

static void *visit_tasks(void *argument)
{
	struct elsewhere *look = argument;
	int rc = sys_unshare(CLONE_FS);

	if (rc < 0)
		miss(look, obstacle(rc));
	for (size_t i = 0; i < look->model->n_nodes; i++) {
		const struct ns_node *node = &look->model->nodes[i];

		if (node->type == NS_MNT && !is_known(look, node->ino))
			visit_node(look, node);
	}
	return NULL;
}

/* ---- one look ---- */

static void run_thread(struct elsewhere *look, void *(*visit_all)(void *))
{
	pthread_t thread;

	look->progress = false;
	if (pthread_create(&thread, NULL, visit_all, look) == 0)
		pthread_join(thread, NULL);
	else
		miss(look, SIGHT_FAILED);
}

static void look_at_tasks(struct elsewhere *look)
{
	struct scan request = { .proc = look->proc,
				.types = 1u << NS_MNT,
				.way = SCAN_PROC,
				.flags = SCAN_FDS | SCAN_DEEP };
	struct model model = { .n_nodes = 0 };
	struct diag ignored;

	look->progress = false;
	if (scan(&request, &model, &ignored) < 0) {
		miss(look, SIGHT_FAILED);
	} else {
		look->model = &model;
		run_thread(look, visit_tasks);
		look->model = NULL;
		if (request.unreadable || request.unreadable_mounts)
			miss(look, SIGHT_RIGHTS);
	}
	model_free(&model);
}

/*
 * Mount namespaces are made by copying others while we look, also of one that we have not come
 * to. So it takes a round without a new one.
 */
static void look_everywhere(struct elsewhere *look)
{
	bool kernel = leads_to_all(look);
	int rounds = 0;

	if (!is_initial(look->proc, NS_PID))
		miss(look, SIGHT_PID_NS);
	else if (!kernel && proc_hides(look->proc))
		miss(look, SIGHT_PROC);
	do {
		if (kernel)
			run_thread(look, visit_each);
		else
			look_at_tasks(look);
	} while (look->progress && ++rounds < ROUNDS_MAX);
	if (look->progress)
		miss(look, SIGHT_CHANGING);
}

/* What the caller sees itself, whatever it may not see besides. */
static void look_here(struct elsewhere *look, uint64_t own)
{
	int rc = read_task(look, "self", own);

	if (rc < 0)
		miss(look, obstacle(rc));
}

static void name_processes(struct elsewhere *look, uint64_t own)
{
	struct scan request = { .proc = look->proc, .types = 1u << NS_MNT, .way = SCAN_PROC };
	struct model model = { .n_nodes = 0 };
	struct diag ignored; /* without the processes there are the namespaces */

	if (look->n_found > 0 && scan(&request, &model, &ignored) < 0)
		model_free(&model);
	for (size_t i = 0; i < look->n_found; i++) {
		const struct elsewhere_found *found = &look->found[i];
		struct sought *sought = look->names[found->index];
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

static void look_for(struct elsewhere *look, int dir)
{
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored);
	uint64_t own;

	look->proc = proc;
	if (proc < 0 || elsewhere_place(dir, &look->place) < 0) {
		miss(look, SIGHT_FAILED);
		return;
	}
	qsort(look->names, look->n_names, sizeof(struct sought *), compare_names);
	own = ino_of(proc, "self/ns/mnt");
	look_here(look, own);
	/* A /proc of another pid namespace is one that we do not rely on. */
	if (proc_is_own(proc))
		look_everywhere(look);
	else
		miss(look, SIGHT_PROC);
	name_processes(look, own);
}

void presence_look(int dir, struct sought *list, size_t n)
{
	struct elsewhere look = { .sight = SIGHT_ALL };
	bool needed = false;

	look.names = calloc(n + 1, sizeof(struct sought *));
	for (size_t i = 0; i < n; i++) {
		list[i].own = false;
		list[i].mnt = 0;
		list[i].pid = 0;
		needed |= !list[i].never_mounted;
		if (look.names)
			look.names[look.n_names++] = &list[i];
	}
	if (needed && look.names)
		look_for(&look, dir);
	else
		miss(&look, SIGHT_FAILED);
	for (size_t i = 0; i < n; i++) {
		const struct presence_facts facts = {
			.mounted_elsewhere = list[i].mnt || list[i].own,
			.never_mounted = list[i].never_mounted,
			.sight = look.sight,
		};

		list[i].state = presence_decide(&facts);
		list[i].sight = look.sight;
	}
	free(look.names);
	free(look.known);
	free(look.found);
}
