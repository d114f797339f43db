/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/own.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/home_record.h"
#include "xnetns/inotify.h"

struct own_name {
	char *name; /* owned */
	uint64_t ino;
	bool stale, present;
};

/* One look. */
struct look {
	struct own *own;
	own_report *report;
	void *arg;
};

static void say(const struct look *look, const char *event, const char *name)
{
	if (look->report)
		look->report(event, name, look->arg);
}

static int add(struct look *look, const struct home_name *record)
{
	struct own *own = look->own;
	struct own_name *list = array_reserve(own->list, own->n + 1, &own->room, sizeof(*list));

	if (list)
		own->list = list;
	if (!list || !(list[own->n].name = strdup(record->name)))
		return -ENOMEM;
	list[own->n].ino = record->ino;
	list[own->n].stale = record->stale;
	list[own->n++].present = true;
	say(look, record->stale ? "stale" : "add", record->name);
	return 0;
}

static int see(const struct home_name *record, void *arg)
{
	struct look *look = arg;

	for (size_t i = 0; i < look->own->n; i++) {
		struct own_name *known = &look->own->list[i];

		if (strcmp(known->name, record->name) != 0)
			continue;
		if (record->stale && !known->stale)
			say(look, "stale", record->name);
		else if (!record->stale && known->stale)
			say(look, "add", record->name);
		else if (record->ino != known->ino)
			say(look, "changed", record->name);
		known->ino = record->ino;
		known->stale = record->stale;
		known->present = true;
		return 0;
	}
	return add(look, record);
}

static void forget_gone(const struct look *look)
{
	struct own *own = look->own;
	size_t kept = 0;

	for (size_t i = 0; i < own->n; i++) {
		if (own->list[i].present) {
			own->list[kept++] = own->list[i];
			continue;
		}
		say(look, "delete", own->list[i].name);
		free(own->list[i].name);
	}
	own->n = kept;
}

/* The directories come and go; a watch on one that is watched already changes nothing. */
static void watch(int inotify, const char *path)
{
	char parent[PATH_MAX], names[PATH_MAX + sizeof("/" HOME_NAMES)];

	snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(path, '/') - path), path);
	snprintf(names, sizeof(names), "%s/" HOME_NAMES, path);
	inotify_watch(inotify, parent, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
	inotify_watch(inotify, path, IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR);
	inotify_watch(inotify, names, IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR);
}

/* The kernel reports the end of a process on its pidfd only. */
static void watch_anchor(struct own *own, const struct home *home)
{
	struct anchor_handle handle;
	struct diag ignored;

	cleanup_close(&own->anchor);
	if (home->anchor.pid <= 0)
		return;
	own->anchor = sys_pidfd_open(home->anchor.pid, 0);
	/* Opened first, so it is the same process. */
	if (anchor_open(home, &handle, &ignored) < 0)
		cleanup_close(&own->anchor);
	else
		anchor_close(&handle);
}

int own_look(struct own *own, int inotify, own_report *report, void *arg, struct diag *diag)
{
	struct look look = { own, report, arg };
	struct home home;
	struct diag ignored;
	int rc;

	for (size_t i = 0; i < own->n; i++)
		own->list[i].present = false;
	if (home_open(&home, 0, &ignored) == 0)
		watch_anchor(own, &home);
	else
		cleanup_close(&own->anchor);
	watch(inotify, home.path);
	home_close(&home);
	rc = home_visit(see, &look, diag); /* after the watch, which reports what changes from now on */
	if (rc == -ENOMEM)
		diag_set(diag, ENOMEM, "cannot remember the names");
	if (rc == 0)
		forget_gone(&look);
	return rc;
}

void own_free(struct own *own)
{
	for (size_t i = 0; i < own->n; i++)
		free(own->list[i].name);
	free(own->list);
	cleanup_close(&own->anchor);
	*own = (struct own)OWN_NONE;
}
