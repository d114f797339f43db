/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the caller that a plan needs. They are read before anything is changed, and only
 * those that the plan asks for: an NSS look-up or a file in /proc costs more than the rest of a
 * start.
 */
#ifndef XNS_CALLER_H
#define XNS_CALLER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/idmap.h"
#include "base/subid.h"

struct diag;

enum caller_facts {
	CALLER_SHELL = 1,   /* shell: $SHELL, else that of the password file */
	CALLER_LOGIN_SHELL = 32, /* shell: that of the password file */
	CALLER_SUBUIDS = 2, /* name, login_gid, subid_source, subuids */
	CALLER_SUBGIDS = 4, /* name, login_gid, subid_source, subgids */
	CALLER_UID_MAP = 8, /* uid_map */
	CALLER_GID_MAP = 16,
	CALLER_OUTBOUND = 64, /* outbound */
};

struct caller {
	uid_t uid; /* effective */
	gid_t gid;
	uid_t real_uid;
	char *name;  /* of real_uid, NULL if that has none */
	gid_t login_gid; /* the primary group of the user, if name is set */
	char *shell; /* $SHELL, else the user's in passwd, else /bin/sh */
	char subid_source[SUBID_SOURCE]; /* empty: /etc/subuid and /etc/subgid */
	struct subid_list subuids, subgids;
	struct idmap uid_map, gid_map; /* of our own user namespace */
	char outbound[16]; /* the interface of the IPv4 default route; empty if there is none */
};

/* Reads the ids and the requested facts. 0 or -errno with the diagnosis filled. */
int caller_read(struct caller *caller, unsigned facts, struct diag *diag);

void caller_free(struct caller *caller);

/*
 * Resolves a number or a name to the id of a user or group. 0; -EINVAL (no such name) or -ERANGE (a
 * number beyond ID_MAX) with the output untouched.
 */
int caller_user_id(const char *text, uint32_t *ret);
int caller_group_id(const char *text, uint32_t *ret);

#endif
