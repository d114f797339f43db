/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps on the directory of names. */
#include <errno.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/clock.h"
#include "kernel/proc.h"
#include "netns/store.h"
#include "output/diag.h"
#include "plan/step.h"
#include "xnetns/apply.h"
#include "xnetns/refused.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

enum {
	RETRY_MS = 50,
	RETRIES = 60, /* 3 s, longer than a file counts as pending */
};

/*
 * Removes a stale file of this name. If another program may be about to mount on it without a lock,
 * releases our lock and gives that program time. -EEXIST if the name exists.
 */
static int claim(struct store *store, const char *name, struct diag *diag)
{
	bool repaired = false;
	int rc = store_clear(store, name, &repaired, diag);

	for (int i = 0; rc == -EAGAIN && i < RETRIES; i++) {
		store_unlock(store);
		clock_wait_ms(RETRY_MS);
		rc = store_lock(store, diag);
		if (rc == 0)
			rc = store_clear(store, name, &repaired, diag);
	}
	if (repaired)
		diag_warn("xnetns", "the name '%s' was stale, and is created again", name);
	return rc;
}

/* Once a run. */
static void warn_of_holder(struct netns_run *run)
{
	char who[32] = "another process";

	if (!run->store.is_held || run->has_warned)
		return;
	run->has_warned = true;
	if (run->store.holder)
		snprintf(who, sizeof(who), "process %d", run->store.holder);
	diag_warn("xnetns", "%s holds the lock of " STORE_DIR "; going on without it", who);
}

/* Adds the cause to a refused mount. Returns rc. */
static int mount_refused(int rc, struct diag *diag)
{
	if (rc == -EPERM)
		hint_refused_add(STEP_PROPAGATION, diag);
	return rc;
}

int netns_do_store(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	int rc = store_lock(&run->store, diag);

	(void)step;
	warn_of_holder(run);
	return mount_refused(rc, diag);
}

int netns_do_lock(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	int rc;

	(void)step;
	rc = run->no_store ? 0 : store_lock_existing(&run->store, diag);
	warn_of_holder(run);
	run->no_store = run->no_store || rc == -ENOENT;
	return run->no_store ? 0 : rc;
}

int netns_do_lock_again(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	store_unlock(&run->store);
	return netns_do_lock(run, step, diag);
}

int netns_do_clear(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	return claim(&run->store, step->name, diag);
}

int netns_do_keep(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	int rc = claim(&run->store, step->name, diag);
	struct entry entry;

	if (rc == -EEXIST && entry_examine(run->store.dir, step->name, &entry) == 0 &&
	    entry.kind == ENTRY_NETNS)
		return STEP_SKIP_NAME;
	return rc;
}

int netns_do_keep_up(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	int rc = netns_do_keep(run, step, diag);

	if (rc != STEP_SKIP_NAME)
		return rc;
	/* This process stays in the namespace, as after netns_do_create(). */
	rc = xnetns_enter(step->name, diag);
	if (rc == 0)
		rc = xnetns_bring_up(diag);
	return rc < 0 ? rc : STEP_SKIP_NAME;
}

int netns_do_mount(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	_cleanup_close_ int ns = proc_open_ns(step->fd, ns_types[NS_NET].name);

	if (ns < 0)
		return diag_set(diag, -ns, "cannot open the new network namespace");
	return mount_refused(store_mount(&run->store, step->name, ns, diag), diag);
}

int netns_do_attach(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	return mount_refused(store_mount(&run->store, step->name, step->fd, diag), diag);
}

int netns_do_remove(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	int rc;

	if (run->user && netns_forget_stale(run, step->name)) {
		netns_end_uplink(run, step->name);
		return 0;
	}
	if (run->no_store)
		return diag_set(diag, ENOENT, "cannot remove namespace file \"" STORE_DIR "/%s\"", step->name);
	holders_note(&run->holders, run->store.dir, step->name);
	rc = store_refused(store_remove(&run->store, step->name, diag), diag);
	if (rc == -EPERM)
		hint_refused(STEP_PROPAGATION, -1, diag);
	if (rc < 0)
		holders_forget(&run->holders, step->name);
	else
		netns_end_uplink(run, step->name);
	return rc;
}
