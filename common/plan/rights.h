/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that leave the program fewer rights, for xunshare and xnsenter. Pure. */
#ifndef XNS_RIGHTS_H
#define XNS_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct plan;
struct user;

/* Sets of capabilities have a bit for each; see base/capability.h. */
struct rights {
	bool drop_all;      /* --cap-drop=all */
	uint64_t drop, add; /* those that --cap-drop and --cap-add name */
	uint64_t until_exec; /* dropped, but needed until exec */
};

/* The capabilities that the program loses. */
uint64_t rights_lost(const struct rights *rights);

/* Refuses a capability that is both added and dropped by its name. 0 or -EINVAL. */
int rights_check(const struct rights *rights, struct diag *diag);

/* Adds the steps that take the groups and ids of the user. */
void rights_add_user(const struct user *user, bool keep_caps, struct plan *plan);

/* Adds the step that sets HOME, USER and LOGNAME; it follows those that replace the environment. */
void rights_add_home(const struct user *user, struct plan *plan);

/* Whether capabilities must survive a change of the user id (PR_SET_KEEPCAPS, prctl(2)). */
bool rights_keep_caps(const struct rights *rights);

/* Adds the step for the bounding set; it requires CAP_SETPCAP, so it precedes a change of ids. */
void rights_add_bound(const struct rights *rights, struct plan *plan);

/* Adds the step for the other sets, which follows the change of ids. */
void rights_add_limit(const struct rights *rights, struct plan *plan);

#endif
