/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gc: removes what crashes have left, and says what it did. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "diag.h"
#include "io.h"
#include "macros.h"
#include "sys.h"
#include "xnetns.h"
#include "xnetns_store.h"

struct gc {
	struct results results;
	bool dry_run;
};

/* One line: what was done to which name, and why. */
static void report(struct gc *gc, const char *name, bool removed, const char *why)
{
	struct json *json = &gc->results.json;
	const char *action = !removed ? "left" : gc->dry_run ? "would remove" : "removed";

	if (gc->results.as_json) {
		json_open(json, NULL, '{');
		json_string(json, "name", name);
		json_bool(json, "removed", removed && !gc->dry_run);
		json_string(json, "reason", why);
		json_close(json, '}');
	} else {
		printf("%s ", action);
		xnetns_print_name("", name, "");
		printf(": %s\n", why);
	}
}

static int look_at(struct gc *gc, int dir, const char *name, struct diag *diag)
{
	struct entry entry;
	int rc = entry_examine(dir, name, &entry);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot examine " STORE_DIR "/%s", name);
	switch (entry.kind) {
	case ENTRY_STALE:
		if (!gc->dry_run)
			rc = sys_unlinkat(dir, name, 0);
		if (rc < 0 && rc != -ENOENT && rc != -EBUSY)
			return diag_set(diag, -rc, "cannot remove " STORE_DIR "/%s", name);
		report(gc, name, rc != -EBUSY, rc == -EBUSY ? "used under another mount" : "stale");
		return 0;
	case ENTRY_PENDING:
		report(gc, name, false, "may be in the making");
		return 0;
	case ENTRY_OTHER:
		report(gc, name, false, entry_type(&entry));
		return 0;
	default:
		return 0;
	}
}

/* The names first: what lies on the directory hides and shows them as a whole. */
static int look_at_names(struct gc *gc, int dir, struct diag *diag)
{
	DIR *list;
	int status = EXIT_SUCCESS, rc = io_open_dir(dir, ".", &list);
	const char *name;

	if (rc < 0) {
		diag_set(diag, -rc, "cannot read the directory " STORE_DIR);
		return xnetns_fail(diag);
	}
	while ((name = store_next(list, &rc, diag)) != NULL)
		if (look_at(gc, dir, name, diag) < 0)
			status = xnetns_fail(diag);
	if (rc < 0)
		status = xnetns_fail(diag);
	closedir(list);
	return status;
}

static int look_at_layers(struct gc *gc, int dir, struct diag *diag)
{
	char path[PATH_MAX], why[64];
	int n, rc = mounts_path_of(dir, path, sizeof(path));

	if (rc < 0)
		return diag_set(diag, -rc, "cannot find out where " STORE_DIR " is");
	n = mounts_undo_layers(path, gc->dry_run, diag);
	if (n <= 0)
		return n;
	snprintf(why, sizeof(why), "mounted onto itself %d %s too often", n,
		 n == 1 ? "time" : "times");
	report(gc, path, true, why);
	return 0;
}

int xnetns_gc(const struct xnetns *request)
{
	struct gc gc = {
		.dry_run = xnetns_given(request, OPT_DRY_RUN),
	};
	struct store store = STORE_CLOSED;
	int status = EXIT_SUCCESS;
	struct diag diag;
	int rc = store_lock_existing(&store, &diag);

	if (rc < 0 && rc != -ENOENT)
		return xnetns_fail(&diag);
	gc.results = results_begin(request);
	if (rc == 0 && look_at_layers(&gc, store.lock, &diag) < 0)
		status = xnetns_fail(&diag);
	store_unlock(&store);
	/* What lay on top is gone; the directory below may show other names. */
	if (rc == 0 && store_lock_existing(&store, &diag) < 0)
		status = xnetns_fail(&diag);
	else if (rc == 0 && look_at_names(&gc, store.dir, &diag) != EXIT_SUCCESS)
		status = EXIT_FAILURE;
	store_unlock(&store);
	results_end(&gc.results);
	return status;
}
