/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xunshare's options --setup, --drop, --disable-userns and --seccomp in the plan. Pure. */
#ifndef XNS_XUNSHARE_RIGHTS_H
#define XNS_XUNSHARE_RIGHTS_H

#include "plan/rights.h"

struct caller;
struct diag;
struct plan;
struct user;
struct xunshare;

enum drop_way {
	DROP_NOTHING,
	DROP_BY_NS,  /* the caller is root in the user namespace: by a second one */
	DROP_BY_IDS, /* the caller is mapped to another id there */
};

/* The decision about what the program keeps. */
struct drop {
	enum drop_way way;
	uint32_t uid, gid;             /* the caller's outside */
	uint32_t first_uid, first_gid; /* and in the new user namespace */
	struct rights rights;          /* the request's, and what --drop and --seccomp add to it */
};

/* Decides by the plan's maps. 0, or -EINVAL with the diagnosis filled. */
int drop_decide(const struct xunshare *request, const struct caller *caller,
		const struct plan *plan, struct drop *ret, struct diag *diag);

/* Adds the steps of --setup. */
void drop_add_setups(const struct xunshare *request, struct plan *plan);

/* Adds the steps that precede and that follow the change of ids and groups by other options. */
void drop_add_before_ids(const struct xunshare *request, const struct drop *drop,
			 struct plan *plan);
void drop_add_after_ids(const struct drop *drop, struct plan *plan);

/*
 * Whether the program will be another user outside than its caller, whose session keyring it would inherit: no
 * namespace hides keys (keyrings(7)). Without a user namespace --setuid keeps them, as in unshare(1). user: of
 * --run-as, or NULL
 */
bool rights_leave_keys(const struct xunshare *request, const struct caller *caller,
		       const struct user *user, const struct plan *plan);

#endif
