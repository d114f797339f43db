/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks each namespace once for its owner, its parent and its id (ioctl_nsfs(2)). This also finds the
 * namespaces that only a child or an owned namespace keeps alive.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "inventory/scan_internal.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"

enum { LISTNS_MAX = 1000000 }; /* for more, listns(2) fails with EOVERFLOW (fs/nsfs.c) */

struct query {
	const struct scan *scan;
	const struct model *model; /* not changed while threads run */
	const bool *known;         /* by index of node: skip these */
	struct relations answers[PARALLEL_MAX];
};

static uint64_t ask_id(int fd, enum ns_type type)
{
	uint64_t id = 0;

	/* NS_GET_ID is new in Linux 6.18; NS_GET_MNTNS_ID in 6.11 (include/uapi/linux/nsfs.h). */
	if (sys_ioctl(fd, NS_GET_ID, &id) < 0 &&
	    (type != NS_MNT || sys_ioctl(fd, NS_GET_MNTNS_ID, &id) < 0))
		return 0;
	return id;
}

static void ask(struct query *query, unsigned thread, int fd, enum ns_type type, uint64_t ino);

/* Also asks a relative that is not in the model, while its descriptor is open. */
static uint64_t ask_relative(struct query *query, unsigned thread, int fd, enum ns_type type)
{
	uint64_t ino = scan_ino(fd);
	bool wanted = query->scan->flags & SCAN_RELATIONS || query->scan->types >> type & 1;

	if (ino && wanted && model_find(query->model, type, ino) == MODEL_NONE)
		ask(query, thread, fd, type, ino);
	return ino;
}

/* The recursion ends: namespaces nest 32 levels at most (user_namespaces(7), pid_namespaces(7)). */
static void ask(struct query *query, unsigned thread, int fd, enum ns_type type, uint64_t ino)
{
	struct relation answer = { .type = type, .ino = ino, .owner_uid = MODEL_NO_UID };
	_cleanup_close_ int parent = -1, owner = -1;

	if (query->scan->flags & SCAN_IDS)
		answer.id = ask_id(fd, type);
	if (type == NS_USER && sys_ioctl(fd, NS_GET_OWNER_UID, &answer.owner_uid) < 0)
		answer.owner_uid = MODEL_NO_UID;
	/* EPERM for the parent of the caller's own namespace and its ancestors (ioctl_nsfs(2)). */
	if (ns_types[type].nested)
		parent = sys_ioctl(fd, NS_GET_PARENT, NULL);
	if (parent >= 0)
		answer.parent = ask_relative(query, thread, parent, type);
	/* The owner of a user namespace is its parent (user_namespaces(7)). */
	if (type == NS_USER)
		answer.owner = answer.parent;
	else
		owner = sys_ioctl(fd, NS_GET_USERNS, NULL);
	if (owner >= 0)
		answer.owner = ask_relative(query, thread, owner, NS_USER);
	relations_add(&query->answers[thread], &answer);
}

static void note_unopened(const struct model *model, const struct ns_node *node,
			  struct scan_silent *unopened)
{
	uint32_t i = node->first_holder;

	while (i != MODEL_NONE && model->holders[i].by != HOLDER_MOUNT)
		i = model->holders[i].next;
	if (unopened->n++ == 0 && i != MODEL_NONE)
		unopened->pid = model->holders[i].pid;
}

static void ask_one(void *state, unsigned thread, size_t i)
{
	struct query *query = state;
	const struct ns_node *node = &query->model->nodes[i];
	bool user = query->scan->types >> NS_USER & 1;
	_cleanup_close_ int fd = -1;

	if (query->known[i])
		return;
	/* Only user and pid namespaces are owners or parents of others. */
	if (!(query->scan->flags & (SCAN_RELATIONS | SCAN_IDS)) && !user && node->type != NS_PID)
		return;
	fd = scan_open(query->scan, query->model, (uint32_t)i);
	if (fd >= 0)
		ask(query, thread, fd, node->type, node->ino);
	else if (fd == -EAGAIN)
		note_unopened(query->model, node, &query->answers[thread].unopened);
}

/* Asks a namespace that has no process, descriptor or mount as its holder. */
static void ask_new(struct query *query, int fd)
{
	enum ns_type type = nsref_kind(fd);
	uint64_t ino = scan_ino(fd);

	if (type != NS_NONE && ino && query->scan->types >> type & 1 &&
	    model_find(query->model, type, ino) == MODEL_NONE)
		ask(query, 0, fd, type, ino);
}

/*
 * Goes from our mount namespace to all older or all newer ones (NS_MNT_GET_NEXT, Linux 6.12; requires
 * CAP_SYS_ADMIN in the initial pid namespace). This finds those that only a descriptor in a socket's
 * queue keeps alive.
 */
static void ask_mount_namespaces(struct query *query, unsigned long direction)
{
	uint64_t info[2]; /* struct mnt_ns_info */
	int fd = sys_openat(query->scan->proc, "self/ns/mnt", O_RDONLY | O_NONBLOCK, 0);

	while (fd >= 0) {
		int next = sys_ioctl(fd, direction, info);

		close(fd);
		fd = next;
		if (fd >= 0)
			ask_new(query, fd);
	}
}

/*
 * listns(2), Linux 6.19. All ids in one call: continuing after the last id of a call returns ENOENT if
 * that namespace has ended meanwhile (fs/nsfs.c). The number of ids, or -errno.
 */
static ssize_t list_ids(size_t expected, uint64_t **ret)
{
	const struct kernel_ns_id_req req = { .size = sizeof(req) };
	size_t size = 2 * expected + 1024;
	ssize_t n;

	for (;; size *= 2) {
		uint64_t *ids = malloc(size * sizeof(*ids));

		n = ids ? sys_listns(&req, ids, size) : -ENOMEM;
		if (n >= 0 && ((size_t)n < size || size > LISTNS_MAX / 2)) {
			*ret = ids;
			return n;
		}
		free(ids);
		if (n < 0)
			return n;
	}
}

/* Only if this /proc shows us: otherwise it and the kernel's lists refer to different processes. */
static void ask_kernel(struct query *query)
{
	_cleanup_close_ int self = sys_openat(query->scan->proc, "self", O_PATH, 0);
	_cleanup_free_ uint64_t *ids = NULL;
	ssize_t n = self < 0 ? self : list_ids(query->model->n_nodes, &ids);

	for (ssize_t i = 0; ids && i < n; i++) {
		_cleanup_close_ int fd = nsref_open_handle(ids[i]);

		if (fd >= 0)
			ask_new(query, fd);
	}
	if (n < 0 && query->scan->types >> NS_MNT & 1) {
		ask_mount_namespaces(query, NS_MNT_GET_NEXT);
		ask_mount_namespaces(query, NS_MNT_GET_PREV);
	}
}

static int relate(struct model *model, const struct relation *answer)
{
	uint32_t index, parent = MODEL_NONE, owner = MODEL_NONE;
	struct ns_node *node;
	int rc = model_add(model, answer->type, answer->ino, &index);

	if (rc < 0)
		return rc;
	if (answer->parent)
		parent = model_find(model, answer->type, answer->parent);
	if (answer->owner)
		owner = model_find(model, NS_USER, answer->owner);
	node = &model->nodes[index];
	node->parent = parent;
	node->owner = owner;
	node->owner_uid = answer->owner_uid;
	node->id = answer->id;
	return 0;
}

/* Makes two passes, because a parent may have been asked after its child. */
static int relate_all(struct query *query, struct model *model)
{
	uint32_t unused;
	int rc = 0;

	for (size_t t = 0; t < PARALLEL_MAX; t++) {
		const struct relations *answers = &query->answers[t];

		if (answers->no_memory)
			return -ENOMEM;
		for (size_t i = 0; rc == 0 && i < answers->n; i++)
			rc = model_add(model, answers->list[i].type, answers->list[i].ino, &unused);
	}
	for (size_t t = 0; t < PARALLEL_MAX; t++)
		for (size_t i = 0; rc == 0 && i < query->answers[t].n; i++)
			rc = relate(model, &query->answers[t].list[i]);
	return rc;
}

static bool is_known(const struct model *model, enum ns_type type, uint64_t ino)
{
	return !ino || model_find(model, type, ino) != MODEL_NONE;
}

/*
 * Takes the reported relations, and marks these namespaces as known. If the owner or the parent is
 * not in the model, the namespace is asked nevertheless, because it leads to them.
 */
static int take_reported(const struct relations *reported, struct model *model, bool *known,
			 size_t *n_known)
{
	int rc = reported->no_memory ? -ENOMEM : 0;

	for (size_t i = 0; rc == 0 && i < reported->n; i++) {
		const struct relation *answer = &reported->list[i];
		uint32_t index = model_find(model, answer->type, answer->ino);

		if (index == MODEL_NONE || !is_known(model, answer->type, answer->parent) ||
		    !is_known(model, NS_USER, answer->owner))
			continue;
		*n_known += !known[index];
		known[index] = true;
		rc = relate(model, answer);
	}
	return rc;
}

int scan_relations(struct scan *scan, struct model *model, const struct relations *reported)
{
	const unsigned related = 1u << NS_USER | 1u << NS_PID;
	size_t n = model->n_nodes, n_known = 0;
	_cleanup_free_ bool *known = calloc(n + 1, sizeof(*known));
	struct query query = { .scan = scan, .model = model, .known = known };
	int rc = known ? 0 : -ENOMEM;

	/* Reported relations have no ids. */
	if (rc == 0 && !(scan->flags & SCAN_IDS))
		rc = take_reported(reported, model, known, &n_known);
	if (rc < 0)
		return rc;
	if (scan->types & related || scan->flags & (SCAN_RELATIONS | SCAN_IDS))
		parallel_for(n, parallel_threads(n - n_known), ask_one, &query);
	if (scan->flags & SCAN_FDS)
		ask_kernel(&query);
	rc = relate_all(&query, model);
	for (size_t t = 0; t < PARALLEL_MAX; t++) {
		const struct scan_silent *unopened = &query.answers[t].unopened;

		if (scan->unopened.n == 0)
			scan->unopened.pid = unopened->pid;
		scan->unopened.n += unopened->n;
		free(query.answers[t].list);
	}
	return rc;
}
