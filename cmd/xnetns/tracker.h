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

/* The state of a name that was last reported. */
enum tracked_state {
	TRACKED_ABSENT, /* not there, or a file that may become a name */
	TRACKED_NETNS,
	TRACKED_STALE,
};

struct tracked {
	char *name; /* owned */
	enum tracked_state reported;
	ino_t reported_ino;    /* of the namespace that was reported */
	enum entry_kind kind;  /* what is there now */
	ino_t ino;             /* of its namespace */
	int64_t since;         /* ms: when this kind was first seen */
	bool created, deleted; /* the directory reported it since the last comparison */
	bool attached;         /* for tracked_is_new(): set by the caller */
	bool present;          /* found by the current scan */
};

struct tracker {
	struct tracked *names; /* in the order of their names */
	size_t n, room;
};

enum name_event { EVENT_ADD, EVENT_ATTACH, EVENT_CHANGED, EVENT_DELETE, EVENT_STALE };

typedef void report_event(enum name_event event, const char *name, void *arg);

/* The word for an event: "add". */
const char *event_word(enum name_event event);

/* The directory reported that a file was made or removed. 0 or -ENOMEM. */
int tracker_add_event(struct tracker *tracker, const char *name, bool created, int64_t now);

/* A scan of the whole directory: begin, each entry, then tracker_compare(). */
void tracker_begin_scan(struct tracker *tracker);
int tracker_scan_entry(struct tracker *tracker, const char *name, const struct entry *entry,
		       int64_t now);

/* Accepts what is there as known, without reporting it. */
void tracker_accept(struct tracker *tracker);

/* Whether the name is a namespace that has not been reported yet: the caller sets attached. */
bool tracked_is_new(const struct tracked *name);

/*
 * Reports what has changed. Returns the ms after which it must be called again at the latest, because
 * a file has to stay empty for a while before its name is stale; -1: only after the next event.
 */
int tracker_compare(struct tracker *tracker, int64_t now, report_event *report, void *arg);

void tracker_free(struct tracker *tracker);

#endif
