/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "macros.h"
#include "nsref.h"
#include "sys.h"
#include "xnetns_nsid.h"
#include "xnetns_store.h"

enum {
	CHUNK = 64,      /* namespaces that are open at a time */
	RECHECK_MS = 10, /* a name in the making is looked at again, */
	RECHECKS = 10,   /* this often */
};

struct row {
	char name[NAME_MAX + 1];
	bool stale;
	int fd; /* the namespace; -1: none to ask for (owned) */
};

struct walk {
	walk_seen *seen;
	void *arg;
	int dir;    /* borrowed from the list */
	int socket; /* -1 until the first namespace is asked for */
	struct row rows[CHUNK];
	size_t n;
};

/*
 * In the common case one open and one ioctl: a FIFO does not block, a link is not followed, and
 * a directory entry that says what it is and is neither file nor link is not opened at all.
 */
static int open_quickly(int dir, const char *name)
{
	_cleanup_close_ int fd = sys_openat(dir, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW |
						       O_NOCTTY, 0);

	if (fd < 0)
		return fd;
	return nsref_kind(fd) == NS_NET ? take_fd(&fd) : -EINVAL;
}

/* Somebody may just be making it, for which milliseconds are enough. */
static void await_birth(int dir, const char *name, struct entry *entry)
{
	const struct timespec pause = { .tv_nsec = RECHECK_MS * 1000000L };

	for (int i = 0; i < RECHECKS && entry->kind == ENTRY_PENDING; i++) {
		nanosleep(&pause, NULL);
		if (entry_examine(dir, name, entry) < 0)
			entry->kind = ENTRY_NONE;
	}
}

/* False: not a name to list. */
static bool examine(int dir, const struct dirent *found, struct row *row)
{
	struct entry entry;
	struct diag ignored; /* what is no namespace any more is not listed */
	int type = found->d_type, rc;

	if (type != DT_REG && type != DT_LNK && type != DT_UNKNOWN)
		return false;
	snprintf(row->name, sizeof(row->name), "%s", found->d_name);
	row->stale = false;
	row->fd = type == DT_REG ? open_quickly(dir, row->name) : -EINVAL;
	if (row->fd >= 0)
		return true;
	row->fd = -1;
	if (entry_examine(dir, row->name, &entry) < 0)
		return false;
	await_birth(dir, row->name, &entry);
	row->stale = entry.kind == ENTRY_STALE || entry.kind == ENTRY_PENDING;
	if (entry.kind != ENTRY_NETNS)
		return row->stale;
	row->fd = rc = nsref_open_file(dir, row->name, NS_NET, 0, &ignored);
	if (rc < 0)
		row->fd = -1;
	/* Without the right to open it, it is a name all the same. */
	return rc >= 0 || rc == -EACCES || rc == -EPERM;
}

/* Asks for the ids of what has gathered, hands it on and lets it go. */
static int flush(struct walk *walk, struct diag *diag)
{
	int32_t ids[CHUNK];
	int fds[CHUNK], rc = 0;
	size_t asked = 0, answer = 0;

	for (size_t i = 0; i < walk->n; i++)
		if (walk->rows[i].fd >= 0)
			fds[asked++] = walk->rows[i].fd;
	if (asked > 0 && walk->socket < 0)
		rc = walk->socket = nsid_open(diag);
	if (asked > 0 && rc >= 0) {
		rc = nsid_lookup(walk->socket, fds, asked, ids);
		if (rc < 0)
			diag_set(diag, -rc, "cannot ask the kernel for nsids");
	}
	for (size_t i = 0; i < walk->n; i++) {
		struct row *row = &walk->rows[i];

		if (rc >= 0)
			walk->seen(row->name, row->stale, row->fd >= 0 ? ids[answer++] : NSID_NONE,
				   walk->arg);
		cleanup_close(&row->fd);
	}
	walk->n = 0;
	return rc < 0 ? rc : 0;
}

static int walk_dir(struct walk *walk, DIR *list, struct diag *diag)
{
	struct dirent *found;
	int rc = 0;

	while (rc == 0 && (found = readdir(list)) != NULL) {
		if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
			continue;
		if (examine(walk->dir, found, &walk->rows[walk->n]))
			walk->n++;
		if (walk->n == CHUNK)
			rc = flush(walk, diag);
	}
	return rc < 0 ? rc : flush(walk, diag);
}

int walk_names(walk_seen *seen, void *arg, struct diag *diag)
{
	struct walk walk = { .seen = seen, .arg = arg, .socket = -1 };
	DIR *list;
	int rc;

	walk.dir = store_open_dir(diag);
	if (walk.dir < 0)
		return walk.dir == -ENOENT ? 0 : walk.dir;
	list = fdopendir(walk.dir);
	if (!list) {
		close(walk.dir);
		return diag_set(diag, ENOMEM, "cannot read " STORE_DIR);
	}
	rc = walk_dir(&walk, list, diag);
	closedir(list);
	cleanup_close(&walk.socket);
	return rc;
}
