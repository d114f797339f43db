/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps on the anchor of an ordinary user's names, and on their records. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "xnetns/apply.h"
#include "xnetns/names.h"
#include "xnetns/step.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

int netns_do_anchor(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	(void)step;
	return user_enter(run->user, true, false, diag);
}

/* If another command has ended our anchor meanwhile, the records are no longer ours to write. */
int netns_do_record(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	struct home *home = &run->user->home;
	const struct anchor entered = home->anchor;
	int rc = home_lock(home, diag);

	(void)step;
	if (rc == -ENOENT || (rc == 0 && !home_same_anchor(&entered, &home->anchor)))
		return 0;
	if (rc < 0)
		return rc;
	return run->user->entered ? home_sync(home, diag) : home_end(home, diag);
}

/* ---- names whose anchor was killed ---- */

struct stale {
	struct names names;
	bool is_lost; /* the anchor has ended, so all are stale */
};

static int remember(const struct home_name *name, void *arg)
{
	struct stale *stale = arg;
	struct diag ignored;

	return name->stale || stale->is_lost ? names_add(&stale->names, name->name, &ignored) : 0;
}

static int find_stale(struct netns_run *run, struct stale *ret, struct diag *diag)
{
	int rc;

	*ret = (struct stale){ .is_lost = !run->user->entered };
	rc = home_lock(&run->user->home, diag);
	if (rc == 0)
		rc = home_visit_in(&run->user->home, remember, ret, diag);
	return rc == -ENOENT ? 0 : rc;
}

bool netns_forget_stale(struct netns_run *run, const char *name)
{
	struct diag ignored;
	struct stale stale;
	bool found = false;

	if (find_stale(run, &stale, &ignored) == 0)
		for (size_t i = 0; i < stale.names.n; i++)
			found = found || strcmp(stale.names.list[i], name) == 0;
	names_free(&stale.names);
	return found && home_forget(&run->user->home, name, &ignored) == 0;
}

static void report(struct results *results, const char *name, bool dry_run)
{
	static const char why[] = "stale: its anchor has ended";

	if (results->as_json) {
		json_open(&results->json, NULL, '{');
		json_text(&results->json, "name", name);
		json_bool(&results->json, "removed", !dry_run);
		json_text(&results->json, "reason", why);
		json_text(&results->json, "state", "stale");
		json_text(&results->json, "store", "user");
		json_close(&results->json, '}');
		return;
	}
	xnetns_print_name(dry_run ? "would remove " : "removed ", name, ": ");
	fputs(why, stdout);
	putchar('\n');
}

int netns_do_forget(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	struct stale stale;
	int rc = find_stale(run, &stale, diag);

	for (size_t i = 0; rc == 0 && i < stale.names.n; i++) {
		if (!step->dry_run) {
			netns_end_uplink(run, stale.names.list[i]);
			rc = home_forget(&run->user->home, stale.names.list[i], diag);
		}
		if (rc == 0)
			report(run->results, stale.names.list[i], step->dry_run);
	}
	names_free(&stale.names);
	return rc;
}
