/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xunshare's limits: --memory, --pids-limit, --cpus, --limit, --cgroup-parent. */
#ifndef XNS_XUNSHARE_LIMITS_H
#define XNS_XUNSHARE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

#include "cgroup/limit.h"
#include "cgroup/place.h"

struct diag;
struct opt_parser;
struct opt_set;
struct plan;
struct step;

enum { LIMITS_MAX = 16 };

struct limit {
	char file[LIMIT_FILE], value[LIMIT_VALUE];
};

struct limits {
	struct limit list[LIMITS_MAX];
	size_t n;
	const char *given; /* --cgroup-parent, or NULL */
	/* facts, from limits_locate() */
	enum cgroup_where where;
	char parent[CGROUP_PATH];
	char name[CGROUP_NAME];
	char unit[CGROUP_NAME + sizeof("--unit=.scope")];
	bool asks_user;       /* of his own manager */
	bool knows_expansion; /* systemd-run knows --expand-environment */
	char **scope;         /* the command line of systemd-run (owned), NULL without one */
	size_t scope_self;    /* the index of our own file in it */
};

/* limits_parse.c: takes an option. 0, or -errno with the diagnosis; 1 if it is another option. */
int limits_take(const struct opt_parser *parser, int id, struct limits *limits, struct diag *diag);
/* Whether an option was given that requires a cgroup. Pure. */
bool limits_wanted(const struct opt_set *given);

/*
 * limits_facts.c: finds a place for the cgroup, and refuses limits that cannot be set there. argv is
 * the applet's own command line, for a start in a scope. 0, or -errno with the diagnosis filled.
 */
int limits_locate(struct limits *limits, const char *applet, char *const *argv, struct diag *diag);

/* limits_plan.c: the steps that make the cgroup, those that move the program into it. Pure. */
void limits_plan_make(const struct limits *limits, struct plan *plan);
void limits_plan_enter(struct plan *plan, bool own_ns);
/* Builds limits->scope. 0 or -ENOMEM. Pure. */
int limits_build_scope(struct limits *limits, const char *applet, char *const *argv);

#endif
