/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events that monitor prints, from the last and the current scan. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "xnetns/tracker.h"

static char events[512];

static void tell(enum name_event event, const char *name, void *arg)
{
	(void)arg;
	snprintf(events + strlen(events), sizeof(events) - strlen(events), "%s %s;", event_word(event), name);
}

/*
 * A row has a word for each scan; a second passes between two. "1" to "9" is a namespace with this
 * inode number, "p" a young empty file, "s" an old one, "o" another file, "-" none. inotify events
 * precede: "+" created, "x" removed. "!": the namespace was attached.
 */
struct story {
	const char *name;
	const char *moments; /* separated by spaces; the first causes no events */
	const char *events;
};

static const struct story stories[] = {
	{ "nothing", "- -", "" },
	{ "a new name", "- +1", "add a;" },
	{ "there from the start", "1 1", "" },
	{ "stale from the start", "s s s s", "" },
	{ "attached", "- +!1", "attach a;" },
	{ "file first, mount later", "- +p 1", "add a;" },
	{ "removed", "1 x-", "delete a;" },
	{ "unmounted first, removed later", "1 s x-", "delete a;" },
	{ "made and removed between two looks", "- +x-", "add a;delete a;" },
	{ "removed and created again between two scans", "1 x+2", "delete a;add a;" },
	{ "the same namespace removed and mounted again", "1 x+1", "delete a;add a;" },
	{ "something else is mounted", "1 2", "changed a;" },
	{ "and again", "1 2 1", "changed a;changed a;" },
	{ "a file that stays empty", "- +p p s s", "stale a;" },
	{ "an unmounted name that stays", "1 s s s", "stale a;" },
	{ "reported once", "- +s s s s s s", "stale a;" },
	{ "repaired", "s s s 1", "add a;" },
	{ "repaired by a new file", "s s s x+1", "delete a;add a;" },
	{ "repaired, seen before the mount", "s s s x+s 1", "delete a;add a;" },
	{ "a name replaced, seen before the mount", "1 x+p 2", "delete a;add a;" },
	{ "a stale name replaced by a stale one", "s s s x+s s s s", "delete a;stale a;" },
	{ "a stale name removed", "s s s x-", "delete a;" },
	{ "another kind of file", "- +o x-", "" },
	{ "another kind of file in its place", "1 o", "delete a;" },
	{ "young for long", "- +p p p", "stale a;" },
};

static void moment(struct tracker *tracker, const char *text, int64_t now)
{
	struct entry entry = { .kind = ENTRY_NONE };
	bool attached = false;

	for (; *text && !strchr("123456789pso-", *text); text++) {
		attached |= *text == '!';
		if (*text == '+' || *text == 'x')
			assert_int_equal(tracker_add_event(tracker, "a", *text == '+', now), 0);
	}
	tracker_begin_scan(tracker);
	if (*text != '-') {
		entry.kind = *text == 'p' ? ENTRY_PENDING :
			     *text == 's' ? ENTRY_EMPTY :
			     *text == 'o' ? ENTRY_OTHER :
					    ENTRY_NETNS;
		if (entry.kind == ENTRY_NETNS)
			entry.ino = (ino_t)(*text - '0');
		assert_int_equal(tracker_scan_entry(tracker, "a", &entry, now), 0);
	}
	for (size_t i = 0; attached && i < tracker->n; i++)
		if (tracked_is_new(&tracker->names[i]))
			tracker->names[i].attached = true;
}

static void story(void **state)
{
	const struct story *row = *state;
	struct tracker tracker = { 0 };
	char buf[64];
	int64_t now = 1000;

	events[0] = '\0';
	snprintf(buf, sizeof(buf), "%s", row->moments);
	for (char *text = strtok(buf, " "); text; text = strtok(NULL, " "), now += 1000) {
		moment(&tracker, text, now);
		if (now == 1000)
			tracker_accept(&tracker);
		else
			tracker_compare(&tracker, now, tell, NULL);
	}
	assert_string_equal(events, row->events);
	tracker_free(&tracker);
}

static void asks_to_be_called_when_a_file_gets_stale(void **state)
{
	struct tracker tracker = { 0 };

	(void)state;
	events[0] = '\0';
	moment(&tracker, "+p", 1000);
	assert_int_equal(tracker_compare(&tracker, 1000, tell, NULL), 2000);
	moment(&tracker, "p", 1500);
	assert_int_equal(tracker_compare(&tracker, 1500, tell, NULL), 1500);
	moment(&tracker, "s", 3000);
	assert_int_equal(tracker_compare(&tracker, 3000, tell, NULL), -1);
	assert_string_equal(events, "stale a;");
	tracker_free(&tracker);
}

static void many_names_stay_in_order(void **state)
{
	struct tracker tracker = { 0 };
	struct entry entry = { .kind = ENTRY_NETNS, .ino = 1 };
	uint32_t seed = 1;

	(void)state;
	events[0] = '\0';
	tracker_begin_scan(&tracker);
	for (int i = 0; i < 1000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "n%u", unit_random(&seed) % 400);
		assert_int_equal(tracker_scan_entry(&tracker, name, &entry, 0), 0);
	}
	assert_true(tracker.n > 300 && tracker.n <= 400);
	for (size_t i = 1; i < tracker.n; i++)
		assert_true(strcmp(tracker.names[i - 1].name, tracker.names[i].name) < 0);
	tracker_accept(&tracker);
	tracker_begin_scan(&tracker);
	tracker_compare(&tracker, 0, tell, NULL);
	assert_int_equal(tracker.n, 0);
	tracker_free(&tracker);
}

int main(void)
{
	UNIT_ADD_ROWS(story, stories);
	UNIT_ADD(asks_to_be_called_when_a_file_gets_stale);
	UNIT_ADD(many_names_stay_in_order);
	return unit_run("xnetns_tracker");
}
