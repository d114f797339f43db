/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xunshare/rights.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>

#include "base/capability.h"
#include "base/diag.h"
#include "base/idmap.h"
#include "base/user.h"
#include "kernel/caller.h"
#include "plan/step.h"
#include "xunshare/xunshare.h"

#define BIT(capability) (UINT64_C(1) << (capability))

/* The id inside that the map gives this outer id; false if it is not mapped. */
static bool find_inner(const struct idmap *map, uint32_t outer, uint32_t *ret)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct extent *extent = &map->extents[i];

		if (outer < extent->outer || outer - extent->outer >= extent->count)
			continue;
		*ret = extent->inner + (outer - extent->outer);
		return true;
	}
	return false;
}

static int not_mapped(const char *what, uint32_t id, struct diag *diag)
{
	diag_set(diag, 0, "cannot drop to your own ids: your %s %" PRIu32
			  " is not mapped in the new user namespace",
		 what, id);
	diag_hint(diag, "add --map-root-user or --map-current-user, or run the program as an id that "
			"is mapped, with -S and -G");
	return -EINVAL;
}

/* Refuses the options that a second user namespace rules out. */
static int check_second_ns(const struct xunshare *request, struct diag *diag)
{
	if (request->rights.add)
		return diag_usage(diag,
				  "options '--drop' and '--cap-add' exclude each other: '--drop' "
				  "creates a second user namespace, which owns nothing that a "
				  "capability could be used on");
	if (!request->root || opt_given(&request->given, OPT_PIVOT))
		return 0;
	diag_usage(diag, "option '--drop' needs '--pivot' beside '--root': in a chroot the kernel "
			 "creates no second user namespace");
	diag_hint(diag, "add --pivot, or map your own ids with --map-current-user");
	return -EINVAL;
}

static int decide_way(const struct xunshare *request, const struct caller *caller,
		      const struct plan *plan, struct drop *ret, struct diag *diag)
{
	if (!opt_given(&request->given, OPT_DROP))
		return 0;
	ret->uid = caller->uid;
	ret->gid = caller->gid;
	if (!find_inner(&plan->uid_map, caller->uid, &ret->first_uid))
		return not_mapped("uid", caller->uid, diag);
	if (!find_inner(&plan->gid_map, caller->gid, &ret->first_gid))
		return not_mapped("gid", caller->gid, diag);
	ret->way = ret->first_uid == 0 ? DROP_BY_NS : DROP_BY_IDS;
	return ret->way == DROP_BY_NS ? check_second_ns(request, diag) : 0;
}

/* A program with CAP_SYS_RESOURCE in the namespace of the limit, also one from exec, may raise it. */
static int check_disable(const struct xunshare *request, const struct drop *drop, struct diag *diag)
{
	if (!opt_given(&request->given, OPT_DISABLE_USERNS) || drop->way == DROP_BY_NS ||
	    rights_lost(&request->rights) & BIT(CAP_SYS_RESOURCE))
		return 0;
	diag_usage(diag, "option '--disable-userns' needs '--cap-drop' here: with CAP_SYS_RESOURCE "
			 "the program could allow user namespaces again");
	diag_hint(diag, "add --cap-drop sys_resource, or --cap-drop all");
	return -EINVAL;
}

/*
 * Without no_new_privs a filter requires CAP_SYS_ADMIN (seccomp(2)), so what drops it leaves it
 * until exec, which takes it because the bounding set lacks it, or because the program is not root.
 */
static uint64_t needed_until_exec(const struct xunshare *request, uint64_t lost)
{
	if (!request->seccomp || opt_given(&request->given, OPT_NO_NEW_PRIVS))
		return 0;
	return lost & BIT(CAP_SYS_ADMIN) || opt_given(&request->given, OPT_SETUID) ?
		       BIT(CAP_SYS_ADMIN) :
		       0;
}

int drop_decide(const struct xunshare *request, const struct caller *caller,
		const struct plan *plan, struct drop *ret, struct diag *diag)
{
	int rc;

	*ret = (struct drop){ .way = DROP_NOTHING, .rights = request->rights };
	rc = decide_way(request, caller, plan, ret, diag);
	if (rc == 0)
		rc = check_disable(request, ret, diag);
	if (rc < 0)
		return rc;
	ret->rights.until_exec =
		needed_until_exec(request, ret->way != DROP_NOTHING ? CAPABILITIES_ALL :
								     rights_lost(&request->rights));
	return 0;
}

void drop_add_setups(const struct xunshare *request, struct plan *plan)
{
	for (size_t i = 0; i < request->n_setups; i++) {
		struct step *step = plan_add(plan, STEP_SETUP);

		step->setup.flags = CLONE_NEWPID;
		step->setup.command = request->setups[i];
	}
}

static void add_ids(const struct drop *drop, struct plan *plan)
{
	struct step *step;

	plan_add(plan, STEP_SETGID)->setgid.gid = drop->first_gid;
	step = plan_add(plan, STEP_SETUID);
	step->setuid.uid = drop->first_uid;
	step->setuid.keep_caps = rights_keep_caps(&drop->rights);
}

void drop_add_before_ids(const struct xunshare *request, const struct drop *drop,
			 struct plan *plan)
{
	struct step *step;

	/* The second namespace counts in the first (namespaces(7), "The /proc/sys/user directory"). */
	if (opt_given(&request->given, OPT_DISABLE_USERNS))
		plan_add(plan, STEP_DISABLE_USERNS)->disable_userns.limit =
			drop->way == DROP_BY_NS ? "1" : "0";
	if (drop->way == DROP_BY_NS) {
		step = plan_add(plan, STEP_DROP);
		step->drop.flags = CLONE_NEWUSER;
		step->drop.uid = drop->uid;
		step->drop.gid = drop->gid;
		step->drop.first_uid = drop->first_uid;
		step->drop.first_gid = drop->first_gid;
	}
	/* After that, because a new user namespace brings a full bounding set. */
	rights_add_bound(&drop->rights, plan);
	if (drop->way == DROP_BY_IDS)
		add_ids(drop, plan);
}

/* The bounding set stays with --drop: what exec could give back is over the second namespace. */
void drop_add_after_ids(const struct drop *drop, struct plan *plan)
{
	struct rights rights = drop->rights;

	rights.drop_all = rights.drop_all || drop->way != DROP_NOTHING;
	rights_add_limit(&rights, plan);
}

bool rights_leave_keys(const struct xunshare *request, const struct caller *caller,
		       const struct user *user, const struct plan *plan)
{
	uint32_t uid = opt_given(&request->given, OPT_OWNER) ? request->owner_uid : caller->uid;

	if (!opt_given(&request->given, OPT_NS + NS_USER))
		return user && user->uid != uid;
	if (user)
		idmap_outer(&plan->uid_map, user->uid, &uid);
	else if (opt_given(&request->given, OPT_SETUID))
		idmap_outer(&plan->uid_map, request->uid, &uid);
	return uid != caller->uid;
}
