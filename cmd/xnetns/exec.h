/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec: the facts that are read before anything is changed, and the plan made from them. */
#ifndef XNS_XNETNS_EXEC_H
#define XNS_XNETNS_EXEC_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "netns/store.h"

struct diag;
struct plan;
struct user;
struct xnetns;

struct exec_facts {
	int ns; /* the namespace (owned) */
	char path[sizeof(STORE_DIR "/") + PATH_MAX];
	char etc[PATH_MAX]; /* the directory of files for /etc, or empty */
	bool resolver; /* names are looked up by the uplink of the namespace */
	const struct user *user; /* of --run-as; all zero without */
};

/* Looks up the user, if one is named. 0, or -errno with the diagnosis filled; user_free() in both
 * cases. */
int exec_read_user(const struct xnetns *request, struct user *ret, struct diag *diag);

/* Reads the facts about one namespace. 0, or -errno with the diagnosis filled and facts->ns -1. */
int exec_read_facts(const struct xnetns *request, const char *name, struct exec_facts *ret,
		    struct diag *diag);

/* Makes the plan; argv is the command. Pure. */
void exec_plan(const struct xnetns *request, const struct exec_facts *facts, char *const *argv,
	       struct plan *plan);

#endif
