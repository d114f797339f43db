/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper is a process that stays outside the new namespaces, and writes block maps and mounts
 * pins, which a process inside cannot. A request is the number of a step of the plan that both
 * know, so an attacker who controls the process inside can request only what the user requested, and
 * nothing twice.
 *
 * One socket pair connects both. At end of file without HELPER_COMMIT the helper takes its pins back.
 * After a fork the child sends HELPER_COMMIT right before exec, and the parent reaps the helper.
 * Without a fork a helper with pins is no child of ours, so that the program inherits none. Either way
 * exec closes the socket, and if exec fails, HELPER_UNDO follows. The helper answers the commit:
 * without an answer it has taken the pins back, and the program must not start.
 *
 * A helper that stays (keeper.c) lives until the program has ended. It sees the program start by the
 * end of file, since the program's process closes the socket at exec.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "apply/bell.h"
#include "apply/internal.h"
#include "apply/message.h"
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

static int serve_step(struct apply *apply, size_t index, bool *done, struct diag *diag)
{
	const struct step *step = &apply->plan->steps[index];
	const struct action *action = &apply->actions[step->kind];
	int rc = -ENOTSUP;

	if (done[index])
		return diag_set(diag, EALREADY, "the helper has been asked for step %zu before", index + 1);
	done[index] = true;
	if (action->properties & PROP_HELPER_CAN)
		rc = action->run(apply, step, diag);
	else
		diag_set(diag, ENOTSUP, "the helper cannot do step %zu", index + 1);
	/* The step failed outside the new namespaces, so its cause is visible only here. */
	if (rc < 0)
		apply_find_cause(apply, step, diag);
	return rc;
}

/* Serves requests until the program starts or will not. 1 if it has started, with its pidfd or -1. */
static bool serve(struct apply *apply, int socket, int *ret_program)
{
	_cleanup_free_ bool *done = calloc(apply->plan->n, sizeof(*done));
	bool committed = false;
	int number, rc = 0;

	while (done && (rc = message_receive(socket, &number, &apply->handed, &apply->client)) > 0) {
		struct reply reply = { .rc = 0 };
		struct iovec part = { .iov_base = &reply, .iov_len = sizeof(reply) };
		struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

		committed = number == HELPER_COMMIT;
		if (number == HELPER_UNDO)
			break;
		if (!committed && (number < 0 || (size_t)number >= apply->plan->n))
			break;
		if (!committed)
			reply.rc = serve_step(apply, (size_t)number, done, &reply.diag);
		/* The process waits for the answer, so its PID cannot have been reused. */
		else if (apply->shared)
			*ret_program = sys_pidfd_open(apply->client, 0);
		cleanup_close(&apply->handed);
		/* If we cannot answer, we end, and the other side reads the end of file. */
		rc = (int)sys_sendmsg(socket, &message, MSG_NOSIGNAL);
		if (rc < 0) {
			committed = false;
			break;
		}
	}
	/* The process that asked must not wait until everything is taken back, because it may be in the cgroup. */
	if (rc < 0)
		cleanup_close(&apply->helper);
	/* ECONNRESET: the other side closed without reading our answer (unix_release_sock() in
	 * net/unix/af_unix.c), so the program has not started. */
	return committed && rc != -ECONNRESET;
}

static void end_steps(struct apply *apply, const struct ending *ending)
{
	const struct plan *plan = apply->plan;

	for (size_t i = plan->n; i-- > 0;) {
		apply_end *end = apply->actions[plan->steps[i].kind].end;

		if (end)
			end(apply, &plan->steps[i], ending);
	}
}

static NORETURN void helper_main(struct apply *apply, int socket)
{
	int program = -1;
	ino_t *made = calloc(apply->plan->n, sizeof(*made));
	struct ending ending = { .started = false };

	if (!made)
		sys_exit(1); /* the other side reads the end of file */
	apply->helper = socket;
	apply->made = made;
	if (!apply->shared || keeper_prepare(apply, socket) == 0)
		ending.started = serve(apply, socket, &program);
	if (ending.started && apply->shared) {
		status_started(apply, program);
		keeper_wait(apply, program, &ending);
	}
	end_steps(apply, &ending);
	if (ending.started)
		lock_outlive(apply);
	free(made);
	cleanup_close(&program);
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

/*
 * The kernel adds the sender's ids only to messages that are sent after SO_PASSCRED is set
 * (unix(7)).
 */
static int connect_ends(const struct apply *apply, int ends[2])
{
	int on = 1, rc = sys_socketpair(AF_UNIX, SOCK_SEQPACKET, ends);

	if (rc < 0 || !apply->shared)
		return rc;
	rc = sys_setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	if (rc < 0) {
		cleanup_close(&ends[0]);
		cleanup_close(&ends[1]);
	}
	return rc;
}

/* Whether the program will take the place of this process. */
static bool execs_itself(const struct plan *plan)
{
	return !plan_find(plan, STEP_FORK) && !plan_find(plan, STEP_INIT) &&
	       !plan_find(plan, STEP_PTY);
}

/*
 * In a child: goes on in one of its own, which init or a subreaper will reap
 * (PR_SET_CHILD_SUBREAPER, prctl(2)).
 */
static void leave_parent(struct apply *apply, int socket)
{
	pid_t pid = sys_fork();

	if (pid == 0)
		return;
	cleanup_close(&socket);
	apply_release(apply);
	sys_exit(pid < 0);
}

/* Returns 0, or -EAGAIN if the child could not start the helper. */
static int await_leaving(pid_t pid)
{
	int status = 0, rc = sys_waitpid(pid, &status, 0);

	/* ECHILD: our caller ignores SIGCHLD, so the kernel reaped the child (waitpid(2)). If there
	 * is no helper, its socket is closed. */
	return rc > 0 && status != 0 ? -EAGAIN : 0;
}

int do_helper(struct apply *apply, const struct step *step, struct diag *diag)
{
	int ends[2], rc = apply_open_proc(apply, diag);
	pid_t pid;

	if (rc < 0)
		return rc;
	if (step->helper.stays && !(apply->shared = sys_share_memory(sizeof(*apply->shared))))
		return diag_set(diag, errno, "cannot share memory with the helper");
	if (apply->shared)
		apply->shared->waiter = sys_getpid();
	rc = lock_watch(apply, diag);
	if (rc < 0)
		return rc;
	rc = connect_ends(apply, ends);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot start the helper");
	apply->helper_apart = !apply->shared && plan_find(apply->plan, STEP_PIN) &&
			      execs_itself(apply->plan);
	pid = sys_fork();
	if (pid == 0) {
		cleanup_close(&ends[0]);
		if (apply->helper_apart)
			leave_parent(apply, ends[1]);
		prepare_helper();
		helper_main(apply, ends[1]);
	}
	cleanup_close(&ends[1]);
	if (pid > 0 && apply->helper_apart) {
		int left = await_leaving(pid);

		pid = left < 0 ? left : 0;
	}
	if (pid < 0) {
		cleanup_close(&ends[0]);
		return diag_set(diag, -pid, "cannot start the helper");
	}
	apply->helper = ends[0];
	apply->helper_pid = pid;
	keeper_release(apply);
	return 0;
}

/* Sends a request and waits for its answer. */
static int ask(const struct apply *apply, int number, int fd, struct diag *diag)
{
	struct reply reply;
	struct iovec part = { .iov_base = &reply, .iov_len = sizeof(reply) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	int rc = message_send(apply->helper, number, fd);
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

/* Until its side of the socket is closed. An answer that nobody has read may come before that. */
static void await_end(int socket)
{
	struct reply reply;
	struct iovec part = { .iov_base = &reply, .iov_len = sizeof(reply) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (sys_recvmsg(socket, &message, 0) > 0)
		sys_recvmsg(socket, &message, 0);
}

void helper_undo(struct apply *apply)
{
	/* Only SIGKILL ends the helper before us; then nobody else can take the pins back. */
	if (apply->helper >= 0)
		message_send(apply->helper, HELPER_UNDO, -1);
	if (apply->helper >= 0 && apply->helper_apart)
		await_end(apply->helper);
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

void helper_report(struct apply *apply, int wait_status)
{
	if (apply->helper_pid == 0 || !apply->shared)
		return;
	bell_report(&apply->shared->report, wait_status);
}
