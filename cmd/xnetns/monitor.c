/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor: prints events that concern names, until it is killed. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/clock.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/presence.h"
#include "netns/store.h"
#include "xnetns/inotify.h"
#include "xnetns/own.h"
#include "xnetns/process.h"
#include "xnetns/tracker.h"
#include "xnetns/user.h"
#include "xnetns/xnetns.h"

/*
 * inotify(7) reports changed files, and poll(2) on mountinfo reports changed mounts
 * (proc_pid_mounts(5)). Neither reports the state of a name, so each event starts a scan of all.
 */
struct monitor {
	const struct xnetns *request;
	struct tracker tracker;
	struct own own;
	bool shows_own, shows_system;
	bool marks; /* of the user's names */
	int files;  /* inotify (owned) */
	int mounts; /* mountinfo (owned) */
	int parent; /* watch on the parent directory, to see ours appear */
	int dir;    /* watch on the directory, -1 if it does not exist */
};

enum {
	STAY_MS = 100, /* a process that creates a namespace leaves it within this time */
	REST = 4,      /* times as long as it has worked */
	REST_MAX_MS = 250,
};

#define PARENT_DIR "/run"

/* A name that is no longer mounted here may be mounted elsewhere. */
static const char *word_of_unmounted(const char *name)
{
	struct sought sought = { .name = name };
	struct diag ignored;
	_cleanup_close_ int dir = store_open_dir(&ignored);
	struct entry entry;

	if (dir >= 0 && entry_examine(dir, name, &entry) == 0)
		sought = (struct sought){ .name = name,
					  .never_mounted = entry.never_mounted,
					  .link = entry.link };
	presence_search(dir, &sought, 1);
	return presence_word(sought.state);
}

static void print_event(const struct monitor *monitor, const char *word, const char *name, bool own)
{
	if (opt_given(&monitor->request->given, OPT_JSON)) {
		struct json json = { .out = stdout, .compact = true };

		json_begin(&json);
		json_text(&json, "event", word);
		json_text(&json, "name", name);
		if (own)
			json_text(&json, "store", "user");
		json_close(&json, '}');
		putchar('\n');
	} else {
		printf("%s ", word);
		xnetns_print_name("", name, own && monitor->marks ? " (user)\n" : "\n");
	}
}

static void report(enum name_event event, const char *name, void *arg)
{
	print_event(arg, event == EVENT_STALE ? word_of_unmounted(name) : event_word(event), name,
		    false);
}

static void report_own(const char *event, const char *name, void *arg)
{
	print_event(arg, event, name, true);
}

/* ---- add or attach ---- */

/* Records that the namespace had this process before it got the name. */
static int note_member(pid_t pid, ino_t net, void *arg)
{
	struct tracker *tracker = arg;

	(void)pid;
	for (size_t i = 0; i < tracker->n; i++)
		if (tracked_is_new(&tracker->names[i]) && tracker->names[i].ino == net)
			tracker->names[i].attached = true;
	return 0;
}

static bool any_attached(const struct tracker *tracker)
{
	for (size_t i = 0; i < tracker->n; i++)
		if (tracker->names[i].attached)
			return true;
	return false;
}

static bool any_new(const struct tracker *tracker)
{
	for (size_t i = 0; i < tracker->n; i++)
		if (tracked_is_new(&tracker->names[i]))
			return true;
	return false;
}

/*
 * Finds names given by attach. The only process in a new namespace is its creator, which soon
 * leaves it; a namespace that was attached keeps its processes. Without /proc each counts as new.
 */
static void find_attached(struct tracker *tracker)
{
	struct diag ignored;

	if (!any_new(tracker) || process_scan(note_member, tracker, NULL, &ignored) < 0 ||
	    !any_attached(tracker))
		return;
	for (size_t i = 0; i < tracker->n; i++)
		tracker->names[i].attached = false;
	clock_wait_ms(STAY_MS);
	process_scan(note_member, tracker, NULL, &ignored);
}

/* ---- the scan ---- */

/* Opens the directory again each time, because a mount may cover it now. */
static int scan_names(struct monitor *monitor, struct diag *diag)
{
	DIR *list;
	int rc = store_open_list(&list, diag);
	const char *name;

	tracker_begin_scan(&monitor->tracker);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	while (rc == 0 && (name = store_next(list, &rc, diag)) != NULL) {
		struct entry entry;

		if (entry_examine(dirfd(list), name, &entry) == 0 && entry.kind != ENTRY_NONE &&
		    tracker_scan_entry(&monitor->tracker, name, &entry, clock_ms()) < 0)
			rc = diag_set(diag, ENOMEM, "cannot remember the names");
	}
	closedir(list);
	return rc;
}

static void watch_dir(struct monitor *monitor)
{
	if (monitor->dir < 0)
		monitor->dir = inotify_watch(monitor->files, STORE_DIR,
						 IN_CREATE | IN_DELETE | IN_MOVED_FROM |
							 IN_MOVED_TO | IN_ONLYDIR);
}

static int take_event(struct monitor *monitor, const struct inotify_event *event)
{
	if (event->wd == monitor->dir && event->mask & IN_IGNORED)
		monitor->dir = -1;
	if (event->wd != monitor->dir || event->len == 0 || event->mask & IN_ISDIR)
		return 0;
	return tracker_add_event(&monitor->tracker, event->name,
				 event->mask & (IN_CREATE | IN_MOVED_TO), clock_ms());
}

static int take_events(struct monitor *monitor, struct diag *diag)
{
	_Alignas(struct inotify_event) char buf[16384];
	ssize_t n = sys_read(monitor->files, buf, sizeof(buf));

	if (n < 0)
		return n == -EAGAIN ? 0 : diag_set(diag, (int)-n, "cannot read inotify events");
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *event = (const void *)(buf + at);

		if (take_event(monitor, event) < 0)
			return diag_set(diag, ENOMEM, "cannot remember the names");
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	return 0;
}

static int open_all(struct monitor *monitor, struct diag *diag)
{
	_cleanup_close_ int self = proc_open_own(diag);

	if (self < 0)
		return self;
	monitor->mounts = proc_open_file(self, "mountinfo", O_RDONLY);
	if (monitor->mounts < 0)
		return diag_set(diag, -monitor->mounts, "cannot open /proc/self/mountinfo");
	monitor->files = inotify_open(IN_NONBLOCK);
	if (monitor->files < 0)
		return diag_set(diag, errno, "cannot watch " STORE_DIR);
	monitor->parent =
		inotify_watch(monitor->files, PARENT_DIR, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
	watch_dir(monitor);
	if (monitor->parent < 0 && monitor->dir < 0)
		return diag_set(diag, errno, "cannot watch " STORE_DIR);
	return 0;
}

/* Scans the system's names, and reports what has changed of the user's. */
static int look(struct monitor *monitor, own_report *report_change, struct diag *diag)
{
	int rc = monitor->shows_system ? scan_names(monitor, diag) : 0;

	if (rc == 0 && monitor->shows_own)
		rc = own_look(&monitor->own, monitor->files, report_change, monitor, diag);
	return rc;
}

static int64_t worked_us(void)
{
	struct timespec time;

	sys_clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/*
 * Each look examines every name, so its cost grows with them. Rests in between, however many names or mounts
 * change: the next look sees all of these changes at once. since: worked_us() at the end of the last rest
 */
static void rest(int64_t *since)
{
	int64_t ms = (worked_us() - *since) * REST / 1000;

	if (ms > 0)
		clock_wait_ms(ms < REST_MAX_MS ? ms : REST_MAX_MS);
	*since = worked_us();
}

static int run(struct monitor *monitor, struct diag *diag)
{
	int64_t since = worked_us();
	int timeout = -1, rc = look(monitor, NULL, diag);

	if (rc == 0)
		tracker_accept(&monitor->tracker);
	while (rc == 0) {
		struct pollfd wake[] = { { .fd = monitor->files, .events = POLLIN },
					 { .fd = monitor->mounts, .events = POLLPRI },
					 { .fd = monitor->own.anchor, .events = POLLIN } };

		rc = sys_poll(wake, ARRAY_LEN(wake), timeout);
		if (rc < 0)
			return diag_set(diag, -rc, "cannot wait for events");
		rc = take_events(monitor, diag);
		watch_dir(monitor);
		if (rc == 0)
			rc = look(monitor, report_own, diag);
		if (rc < 0)
			break;
		find_attached(&monitor->tracker);
		timeout = tracker_compare(&monitor->tracker, clock_ms(), report, monitor);
		rc = io_flush(stdout);
		if (rc < 0)
			return xnetns_output_lost(rc, "cannot write to standard output", diag);
		rest(&since);
	}
	return rc;
}

int xnetns_monitor(const struct xnetns *request)
{
	struct monitor monitor = { .request = request,
				   .files = -1,
				   .mounts = -1,
				   .dir = -1,
				   .parent = -1,
				   .own = OWN_NONE,
				   .shows_own = user_shows_own(request),
				   .shows_system = user_shows_system(request),
				   .marks = xnetns_is_detailed(request, STDOUT_FILENO) };
	struct diag diag;
	int rc = open_all(&monitor, &diag);

	if (rc == 0)
		rc = run(&monitor, &diag);
	cleanup_close(&monitor.files);
	cleanup_close(&monitor.mounts);
	tracker_free(&monitor.tracker);
	own_free(&monitor.own);
	return rc < 0 ? xnetns_fail(&diag) : EXIT_SUCCESS;
}
