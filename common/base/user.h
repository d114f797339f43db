/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A user as passwd(5) and group(5) have it. */
#ifndef XNS_USER_H
#define XNS_USER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* All zero: no user. Owns its members. */
struct user {
	char *name, *home;
	uint32_t uid, gid;
	gid_t *groups; /* gid is one of them */
	size_t n_groups;
};

/*
 * Finds the user with this name, or with this number if the name is one, in the text of a passwd
 * file, and sets all but the groups. 0, -ENOENT if there is none, -ENOMEM; lines that are not well
 * formed are skipped.
 */
int user_find(const char *passwd, const char *name, struct user *ret);

/* Sets the groups of the user: its own, and those of the text of a group file that list it. 0 or
 * -ENOMEM. */
int user_find_groups(const char *group, struct user *user);

void user_free(struct user *user);

#endif
