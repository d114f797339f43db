/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of an ordinary user's named networks. The names are mounted in the mount namespace of
 * the user's anchor, a process that sleeps (cmd/xnetns/anchor_main.c). Outside, a directory has a
 * record of the anchor and one of each name, so that a listing enters nothing:
 *
 *	$XDG_RUNTIME_DIR/xns/anchor		or /tmp/xns-UID/anchor
 *	$XDG_RUNTIME_DIR/xns/names/NAME
 *
 * The directory's lock is held while the anchor is started or ended, and while records are written.
 */
#ifndef XNS_NETNS_HOME_H
#define XNS_NETNS_HOME_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct diag;

#define HOME_WORD "anchor" /* the word after xns by which the anchor is run */

/* The record of an anchor, all zero if there is none. */
struct anchor {
	pid_t pid;
	uint64_t start; /* field 22 of /proc/PID/stat: with the PID, never that of another process */
	uint64_t user;  /* the inode number of its user namespace */
};

/* Closed if dir is -1. */
struct home {
	char path[PATH_MAX - NAME_MAX]; /* of the directory */
	bool in_tmp;                    /* XDG_RUNTIME_DIR is missing or cannot be trusted */
	bool locked;
	int dir; /* owned */
	struct anchor anchor;
};

#define HOME_CLOSED { .dir = -1 }

enum home_flags {
	HOME_CREATE = 1, /* creates the directory if it is missing */
	HOME_LOCK = 2,   /* and waits for its lock */
};

/*
 * Opens the directory, which must belong to the effective user and be closed to others, and reads
 * the anchor's record. -errno with the diagnosis filled; -ENOENT, with none, if it does not exist.
 */
int home_open(struct home *home, unsigned flags, struct diag *diag);

/* Takes the lock of an open home, and reads the record again. -ENOENT if it was removed meanwhile. */
int home_lock(struct home *home, struct diag *diag);

void home_unlock(struct home *home);
void home_close(struct home *home);

/* The same process and version. */
bool home_same_anchor(const struct anchor *left, const struct anchor *right);

/* Writes the record of the anchor: this process. For the anchor itself. 0 or -errno. */
int home_write_anchor(const char *path, struct diag *diag);

/* Whether the record in the directory at this path is that of the process. */
bool home_is_anchor(const char *path, pid_t pid);

/* ---- the anchor ---- */

/* All owned; -1 if closed. */
struct anchor_handle {
	int proc; /* its directory in /proc */
	int user, mnt, net;
};

#define ANCHOR_CLOSED { .proc = -1, .user = -1, .mnt = -1, .net = -1 }

/*
 * Opens the anchor's namespaces. -ESRCH, with no diagnosis, if it has ended or was never started;
 * another -errno with the diagnosis filled.
 */
int anchor_open(const struct home *home, struct anchor_handle *ret, struct diag *diag);
void anchor_close(struct anchor_handle *handle);

/* Whether this process is in the user namespace of the anchor. */
bool anchor_is_around_us(const struct home *home);

/*
 * Opens the network namespace of the user's name, without entering anything. The caller owns the
 * descriptor. -ENOENT with no diagnosis if the user has no such name; another -errno with it filled.
 */
int home_open_ns(const char *name, struct diag *diag);

/* ---- the names ---- */

struct home_name {
	const char *name;
	uint64_t ino; /* of its network namespace */
	bool stale;   /* its anchor has ended */
};

typedef int home_visitor(const struct home_name *name, void *arg);

/*
 * Calls seen for each record of a name until it returns less than 0. Returns that, 0 or -errno with
 * the diagnosis filled. If the user has no records, or they are not to be trusted, there are none.
 */
int home_visit(home_visitor *seen, void *arg, struct diag *diag);

/* The same in a home that is open; every name counts as stale if its anchor is not the recorded one. */
int home_visit_in(const struct home *home, home_visitor *seen, void *arg, struct diag *diag);

/* Whether there is a record of this name. */
bool home_has(const struct home *home, const char *name);

/*
 * Makes the records agree with the names in STORE_DIR, in the anchor's mount namespace; under the
 * lock. If there are no names, ends the anchor by removing its record and the directory. 0, or
 * -errno with the diagnosis filled.
 */
int home_sync(struct home *home, struct diag *diag);

/* Removes the record of one name. Under the lock. 0, or -errno with the diagnosis filled. */
int home_forget(const struct home *home, const char *name, struct diag *diag);

/* If no record of a name is left, removes the rest and the directory. Under the lock. The same. */
int home_end(const struct home *home, struct diag *diag);

#endif
