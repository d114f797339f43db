/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A helper that stays until the program has ended. It is outside the program's user and pid namespace,
 * because the program may trace the process that waits for it, and take its descriptors. That process
 * has no descriptor left either, so it tells the helper the exit status in shared memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>

#include "apply/bell.h"
#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

enum { PAUSE_MAX_MS = 32 };

int check_helper(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int self = -1;

	(void)apply;
	if (!step->helper.stays)
		return 0;
	self = sys_pidfd_open(sys_getpid(), 0);
	if (self == -ENOSYS)
		diag_set(diag, 0,
			 "a helper that waits for the program's end needs Linux 5.3 "
			 "(pidfd_open(2))");
	else if (self < 0)
		diag_set(diag, -self, "cannot wait for the program's end");
	return self < 0 ? self : 0;
}

/* The descriptor of the caller that a step is about, or -1. */
static int callers_fd(const struct step *step)
{
	const member_CALLERS_FD *fd = step_value(step, MEMBER_CALLERS_FD);

	return fd ? *fd : -1;
}

void keeper_release(struct apply *apply)
{
	cleanup_close(&apply->pidfile);
	for (size_t i = 0; i < apply->plan->n; i++) {
		int fd = callers_fd(&apply->plan->steps[i]);

		cleanup_close(&fd);
	}
}

int keeper_prepare(struct apply *apply, int socket)
{
	int kept[5 + PLAN_STEPS_FEW];
	size_t n = 0;

	kept[n++] = socket;
	kept[n++] = apply->proc;
	kept[n++] = apply->origin;
	kept[n++] = apply->watch;
	if (apply->pidfile >= 0)
		kept[n++] = apply->pidfile;
	/* A plan has few such steps, but may have many others. */
	for (size_t i = 0; i < apply->plan->n && n < ARRAY_LEN(kept); i++)
		if (callers_fd(&apply->plan->steps[i]) >= 0)
			kept[n++] = callers_fd(&apply->plan->steps[i]);
	/* A reader of the caller's pipes must not have to wait for us. */
	io_close_others(kept, n);
	/* If the parent has died already, its PID may be another process's: then it is not our
	 * parent. */
	apply->parent_end = sys_pidfd_open(apply->shared->waiter, 0);
	if (sys_getppid() != apply->shared->waiter)
		cleanup_close(&apply->parent_end);
	return sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/*
 * Waits until the program has ended: then its pidfd can be read (pidfd_open(2)). The uplink ends
 * earlier, if the process that waits does.
 */
static void await_program(struct apply *apply, int program)
{
	struct pollfd fds[] = { { .fd = program, .events = POLLIN },
				{ .fd = apply->uplink.pidfd, .events = POLLIN },
				{ .fd = apply->uplink.pid > 0 ? apply->parent_end : -1,
				  .events = POLLIN } };

	while (program >= 0 && !fds[0].revents) {
		if (sys_poll(fds, ARRAY_LEN(fds), -1) < 0)
			break;
		if (fds[2].revents)
			uplink_stop(&apply->uplink);
		else if (fds[1].revents && !fds[0].revents)
			uplink_report_end(apply);
		if (fds[1].revents || fds[2].revents)
			fds[1].fd = fds[2].fd = -1;
	}
}

/*
 * The process that waits may be stopped, so its report may come late; if it dies, none comes. The
 * parent-death signal does not help: a parent that may not signal us sends none (si_fromuser() in
 * kernel/signal.c). And the program may be able to write to its memory.
 */
void keeper_wait(struct apply *apply, int program, struct ending *ret)
{
	struct watch_report *report = &apply->shared->report;
	struct pollfd dead = { .fd = apply->parent_end, .events = POLLIN };
	uint32_t heard = 0;
	int pause_ms = 1;

	await_program(apply, program);
	/* A report that came just before the death counts. */
	while (!bell_is_new(report, &heard, &ret->status)) {
		if (dead.fd < 0 || dead.revents) {
			ret->known = bell_is_new(report, &heard, &ret->status);
			return;
		}
		sys_poll(&dead, 1, pause_ms);
		pause_ms = pause_ms < PAUSE_MAX_MS ? 2 * pause_ms : pause_ms;
	}
	ret->known = true;
}

int check_start_fd(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	return apply_check_fd(step->start_fd.fd, "start-fd", O_WRONLY, "reading", diag);
}

int do_start_fd(struct apply *apply, const struct step *step, struct diag *diag)
{
	/* The other side's end says that nobody is left who would start. */
	struct pollfd fds[] = { { .fd = step->start_fd.fd, .events = POLLIN },
				{ .fd = apply->helper, .events = POLLIN } };
	ssize_t n;
	char byte;
	int rc = 0;

	while (rc >= 0 && !fds[0].revents && !fds[1].revents)
		rc = sys_poll(fds, ARRAY_LEN(fds), -1);
	n = rc < 0 ? rc : fds[0].revents ? sys_read(step->start_fd.fd, &byte, 1) : 0;
	if (n < 0)
		return diag_set(diag, (int)-n, "cannot read from descriptor %d", step->start_fd.fd);
	if (n == 0) {
		diag_set(diag, 0,
			 "descriptor %d was closed without a byte: the program is not started",
			 step->start_fd.fd);
		return -EPIPE;
	}
	return 0;
}
