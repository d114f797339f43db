/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the caller that a plan needs. They are read before anything is changed, and only
 * those asked for: an NSS look-up or a file in /proc costs more than the rest of a start.
 */
#ifndef XNS_CALLER_H
#define XNS_CALLER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/idmap.h"
#include "base/subid.h"

struct diag;

enum caller_facts {
	CALLER_SHELL = 1,   /* shell */
	CALLER_SUBUIDS = 2, /* name, subid_source, subuids */
	CALLER_SUBGIDS = 4, /* name, subid_source, subgids */
	CALLER_UID_MAP = 8, /* uid_map */
	CALLER_GID_MAP = 16,
};

struct caller {
	uid_t uid; /* effective */
	gid_t gid;
	uid_t real_uid;
	char *name;  /* of real_uid, NULL if it has none */
	char *shell; /* $SHELL, else the passwd shell, else /bin/sh */
	char subid_source[SUBID_SOURCE]; /* empty: the files */
	struct subid_list subuids, subgids;
	struct idmap uid_map, gid_map; /* of the user namespace that we are in */
};

/* Fills in the ids and the facts asked for. 0 or -errno with the diagnosis filled. */
int caller_read(struct caller *caller, unsigned facts, struct diag *diag);

void caller_free(struct caller *caller);

/*
 * A user's or group's id from a number or a name. 0; -EINVAL (no such name) or -ERANGE (a number
 * beyond ID_MAX) with the output untouched.
 */
int caller_user_id(const char *text, uint32_t *ret);
int caller_group_id(const char *text, uint32_t *ret);

#endif
