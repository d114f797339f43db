/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For each namespace the kernel searches all ids (idr_for_each() in net/core/net_namespace.c),
 * which takes most of the time. So each name is looked up once, in batches, and with many names on
 * several processors. If our namespace has assigned no ids at all, only the type of each name's
 * namespace is asked for.
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
#include "kernel/clock.h"
#include "kernel/netnsid.h"
#include "kernel/nsref.h"
#include "kernel/parallel.h"
#include "kernel/sys.h"
#include "netns/presence.h"
#include "netns/store.h"

enum {
	CHUNK = 64,      /* namespaces that a thread opens at a time */
	RECHECK_MS = 10, /* pause between two checks of pending names; their number: */
	LOCKED_RECHECKS = 200,
	YOUNG_RECHECKS = 10,
};

struct row {
	char *name; /* owned */
	int type;   /* DT_REG, DT_LNK or DT_UNKNOWN */
	int32_t nsid; /* NETNSID_UNKNOWN: a plain open found no network namespace */
	enum entry_kind kind; /* if nsid is unknown, the result of entry_examine() */
	bool never_mounted;
	enum dangling link;
};

/* Whether empty files are left that may still be mounted on. */
struct unfinished {
	bool any, young;
};

/* The namespaces that a thread has opened for its next request. */
struct batch {
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
	bool no_ids; /* our network namespace has assigned none */
	struct batch threads[PARALLEL_MAX];
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

/* Only regular files and links can be names; DT_UNKNOWN may be either. */
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

/* ---- batches ---- */

static void ask(struct visit *visit, struct batch *batch)
{
	int32_t ids[CHUNK];
	int rc;

	if (batch->n == 0)
		return;
	rc = netnsid_lookup(&batch->socket, batch->fds, batch->n, ids);
	for (size_t i = 0; i < batch->n; i++) {
		if (rc == 0)
			visit->rows[batch->rows[i]].nsid = ids[i];
		close(batch->fds[i]);
	}
	batch->n = 0;
	if (rc < 0)
		batch->err = rc;
}

/*
 * Opens the file without examining it: netnsid_lookup() recognises a network namespace. The flags
 * keep a FIFO from blocking; links are resolved later.
 */
static void gather(void *state, unsigned thread, size_t index)
{
	struct visit *visit = state;
	struct batch *batch = &visit->threads[thread];
	struct row *row = &visit->rows[index];
	int fd;

	if (batch->err < 0 || row->type != DT_REG)
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
	batch->rows[batch->n] = index;
	batch->fds[batch->n++] = fd;
	if (batch->n == CHUNK)
		ask(visit, batch);
}

/*
 * Threads share the table of descriptors. When a shared table grows, the kernel waits for a grace
 * period (fs/file.c, expand_fdtable()), which takes many times as long as all the rest. So it grows
 * before the threads start. If RLIMIT_NOFILE forbids that, they are only slower.
 */
static void make_room(const struct visit *visit, unsigned threads)
{
	_cleanup_close_ int highest = -1;

	if (threads > 1)
		highest = sys_dup_above(visit->dir, (int)threads * (CHUNK + 1) + visit->dir);
}

/* One request for all names. Without an answer, ids are looked up. */
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

/* ---- files that are no network namespace at first ---- */

static bool is_empty_file(const struct row *row)
{
	return row->nsid == NETNSID_UNKNOWN &&
	       (row->kind == ENTRY_EMPTY || row->kind == ENTRY_PENDING);
}

/* Examines the files that were empty once more. */
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
		row->link = entry.link;
		ret->any |= is_empty_file(row);
		ret->young |= entry.kind == ENTRY_PENDING;
	}
	return 0;
}

/*
 * Waits for pending names. Programs that lock the directory, as we do, have finished when the lock
 * is free; if it stays held, files that stay empty count as stale. Programs without a lock, such as
 * iproute2, get a limited time.
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

/*
 * Resolves a link, or a name that was mounted meanwhile. 1; 0 if it is no longer a name; or -errno.
 */
static int resolve_row(struct visit *visit, struct row *row, struct diag *diag)
{
	_cleanup_close_ int fd = nsref_open_file(visit->dir, row->name, NS_NET, NSREF_ROOTS_DIR,
						  diag);
	int rc;

	/* A file that we may not open still counts as a name. */
	if (fd < 0)
		return fd == -EACCES || fd == -EPERM	? 1 :
		       fd == -ENOENT || fd == -EINVAL ? 0 :
							 fd;
	rc = netnsid_lookup(&visit->threads[0].socket, &fd, 1, &row->nsid);
	return rc < 0 ? diag_set(diag, -rc, "cannot ask the kernel for nsids") : 1;
}

static bool is_unmounted(const struct row *row)
{
	return row->nsid == NETNSID_UNKNOWN &&
	       (row->kind == ENTRY_EMPTY || row->kind == ENTRY_DANGLING);
}

/* One search for all names that are not mounted here, in the order of the rows. */
static int search_unmounted(const struct visit *visit, struct sought **ret, struct diag *diag)
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
				.link = visit->rows[i].link,
			};
	if (n > 0)
		presence_search(visit->dir, *ret, n);
	return 0;
}

static int visit_rows(struct visit *visit, bool unmounted, name_visitor *seen, void *arg, struct diag *diag)
{
	_cleanup_free_ struct sought *elsewhere = NULL;
	const struct sought *next;
	int rc = wait_for_unfinished(visit, diag);

	if (rc == 0 && unmounted)
		rc = search_unmounted(visit, &elsewhere, diag);
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
