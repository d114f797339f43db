/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that keeps an uplink: the parent of pasta(1), which dies with it. It ends with pasta, when its
 * record is removed, and when the name has gone.
 *
 * For an ordinary user it stays outside the anchor's namespaces. A program inside, root there, could
 * trace it otherwise, and use the host's network.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "apply/uplink.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/clock.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "netns/home.h"
#include "netns/home_record.h"
#include "netns/store.h"
#include "netns/uplinks.h"
#include "xnetns/inotify.h"
#include "xnetns/background.h"
#include "xnetns/uplink.h"

enum { RETRY_MS = 50, RETRIES = 60 };
enum { GONE = IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF };

struct keeper {
	const struct uplink_job *job;
	int proc;    /* owned, as are the other descriptors */
	int records; /* the directory of records, opened by us: a lock of the command is not ours */
	int held;    /* our record */
	int events;
	int names;   /* the watch on the directory of names */
	struct uplink_run run;
};

/* ---- the name ---- */

static void watch_names(struct keeper *keeper)
{
	char path[sizeof("/proc//root" STORE_DIR) + 16] = STORE_DIR;
	struct diag ignored;
	struct home home;

	if (keeper->job->home) {
		if (home_open(&home, 0, &ignored) < 0)
			return;
		snprintf(path, sizeof(path), "/proc/%d/root" STORE_DIR, (int)home.anchor.pid);
		/* Another anchor may take the names over. */
		inotify_watch(keeper->events, home.path, IN_MOVED_TO | IN_ONLYDIR);
		home_close(&home);
	}
	keeper->names = inotify_watch(keeper->events, path, GONE | IN_ONLYDIR);
}

static bool is_ours(const struct keeper *keeper, int ns)
{
	struct stat st;

	return ns >= 0 && sys_fstat(ns, &st) == 0 && st.st_ino == keeper->job->ino;
}

/*
 * If the anchor was killed, a program that uses the names hands them to the next one; until that has mounted
 * them, their records are those of the old one. lost: the directory of names has gone, too.
 */
static bool is_users(const struct keeper *keeper, bool lost)
{
	const char *name = keeper->job->name;
	_cleanup_close_ int names = -1, ns = -1;
	struct home_name record;
	struct diag ignored;
	struct home home;
	bool found;

	if (home_open(&home, 0, &ignored) < 0)
		return false;
	names = sys_openat(home.dir, HOME_NAMES, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	found = names >= 0 && home_read_name(&home, names, name, &record);
	home_close(&home);
	if (!found || record.ino != keeper->job->ino)
		return false;
	ns = record.stale ? -ESRCH : home_open_ns(name, &ignored);
	return ns == -ESRCH ? !lost : is_ours(keeper, ns);
}

/* Whether the name means our namespace. */
static bool is_named(const struct keeper *keeper, bool lost)
{
	char path[sizeof(STORE_DIR "/") + NAME_MAX];
	_cleanup_close_ int ns = -1;

	if (keeper->job->home)
		return is_users(keeper, lost);
	snprintf(path, sizeof(path), STORE_DIR "/%s", keeper->job->name);
	ns = sys_openat(AT_FDCWD, path, O_PATH, 0);
	return is_ours(keeper, ns);
}

/* ---- the life ---- */

static int open_all(struct keeper *keeper, struct diag *diag)
{
	int rc = keeper->records = uplinks_open(keeper->job->home, true, diag);

	if (rc >= 0)
		rc = keeper->proc = proc_open_root(diag);
	if (rc < 0)
		return rc;
	if (keeper->job->home)
		close(keeper->job->home->dir); /* so that its locks end with the command */
	keeper->events = inotify_open(IN_NONBLOCK);
	if (keeper->events < 0 ||
	    inotify_watch(keeper->events, FD_PATH(keeper->records), IN_MODIFY | GONE | IN_ONLYDIR) < 0)
		return diag_set(diag, errno, "cannot watch the record of the uplink");
	watch_names(keeper);
	return 0;
}

/* The record comes first, so that a killed keeper whose pasta is still ending has one. */
static int hold(struct keeper *keeper, struct diag *diag)
{
	const struct uplink_job *job = keeper->job;
	const struct uplink_record record = { .ino = job->ino,
					      .host_loopback = job->wants->host_loopback,
					      .ports = job->ports };
	int rc = keeper->held = uplinks_hold(keeper->records, job->name, &record);

	return rc < 0 ? diag_set(diag, -rc, "cannot write the record of the uplink of '%s'", job->name) : 0;
}

/*
 * Retries, because a pasta that is still ending keeps its tap device, whose name the next one
 * needs.
 */
static int begin(struct keeper *keeper, struct diag *diag)
{
	const struct uplink_job *job = keeper->job;
	struct uplink_target target = { .net_ns = job->ns };
	int rc = -ECHILD;

	if (job->home) {
		int anchor = (int)job->home->anchor.pid;

		snprintf(target.net_path, sizeof(target.net_path), "/proc/%d/root" STORE_DIR "/%s", anchor,
			 job->name);
		snprintf(target.user_path, sizeof(target.user_path), "/proc/%d/ns/user", anchor);
	}
	if (!job->wants->host_loopback)
		uplink_find_server(target.server);
	for (int i = 0; i <= (job->after_kill ? RETRIES : 0); i++) {
		if (i > 0)
			clock_wait_ms(RETRY_MS);
		rc = uplink_begin(job->wants, job->command, &target, keeper->proc, &keeper->run, diag);
		if (rc != -ECHILD)
			break;
	}
	if (rc < 0)
		sys_unlinkat(keeper->records, job->name, 0);
	else
		*diag = (struct diag){ .err = 0 };
	return rc;
}

/* Reads all events. Returns whether the directory of names has gone. */
static bool drain(const struct keeper *keeper)
{
	_Alignas(struct inotify_event) char buf[4096];
	bool lost = false;
	ssize_t len;

	while ((len = sys_read(keeper->events, buf, sizeof(buf))) > 0)
		for (const char *at = buf; at < buf + len;) {
			const struct inotify_event *event = (const void *)at;

			lost = lost || (event->wd == keeper->names && event->mask & IN_IGNORED);
			at += sizeof(*event) + event->len;
		}
	return lost;
}

static void keep(struct keeper *keeper)
{
	struct pollfd fds[] = { { .fd = keeper->run.pidfd, .events = POLLIN },
				{ .fd = keeper->events, .events = POLLIN } };

	while (sys_poll(fds, ARRAY_LEN(fds), -1) >= 0 && !fds[0].revents) {
		bool lost = drain(keeper);

		if (!uplinks_is_held(keeper->records, keeper->job->name, keeper->held) ||
		    !uplinks_is_wanted(keeper->held) || !is_named(keeper, lost))
			break;
		watch_names(keeper);
	}
}

/* Of an ordinary user, the last one also removes the directories, as the last delete does. */
static void forget(struct keeper *keeper)
{
	const struct uplink_job *job = keeper->job;
	struct diag ignored;
	struct home home;

	if (uplinks_is_held(keeper->records, job->name, keeper->held))
		sys_unlinkat(keeper->records, job->name, 0);
	cleanup_close(&keeper->held); /* first: delete waits for it under the lock of the home */
	if (job->home && home_open(&home, HOME_LOCK, &ignored) == 0) {
		home_end(&home, &ignored);
		home_close(&home);
	}
}

static int live(const void *arg, int report, struct diag *diag)
{
	struct keeper keeper = { .job = arg, .proc = -1, .records = -1, .held = -1, .events = -1,
				 .names = -1, .run = UPLINK_NONE };
	const int kept[] = { report, keeper.job->ns, keeper.job->lock,
			     keeper.job->home ? keeper.job->home->dir : -1 };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	int rc, ns = keeper.job->ns;

	io_close_others(kept, ARRAY_LEN(kept));
	sys_sigaction(SIGPIPE, &ignore, NULL); /* the command may be killed before it reads the report */
	sys_chdir("/"); /* keeps no file system busy; the root always exists */
	sys_prctl(PR_SET_NAME, (unsigned long)"xns-uplink", 0, 0, 0); /* for ps(1) only */
	rc = open_all(&keeper, diag);
	if (rc == 0)
		rc = hold(&keeper, diag);
	if (rc == 0)
		rc = begin(&keeper, diag);
	if (rc < 0)
		return rc;
	rc = io_write_all(report, diag, sizeof(*diag));
	close(report);
	close(ns); /* from now on only pasta has the namespace */
	if (rc == 0) {
		close(keeper.job->lock); /* if the command was killed, the next one waits until we have ended */
		keep(&keeper);
	}
	uplink_stop(&keeper.run);
	forget(&keeper);
	sys_exit(EXIT_SUCCESS);
}

int uplink_keeper_start(const struct uplink_job *job, struct diag *diag)
{
	return background_start(live, job, "the uplink", diag);
}
