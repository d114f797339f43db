/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One search for names in the other mount namespaces: types that its two files share. */
#ifndef XNS_NETNS_ELSEWHERE_H
#define XNS_NETNS_ELSEWHERE_H

#include "base/ns.h"
#include "netns/presence.h"

struct model;

struct elsewhere_match {
	size_t index; /* in names */
	uint64_t mnt;
};

struct elsewhere {
	int proc; /* borrowed */
	struct presence_place place;
	struct sought **names; /* sorted by name; borrowed */
	size_t n_names;
	struct elsewhere_match *found; /* owned */
	size_t n_found, found_room;
	uint64_t *known; /* owned: ids or inode numbers of the mount namespaces that were read */
	size_t n_known, known_room;
	const struct model
		*model; /* for a search by tasks, otherwise NULL */
	enum sight sight;
	bool progress; /* this round has found a new mount namespace */
};

/*
 * Finds the directory's file system and path there, which are the same in every mount namespace. 0
 * or -errno.
 */
int elsewhere_place(int dir, struct presence_place *ret);

/* The inode number of a namespace file below /proc, or 0. */
uint64_t elsewhere_ino_of(int proc, const char *path);

/* Whether our namespace of this type is the initial one. */
bool elsewhere_is_initial(int proc, enum ns_type type);

/*
 * Reads an open mountinfo and closes it; records the names that are mounted there. mnt is the inode
 * number of the mount namespace. 0, or -errno if a mount may have been missed.
 */
int elsewhere_read(struct elsewhere *search, int fd, uint64_t mnt);

#endif
