/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of gc. They report each name that they remove or leave. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "netns/leftover.h"
#include "netns/store.h"
#include "xnetns/apply.h"
#include "xnetns/refused.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

struct gc {
	struct results *results; /* borrowed */
	bool dry_run;
	bool unseen;                 /* --unseen: also removes unknown names */
	int dir;                     /* borrowed */
	struct leftovers *leftovers; /* owned: the names of the next search */
};

/*
 * Reports in one line whether a name was removed, and why. state is NULL for a file that is no
 * name.
 */
static void report(struct gc *gc, const char *name, bool removed, const char *why,
		   const char *state)
{
	struct json *json = &gc->results->json;
	const char *action = !removed ? "left" : gc->dry_run ? "would remove" : "removed";

	if (gc->results->as_json) {
		json_open(json, NULL, '{');
		json_text(json, "name", name);
		json_bool(json, "removed", removed && !gc->dry_run);
		json_text(json, "reason", why);
		if (state)
			json_text(json, "state", state);
		json_close(json, '}');
	} else {
		printf("%s ", action);
		xnetns_print_name("", name, "");
		printf(": %s\n", why);
	}
}

static int cannot_remove(int rc, const char *name, struct diag *diag)
{
	diag_set(diag, -rc, "cannot remove namespace file \"" STORE_DIR "/%s\"", name);
	if (rc == -EPERM)
		hint_refused(STEP_PROPAGATION, -1, diag);
	return rc;
}

/* Writes the reason why a name was removed or left. */
static void reason_of(const struct gc *gc, const struct sought *sought, char *buf, size_t size)
{
	if (sought->state != PRESENCE_UNKNOWN)
		presence_text(sought, buf, size);
	else if (gc->unseen && sought->link)
		snprintf(buf, size, "it leads nowhere here");
	else if (gc->unseen)
		snprintf(buf, size,
			 "not mounted here; a mount namespace that could not be seen "
			 "has lost it, if it had it mounted");
	else
		presence_clause(sought, buf, size);
}

/* Removes or leaves one name. 1: removed, 0: left, or -errno with the diagnosis filled. */
static int decide(struct gc *gc, size_t index, struct diag *diag)
{
	const struct leftover *one = &gc->leftovers->list[index];
	const struct sought *sought = &gc->leftovers->sought[index];
	bool removes = sought->state == PRESENCE_STALE ||
		       (gc->unseen && sought->state == PRESENCE_UNKNOWN);
	char why[PRESENCE_TEXT];
	int rc = 0;

	if (one->lock == -ENOENT)
		return 1; /* another process has removed it */
	if (one->lock == -EAGAIN) {
		report(gc, one->name, false, "may be in the making", NULL);
		return 0;
	}
	if (removes && !gc->dry_run)
		rc = leftovers_remove(gc->leftovers, gc->dir, index);
	if (rc == -EBUSY) {
		report(gc, one->name, false, "used under another mount", NULL);
		return 0;
	}
	if (rc < 0 && rc != -ENOENT)
		return cannot_remove(rc, one->name, diag);
	reason_of(gc, sought, why, sizeof(why));
	report(gc, one->name, removes, why, presence_word(sought->state));
	return removes;
}

/*
 * Decides about all gathered names after one search. The exit status: with --unseen, a name that is
 * left is a failure.
 */
static int decide_all(struct gc *gc, struct diag *diag)
{
	int status = EXIT_SUCCESS;

	if (gc->leftovers->n > 0)
		leftovers_search(gc->leftovers, gc->dir);
	for (size_t i = 0; i < gc->leftovers->n; i++) {
		int rc = decide(gc, i, diag);

		if (rc < 0)
			status = xnetns_fail(diag);
		else if (rc == 0 && gc->unseen)
			status = EXIT_FAILURE;
	}
	leftovers_free(gc->leftovers);
	return status;
}

/*
 * Adds an empty file to the next search, and reports other files. 0, or -errno with the diagnosis
 * filled.
 */
static int gather(struct gc *gc, const char *name, struct diag *diag)
{
	struct entry entry;
	int rc = entry_examine(gc->dir, name, &entry);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine " STORE_DIR "/%s", name);
	if ((entry.kind == ENTRY_EMPTY || entry.kind == ENTRY_DANGLING) &&
	    leftovers_add(gc->leftovers, gc->dir, name, false) < 0)
		return diag_set(diag, ENOMEM, "cannot remember the names");
	if (entry.kind == ENTRY_PENDING)
		report(gc, name, false, "may be in the making", NULL);
	else if (entry.kind == ENTRY_OTHER)
		report(gc, name, false, entry_type(&entry), NULL);
	return 0;
}

/* Removes the stale names, with one search for up to LEFTOVERS_MAX of them. The exit status. */
static int collect_names(struct gc *gc, struct diag *diag)
{
	DIR *list;
	int status = EXIT_SUCCESS, rc = io_open_dir(gc->dir, ".", &list);
	const char *name;

	if (rc < 0) {
		diag_set(diag, -rc, "cannot read the directory " STORE_DIR);
		return xnetns_fail(diag);
	}
	while ((name = store_next(list, &rc, diag)) != NULL) {
		if (gather(gc, name, diag) < 0)
			status = xnetns_fail(diag);
		if (gc->leftovers->n == LEFTOVERS_MAX && decide_all(gc, diag) != EXIT_SUCCESS)
			status = EXIT_FAILURE;
	}
	if (decide_all(gc, diag) != EXIT_SUCCESS)
		status = EXIT_FAILURE;
	if (rc < 0)
		status = xnetns_fail(diag);
	closedir(list);
	return status;
}

/* ---- gc --unseen NAME... ---- */

/* Refuses a name that is not an empty file. */
static int check_unseen(const struct gc *gc, const char *name, struct diag *diag)
{
	struct entry entry;
	int rc = entry_examine(gc->dir, name, &entry);

	if (rc == 0 && entry.kind == ENTRY_NONE)
		rc = -ENOENT;
	if (rc < 0)
		return cannot_remove(rc, name, diag);
	if (entry.kind == ENTRY_EMPTY || entry.kind == ENTRY_DANGLING)
		return 0;
	diag_set(diag, 0, "cannot remove namespace file \"" STORE_DIR "/%s\": it is %s", name,
		 entry.kind == ENTRY_NETNS     ? "mounted here"
		 : entry.kind == ENTRY_PENDING ? "so young that it may be in the making"
					       : entry_type(&entry));
	if (entry.kind == ENTRY_NETNS)
		diag_hint(diag, "remove it with 'xnetns delete'");
	return -EINVAL;
}

static int remove_unseen(struct gc *gc, char *const *names, struct diag *diag)
{
	int status = EXIT_SUCCESS;

	for (; *names; names++) {
		const char *name = *names;

		if (check_unseen(gc, name, diag) < 0 ||
		    (leftovers_add(gc->leftovers, gc->dir, name, false) < 0 &&
		     diag_set(diag, ENOMEM, "cannot remember the names")))
			status = xnetns_fail(diag);
		if (gc->leftovers->n == LEFTOVERS_MAX && decide_all(gc, diag) != EXIT_SUCCESS)
			status = EXIT_FAILURE;
	}
	return decide_all(gc, diag) == EXIT_SUCCESS ? status : EXIT_FAILURE;
}

/* ---- steps ---- */

static int unmount(struct gc *gc, int dir, struct diag *diag)
{
	char path[PATH_MAX], why[64];
	int n, rc = mounts_path_of(dir, path, sizeof(path));

	if (rc < 0)
		return diag_set(diag, -rc, "cannot find out where " STORE_DIR " is");
	n = mounts_unmount_redundant(path, gc->dry_run, diag);
	if (n <= 0)
		return n;
	snprintf(why, sizeof(why), "mounted onto itself %d %s too often", n,
		 n == 1 ? "time" : "times");
	report(gc, path, true, why, NULL);
	return 0;
}

/* A failure is reported, and gc continues with the names. */
int netns_do_redundant(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	struct gc gc = { .results = run->results, .dry_run = step->dry_run };

	if (!run->no_store && unmount(&gc, run->store.lock, diag) < 0)
		run->status = xnetns_fail(diag);
	return 0;
}

int netns_do_collect(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	struct gc gc = { .results = run->results, .dry_run = step->dry_run, .dir = run->store.dir };

	if (run->no_store)
		return 0;
	gc.leftovers = calloc(1, sizeof(*gc.leftovers));
	if (!gc.leftovers)
		return diag_set(diag, ENOMEM, "cannot remember the names");
	if (collect_names(&gc, diag) != EXIT_SUCCESS)
		run->status = EXIT_FAILURE;
	free(gc.leftovers);
	return 0;
}

int netns_do_unseen(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	struct gc gc = { .results = run->results,
			 .dry_run = step->dry_run,
			 .unseen = true,
			 .dir = run->store.dir };

	if (run->no_store)
		return cannot_remove(-ENOENT, step->names[0], diag);
	gc.leftovers = calloc(1, sizeof(*gc.leftovers));
	if (!gc.leftovers)
		return diag_set(diag, ENOMEM, "cannot remember the names");
	run->status = remove_unseen(&gc, step->names, diag);
	free(gc.leftovers);
	return 0;
}
