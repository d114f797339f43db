/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper: a process that stays outside the new namespaces and does from there what cannot be
 * done from inside, block maps and pins. It knows the plan and is told only the number of a step,
 * so whoever takes control of the process inside can ask for nothing that the user did not.
 *
 * It is bound to us by one socket pair, and ends when that does. End of file without HELPER_COMMIT
 * means that we died or failed: then it takes its pins back. After a fork the child sends
 * HELPER_COMMIT right before exec, and the parent reaps the helper. Without a fork it is reaped
 * before exec, so that the program does not inherit a child that it did not start. The commit is
 * answered: a helper that could not hear it has taken the pins back, and the program must not
 * start.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "cause/cause.h"
#include "kernel/proc.h"
#include "kernel/program.h"
#include "kernel/sys.h"

enum { HELPER_COMMIT = 1000, HELPER_UNDO };

struct reply {
	int rc;
	struct diag diag;
};

/* One message of a number, with a descriptor if fd is not -1. 0 or -errno. */
static int send_request(int socket, int number, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec part = { .iov_base = &number, .iov_len = sizeof(number) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n;

	if (fd >= 0) {
		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(int));
	}
	n = sys_sendmsg(socket, &message, MSG_NOSIGNAL);
	return n < 0 ? (int)n : 0;
}

/* 1 with a number and a descriptor (or -1; the caller owns it), 0 at end of file, or -errno. */
static int receive_request(int socket, int *ret_number, int *ret_fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec part = { .iov_base = ret_number, .iov_len = sizeof(*ret_number) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t n = sys_recvmsg(socket, &message, 0);
	const struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	*ret_fd = -1;
	if (n <= 0)
		return (int)n;
	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(ret_fd, CMSG_DATA(header), sizeof(int));
	return n == sizeof(*ret_number) ? 1 : -EPROTO;
}

static int help(struct apply *apply, size_t index, struct diag *diag)
{
	const struct step *step = &apply->plan->steps[index];
	const struct action *action = &apply->actions[step->kind];
	int rc = -ENOTSUP;

	if (action->properties & PROP_HELPER_CAN)
		rc = action->run(apply, step, diag);
	else
		diag_set(diag, ENOTSUP, "the helper cannot do step %zu", index + 1);
	/* Here the causes are to be seen, not in the new namespaces. */
	if (rc < 0)
		apply_find_cause(apply, step, diag);
	return rc;
}

static NORETURN void helper_main(struct apply *apply, int socket)
{
	ino_t pinned[PLAN_STEPS_MAX] = { 0 };
	bool committed = false;
	int number, rc;

	apply->helper = socket;
	apply->pinned = pinned;
	while ((rc = receive_request(socket, &number, &apply->handed)) > 0) {
		struct reply reply = { .rc = 0 };
		struct iovec part = { .iov_base = &reply, .iov_len = sizeof(reply) };
		struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

		committed = number == HELPER_COMMIT;
		if (number == HELPER_UNDO)
			continue;
		if (!committed && (number < 0 || (size_t)number >= apply->plan->n))
			break;
		if (!committed)
			reply.rc = help(apply, (size_t)number, &reply.diag);
		cleanup_close(&apply->handed);
		/* Who would wait for this answer sees the end of file instead. */
		if (sys_sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
			committed = false;
			break;
		}
	}
	/* Closed with our answer unread (net/unix/af_unix.c): the program has not started. */
	committed = committed && rc != -ECONNRESET;
	for (size_t i = apply->plan->n; !committed && i-- > 0;)
		if (pinned[i])
			pin_undo(&apply->plan->steps[i], pinned[i]);
	apply_release(apply);
	sys_exit(0);
}

/* The helper ends by end of file only, so that a Ctrl-C never keeps it from tidying up. */
static void prepare_helper(void)
{
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t all;

	sigfillset(&all);
	sys_sigprocmask(SIG_SETMASK, &all, NULL);
	sys_sigaction(SIGCHLD, &plain, NULL);
}

int do_helper(struct apply *apply, const struct step *step, struct diag *diag)
{
	int ends[2], rc = apply_open_proc(apply, diag);
	pid_t pid;

	(void)step;
	if (rc < 0)
		return rc;
	rc = sys_socketpair(AF_UNIX, SOCK_SEQPACKET, ends);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot start the helper");
	pid = sys_fork();
	if (pid == 0) {
		cleanup_close(&ends[0]);
		prepare_helper();
		helper_main(apply, ends[1]);
	}
	cleanup_close(&ends[1]);
	if (pid < 0) {
		cleanup_close(&ends[0]);
		return diag_set(diag, -pid, "cannot start the helper");
	}
	apply->helper = ends[0];
	apply->helper_pid = pid;
	return 0;
}

/* Sends a request and waits for its answer. */
static int ask(const struct apply *apply, int number, int fd, struct diag *diag)
{
	struct reply reply;
	struct iovec part = { .iov_base = &reply, .iov_len = sizeof(reply) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	int rc = send_request(apply->helper, number, fd);
	ssize_t n = rc < 0 ? rc : sys_recvmsg(apply->helper, &message, 0);

	if (n < 0)
		return diag_set(diag, (int)-n, "cannot reach the helper");
	if (n != sizeof(reply))
		return diag_set(diag, 0, "the helper has died");
	if (reply.rc < 0)
		*diag = reply.diag;
	return reply.rc;
}

int helper_ask(struct apply *apply, size_t index, struct diag *diag)
{
	const struct step *step = &apply->plan->steps[index];
	_cleanup_close_ int fd = -1;

	if (apply->actions[step->kind].properties & PROP_HANDS_NS) {
		fd = pin_open_ns(apply, step, diag);
		if (fd < 0)
			return fd;
	}
	return ask(apply, (int)index, fd, diag);
}

int helper_commit(struct apply *apply, struct diag *diag)
{
	return ask(apply, HELPER_COMMIT, -1, diag);
}

void helper_undo(struct apply *apply)
{
	/* If it is dead, nobody is left who could; it had every signal blocked. */
	if (apply->helper >= 0)
		send_request(apply->helper, HELPER_UNDO, -1);
	helper_finish(apply);
}

void helper_finish(struct apply *apply)
{
	cleanup_close(&apply->helper);
	/* ECHILD where our caller ignores SIGCHLD: the kernel has reaped it by then. */
	if (apply->helper_pid > 0)
		sys_waitpid(apply->helper_pid, NULL, 0);
	apply->helper_pid = 0;
}
