/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/user.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "output/diag.h"
#include "xnetns/anchor.h"
#include "xnetns/xnetns.h"

bool user_is_ordinary(void)
{
	struct sys_caps caps;

	return sys_geteuid() != 0 &&
	       !(sys_capget(&caps) == 0 && caps.effective & (UINT64_C(1) << CAP_SYS_ADMIN));
}

bool user_shows_system(const struct xnetns *request)
{
	return !opt_given(&request->given, OPT_USER_STORE);
}

bool user_shows_own(const struct xnetns *request)
{
	return !opt_given(&request->given, OPT_SYSTEM) && user_is_ordinary();
}

/* ---- enter ---- */

static int start(struct home *home, struct diag *diag)
{
	int rc;

	if (home->in_tmp)
		diag_warn("xnetns", "XDG_RUNTIME_DIR is not set to a directory of yours: the records of "
				    "your networks are in %s", home->path);
	rc = anchor_start(home, -1, diag);
	if (rc == 0)
		rc = home_lock(home, diag);
	return rc == -ENOENT ? diag_set(diag, ENOENT, "cannot lock %s", home->path) : rc;
}

/* Fails silently: the next command that changes names does the same. */
void user_give_up(struct user_store *store)
{
	const struct anchor started = store->home.anchor;
	struct diag ignored;

	if (!store->started || home_lock(&store->home, &ignored) < 0)
		return;
	if (!store->entered)
		home_end(&store->home, &ignored);
	else if (home_same_anchor(&started, &store->home.anchor))
		home_sync(&store->home, &ignored);
}

int user_enter(struct user_store *store, bool start_it, bool lobby, struct diag *diag)
{
	struct home *home = &store->home;
	int rc = 0;

	if (start_it) {
		home_close(home);
		rc = home_open(home, HOME_CREATE | HOME_LOCK, diag);
	}
	if (rc == 0)
		rc = anchor_enter(home, lobby, diag);
	if (rc == -ESRCH) {
		rc = home_lock(home, diag);
		if (rc == 0) /* another command may have started it meanwhile */
			rc = anchor_enter(home, lobby, diag);
		if (rc == -ESRCH)
			rc = anchor_adopt(home, diag);
		if (rc == -ESRCH && start_it) {
			store->started = true;
			rc = start(home, diag);
		}
		if (rc == 0)
			rc = anchor_enter(home, lobby, diag);
		if (rc == -ESRCH && start_it)
			rc = diag_set(diag, ESRCH, "cannot enter the anchor of your networks");
		if (!start_it)
			home_unlock(home);
	}
	if (rc == -ENOENT && !start_it)
		rc = -ESRCH;
	store->entered = rc == 0;
	return rc;
}

/* ---- choose ---- */

static int no_names(struct diag *diag)
{
	diag_set(diag, 0, "you have no named networks");
	diag_hint(diag, "create one: xnetns add NAME");
	return -ENOENT;
}

static bool names_systems(const struct xnetns *request)
{
	int n = request->command->n_names;

	for (int i = 0; i < request->n_operands && i < n; i++)
		if (strcmp(request->operands[i], ".") != 0 && request->exists(request->operands[i]))
			return true;
	return false;
}

/* A name that the system has wins, so a user's of the same name would be out of reach. */
static int check_new(const struct xnetns *request, bool forced, struct diag *diag)
{
	const char *name = request->operands[0];

	if (forced || !names_systems(request))
		return 0;
	for (int i = 0; i < request->n_operands; i++)
		if (request->exists(request->operands[i]))
			name = request->operands[i];
	diag_set(diag, EEXIST, "cannot create a network '%s' of your own: the system has one of that name",
		 name);
	diag_hint(diag, "choose another name, or add --user-store here and wherever you use it");
	return -EEXIST;
}

static int check_here(const struct xnetns *request, struct diag *diag)
{
	if (!(request->command->flags & COMMAND_HERE))
		return 0;
	for (int i = 0; i < request->n_operands; i++) {
		if (strcmp(request->operands[i], ".") != 0)
			continue;
		diag_set(diag, 0, "cannot connect '.': it is the network of the host here");
		diag_hint(diag, "an ordinary user can connect '.' inside 'xnetns exec' only");
		return -EPERM;
	}
	return 0;
}

/* Names that exist are looked for in the anchor, unless it was killed: then only records are left. */
static int enter_existing(const struct xnetns *request, struct user_store *store, struct diag *diag)
{
	int rc = user_enter(store, false, request->command->flags & COMMAND_LOBBY, diag);

	return rc == -ESRCH ? 0 : rc;
}

/* Root of a user namespace: inside the anchor, the commands that change names also write records. */
static int choose_inside(struct xnetns *request, struct user_store *store, bool forced, struct diag *diag)
{
	struct diag ignored;
	bool inside = home_open(&store->home, 0, &ignored) == 0 && anchor_is_around_us(&store->home);

	if (forced && !inside) {
		home_close(&store->home);
		diag_set(diag, 0, "root has no store of its own beside " STORE_DIR);
		return -EINVAL;
	}
	if (inside && request->command->flags & COMMAND_OUTSIDE) {
		diag_set(diag, 0, "cannot use '%s' among your networks: there is no network of the host",
			 request->command->name);
		diag_hint(diag, "run it outside 'xnetns shell' and 'xnetns exec'");
		return -EINVAL;
	}
	if (!inside || !(request->command->flags & COMMAND_RECORDS)) {
		home_close(&store->home);
		return 0;
	}
	request->store = store;
	return request->command->flags & COMMAND_ADDS ? 0 : enter_existing(request, store, diag);
}

int user_choose(struct xnetns *request, struct user_store *store, struct diag *diag)
{
	bool forced = opt_given(&request->given, OPT_USER_STORE);
	unsigned flags = request->command->flags;
	int rc;

	if (forced && opt_given(&request->given, OPT_SYSTEM))
		return diag_usage(diag, "options '--user-store' and '--system' exclude each other");
	if (opt_given(&request->given, OPT_SYSTEM) || (!forced && !(flags & COMMAND_STORE)))
		return 0;
	if (!user_is_ordinary())
		return choose_inside(request, store, forced, diag);
	if (!(flags & COMMAND_STORE))
		return 0;
	if (flags & COMMAND_ADDS) {
		request->store = store;
		return check_new(request, forced, diag);
	}
	if (!forced && !opt_given(&request->given, OPT_ALL) && names_systems(request))
		return 0;
	rc = home_open(&store->home, 0, diag);
	if (rc == -ENOENT)
		return forced || flags & COMMAND_NEEDS ? no_names(diag) : 0;
	if (rc == 0)
		rc = check_here(request, diag);
	if (rc < 0)
		return rc;
	request->store = store;
	return flags & COMMAND_OUTSIDE ? 0 : enter_existing(request, store, diag);
}

int user_enter_for(const struct xnetns *request, const char *name, struct diag *diag)
{
	struct user_store store = USER_STORE_CLOSED;
	int rc;

	if (!user_is_ordinary() || opt_given(&request->given, OPT_SYSTEM) || home_open(&store.home, 0, diag) < 0)
		return 0;
	rc = home_has(&store.home, name) ? user_enter(&store, false, false, diag) : 0;
	home_close(&store.home);
	return rc == -ESRCH ? 0 : rc;
}
