/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --wait. The kernel tells nobody that a process has created namespaces, or that a map was written, so this
 * looks again and again, and ends with the target.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/attributes.h"
#include "kernel/clock.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "xnsenter/xnsenter.h"

enum { PAUSE_MAX_MS = 32, LINK_SIZE = 64 };

struct waiting {
	const struct xnsenter *request;
	const struct target *target;
	int self; /* our own directory in /proc (owned) */
};

static bool is_wanted(const struct xnsenter *request, enum ns_type type)
{
	enum ns_source source = request->choice[type].source;

	return source == FROM_TARGET ||
	       (source == FROM_NOWHERE && opt_given(&request->given, OPT_ALL));
}

static bool has_map(const struct target *target, const char *kind)
{
	char path[16], first[2];
	_cleanup_close_ int fd = -1;

	snprintf(path, sizeof(path), "%s_map", kind);
	fd = proc_open_file(target->dir, path, O_RDONLY);
	/* If it cannot be read, there is nothing to wait for. */
	return fd < 0 || sys_read(fd, first, 1) != 0;
}

/*
 * A process of ours that has changed its ids is not dumpable before its exec, so it is closed to us (ptrace(2)).
 * Its directory in /proc then belongs to root, and its status has its ids.
 */
static bool may_open_later(const struct target *target)
{
	char text[4096];
	const char *at;
	struct stat st;
	uint32_t uid;

	if (sys_fstat(target->dir, &st) < 0 || st.st_uid == sys_geteuid() ||
	    proc_read_file(target->dir, "status", text, sizeof(text)) <= 0)
		return false;
	at = attributes_line(text, "\nUid:");
	/* The real one, then the effective one. */
	for (int i = 0; i < 2; i++)
		if (!attributes_next_id(&at, &uid))
			return false;
	return uid == sys_geteuid();
}

/*
 * Describes the thing that is still missing, or returns NULL. An obstacle that will stay is not
 * waited for.
 */
static const char *missing(const struct waiting *waiting)
{
	const struct xnsenter *request = waiting->request;
	bool differs = false, compared = false, user = false;

	for (int k = 0; k < NS_COUNT; k++) {
		char path[32], theirs[LINK_SIZE] = "", ours[LINK_SIZE] = "";
		ssize_t len;
		bool same;

		if (!is_wanted(request, (enum ns_type)k))
			continue;
		snprintf(path, sizeof(path), "ns/%s", xnsenter_link(request, (enum ns_type)k));
		len = sys_readlinkat(waiting->target->dir, path, theirs, sizeof(theirs) - 1);
		if (len == -EACCES)
			return may_open_later(waiting->target) ? "it has not executed a program yet"
							       : NULL;
		if (len == -ENOENT && k == NS_PID)
			return "it has started no child yet in the pid namespace that it has "
			       "created";
		snprintf(path, sizeof(path), "ns/%s", ns_types[k].name);
		if (len < 0 || sys_readlinkat(waiting->self, path, ours, sizeof(ours) - 1) < 0)
			continue;
		same = strcmp(theirs, ours) == 0;
		/* Nobody can enter the user namespace that he is in (setns(2)). */
		if (same && k == NS_USER && request->choice[k].source == FROM_TARGET)
			return "it is still in our user namespace";
		compared = true;
		differs |= !same;
		user |= k == NS_USER && !same;
	}
	if (compared && !differs)
		return "it is still in our namespaces";
	if (user && (!has_map(waiting->target, "uid") || !has_map(waiting->target, "gid")))
		return "the id maps of its user namespace are not written yet";
	return NULL;
}

/* The end of the target cuts it short. */
static void pause_ms(const struct target *target, unsigned ms)
{
	struct pollfd poll = { .fd = target->pidfd, .events = POLLIN };

	/* poll(2) ignores a negative descriptor. */
	sys_poll(&poll, 1, (int)ms);
}

static int wait_for(const struct waiting *waiting, struct diag *diag)
{
	const struct xnsenter *request = waiting->request;
	const int64_t start = clock_ms();
	const char *what;

	for (unsigned ms = 1; (what = missing(waiting)); ms = ms < PAUSE_MAX_MS ? 2 * ms : ms) {
		int rc = target_check(waiting->target, diag);
		uint64_t passed;

		if (rc < 0)
			return rc;
		passed = (uint64_t)(clock_ms() - start);
		if (passed >= request->wait_ms) {
			diag_set(diag, 0,
				 "process %d cannot be entered after %" PRIu64 ".%03" PRIu64
				 " s: %s",
				 (int)waiting->target->pid, passed / 1000, passed % 1000, what);
			return -ETIMEDOUT;
		}
		if (request->wait_ms - passed < ms)
			ms = (unsigned)(request->wait_ms - passed);
		pause_ms(waiting->target, ms);
	}
	return target_check(waiting->target, diag);
}

int xnsenter_wait(const struct xnsenter *request, const struct target *target, struct diag *diag)
{
	struct waiting waiting = { .request = request, .target = target, .self = -1 };
	int rc;

	if (!opt_given(&request->given, OPT_WAIT))
		return 0;
	rc = waiting.self = proc_open_own(diag);
	if (rc >= 0)
		rc = wait_for(&waiting, diag);
	cleanup_close(&waiting.self);
	return rc < 0 ? rc : 0;
}
