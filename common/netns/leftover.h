/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Empty files in the directory of names, and their removal. Each decision is made under a lock on
 * the file itself: containers may share the directory without sharing its lock, and a program that
 * mounts on a file holds the file's lock from before its first stamp until after the mount.
 */
#ifndef XNS_NETNS_LEFTOVER_H
#define XNS_NETNS_LEFTOVER_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "netns/presence.h"

struct diag;

enum { LEFTOVERS_MAX = 128 }; /* the most files that are locked, and so open, at a time */

struct leftover {
	char *name; /* owned */
	int lock;   /* owned; or -errno: -EAGAIN if a process creates the name, -ENOENT if gone */
};

/* Empty if all zero. */
struct leftovers {
	struct leftover list[LEFTOVERS_MAX];
	struct sought sought[LEFTOVERS_MAX]; /* one for each, after leftovers_search() */
	size_t n;
};

/*
 * Locks one more file, without waiting, up to LEFTOVERS_MAX. With young, accepts also a file so
 * young that a program without a lock may be mounting on it. 0 or -ENOMEM; list[].lock has other
 * errors.
 */
int leftovers_add(struct leftovers *leftovers, int dir, const char *name, bool young);

/* Decides about all of them, under their locks. */
void leftovers_search(struct leftovers *leftovers, int dir);

/* Removes one, whatever was decided. 0 or -errno. */
int leftovers_remove(const struct leftovers *leftovers, int dir, size_t index);

void leftovers_free(struct leftovers *leftovers);

/*
 * Removes the file of this name if it is stale. *ret says what was found. 0; -EEXIST if it is not
 * known to be stale, -EAGAIN if a process may be creating the name, or another -errno.
 */
int leftover_remove_stale(int dir, const char *name, bool young, struct sought *ret);

/* Adds the hint about a name that is mounted elsewhere or unknown. */
void leftover_hint(const struct sought *sought, struct diag *diag);

/* Writes the same text to buf. */
void leftover_advice(const struct sought *sought, char *buf, size_t size);

/* A file in the directory and its state, for commands that change nothing. */
struct named {
	struct sought sought; /* owns its name */
	bool examined;        /* if false, no state: a link, a pending name or another file */
};

/*
 * Lists the names in an open directory. The caller releases them with named_free(). -errno, with
 * ret untouched.
 */
int named_list(DIR *dir, struct named **ret, size_t *ret_n);
void named_free(struct named *list, size_t n);

#endif
