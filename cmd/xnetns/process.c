/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/parse.h"
#include "base/text.h"
#include "cause/cause.h"
#include "inventory/scan.h"
#include "kernel/clock.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"

int process_open_ns(pid_t pid, struct diag *diag)
{
	_cleanup_close_ int root = proc_open_root(diag), dir = -1;
	char name[16];
	int fd;

	if (root < 0)
		return root;
	if (pid == 0) {
		dir = proc_open_self(root, &pid, diag);
		if (dir < 0)
			return dir;
	} else {
		snprintf(name, sizeof(name), "%d", (int)pid);
		dir = proc_open_file(root, name, O_PATH | O_DIRECTORY);
	}
	fd = dir < 0 ? dir : proc_open_ns(dir, ns_types[NS_NET].name);
	/* The process has ended (no directory), or is a zombie (no file). */
	if (fd == -ENOENT)
		return diag_set(diag, ESRCH, "cannot examine process %d", (int)pid);
	if (fd < 0) {
		diag_set(diag, -fd, "cannot open the network namespace of process %d", (int)pid);
		cause_explain_target(&(struct target){ .pid = pid, .pidfd = -1, .dir = dir },
				     ns_types[NS_NET].flag, false, diag);
	}
	return fd;
}

int process_open_named(const char *text, pid_t *ret_pid, char how[WORKLOAD_HOW], struct diag *diag)
{
	struct target target = TARGET_NONE;
	int fd, rc = workload_open_target(text, 1u << NS_NET, &target, how, diag);

	if (rc < 0)
		return rc;
	*ret_pid = target.pid;
	fd = target_open_ns(&target, NS_NET);
	if (fd < 0)
		fd = diag_set(diag, -fd, "cannot open the network namespace of process %d",
			      (int)target.pid);
	target_close(&target);
	return fd;
}

/* The inode number of its network namespace; 0 if it has ended, or if we may not read it: then it is
 * counted. */
static ino_t net_of(int root, pid_t pid, size_t *unreadable)
{
	char link[64];
	uint64_t ino = 0;
	ssize_t len = sys_readlinkat(root, NS_PATH(pid, ns_types[NS_NET].name), link, sizeof(link));

	*unreadable += len == -EACCES || len == -EPERM;
	return len > 0 && scan_parse_link(link, (size_t)len, &ino) == NS_NET ? (ino_t)ino : 0;
}

static int scan_all(int root, process_seen *seen, void *arg, size_t *ret_unreadable, struct diag *diag)
{
	size_t unreadable = 0;
	DIR *list = NULL;
	int done = 0, rc = io_open_dir(root, ".", &list);
	const char *name;

	while (rc == 0 && done >= 0 && (name = io_next_name(list, &rc)) != NULL) {
		pid_t pid;
		ino_t net = parse_pid(name, &pid) < 0 ? 0 : net_of(root, pid, &unreadable);

		if (net)
			done = seen(pid, net, arg);
	}
	if (list)
		closedir(list);
	if (ret_unreadable)
		*ret_unreadable = unreadable;
	return rc < 0 ? diag_set(diag, -rc, "cannot read /proc") : done < 0 ? done : 0;
}

int process_scan(process_seen *seen, void *arg, size_t *ret_unreadable, struct diag *diag)
{
	_cleanup_close_ int root = proc_open_root(diag);

	return root < 0 ? root : scan_all(root, seen, arg, ret_unreadable, diag);
}

/* ---- ending processes ---- */

enum { POLL_MS = 20 };

struct ending {
	int root;
	ino_t net;
	int sig;
	pid_t self;         /* our PID in /proc */
	pid_t signalled[4096]; /* get no second signal; beyond these, a process may get several */
	size_t n_signalled;
	size_t n_alive;
	int err;
	char alive[128];    /* some of their PIDs, for the message */
};

static bool was_signalled(const struct ending *ending, pid_t pid)
{
	for (size_t i = 0; i < ending->n_signalled; i++)
		if (ending->signalled[i] == pid)
			return true;
	return false;
}

/*
 * Signals the process if it is still in the namespace. The pidfd ensures that a reused PID gets no
 * signal; without pidfds (before Linux 5.3, or seccomp: EPERM) that can happen only right after the
 * check.
 */
static int signal_one(const struct ending *ending, pid_t pid)
{
	_cleanup_close_ int pidfd = sys_pidfd_open(pid, 0);
	bool none = pidfd == -ENOSYS || pidfd == -EPERM;
	size_t ignored = 0;

	if (pidfd < 0 && !none)
		return pidfd == -ESRCH ? 0 : pidfd;
	if (net_of(ending->root, pid, &ignored) != ending->net)
		return 0;
	return none ? sys_kill(pid, ending->sig) : sys_pidfd_send_signal(pidfd, ending->sig);
}

static int end_member(pid_t pid, ino_t net, void *arg)
{
	struct ending *ending = arg;
	int rc;

	if (net != ending->net || pid == ending->self)
		return 0;
	ending->n_alive++;
	text_join(ending->alive, sizeof(ending->alive), ", ", "%d", (int)pid);
	if (was_signalled(ending, pid))
		return 0;
	rc = signal_one(ending, pid);
	if (rc < 0 && rc != -ESRCH)
		ending->err = -rc;
	if (ending->n_signalled < ARRAY_LEN(ending->signalled))
		ending->signalled[ending->n_signalled++] = pid;
	return 0;
}

/* A name may be given to any namespace, so also to the one of the whole host. -EPERM, or 0. */
static int refuse_own(const struct ending *ending, const char *name, struct diag *diag)
{
	size_t ignored = 0;
	const char *who =
		net_of(ending->root, ending->self, &ignored) == ending->net ? "this process" :
		net_of(ending->root, 1, &ignored) == ending->net	    ? "PID 1" : NULL;

	if (!who)
		return 0;
	diag_set(diag, 0, "cannot end the processes in '%s': %s is one of them", name, who);
	diag_hint(diag, "without --kill, 'xnetns delete' removes the name only");
	return -EPERM;
}

int process_end_all(ino_t net, int sig, uint64_t seconds, const char *name, struct diag *diag)
{
	const int64_t deadline = clock_ms() + (int64_t)seconds * 1000;
	_cleanup_close_ int root = proc_open_root(diag), self = -1;
	struct ending ending = { .root = root, .net = net, .sig = sig };
	char signal[32];
	int rc;

	if (root < 0)
		return root;
	self = proc_open_self(root, &ending.self, diag);
	if (self < 0)
		return self;
	if (ending.self != sys_getpid()) {
		diag_set(diag, 0, "cannot end processes: /proc belongs to another pid namespace");
		return -EXDEV;
	}
	rc = refuse_own(&ending, name, diag);
	if (rc < 0)
		return rc;
	for (;;) {
		ending.n_alive = 0;
		ending.alive[0] = '\0';
		rc = scan_all(root, end_member, &ending, NULL, diag);
		if (rc < 0 || ending.n_alive == 0)
			return rc;
		if (clock_ms() >= deadline)
			break;
		clock_wait_ms(POLL_MS);
	}
	signal_name(sig, signal, sizeof(signal));
	if (ending.err)
		return diag_set(diag, ending.err, "cannot send SIG%s to the processes in '%s' (%s)",
				signal, name, ending.alive);
	diag_set(diag, 0, "%zu process%s still in '%s' %llu s after SIG%s: %s", ending.n_alive,
		 ending.n_alive == 1 ? " is" : "es are", name, (unsigned long long)seconds, signal,
		 ending.alive);
	if (sig != SIGKILL)
		diag_hint(diag, "use --kill=KILL, which no process can ignore");
	return -ETIMEDOUT;
}
