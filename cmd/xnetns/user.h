/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the store that a command uses: the system's, or that of an ordinary user. */
#ifndef XNS_XNETNS_USER_H
#define XNS_XNETNS_USER_H

#include <stdbool.h>

#include "netns/home.h"

struct diag;
struct xnetns;

/* The user's store, while a command uses it. */
struct user_store {
	struct home home; /* owned; closed if the user has none yet */
	bool entered;     /* STORE_DIR is the user's directory of names */
	bool started;     /* this command started the anchor */
};

#define USER_STORE_CLOSED { .home = HOME_CLOSED }

/*
 * Decides whether the command uses the user's store, and then sets request->store to it. If the
 * command needs names that exist, enters the anchor. 0, or -errno with the diagnosis filled.
 */
int user_choose(struct xnetns *request, struct user_store *store, struct diag *diag);

/*
 * Enters the anchor, and starts it if start is set; then the home stays locked. 0; -ESRCH, with no
 * diagnosis, if no anchor runs and start is not set; another -errno with the diagnosis filled.
 */
int user_enter(struct user_store *store, bool start, bool lobby, struct diag *diag);

/* After a failed command: an anchor that it started for nothing ends again. */
void user_give_up(struct user_store *store);

/* -n NAME: enters the anchor if the name is one of the user's. 0, or -errno with the diagnosis filled. */
int user_enter_for(const struct xnetns *request, const char *name, struct diag *diag);

/* Whether the kernel refuses the caller what root may do to the system's names. */
bool user_is_ordinary(void);

/* Whether a listing shows the names of the system, or those of the user. */
bool user_shows_system(const struct xnetns *request);
bool user_shows_own(const struct xnetns *request);

#endif
