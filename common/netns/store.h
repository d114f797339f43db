/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of names: a directory that we share with iproute2, podman, CNI plug-ins and systemd. A
 * name is a file there on which a network namespace is mounted. If a change under the lock is
 * interrupted, it leaves an empty file that nothing is mounted on: a stale name, which later
 * commands recognise.
 */
#ifndef XNS_NETNS_STORE_H
#define XNS_NETNS_STORE_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/ns.h"
#include "netns/presence.h"

struct diag;
struct mount_entry;
struct mount_table;

#define STORE_DIR NETNS_DIR

enum entry_kind {
	ENTRY_NONE,    /* no such file */
	ENTRY_NETNS,   /* a network namespace, or a link to one */
	ENTRY_PENDING, /* an empty file, so young that a program may be about to mount on it */
	ENTRY_EMPTY,   /* an older empty file: a stale name, or one that is mounted elsewhere */
	ENTRY_DANGLING, /* a link that leads nowhere from here */
	ENTRY_OTHER,   /* no name: a directory, a file with content, another type of namespace */
};

struct entry {
	enum entry_kind kind;
	mode_t mode; /* of the file itself, with S_IFMT */
	bool is_other_ns; /* ENTRY_OTHER: a namespace of another type */
	bool never_mounted; /* an empty file that we created and never mounted on */
	bool leads_to_mount; /* a link to a namespace that is mounted, maybe by another program */
	enum dangling link; /* of ENTRY_DANGLING */
	dev_t dev;   /* of the namespace */
	ino_t ino;
};

/* netns/entry.c */

/* The type of a file that is no network namespace, for messages: "a directory", "a FIFO". */
const char *entry_type(const struct entry *entry);

/*
 * Examines NAME in the directory without opening anything that could block or have an effect. 0 or
 * -errno; a missing file is ENTRY_NONE, not an error.
 */
int entry_examine(int dir, const char *name, struct entry *ret);

/*
 * The time stamps that mark our own files. A file that was never mounted on can be removed from any
 * mount namespace.
 */
/*
 * The mode of the directory in an anchor's mount namespace, which marks it. Only programs that the same
 * user runs there could have a name mounted that is not mounted in the directory itself, so there an empty
 * file counts as one that was never mounted on.
 */
#define ANCHOR_DIR_MODE 03755
#define ANCHOR_DIR_OPTIONS "mode=03755"

enum { STAMP_MAY_BE_MOUNTED = 1, STAMP_NOT_MOUNTED = 7892595 /* "xns", 1970-04-02 */ };

/* netns/store.c */

/*
 * Opens the directory for reading. The caller owns the descriptor. -errno; -ENOENT, with no
 * diagnosis filled, if the directory does not exist: there are no names.
 */
int store_open_dir(struct diag *diag);

/* Opens it for store_next(); the caller closes it with closedir(3). 0, or -errno as above. */
int store_open_list(DIR **ret, struct diag *diag);

/*
 * Opens the namespace of this name. The caller owns the descriptor. -errno with the diagnosis
 * filled.
 */
int store_open_ns(const char *name, struct diag *diag);

/* The same; *ret_own says whether it was looked for among an ordinary user's own names. */
int store_open_any(const char *name, bool *ret_own, struct diag *diag);

/* Closed if the descriptors are -1. */
struct store {
	int dir;  /* the directory that its path leads to, with all mounts on it */
	int lock; /* the directory that holds the lock for other programs, perhaps below those mounts */
	int own;  /* the file whose lock counts, or -1 if it cannot be had */
	bool is_held; /* somebody held the directory's lock for long, and we went on without it... */
	int holder;   /* ...this process, or 0 */
};

#define STORE_CLOSED { .dir = -1, .lock = -1, .own = -1 }

/*
 * Creates the directory if it is missing, locks it, and makes it a shared mount, so that names
 * propagate to other mount namespaces. Waits for the lock a limited time. 0, or -errno with the
 * diagnosis filled.
 */
int store_lock(struct store *store, struct diag *diag);

/*
 * Only locks the directory, for commands that only remove. -ENOENT, with no diagnosis, if it does
 * not exist.
 */
int store_lock_existing(struct store *store, struct diag *diag);

void store_unlock(struct store *store);

/*
 * Opens the directory again after a mount was made or removed on it. 0, or -errno with the
 * diagnosis filled.
 */
int store_reopen(struct store *store, struct diag *diag);

/* Adds the hint for a directory whose owner is not mapped (-EACCES as root). Returns rc. */
int store_refused(int rc, struct diag *diag);

/*
 * The next name in the directory, valid until the next call. NULL at the end or on an error; then
 * *rc is -errno with the diagnosis filled.
 */
const char *store_next(DIR *list, int *rc, struct diag *diag);

/* netns/lock.c; -errno with the diagnosis filled */

#define STORE_RUN_DIR "/run/xns"

/*
 * Opens that directory, which only we can have made, with O_PATH; creates it if it is missing. The caller owns
 * the descriptor. -EACCES with no diagnosis: it is root's, and we are not.
 */
int store_open_run_dir(struct diag *diag);

/* The same, but does not create it: -ENOENT, with no diagnosis, if it does not exist. */
int store_open_made_run_dir(struct diag *diag);

/* Takes the lock that counts, in /run/xns. Without it, as on a read-only /run, store->own is -1. */
int store_lock_own(struct store *store, struct diag *diag);

/* Takes the lock of the directory, or sets is_held if it was not to be had and we have our own. */
int store_lock_directory(struct store *store, int fd, struct diag *diag);

/* netns/change.c */

/*
 * Ensures that no file of this name exists. Removes a stale one, and then sets *ret_repaired.
 * -EEXIST if the file is no stale name or not known to be one; -EAGAIN if another process may be
 * creating the name. Under the lock.
 */
int store_clear(struct store *store, const char *name, bool *ret_repaired, struct diag *diag);

/*
 * Mounts the namespace on a new file of this name. Under the lock. 0, or -errno with the diagnosis
 * filled.
 */
int store_mount(struct store *store, const char *name, int ns, struct diag *diag);

/*
 * Removes a name that is mounted here or stale, and refuses others. Under the lock. 0, or -errno
 * with the diagnosis filled.
 */
int store_remove(struct store *store, const char *name, struct diag *diag);

/* netns/mounts.c */

struct mounts_state {
	unsigned stacked;    /* mounts at the path, one on top of the other */
	unsigned redundant; /* of these, from the top: can be unmounted without losing a name */
	bool shared;        /* the topmost is shared... */
	bool own_group;     /* ...in another peer group than its parent */
};

/*
 * Examines the mounts on the directory at path; top is the topmost. A mount is redundant if the one
 * below it shows the same directory and has the same children. Pure.
 */
void mounts_examine(const struct mount_table *table, const struct mount_entry *top,
		    const char *path, struct mounts_state *ret);

/*
 * Unmounts the redundant mounts. Returns their number, or -errno with the diagnosis filled. With
 * dry_run only counts them.
 */
int mounts_unmount_redundant(const char *path, bool dry_run, struct diag *diag);

/*
 * Makes the directory a shared mount in a peer group of its own. 0, or -errno with the diagnosis
 * filled.
 */
int mounts_prepare(const char *path, struct diag *diag);

/* Writes the path of an open directory, with all links resolved. 0 or -errno. */
int mounts_path_of(int dir, char *buf, size_t size);

#endif
