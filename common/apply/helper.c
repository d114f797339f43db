/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper is a process that stays outside the new namespaces, and writes block maps and mounts
 * pins, which a process inside cannot. A request is the number of a step of the plan that both
 * know, so an attacker who controls the process inside can request only what the user requested.
 *
 * One socket pair connects both. At end of file without HELPER_COMMIT the helper takes its pins
 * back. After a fork the child sends HELPER_COMMIT right before exec, and the parent reaps the
 * helper; without a fork we reap it before exec, so that the program inherits no child. The helper
 * answers the commit: without an answer it has taken the pins back, and the program must not start.
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

/* Sends the number, and the descriptor fd if that is not -1. 0 or -errno. */
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

/* 1 with a number, and a descriptor (the caller owns it) or -1; 0 at end of file; or -errno. */
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

static int serve_step(struct apply *apply, size_t index, struct diag *diag)
{
	const struct step *step = &apply->plan->steps[index];
	const struct action *action = &apply->actions[step->kind];
	int rc = -ENOTSUP;

	if (action->properties & PROP_HELPER_CAN)
		rc = action->run(apply, step, diag);
	else
		diag_set(diag, ENOTSUP, "the helper cannot do step %zu", index + 1);
	/* The step failed outside the new namespaces, so its cause is visible only here. */
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
			reply.rc = serve_step(apply, (size_t)number, &reply.diag);
		cleanup_close(&apply->handed);
		/* If we cannot answer, we end, and the other side reads the end of file. */
		if (sys_sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
			committed = false;
			break;
		}
	}
	/* ECONNRESET: the other side closed without reading our answer (unix_release_sock() in
	 * net/unix/af_unix.c), so the program has not started. */
	committed = committed && rc != -ECONNRESET;
	for (size_t i = apply->plan->n; !committed && i-- > 0;)
		if (pinned[i])
			pin_undo(&apply->plan->steps[i], pinned[i]);
	apply_release(apply);
	sys_exit(0);
}

/* Blocks every signal, so that Ctrl-C cannot end the helper before it has taken its pins back. */
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
	/* Only SIGKILL ends the helper before us; then nobody else can take the pins back. */
	if (apply->helper >= 0)
		send_request(apply->helper, HELPER_UNDO, -1);
	helper_finish(apply);
}

void helper_finish(struct apply *apply)
{
	cleanup_close(&apply->helper);
	/* Fails with ECHILD if our caller ignores SIGCHLD, because the kernel reaps the helper. */
	if (apply->helper_pid > 0)
		sys_waitpid(apply->helper_pid, NULL, 0);
	apply->helper_pid = 0;
}
