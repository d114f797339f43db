/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One look for names into the other mount namespaces: what its two files share. */
#ifndef XNS_NETNS_ELSEWHERE_H
#define XNS_NETNS_ELSEWHERE_H

#include "netns/presence.h"

struct model;

struct elsewhere_found {
	size_t index; /* in names */
	uint64_t mnt;
};

struct elsewhere {
	int proc; /* borrowed */
	struct presence_place place;
	struct sought **names; /* by name; borrowed */
	size_t n_names;
	struct elsewhere_found *found; /* owned */
	size_t n_found, found_room;
	uint64_t *known; /* owned: ids or inode numbers of mount namespaces that were read */
	size_t n_known, known_room;
	const struct model
		*model; /* of the tasks, where the kernel does not lead to all namespaces */
	enum sight sight;
	bool progress; /* this round has found a mount namespace that was not known */
};

/* The place of the open directory, as every mount namespace can recognise it. 0 or -errno. */
int elsewhere_place(int dir, struct presence_place *ret);

/*
 * Reads an open mountinfo line by line, and closes it; notes the names that are mounted there.
 * mnt is the inode number of the mount namespace. 0 or -errno: then something may have been
 * overlooked.
 */
int elsewhere_read(struct elsewhere *look, int fd, uint64_t mnt);

#endif
