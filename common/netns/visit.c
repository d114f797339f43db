/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Most of the time goes into the kernel, which searches all ids for each namespace that it is asked
 * about. So it is asked once a name, in batches, and on more than one processor where there are
 * many names; where there are no ids at all, only for the type of each namespace.
 */
#include "netns/visit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/netnsid.h"
#include "kernel/nsref.h"
#include "kernel/parallel.h"
#include "kernel/sys.h"
#include "netns/clock.h"
#include "netns/presence.h"
#include "netns/store.h"

enum {
	CHUNK = 64,      /* namespaces that a thread has open at a time */
	RECHECK_MS = 10, /* a name in the making is looked at again, this often: */
	LOCKED_RECHECKS = 200,
	YOUNG_RECHECKS = 10,
};

struct row {
	char *name; /* owned */
	int type;   /* DT_REG, DT_LNK or DT_UNKNOWN */
	int32_t nsid; /* NETNSID_UNKNOWN: no network namespace at first sight; */
	enum entry_kind kind; /* what it is then */
	bool never_mounted;
};

/* Empty files that may still become something else. */
struct unfinished {
	bool any, young;
};

/* The namespaces that a thread has opened for its next request. */
struct gathered {
	struct netlink socket; /* owned */
	size_t rows[CHUNK];
	int fds[CHUNK]; /* owned */
	size_t n;
	int err;
};

struct visit {
	int dir; /* borrowed from the list */
	struct row *rows;
	size_t n, room;
	bool no_ids; /* this network namespace has assigned none */
	struct gathered threads[PARALLEL_MAX];
};

/* ---- the directory ---- */

static int add_row(struct visit *visit, const struct dirent *found)
{
	struct row *rows = array_reserve(visit->rows, visit->n + 1, &visit->room, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	visit->rows = rows;
	visit->rows[visit->n] = (struct row){ strdup(found->d_name), found->d_type, NETNSID_UNKNOWN,
						ENTRY_PENDING };
	if (!visit->rows[visit->n].name)
		return -ENOMEM;
	visit->n++;
	return 0;
}

/* An entry that the directory reports as neither a file nor a link is no name. */
static int read_rows(struct visit *visit, DIR *list)
{
	struct dirent *found;
	int rc = 0;

	errno = 0;
	while (rc == 0 && (found = readdir(list)) != NULL) {
		int type = found->d_type;

		if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0 &&
		    (type == DT_REG || type == DT_LNK || type == DT_UNKNOWN))
			rc = add_row(visit, found);
		errno = 0;
	}
	return rc == 0 ? -errno : rc;
}

/* ---- asking for many ---- */

static void ask(struct visit *visit, struct gathered *gathered)
{
	int32_t ids[CHUNK];
	int rc;

	if (gathered->n == 0)
		return;
	rc = netnsid_lookup(&gathered->socket, gathered->fds, gathered->n, ids);
	for (size_t i = 0; i < gathered->n; i++) {
		if (rc == 0)
			visit->rows[gathered->rows[i]].nsid = ids[i];
		close(gathered->fds[i]);
	}
	gathered->n = 0;
	if (rc < 0)
		gathered->err = rc;
}

/*
 * One open, and the kernel tells a network namespace from all else: a FIFO does not block, and a
 * link is not followed here.
 */
static void gather(void *state, unsigned thread, size_t index)
{
	struct visit *visit = state;
	struct gathered *gathered = &visit->threads[thread];
	struct row *row = &visit->rows[index];
	int fd;

	if (gathered->err < 0 || row->type != DT_REG)
		return;
	fd = sys_openat(visit->dir, row->name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, 0);
	if (fd < 0)
		return;
	if (visit->no_ids) {
		if (nsref_kind(fd) == NS_NET)
			row->nsid = NETNSID_NONE;
		close(fd);
		return;
	}
	gathered->rows[gathered->n] = index;
	gathered->fds[gathered->n++] = fd;
	if (gathered->n == CHUNK)
		ask(visit, gathered);
}

/*
 * Threads share the table of descriptors. The kernel lets whoever makes a shared one grow wait for all
 * processors (fs/file.c, expand_fdtable()), many times as long as all the rest takes, so it gets its
 * size before they are there. A limit that refuses that is no harm.
 */
static void make_room(const struct visit *visit, unsigned threads)
{
	_cleanup_close_ int highest = -1;

	if (threads > 1)
		highest = sys_dup_above(visit->dir, (int)threads * (CHUNK + 1) + visit->dir);
}

/* One question for all; if it is not answered, each name is asked for. */
static bool has_no_ids(struct diag *diag)
{
	_cleanup_netlink_ struct netlink socket = NETLINK_CLOSED;

	return netnsid_open(&socket, diag) == 0 && netnsid_any(&socket) == 0;
}

static int ask_all(struct visit *visit, struct diag *diag)
{
	unsigned threads = parallel_threads(visit->n);
	int err = 0;

	visit->no_ids = has_no_ids(diag);
	make_room(visit, threads);
	for (unsigned i = 0; i < threads; i++) {
		int rc = netnsid_open(&visit->threads[i].socket, diag);

		if (rc < 0)
			return rc;
	}
	parallel_for(visit->n, threads, gather, visit);
	for (unsigned i = 0; i < threads; i++) {
		ask(visit, &visit->threads[i]);
		if (visit->threads[i].err < 0)
			err = visit->threads[i].err;
	}
	return err < 0 ? diag_set(diag, -err, "cannot ask the kernel for nsids") : 0;
}

/* ---- a closer look at what is no network namespace at first sight ---- */

static bool is_empty_file(const struct row *row)
{
	return row->nsid == NETNSID_UNKNOWN &&
	       (row->kind == ENTRY_EMPTY || row->kind == ENTRY_PENDING);
}

/* Looks at those once more. */
static int examine_empty(struct visit *visit, struct unfinished *ret, struct diag *diag)
{
	*ret = (struct unfinished){ 0 };
	for (size_t i = 0; i < visit->n; i++) {
		struct row *row = &visit->rows[i];
		struct entry entry;
		int rc;

		if (!is_empty_file(row))
			continue;
		rc = entry_examine(visit->dir, row->name, &entry);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot examine " STORE_DIR "/%s", row->name);
		row->kind = entry.kind;
		row->never_mounted = entry.never_mounted;
		ret->any |= is_empty_file(row);
		ret->young |= entry.kind == ENTRY_PENDING;
	}
	return 0;
}

/*
 * Waits for names in the making. A process that creates a name under the lock, as we do, has finished
 * when the lock is free; if it is never free, the files that stay empty for long are taken for stale.
 * Programs that hold no lock, such as iproute2, get a moment.
 */
static int wait_for_unfinished(struct visit *visit, struct diag *diag)
{
	int rounds = LOCKED_RECHECKS, rc;
	struct unfinished unfinished;

	rc = examine_empty(visit, &unfinished, diag);
	while (rc == 0 && unfinished.any && rounds-- > 0) {
		if (sys_flock(visit->dir, LOCK_SH | LOCK_NB) == 0) {
			rc = examine_empty(visit, &unfinished, diag);
			sys_flock(visit->dir, LOCK_UN);
			if (rc < 0 || !unfinished.young)
				return rc;
			if (rounds > YOUNG_RECHECKS)
				rounds = YOUNG_RECHECKS;
		}
		clock_wait_ms(RECHECK_MS);
		rc = examine_empty(visit, &unfinished, diag);
	}
	return rc;
}

/* A link to a namespace, or one that was being mounted. 1; 0: none any more; or -errno. */
static int resolve_row(struct visit *visit, struct row *row, struct diag *diag)
{
	_cleanup_close_ int fd = nsref_open_file(visit->dir, row->name, NS_NET, NSREF_ROOTS_DIR,
						  diag);
	int rc;

	/* Without the right to open it, it is a name all the same. */
	if (fd < 0)
		return fd == -EACCES || fd == -EPERM	? 1 :
		       fd == -ENOENT || fd == -EINVAL ? 0 :
							 fd;
	rc = netnsid_lookup(&visit->threads[0].socket, &fd, 1, &row->nsid);
	return rc < 0 ? diag_set(diag, -rc, "cannot ask the kernel for nsids") : 1;
}

static bool is_unmounted(const struct row *row)
{
	return row->nsid == NETNSID_UNKNOWN && row->kind == ENTRY_EMPTY;
}

/* One look for all names that are not mounted here; none if there is no such name. */
static int look_elsewhere(const struct visit *visit, struct sought **ret, struct diag *diag)
{
	size_t n = 0;

	*ret = calloc(visit->n + 1, sizeof(**ret));
	if (!*ret)
		return diag_set(diag, ENOMEM, "cannot remember the names");
	for (size_t i = 0; i < visit->n; i++)
		if (is_unmounted(&visit->rows[i]))
			(*ret)[n++] = (struct sought){
				.name = visit->rows[i].name,
				.never_mounted = visit->rows[i].never_mounted,
			};
	if (n > 0)
		presence_look(visit->dir, *ret, n);
	return 0;
}

static int visit_rows(struct visit *visit, bool unmounted, name_visitor *seen, void *arg, struct diag *diag)
{
	_cleanup_free_ struct sought *elsewhere = NULL;
	const struct sought *next;
	int rc = wait_for_unfinished(visit, diag);

	if (rc == 0 && unmounted)
		rc = look_elsewhere(visit, &elsewhere, diag);
	next = elsewhere;
	for (size_t i = 0; rc >= 0 && i < visit->n; i++) {
		struct row *row = &visit->rows[i];
		struct sought here = { .name = row->name, .state = PRESENCE_HERE };
		bool is_name = row->nsid != NETNSID_UNKNOWN;

		if (is_unmounted(row) && unmounted)
			seen(next++, row->nsid, arg);
		if (!is_name && row->kind == ENTRY_NETNS) {
			rc = resolve_row(visit, row, diag);
			is_name = rc > 0;
		}
		if (is_name)
			seen(&here, row->nsid, arg);
	}
	return rc < 0 ? rc : 0;
}

static void release(struct visit *visit)
{
	for (size_t i = 0; i < visit->n; i++)
		free(visit->rows[i].name);
	free(visit->rows);
	for (size_t i = 0; i < PARALLEL_MAX; i++)
		netlink_close(&visit->threads[i].socket);
}

int visit_names(bool unmounted, name_visitor *seen, void *arg, struct diag *diag)
{
	DIR *list;
	int rc = store_open_list(&list, diag);
	struct visit visit = { .n = 0 };

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	visit.dir = dirfd(list);
	for (size_t i = 0; i < PARALLEL_MAX; i++)
		visit.threads[i].socket = (struct netlink)NETLINK_CLOSED;
	rc = read_rows(&visit, list);
	if (rc < 0)
		diag_set(diag, -rc, "cannot read the names in " STORE_DIR);
	else if (visit.n > 0)
		rc = ask_all(&visit, diag);
	if (rc == 0)
		rc = visit_rows(&visit, unmounted, seen, arg, diag);
	release(&visit);
	closedir(list);
	return rc;
}
