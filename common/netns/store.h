/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of names: a directory that iproute2, podman, CNI plug-ins and systemd share with us. A
 * name is a file there on which a network namespace is mounted. What is done under the lock leaves,
 * whenever it is cut short, an empty file without a mount: a stale name, which the next command
 * recognises.
 */
#ifndef XNS_NETNS_STORE_H
#define XNS_NETNS_STORE_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct diag;
struct mount_entry;
struct mount_table;

#define STORE_DIR "/run/netns"

enum entry_kind {
	ENTRY_NONE,    /* nothing is there */
	ENTRY_NETNS,   /* a namespace, or a link that leads to one */
	ENTRY_PENDING, /* as the next, but so young that somebody may be about to mount on it */
	ENTRY_EMPTY,   /* an empty file: what is left of a name, or one that is mounted elsewhere */
	ENTRY_OTHER,   /* not of our kind: a directory, a file with content, another namespace */
};

struct entry {
	enum entry_kind kind;
	mode_t mode; /* of the file itself, with S_IFMT */
	bool is_other_ns; /* it is ENTRY_OTHER, for its type */
	bool never_mounted; /* an empty file of ours, with that stamp */
	dev_t dev;   /* of the namespace */
	ino_t ino;
};

/* netns/entry.c */

/* "a directory", "a FIFO": what a file is that is no network namespace. */
const char *entry_type(const struct entry *entry);

/*
 * Looks at NAME in the directory, opening nothing that could block or react. 0 or -errno;
 * nothing there is no error.
 */
int entry_examine(int dir, const char *name, struct entry *ret);

/*
 * The time stamps that our own files have. A file that was never mounted on is safe to remove
 * from any mount namespace.
 */
enum { STAMP_MAY_BE_MOUNTED = 1, STAMP_NOT_MOUNTED = 7892595 /* "xns", 1970-04-02 */ };

/* netns/store.c */

/*
 * Opens the directory for reading. The descriptor, or -errno; -ENOENT with no diagnosis filled
 * where there is none, which means that there are no names.
 */
int store_open_dir(struct diag *diag);

/* The same for store_next(). 0, or -errno in the same way. */
int store_open_list(DIR **ret, struct diag *diag);

/* Opens the namespace of this name. -errno with the diagnosis filled. */
int store_open_ns(const char *name, struct diag *diag);

/* All zero but dir and lock, which are -1, is closed. */
struct store {
	int dir;  /* the directory as it is reached by path, through what is mounted on it */
	int lock; /* the same directory, with the lock */
};

#define STORE_CLOSED { .dir = -1, .lock = -1 }

/*
 * Makes the directory where it is missing, takes the lock on it, and makes it a shared mount, so
 * that names show up in other mount namespaces. Waits for the lock a limited time. -errno with the
 * diagnosis filled.
 */
int store_lock(struct store *store, struct diag *diag);

/* The same for who only removes: without making anything. -ENOENT, with no diagnosis: no directory. */
int store_lock_existing(struct store *store, struct diag *diag);

void store_unlock(struct store *store);

/* Opens the directory once more: a mount may lie on it now that did not when it was opened. */
int store_reopen(struct store *store, struct diag *diag);

/* Adds the hint for a directory that belongs to a user who is not mapped. Returns rc. */
int store_refused(int rc, struct diag *diag);

/*
 * The next name in the directory, or NULL: at the end, or where it cannot be read on; then *rc is
 * -errno with the diagnosis filled.
 */
const char *store_next(DIR *list, int *rc, struct diag *diag);

/* netns/change.c */

/*
 * Sees to it that no file of this name is there; a stale one is removed, and *ret_repaired says
 * so. -EEXIST where there is another, or it is not known to be stale; -EAGAIN if somebody else
 * may be making the name now. Under the lock.
 */
int store_clear(struct store *store, const char *name, bool *ret_repaired, struct diag *diag);

/* Gives the namespace the name, which is free. Under the lock. -errno with the diagnosis filled. */
int store_mount(struct store *store, const char *name, int ns, struct diag *diag);

/*
 * Takes a name away: one that is mounted here, or a stale one. Others are refused. Under the lock.
 */
int store_remove(struct store *store, const char *name, struct diag *diag);

/* netns/mounts.c */

struct mounts_state {
	unsigned stacked;    /* mounts at path, one on top of the other */
	unsigned redundant; /* of these, from the top, those that can be unmounted without a loss */
	bool shared;        /* the top one is shared... */
	bool own_group;     /* ...and not with the mount that path lies in */
};

/*
 * How the directory at path is mounted, which lies in the mount top. A layer is redundant if it is
 * the same as the one below, and what is mounted in it is mounted there too. Pure.
 */
void mounts_examine(const struct mount_table *table, const struct mount_entry *top,
		    const char *path, struct mounts_state *ret);

/* Unmounts the redundant mounts. Their number, or -errno with the diagnosis filled. */
int mounts_unmount_redundant(const char *path, bool dry_run, struct diag *diag);

/* Makes the directory a shared mount, with a peer group of its own. */
int mounts_prepare(const char *path, struct diag *diag);

/* The path of an open directory, without links. 0 or -errno. */
int mounts_path_of(int dir, char *buf, size_t size);

#endif
