/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads our ids, and the maps of a user namespace in which the program would keep them. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/attributes.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "xnsenter/xnsenter.h"

enum {
	VISIT_MS = 5000,
	STATUS_MAX = 1 << 20, /* 65536 groups (NGROUPS_MAX) of 11 bytes, and the other lines */
};

/* ---- ours ---- */

static int parse_groups(const char *line, struct entered_ids *ret)
{
	size_t size = 0;
	uint32_t id, *grown;

	while (attributes_next_id(&line, &id)) {
		grown = array_reserve(ret->groups, ret->n_groups + 1, &size, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		ret->groups = grown;
		ret->groups[ret->n_groups++] = id;
	}
	return 0;
}

/*
 * Parses the real, effective and saved id. The fourth number of the line, the file-system id
 * (proc_pid_status(5)), is ignored.
 */
static int parse_own(const char *status, struct entered_ids *ret)
{
	const char *uids = attributes_line(status, "\nUid:"), *gids = attributes_line(status, "\nGid:");

	for (size_t i = 0; i < ENTERED_IDS; i++)
		if (!attributes_next_id(&uids, &ret->uids[i]) || !attributes_next_id(&gids, &ret->gids[i]))
			return -EINVAL;
	return parse_groups(attributes_line(status, "\nGroups:"), ret);
}

static int read_own(int self, struct entered_ids *ret, struct diag *diag)
{
	_cleanup_free_ char *status = malloc(STATUS_MAX);
	ssize_t len = status ? proc_read_file(self, "status", status, STATUS_MAX) : -ENOMEM;
	int rc = len < 0 ? (int)len : parse_own(status, ret);

	ret->is_privileged = ret->uids[1] == 0;
	return rc < 0 ? diag_set(diag, -rc, "cannot read the ids of this process in /proc") : 0;
}

/* ---- the namespace's ---- */

/*
 * Reads the maps in the directory of a member. The kernel shows outer ids as our user namespace
 * maps them.
 */
static int read_maps(int member, struct entered_ids *ret, struct diag *diag)
{
	char word[16] = "";
	int rc = proc_read_map(member, "uid", &ret->uid_map);

	if (rc == 0)
		rc = proc_read_map(member, "gid", &ret->gid_map);
	if (rc == 0)
		rc = io_read_line(member, "setgroups", word, sizeof(word));
	ret->denies_setgroups = strcmp(word, "deny") == 0;
	return rc < 0 ? diag_set(diag, -rc, "cannot read the maps of the user namespace") : 0;
}

/*
 * The child enters the namespace and stays a member until the parent has read the maps. It sends
 * its PID in this /proc, or -errno. It keeps our ids and is not dumpable, so no process inside may
 * trace it.
 */
static NORETURN void visit(int ns, int proc, int to, int until)
{
	int answer = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	char end;

	if (answer == 0)
		answer = proc_self_pid(proc);
	if (answer > 0) {
		int rc = sys_setns(ns, CLONE_NEWUSER);

		answer = rc < 0 ? rc : answer;
	}
	if (sys_write(to, &answer, sizeof(answer)) == (ssize_t)sizeof(answer))
		sys_read(until, &end, 1);
	sys_exit(0);
}

/* Waits a limited time, because a process inside could stop the child. */
static int wait_for_answer(int from)
{
	struct pollfd ready = { .fd = from, .events = POLLIN };
	int answer = -EPROTO, rc = sys_poll(&ready, 1, VISIT_MS);

	if (rc <= 0)
		return rc < 0 ? rc : -ETIMEDOUT;
	return sys_read(from, &answer, sizeof(answer)) == (ssize_t)sizeof(answer) ? answer
										  : -EPROTO;
}

static int read_member(int proc, int pid, struct entered_ids *ret, struct diag *diag)
{
	_cleanup_close_ int dir = -1;
	char path[16];

	snprintf(path, sizeof(path), "%d", pid);
	dir = proc_open_file(proc, path, O_PATH | O_DIRECTORY);
	return dir < 0 ? diag_set(diag, -dir, "cannot open /proc/%d", pid)
		       : read_maps(dir, ret, diag);
}

/* Reads the maps of a namespace that may have no process: a child of ours enters it. */
static int ask_visitor(int ns, struct entered_ids *ret, struct diag *diag)
{
	_cleanup_close_ int proc = proc_open_root(diag), from = -1, to = -1, until = -1, end = -1;
	int answers[2], ends[2], rc, answer;
	pid_t child;

	if (proc < 0)
		return proc;
	rc = sys_pipe2(answers, 0);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot make a pipe");
	from = answers[0];
	to = answers[1];
	rc = sys_pipe2(ends, 0);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot make a pipe");
	until = ends[0];
	end = ends[1];
	child = sys_fork();
	if (child < 0)
		return diag_set(diag, -child, "cannot start a process");
	if (child == 0) {
		cleanup_close(&end);
		visit(ns, proc, to, until);
	}
	cleanup_close(&to);
	answer = wait_for_answer(from);
	if (answer > 0)
		rc = read_member(proc, answer, ret, diag);
	else if (answer != -EPERM && answer != -EINVAL)
		rc = diag_set(diag, -answer, "cannot look into the user namespace");
	ret->is_examined = answer > 0;
	sys_kill(child, SIGKILL);
	sys_waitpid(child, NULL, 0);
	return rc;
}

static int read_namespace(const struct xnsenter_facts *facts, int ns, struct entered_ids *ret,
			  struct diag *diag)
{
	uid_t owner;
	int rc = sys_ioctl(ns, NS_GET_OWNER_UID, &owner);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot ask for the owner of the user namespace");
	ret->owner = owner;
	ret->is_own = owner == ret->uids[1];
	ret->is_examined = true;
	return facts->fds[NS_USER] < 0 ? read_maps(facts->target.dir, ret, diag)
				       : ask_visitor(ns, ret, diag);
}

/* Whether the namespace is our own, which setns(2) refuses to enter again. 1, 0 or -errno. */
static int is_ours(int self, int ns, struct diag *diag)
{
	_cleanup_close_ int own = proc_open_ns(self, ns_types[NS_USER].name);
	bool same = false;
	int rc = own < 0 ? own : nsref_same(ns, own, &same);

	return rc < 0 ? diag_set(diag, -rc, "cannot examine our own user namespace") : same;
}

int xnsenter_ids_read(const struct xnsenter_facts *facts, struct entered_ids *ret,
		      struct diag *diag)
{
	_cleanup_close_ int opened = -1, self = -1;
	int ns = facts->fds[NS_USER] >= 0 ? facts->fds[NS_USER] : facts->user_ns, rc;

	if (ns < 0)
		ns = opened = target_open_ns(&facts->target, NS_USER);
	/* The step that enters the namespace will fail too, and says more about it. */
	if (ns == -EACCES || ns == -EPERM || ns == -ENOENT || ns == -ESRCH)
		return 0;
	if (ns < 0)
		return diag_set(diag, -ns, "cannot open the user namespace of process %d",
				(int)facts->target.pid);
	self = proc_open_own(diag);
	if (self < 0)
		return self;
	rc = is_ours(self, ns, diag);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	rc = read_own(self, ret, diag);
	return rc < 0 ? rc : read_namespace(facts, ns, ret, diag);
}

bool xnsenter_is_others_ns(const struct xnsenter_facts *facts)
{
	_cleanup_close_ int opened = -1;
	int ns = facts->fds[NS_USER];
	uid_t owner = 0;

	if (facts->privileged)
		return true;
	if (ns < 0)
		ns = opened = target_open_ns(&facts->target, NS_USER);
	return ns < 0 || sys_ioctl(ns, NS_GET_OWNER_UID, &owner) < 0 || owner != sys_geteuid();
}

void entered_ids_free(struct entered_ids *ids)
{
	idmap_free(&ids->uid_map);
	idmap_free(&ids->gid_map);
	free(ids->groups);
}
