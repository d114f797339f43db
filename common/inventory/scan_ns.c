/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the namespaces themselves say (ioctl_nsfs(2)): owner, parent, id. Asked once a namespace, not
 * once a process. It also finds those that live on as the parent or the owner of another.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "inventory/scan_internal.h"
#include "kernel/nsref.h"
#include "kernel/sys.h"

enum { LISTNS_MAX = 1000000 }; /* more than this at once is EOVERFLOW */

struct asking {
	const struct scan *scan;
	const struct model *model; /* not changed while threads run */
	const bool *known;         /* by index of node: need not be asked */
	struct answers answers[PARALLEL_MAX];
};

uint64_t scan_ino(int fd)
{
	struct stat st;

	return sys_fstat(fd, &st) < 0 ? 0 : st.st_ino;
}

static int open_member(const struct scan *scan, pid_t pid, enum ns_kind kind)
{
	_cleanup_close_ int pidfd = scan->pidfds ? sys_pidfd_open(pid, 0) : -1;
	int fd = pidfd < 0 ? pidfd : nsref_open_member(pidfd, kind);

	if (fd >= 0)
		return fd;
	return sys_openat(scan->proc, NS_PATH(pid, ns_types[kind].name), O_RDONLY | O_NONBLOCK, 0);
}

static int open_holder(const struct scan *scan, const struct ns_holder *holder)
{
	const struct ns_type *type = &ns_types[holder->kind];
	int pid = (int)holder->pid, fd = holder->fd;
	char path[64];
	struct diag unused;

	switch (holder->by) {
	case HOLDER_THREAD:
		snprintf(path, sizeof(path), "%d/task/%s", pid, NS_PATH(fd, type->name));
		break;
	case HOLDER_CHILDREN:
		ns_path(pid, type->for_children, path);
		break;
	case HOLDER_FD:
		snprintf(path, sizeof(path), "%d/fd/%d", pid, fd);
		break;
	case HOLDER_SOCKET:
		return scan_open_socket(holder->pid, fd, 0);
	case HOLDER_MOUNT:
		return scan_open_mount(scan->proc, holder->pid, holder->path);
	}
	/* The descriptor of another process may be a FIFO by now; this looks before it opens. */
	return nsref_open_file(scan->proc, path, NS_NONE, 0, &unused);
}

/* Takes the descriptor if it is that namespace: things change between two looks. */
static int check(int fd, const struct ns_node *node)
{
	if (fd >= 0 && scan_ino(fd) == node->ino)
		return fd;
	if (fd >= 0)
		close(fd);
	return -ESRCH;
}

int scan_open(const struct scan *scan, const struct model *model, uint32_t index)
{
	const struct ns_node *node = &model->nodes[index];
	uint32_t next = node->first_holder;
	int fd = -ESRCH;

	if (node->process != MODEL_NONE)
		fd = check(open_member(scan, model->processes[node->process].pid, node->kind), node);
	for (; fd < 0 && next != MODEL_NONE; next = model->holders[next].next)
		fd = check(open_holder(scan, &model->holders[next]), node);
	/* A way that is always there: by a namespace that it owns or whose parent it is. */
	for (uint32_t i = node->first_child; fd < 0 && i != MODEL_NONE; i = model->nodes[i].next_child) {
		_cleanup_close_ int child = scan_open(scan, model, i);

		fd = check(child < 0 ? child : sys_ioctl(child, NS_GET_PARENT, NULL), node);
	}
	for (uint32_t i = node->first_owned; fd < 0 && i != MODEL_NONE; i = model->nodes[i].next_owned) {
		_cleanup_close_ int owned = scan_open(scan, model, i);

		fd = check(owned < 0 ? owned : sys_ioctl(owned, NS_GET_USERNS, NULL), node);
	}
	return fd;
}

void answers_add(struct answers *answers, const struct answer *answer)
{
	struct answer *grown =
		array_reserve(answers->list, answers->n + 1, &answers->size, sizeof(*grown));

	if (!grown) {
		answers->no_memory = true;
		return;
	}
	answers->list = grown;
	answers->list[answers->n++] = *answer;
}

static uint64_t ask_id(int fd, enum ns_kind kind)
{
	uint64_t id = 0;

	/* Since Linux 6.18; mount namespaces had an id of their own before. */
	if (sys_ioctl(fd, NS_GET_ID, &id) < 0 &&
	    (kind != NS_MNT || sys_ioctl(fd, NS_GET_MNTNS_ID, &id) < 0))
		return 0;
	return id;
}

static void ask(struct asking *asking, unsigned thread, int fd, enum ns_kind kind, uint64_t ino);

/* One that nobody has seen before is asked in its turn, as long as it is open. */
static uint64_t ask_relative(struct asking *asking, unsigned thread, int fd, enum ns_kind kind)
{
	uint64_t ino = scan_ino(fd);
	bool wanted = asking->scan->flags & SCAN_RELATIONS || asking->scan->kinds >> kind & 1;

	if (ino && wanted && model_find(asking->model, kind, ino) == MODEL_NONE)
		ask(asking, thread, fd, kind, ino);
	return ino;
}

/* The depth is limited by the kernel: 32 levels of user namespaces, and 32 of pid namespaces. */
static void ask(struct asking *asking, unsigned thread, int fd, enum ns_kind kind, uint64_t ino)
{
	struct answer answer = { .kind = kind, .ino = ino, .owner_uid = MODEL_NO_UID };
	_cleanup_close_ int parent = -1, owner = -1;

	if (asking->scan->flags & SCAN_IDS)
		answer.id = ask_id(fd, kind);
	if (kind == NS_USER && sys_ioctl(fd, NS_GET_OWNER_UID, &answer.owner_uid) < 0)
		answer.owner_uid = MODEL_NO_UID;
	/* EPERM: it lies outside of what we can see, such as the parent of our own. */
	if (kind == NS_USER || kind == NS_PID)
		parent = sys_ioctl(fd, NS_GET_PARENT, NULL);
	if (parent >= 0)
		answer.parent = ask_relative(asking, thread, parent, kind);
	/* A user namespace is owned by its parent. */
	if (kind == NS_USER)
		answer.owner = answer.parent;
	else
		owner = sys_ioctl(fd, NS_GET_USERNS, NULL);
	if (owner >= 0)
		answer.owner = ask_relative(asking, thread, owner, NS_USER);
	answers_add(&asking->answers[thread], &answer);
}

static void ask_one(void *state, unsigned thread, size_t i)
{
	struct asking *asking = state;
	const struct ns_node *node = &asking->model->nodes[i];
	bool user = asking->scan->kinds >> NS_USER & 1;
	_cleanup_close_ int fd = -1;

	if (asking->known[i])
		return;
	/* Only a user or a pid namespace can be found through others. */
	if (!(asking->scan->flags & (SCAN_RELATIONS | SCAN_IDS)) && !user && node->kind != NS_PID)
		return;
	fd = scan_open(asking->scan, asking->model, (uint32_t)i);
	if (fd >= 0)
		ask(asking, thread, fd, node->kind, node->ino);
}

/* Those that no process, descriptor or mount led to: asks each, once, as long as it is open. */
static void ask_new(struct asking *asking, int fd)
{
	enum ns_kind kind = nsref_kind(fd);
	uint64_t ino = scan_ino(fd);

	if (kind != NS_NONE && ino && asking->scan->kinds >> kind & 1 &&
	    model_find(asking->model, kind, ino) == MODEL_NONE)
		ask(asking, 0, fd, kind, ino);
}

/*
 * Mount namespaces follow each other by age (Linux 6.12; needs CAP_SYS_ADMIN in the initial pid
 * namespace), so that also those are found which a descriptor in flight holds.
 */
static void ask_mount_namespaces(struct asking *asking, unsigned long direction)
{
	uint64_t info[2]; /* struct mnt_ns_info */
	int fd = sys_openat(asking->scan->proc, "self/ns/mnt", O_RDONLY | O_NONBLOCK, 0);

	while (fd >= 0) {
		int next = sys_ioctl(fd, direction, info);

		close(fd);
		fd = next;
		if (fd >= 0)
			ask_new(asking, fd);
	}
}

/*
 * listns(2), Linux 6.19. All ids in one call: its way to go on from the last one stops early where
 * that has ended meanwhile. ENOENT is its end of an empty list. The ids, or -errno.
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

/* Only where this /proc shows us: else it is about other processes than the kernel's answers. */
static void ask_kernel(struct asking *asking)
{
	_cleanup_close_ int self = sys_openat(asking->scan->proc, "self", O_PATH, 0);
	_cleanup_free_ uint64_t *ids = NULL;
	ssize_t n = self < 0 ? self : list_ids(asking->model->n_nodes, &ids);

	for (ssize_t i = 0; ids && i < n; i++) {
		_cleanup_close_ int fd = nsref_open_handle(ids[i]);

		if (fd >= 0)
			ask_new(asking, fd);
	}
	if (n < 0 && asking->scan->kinds >> NS_MNT & 1) {
		ask_mount_namespaces(asking, NS_MNT_GET_NEXT);
		ask_mount_namespaces(asking, NS_MNT_GET_PREV);
	}
}

static int relate(struct model *model, const struct answer *answer)
{
	uint32_t index, parent = MODEL_NONE, owner = MODEL_NONE;
	struct ns_node *node;
	int rc = model_add(model, answer->kind, answer->ino, &index);

	if (rc < 0)
		return rc;
	if (answer->parent)
		parent = model_find(model, answer->kind, answer->parent);
	if (answer->owner)
		owner = model_find(model, NS_USER, answer->owner);
	node = &model->nodes[index];
	node->parent = parent;
	node->owner = owner;
	node->owner_uid = answer->owner_uid;
	node->id = answer->id;
	return 0;
}

/* Twice over the answers: a parent may have answered after its child. */
static int relate_all(struct asking *asking, struct model *model)
{
	uint32_t unused;
	int rc = 0;

	for (size_t t = 0; t < PARALLEL_MAX; t++) {
		const struct answers *answers = &asking->answers[t];

		if (answers->no_memory)
			return -ENOMEM;
		for (size_t i = 0; rc == 0 && i < answers->n; i++)
			rc = model_add(model, answers->list[i].kind, answers->list[i].ino, &unused);
	}
	for (size_t t = 0; t < PARALLEL_MAX; t++)
		for (size_t i = 0; rc == 0 && i < asking->answers[t].n; i++)
			rc = relate(model, &asking->answers[t].list[i]);
	return rc;
}

static bool is_known(const struct model *model, enum ns_kind kind, uint64_t ino)
{
	return !ino || model_find(model, kind, ino) != MODEL_NONE;
}

/*
 * Takes what was told before anyone was asked. Where an owner or a parent is told that nothing else
 * has led to, the namespace is asked all the same, as that one will have to be.
 */
static int take_told(const struct answers *told, struct model *model, bool *known, size_t *n_known)
{
	int rc = told->no_memory ? -ENOMEM : 0;

	for (size_t i = 0; rc == 0 && i < told->n; i++) {
		const struct answer *answer = &told->list[i];
		uint32_t index = model_find(model, answer->kind, answer->ino);

		if (index == MODEL_NONE || !is_known(model, answer->kind, answer->parent) ||
		    !is_known(model, NS_USER, answer->owner))
			continue;
		*n_known += !known[index];
		known[index] = true;
		rc = relate(model, answer);
	}
	return rc;
}

int scan_relations(const struct scan *scan, struct model *model, const struct answers *told)
{
	const unsigned related = 1u << NS_USER | 1u << NS_PID;
	size_t n = model->n_nodes, n_known = 0;
	_cleanup_free_ bool *known = calloc(n + 1, sizeof(*known));
	struct asking asking = { .scan = scan, .model = model, .known = known };
	int rc = known ? 0 : -ENOMEM;

	/* Ids are not told. */
	if (rc == 0 && !(scan->flags & SCAN_IDS))
		rc = take_told(told, model, known, &n_known);
	if (rc < 0)
		return rc;
	if (scan->kinds & related || scan->flags & (SCAN_RELATIONS | SCAN_IDS))
		parallel_for(n, parallel_threads(n - n_known), ask_one, &asking);
	if (scan->flags & SCAN_FDS)
		ask_kernel(&asking);
	rc = relate_all(&asking, model);
	for (size_t t = 0; t < PARALLEL_MAX; t++)
		free(asking.answers[t].list);
	return rc;
}
