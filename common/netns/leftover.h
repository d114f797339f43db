/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Empty files in the directory of names, and their removal. Each is decided about under a lock on
 * the file itself: a container may share the directory of names, and whoever mounts on a file
 * holds that file's lock from before its stamp until after the mount.
 */
#ifndef XNS_NETNS_LEFTOVER_H
#define XNS_NETNS_LEFTOVER_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "netns/presence.h"

struct diag;

enum { LEFTOVERS_MAX = 128 }; /* descriptors that are open at a time */

struct leftover {
	char *name; /* owned */
	int lock;   /* owned; or -errno: -EAGAIN if somebody is making it, -ENOENT if it has gone */
};

/* All zero is empty. */
struct leftovers {
	struct leftover list[LEFTOVERS_MAX];
	struct sought sought[LEFTOVERS_MAX]; /* by the same index, after leftovers_look() */
	size_t n;
};

/*
 * Locks one more file, without waiting. young: also one that somebody without a lock may be
 * mounting on. 0 or -ENOMEM; not more than LEFTOVERS_MAX.
 */
int leftovers_add(struct leftovers *leftovers, int dir, const char *name, bool young);

/* Decides about all of them, under their locks. */
void leftovers_look(struct leftovers *leftovers, int dir);

/* Removes one, whatever was decided. 0 or -errno. */
int leftovers_remove(const struct leftovers *leftovers, int dir, size_t index);

void leftovers_free(struct leftovers *leftovers);

/*
 * The same for one name: removes it if it is stale, says what it was. 0; -EEXIST if it is not
 * known to be stale, -EAGAIN if somebody may be making it, or another -errno.
 */
int leftover_remove_stale(int dir, const char *name, bool young, struct sought *ret);

/* Hints at how to get at a name that is elsewhere, and what to do about an unknown one. */
void leftover_hint(const struct sought *sought, struct diag *diag);

/* The same as text. */
void leftover_advice(const struct sought *sought, char *buf, size_t size);

/* A file in the directory, and where it is mounted, for commands that change nothing. */
struct named {
	struct sought sought; /* owns its name */
	bool examined;        /* else it is a link, in the making, or of another kind: no state */
};

/* All names in an open directory. -errno, with ret untouched. */
int named_list(DIR *dir, struct named **ret, size_t *ret_n);
void named_free(struct named *list, size_t n);

#endif
