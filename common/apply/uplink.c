/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The uplink. The helper that stays starts it, waits until it is ready, and ends it after the program;
 * the program is not started without it. If the helper is killed, the kernel kills the uplink.
 */
#include "apply/uplink.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/lsm.h"
#include "kernel/sys.h"
#include "uplink/pasta.h"

enum {
	LOOK_EVERY_MS = 5,
	READY_MS = 30000, /* on a busy machine; usually 20 to 40 ms */
	LOG_READ = 2048,  /* the end of the log */
};

int check_uplink(struct apply *apply, const struct step *step, struct diag *diag)
{
	const struct uplink *uplink = step->uplink.wants;
	int rc = uplink_probe(step->uplink.argv, uplink->host_loopback, diag);

	(void)apply;
	return rc < 0 ? rc : uplink_try_ports(uplink, diag);
}

/* The last words of pasta's log, in buf; "" if there are none. */
static const char *read_log(int log, char *buf, size_t size)
{
	struct stat st;
	ssize_t n;

	if (log < 0 || sys_fstat(log, &st) < 0)
		return "";
	n = sys_pread(log, buf, size - 1, st.st_size < (off_t)size ? 0 : st.st_size - (off_t)size + 1);
	if (n < 0)
		return "";
	buf[n] = '\0';
	return pasta_last_words(buf);
}

static void describe_end(const struct uplink_run *run, const char *what, struct diag *diag)
{
	char log[LOG_READ];
	const char *words = read_log(run->log, log, sizeof(log));

	diag_set(diag, 0, "%s%s%s", what, *words ? ": " : "", words);
	if (lsm_has_apparmor())
		diag_hint(diag, "if its AppArmor profile refuses that (see the kernel's log), as root: "
			  "aa-complain " PASTA_PATH);
}

static int await_ready(const struct uplink_run *run, struct diag *diag)
{
	struct pollfd ended = { .fd = run->pidfd, .events = POLLIN };
	char byte;

	for (int waited = 0; waited < READY_MS; waited += LOOK_EVERY_MS) {
		if (sys_pread(run->ready, &byte, 1, 0) == 1)
			return 0;
		if (ended.revents) {
			describe_end(run, "cannot start the uplink: " PASTA_PATH " failed", diag);
			return -ECHILD;
		}
		sys_poll(&ended, 1, LOOK_EVERY_MS);
	}
	describe_end(run, "cannot start the uplink: " PASTA_PATH " was not ready in time", diag);
	return -ETIMEDOUT;
}

int uplink_begin(const struct uplink *wants, char *const *argv, const struct uplink_target *target, int proc,
	       struct uplink_run *ret, struct diag *diag)
{
	int rc = uplink_start(argv, target, ret, diag);

	if (rc == 0)
		rc = await_ready(ret, diag);
	if (rc == 0)
		rc = uplink_check_ports(wants, proc, ret->pid, diag);
	if (rc < 0)
		uplink_stop(ret);
	return rc;
}

int do_uplink(struct apply *apply, const struct step *step, struct diag *diag)
{
	const struct step *made = plan_find(apply->plan, STEP_UNSHARE);
	const struct uplink *wants = step->uplink.wants;
	struct uplink_target target = { .net_ns = apply->handed };
	int rc = apply_open_proc(apply, diag);

	if (rc < 0)
		return rc;
	if (apply->handed < 0)
		return diag_set(diag, EBADF, "cannot start the uplink: no network namespace");
	/* Not through the descriptor: pasta, in the user namespace, may not open files of this
	 * process in /proc (ptrace(2)). */
	if (made && made->unshare.flags & ns_types[NS_USER].flag) {
		snprintf(target.net_path, sizeof(target.net_path), "/proc/%d/ns/net", (int)apply->client);
		snprintf(target.user_path, sizeof(target.user_path), "/proc/%d/ns/user", (int)apply->client);
	}
	if (!wants->host_loopback)
		uplink_find_server(target.server);
	return uplink_begin(wants, step->uplink.argv, &target, apply->proc, &apply->uplink, diag);
}

void uplink_stop(struct uplink_run *run)
{
	if (run->pid > 0) {
		sys_kill(run->pid, SIGKILL);
		sys_waitpid(run->pid, NULL, 0);
	}
	run->pid = 0;
	cleanup_close(&run->pidfd);
	cleanup_close(&run->ready);
	cleanup_close(&run->log);
}

void uplink_report_end(struct apply *apply)
{
	struct diag diag;

	describe_end(&apply->uplink, "the uplink has ended before the program", &diag);
	apply->fail(&diag);
	uplink_stop(&apply->uplink);
}

void end_uplink(struct apply *apply, const struct step *step, const struct ending *ending)
{
	(void)step;
	(void)ending;
	uplink_stop(&apply->uplink);
}
