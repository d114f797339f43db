/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/holders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/ns.h"
#include "inventory/holders.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "kernel/clock.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "output/diag.h"
#include "xnetns/process.h"

enum {
	UNSEEN_MS = 500, /* how long a namespace without a visible holder may take to end */
	POLL_MS = 10,
};

struct report {
	struct model model;
	pid_t self;       /* our PID in /proc */
	int64_t deadline; /* on clock_ms(), for all namespaces without a visible holder */
};

void holders_note(struct holders *holders, int dir, const char *name)
{
	struct diag ignored; /* a name without a namespace needs no warning */
	_cleanup_close_ int fd = nsref_open_file(dir, name, NS_NET,
						  NSREF_NOFOLLOW | NSREF_ROOTS_DIR, &ignored);
	struct noted noted = { .name = name }, *list;
	struct stat st;

	if (fd < 0 || sys_fstat(fd, &st) < 0)
		return;
	list = array_reserve(holders->list, holders->n + 1, &holders->room, sizeof(*list));
	if (!list)
		return; /* without memory only the warning is missing */
	holders->list = list;
	noted.ino = st.st_ino;
	if (sys_ioctl(fd, NS_GET_ID, &noted.id) < 0)
		noted.id = 0;
	holders->list[holders->n++] = noted;
}

void holders_forget(struct holders *holders, const char *name)
{
	if (holders->n > 0 && holders->list[holders->n - 1].name == name)
		holders->n--;
}

/* Stops process_scan() at the first process in the namespace. */
static int stop_at_member(pid_t pid, ino_t net, void *arg)
{
	(void)pid;
	return net == *(const ino_t *)arg ? -EEXIST : 0;
}

/*
 * Asks the kernel, which is fast, because most namespaces have ended. Before Linux 6.18 only
 * processes are searched.
 */
static bool lives_on(const struct noted *noted)
{
	struct diag ignored;
	ino_t ino = noted->ino;
	int alive = noted->id ? nsref_is_alive(noted->id, NS_NET, ino) : -ENOSYS;

	return alive >= 0 ? alive : process_scan(stop_at_member, &ino, NULL, &ignored) == -EEXIST;
}

/* Scans the host. Without /proc the warnings name no holders. */
static void scan_holders(struct report *report)
{
	struct diag ignored;
	_cleanup_close_ int proc = proc_open_root(&ignored), self = -1;
	struct scan request = { .proc = proc, .types = 1u << NS_NET,
				.flags = SCAN_FDS | SCAN_DEEP };

	if (proc < 0)
		return;
	self = proc_open_self(proc, &report->self, &ignored);
	if (scan(&request, &report->model, &ignored) < 0)
		model_free(&report->model);
}

/* The member with the next PID, or MODEL_NONE. */
static uint32_t next_member(const struct model *model, const struct ns_node *node)
{
	for (size_t i = node->process + 1; i < model->n_processes; i++)
		if (model->processes[i].ns[NS_NET] == node->ino)
			return (uint32_t)i;
	return MODEL_NONE;
}

/* Removes this process from the holders, since it is about to exit. Returns whether it was one. */
static bool remove_self(struct model *model, struct ns_node *node, pid_t self)
{
	const struct ns_process *own = model_process(model, self);
	bool found = own && own->ns[NS_NET] == node->ino;
	uint32_t *link = &node->first_holder;

	if (found) {
		node->n_processes--;
		if (own == &model->processes[node->process])
			node->process = next_member(model, node);
	}
	while (*link != MODEL_NONE) {
		const struct ns_holder *holder = &model->holders[*link];

		if (holder->pid == self && holder->by != HOLDER_MOUNT) {
			*link = holder->next;
			found = true;
		} else {
			link = &model->holders[*link].next;
		}
	}
	return found;
}

/* Gives the kernel time to release late references, such as sockets of ended processes. */
static bool ends_soon(const struct noted *noted, int64_t deadline)
{
	do {
		if (!lives_on(noted))
			return true;
		clock_wait_ms(POLL_MS);
	} while (clock_ms() < deadline);
	return false;
}

static void warn(struct report *report, const struct noted *noted)
{
	uint32_t index = model_find(&report->model, NS_NET, noted->ino);
	struct ns_node *node = index == MODEL_NONE ? NULL : &report->model.nodes[index];
	bool ours = node && remove_self(&report->model, node, report->self);
	_cleanup_free_ char *text = node ? holders_text(&report->model, node) : NULL;

	if (!text && (ours || ends_soon(noted, report->deadline)))
		return;
	diag_warn("xnetns", "the namespace that was '%s' lives on, held by %s", noted->name,
		  text ? text : "something that cannot be seen from here");
}

void holders_report(struct holders *holders)
{
	struct report report = { .self = -1 };
	size_t n = 0;

	for (size_t i = 0; i < holders->n; i++)
		if (lives_on(&holders->list[i]))
			holders->list[n++] = holders->list[i];
	if (n > 0)
		scan_holders(&report);
	report.deadline = clock_ms() + UNSEEN_MS;
	/* A process that opened the namespace only briefly, such as a listing, has closed it by
	 * now. */
	for (size_t i = 0; i < n; i++)
		if (lives_on(&holders->list[i]))
			warn(&report, &holders->list[i]);
	model_free(&report.model);
}

void holders_free(struct holders *holders)
{
	free(holders->list);
	*holders = (struct holders){ 0 };
}
