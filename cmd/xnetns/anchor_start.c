/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts the anchor. Its namespaces and maps are made by a plan as xunshare's is. It executes
 * itself inside, because only then the owner of its user namespace may enter it although it is not
 * dumpable: the memory then belongs to that user namespace (ptrace(2), begin_new_exec() in fs/exec.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "applet.h"
#include "apply/apply.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "ids/maps.h"
#include "kernel/caller.h"
#include "kernel/io.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "plan/step.h"
#include "xnetns/anchor.h"
#include "xnetns/background.h"

struct start {
	const struct home *home;
	int user;     /* the user namespace to enter, or -1 */
	bool subids;  /* maps the caller's subordinate ids too */
};

static int plan_map(const struct start *start, const struct id_kind *kind, const struct caller *caller,
		    struct idmap *map, struct plan *plan, struct diag *diag)
{
	struct block subids = { .source = BLOCK_AUTO };
	const struct map_request request = { .single = SINGLE_ID, .id = 0, .blocks = &subids,
					     .n = start->subids };
	uint32_t own = kind == &uid_kind ? caller->uid : caller->gid;
	struct step *step;
	int rc = maps_build(kind, &request, own, caller, map, diag);

	if (rc < 0)
		return rc;
	step = plan_add(plan, STEP_MAP);
	step->map.ids = kind->name;
	step->map.map = map;
	step->by_helper = start->subids;
	step->map.program = start->subids ? kind->program : NULL;
	return 0;
}

static int plan_user(const struct start *start, const struct caller *caller, struct plan *plan,
		     struct diag *diag)
{
	int flags = ns_types[NS_MNT].flag | ns_types[NS_NET].flag, rc = 0;
	struct step *step;

	if (start->user >= 0) {
		step = plan_add(plan, STEP_SETNS);
		step->setns.fd = start->user;
		step->setns.ns = NS_USER;
		step->setns.path = start->home->path;
		plan_add(plan, STEP_UNSHARE)->unshare.flags = flags;
		return 0;
	}
	if (start->subids)
		plan_add(plan, STEP_HELPER);
	plan_add(plan, STEP_UNSHARE)->unshare.flags = flags | ns_types[NS_USER].flag;
	if (!start->subids)
		plan_add(plan, STEP_SETGROUPS_POLICY)->setgroups_policy.policy = "deny";
	rc = plan_map(start, &uid_kind, caller, &plan->uid_map, plan, diag);
	return rc < 0 ? rc : plan_map(start, &gid_kind, caller, &plan->gid_map, plan, diag);
}

/* Returns only after a failure, with -errno and the diagnosis filled. */
static int become(const struct start *start, struct diag *diag)
{
	static const char program[] = "/proc/self/exe";
	char *const argv[] = { (char *)"xns", (char *)HOME_WORD, (char *)start->home->path, NULL };
	struct plan plan = { .n = 0 };
	struct caller caller;
	struct step *step;
	int wait_status, rc = caller_read(&caller, start->subids ? CALLER_SUBUIDS | CALLER_SUBGIDS : 0,
					  diag);

	if (rc < 0)
		return rc;
	rc = plan_user(start, &caller, &plan, diag);
	step = plan_add(&plan, STEP_PROPAGATION);
	step->propagation.flag = MS_SLAVE;
	step->propagation.word = "slave";
	plan_add(&plan, STEP_LOOPBACK);
	step = plan_add(&plan, STEP_EXEC);
	step->exec.path = program;
	step->exec.argv = argv;
	if (rc == 0)
		rc = apply("xnetns", applet_fail, &plan, diag, &wait_status);
	plan_free(&plan);
	caller_free(&caller);
	return rc;
}

/* The lock of the records goes along: if the command is killed, the next one must not start a second anchor. */
static int become_anchor(const void *arg, int report, struct diag *diag)
{
	const struct start *start = arg;
	int rc = sys_dup2(report, STDOUT_FILENO);

	if (rc >= 0)
		rc = sys_dup2(start->home->dir, STDIN_FILENO);
	return rc < 0 ? diag_set(diag, -rc, "cannot prepare the anchor's descriptors") : become(start, diag);
}

static int start_one(const struct start *start, struct diag *diag)
{
	return background_start(become_anchor, start, "the anchor of your networks", diag);
}

static bool has_subids(void)
{
	struct caller caller;
	struct diag ignored;
	bool found;

	if (sys_faccessat(AT_FDCWD, uid_kind.program, X_OK) < 0 ||
	    sys_faccessat(AT_FDCWD, gid_kind.program, X_OK) < 0 ||
	    caller_read(&caller, CALLER_SUBUIDS | CALLER_SUBGIDS, &ignored) < 0)
		return false;
	found = caller.subuids.n > 0 && caller.subgids.n > 0;
	caller_free(&caller);
	return found;
}

/* If newuidmap(1) fails, the anchor has the caller's own ids only. */
int anchor_start(const struct home *home, int user, struct diag *diag)
{
	struct start start = { .home = home, .user = user };
	int rc;

	if (user < 0 && has_subids()) {
		start.subids = true;
		rc = start_one(&start, diag);
		if (rc == 0 || rc == BACKGROUND_UNHEARD)
			return rc;
		start.subids = false;
	}
	return start_one(&start, diag);
}
