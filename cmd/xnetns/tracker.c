/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/tracker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Other programs mount on a new file, and remove an unmounted one, within milliseconds. */
enum { STALE_MS = 2000 };

const char *event_word(enum name_event event)
{
	static const char *const words[] = {
		[EVENT_ADD] = "add",       [EVENT_ATTACH] = "attach", [EVENT_CHANGED] = "changed",
		[EVENT_DELETE] = "delete", [EVENT_STALE] = "stale",
	};

	return words[event];
}

/* The index of the name, or the one at which to insert it. */
static size_t place_of(const struct tracker *tracker, const char *name)
{
	size_t low = 0, high = tracker->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(tracker->names[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct tracked *get(struct tracker *tracker, const char *name, int64_t now)
{
	size_t at = place_of(tracker, name);
	struct tracked *larger;
	char *copy;

	if (at < tracker->n && strcmp(tracker->names[at].name, name) == 0)
		return &tracker->names[at];
	larger = array_reserve(tracker->names, tracker->n + 1, &tracker->room, sizeof(*larger));
	if (!larger)
		return NULL;
	tracker->names = larger;
	copy = strdup(name);
	if (!copy)
		return NULL;
	memmove(tracker->names + at + 1, tracker->names + at,
		(tracker->n - at) * sizeof(*tracker->names));
	tracker->names[at] = (struct tracked){ .name = copy, .since = now };
	tracker->n++;
	return &tracker->names[at];
}

int tracker_add_event(struct tracker *tracker, const char *name, bool created, int64_t now)
{
	struct tracked *entry = get(tracker, name, now);

	if (!entry)
		return -ENOMEM;
	if (created)
		entry->created = true;
	else
		entry->deleted = true;
	return 0;
}

void tracker_begin_scan(struct tracker *tracker)
{
	for (size_t i = 0; i < tracker->n; i++)
		tracker->names[i].present = false;
}

int tracker_scan_entry(struct tracker *tracker, const char *name, const struct entry *entry,
		       int64_t now)
{
	struct tracked *known = get(tracker, name, now);

	if (!known)
		return -ENOMEM;
	/* PENDING and EMPTY differ only by the file's stamp; here the time since we first saw it
	 * counts. */
	if (known->kind != entry->kind &&
	    !(known->kind == ENTRY_PENDING && entry->kind == ENTRY_EMPTY))
		known->since = now;
	known->kind = entry->kind;
	known->ino = entry->ino;
	known->present = true;
	return 0;
}

static bool is_empty_file(const struct tracked *name)
{
	return name->present && (name->kind == ENTRY_PENDING || name->kind == ENTRY_EMPTY ||
				 name->kind == ENTRY_DANGLING);
}

void tracker_accept(struct tracker *tracker)
{
	for (size_t i = 0; i < tracker->n; i++) {
		struct tracked *name = &tracker->names[i];

		name->reported_ino = name->ino;
		if (name->kind == ENTRY_NETNS)
			name->reported = TRACKED_NETNS;
		else if (name->kind == ENTRY_EMPTY || name->kind == ENTRY_DANGLING)
			name->reported = TRACKED_STALE;
	}
}

bool tracked_is_new(const struct tracked *name)
{
	return name->present && name->kind == ENTRY_NETNS &&
	       (name->reported != TRACKED_NETNS || name->deleted);
}

/* Reports the deletion of a name that was created again since the last scan. */
static void compare_replaced(struct tracked *name, int64_t now, report_event *report, void *arg)
{
	if (!name->deleted || name->reported == TRACKED_ABSENT)
		return;
	report(EVENT_DELETE, name->name, arg);
	name->reported = TRACKED_ABSENT;
	name->since = now;
}

static void compare_netns(struct tracked *name, report_event *report, void *arg)
{
	if (name->reported != TRACKED_NETNS)
		report(name->attached ? EVENT_ATTACH : EVENT_ADD, name->name, arg);
	else if (name->reported_ino != name->ino)
		report(EVENT_CHANGED, name->name, arg);
	name->reported = TRACKED_NETNS;
	name->reported_ino = name->ino;
}

static void compare_gone(struct tracked *name, report_event *report, void *arg)
{
	bool was_there = name->reported != TRACKED_ABSENT;

	/* It was created and removed since the last scan, so its type is unknown: it counts as a
	 * name. */
	if (!was_there && name->created && name->deleted) {
		report(EVENT_ADD, name->name, arg);
		was_there = true;
	}
	if (was_there)
		report(EVENT_DELETE, name->name, arg);
	name->reported = TRACKED_ABSENT;
}

/* Milliseconds until an empty file is stale; 0 if it is stale. */
static int64_t until_stale(const struct tracked *name, int64_t now)
{
	int64_t left = name->since + STALE_MS - now;

	return left > 0 ? left : 0;
}

static void forget_gone(struct tracker *tracker)
{
	size_t kept = 0;

	for (size_t i = 0; i < tracker->n; i++) {
		if (tracker->names[i].present)
			tracker->names[kept++] = tracker->names[i];
		else
			free(tracker->names[i].name);
	}
	tracker->n = kept;
}

int tracker_compare(struct tracker *tracker, int64_t now, report_event *report, void *arg)
{
	int64_t next = -1;

	for (size_t i = 0; i < tracker->n; i++) {
		struct tracked *name = &tracker->names[i];

		if (is_empty_file(name) || (name->present && name->kind == ENTRY_NETNS))
			compare_replaced(name, now, report, arg);
		if (!name->present) {
			compare_gone(name, report, arg);
		} else if (name->kind == ENTRY_NETNS) {
			compare_netns(name, report, arg);
		} else if (is_empty_file(name) && name->reported != TRACKED_STALE) {
			int64_t left = until_stale(name, now);

			if (left == 0) {
				report(EVENT_STALE, name->name, arg);
				name->reported = TRACKED_STALE;
			} else if (next < 0 || left < next) {
				next = left;
			}
		} else if (!is_empty_file(name)) {
			compare_gone(name, report, arg); /* another type of file replaced it */
		}
		name->created = name->deleted = name->attached = false;
	}
	forget_gone(tracker);
	return (int)next;
}

void tracker_free(struct tracker *tracker)
{
	for (size_t i = 0; i < tracker->n; i++)
		free(tracker->names[i].name);
	free(tracker->names);
	*tracker = (struct tracker){ 0 };
}
