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
#include "kernel/io.h"
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
static const char *read_log(int dir, char *buf, size_t size)
{
	_cleanup_close_ int log = sys_openat(dir, PASTA_LOG, O_RDONLY, 0);
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

static void describe_end(const struct apply *apply, const char *what, struct diag *diag)
{
	char log[LOG_READ];
	const char *words = read_log(apply->uplink.dir, log, sizeof(log));

	diag_set(diag, 0, "%s%s%s", what, *words ? ": " : "", words);
	if (lsm_has_apparmor())
		diag_hint(diag, "if its AppArmor profile refuses that (see the kernel's log), as root: "
			  "aa-complain " PASTA_PATH);
}

static bool is_ready(int dir)
{
	char line[32];

	/* pasta makes the file first, and writes it when all is there. */
	return io_read_line(dir, PASTA_PID, line, sizeof(line)) == 0 && line[0];
}

static int await_ready(const struct apply *apply, struct diag *diag)
{
	struct pollfd ended = { .fd = apply->uplink.pidfd, .events = POLLIN };

	for (int waited = 0; waited < READY_MS; waited += LOOK_EVERY_MS) {
		if (is_ready(apply->uplink.dir))
			return 0;
		if (ended.revents) {
			describe_end(apply, "cannot start the uplink: " PASTA_PATH " failed", diag);
			return -ECHILD;
		}
		sys_poll(&ended, 1, LOOK_EVERY_MS);
	}
	describe_end(apply, "cannot start the uplink: " PASTA_PATH " was not ready in time", diag);
	return -ETIMEDOUT;
}

/* The user namespace that owns the network namespace, unless it is ours. -errno, or -1 with 0. */
static int open_owner(const struct apply *apply, int *ret)
{
	const struct step *made = plan_find(apply->plan, STEP_UNSHARE);

	*ret = -1;
	if (!made || !(made->unshare.flags & ns_types[NS_USER].flag))
		return 0;
	*ret = sys_ioctl(apply->handed, NS_GET_USERNS, NULL);
	return *ret < 0 ? *ret : 0;
}

int do_uplink(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int user_ns = -1;
	int rc = apply->handed < 0 ? -EBADF : open_owner(apply, &user_ns);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot start the uplink: no network namespace");
	rc = uplink_start(step->uplink.argv, apply->handed, user_ns, &apply->uplink, diag);
	if (rc == 0)
		rc = await_ready(apply, diag);
	if (rc == 0)
		rc = uplink_check_ports(step->uplink.wants, apply->proc, apply->uplink.pid, diag);
	if (rc < 0)
		uplink_stop(apply);
	return rc;
}

void uplink_stop(struct apply *apply)
{
	struct uplink_run *run = &apply->uplink;

	if (run->pid > 0) {
		sys_kill(run->pid, SIGKILL);
		sys_waitpid(run->pid, NULL, 0);
	}
	run->pid = 0;
	cleanup_close(&run->pidfd);
	cleanup_close(&run->dir);
}

void uplink_report_end(struct apply *apply)
{
	struct diag diag;

	describe_end(apply, "the uplink has ended before the program", &diag);
	apply->fail(&diag);
	uplink_stop(apply);
}

void end_uplink(struct apply *apply, const struct step *step, const struct ending *ending)
{
	(void)step;
	(void)ending;
	uplink_stop(apply);
}
