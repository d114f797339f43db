/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec: what is known before anything is changed, and the plan made of it. */
#ifndef XNS_XNETNS_EXEC_H
#define XNS_XNETNS_EXEC_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "netns/store.h"

struct diag;
struct plan;
struct xnetns;

/* The user that --user names. */
struct exec_user {
	bool given;
	char *name; /* owned */
	char *home; /* owned */
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* owned */
	int n_groups;
};

struct exec_facts {
	int ns; /* the namespace (owned) */
	char path[sizeof(STORE_DIR "/") + NAME_MAX];
	char etc[sizeof("/etc/netns/") + NAME_MAX]; /* empty: there are no files for /etc */
	const struct exec_user *user;
};

/* Looks the user up. -errno with the diagnosis filled. */
int exec_read_user(const struct xnetns *request, struct exec_user *ret, struct diag *diag);
void exec_free_user(struct exec_user *user);

/* Looks at one namespace. -errno with the diagnosis filled; facts->ns is -1 then. */
int exec_read_facts(const struct xnetns *request, const char *name, struct exec_facts *ret,
		    struct diag *diag);

/* Pure. argv is the command. */
void exec_plan(const struct xnetns *request, const struct exec_facts *facts, char *const *argv,
	       struct plan *plan);

#endif
