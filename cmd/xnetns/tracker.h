/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the events that concern names, by comparing the last scan of the directory with the current
 * one. Pure: the caller scans, and passes the time.
 */
#ifndef XNS_XNETNS_TRACKER_H
#define XNS_XNETNS_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "netns/store.h"

/* The last reported state of a name. */
enum tracked_state {
	TRACKED_ABSENT, /* no file, or one that may become a name */
	TRACKED_NETNS,
	TRACKED_STALE,
};

struct tracked {
	char *name; /* owned */
	enum tracked_state reported;
	ino_t reported_ino;    /* of the reported namespace */
	enum entry_kind kind;  /* of the file in the current scan */
	ino_t ino;             /* of its namespace */
	int64_t since;         /* ms: when this kind was first seen */
	bool created, deleted; /* inotify events since the last comparison */
	bool attached;         /* if tracked_is_new(), the caller may set it: attach, not add */
	bool present;          /* found by the current scan */
};

struct tracker {
	struct tracked *names; /* sorted by name */
	size_t n, room;
};

enum name_event { EVENT_ADD, EVENT_ATTACH, EVENT_CHANGED, EVENT_DELETE, EVENT_STALE };

typedef void report_event(enum name_event event, const char *name, void *arg);

/* The word for an event: "add". */
const char *event_word(enum name_event event);

/* Records that the file was created or removed. 0 or -ENOMEM. */
int tracker_add_event(struct tracker *tracker, const char *name, bool created, int64_t now);

/*
 * Scans the whole directory: call tracker_begin_scan(), tracker_scan_entry() for each file, then
 * tracker_compare().
 */
void tracker_begin_scan(struct tracker *tracker);
int tracker_scan_entry(struct tracker *tracker, const char *name, const struct entry *entry,
		       int64_t now);

/* Takes the scanned state as reported, without events. */
void tracker_accept(struct tracker *tracker);

/*
 * Whether the name is a namespace that has not been reported yet; then the caller may set attached.
 */
bool tracked_is_new(const struct tracked *name);

/*
 * Reports all changes. Returns the milliseconds after which it must be called again at the latest,
 * because a file becomes stale only after it has been empty for a while; -1: after the next event.
 */
int tracker_compare(struct tracker *tracker, int64_t now, report_event *report, void *arg);

void tracker_free(struct tracker *tracker);

#endif
