/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parent of a fork and the init wait beside the program, and give up rights that it lacks.
 *
 * Right before exec the child sends a question on a socket, with its root and working directory.
 * The waiting process gives up its rights, and closes the socket; if it fails, it sends an
 * objection instead, and the program does not start. An init asks its own parent before it answers.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

/* The child's message; the descriptors are attached, root first. */
struct question {
	bool moves_root, moves;
	bool has_root, has_cwd;
};

/* Sent if the waiting process could not give up its rights. */
struct objection {
	int rc;
	struct diag diag;
};

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(2 * sizeof(int))];
};

/* Whether a step after the fork, which only the child runs, has this property. */
static bool follows_fork(const struct apply *apply, enum step_properties property)
{
	const struct plan *plan = apply->plan;

	for (size_t i = apply->forked + 1; i < plan->n; i++)
		if (apply->actions[plan->steps[i].kind].properties & property)
			return true;
	return false;
}

bool leave_differs(const struct apply *apply)
{
	struct sys_caps caps = { .permitted = 0 };

	if (follows_fork(apply, PROP_WAITER_REPEATS) || follows_fork(apply, PROP_WAITER_FOLLOWS) ||
	    follows_fork(apply, PROP_WAITER_FOLLOWS_ROOT) ||
	    follows_fork(apply, PROP_WAITER_FORGETS) || follows_fork(apply, PROP_WAITER_HIDES))
		return true;
	return sys_capget(&caps) < 0 ||
	       (caps.permitted && leave_kept_by_exec(&caps) != caps.permitted);
}

/* --- directories, ids, environment, descriptors ------------------------------------------------ */

static void close_place(struct leave_place *place)
{
	cleanup_close(&place->root);
	cleanup_close(&place->cwd);
}

static int follow(const struct leave_place *place, struct diag *diag)
{
	int rc = 0;

	if (place->moves_root) {
		rc = sys_fchdir(place->root);
		if (rc == 0)
			rc = sys_chroot(".");
	}
	/* If we may not enter the program's working directory, its root directory will do. */
	if (rc == 0 && place->moves && sys_fchdir(place->cwd) < 0)
		rc = sys_chdir("/");
	return rc < 0 ? diag_set(diag, -rc, "cannot follow the program into its root directory")
		      : 0;
}

static int repeat_steps(struct apply *apply, struct diag *diag)
{
	const struct plan *plan = apply->plan;

	for (size_t i = apply->forked + 1; i < plan->n; i++) {
		const struct step *step = &plan->steps[i];
		int rc = 0;

		if (apply->actions[step->kind].properties & PROP_WAITER_REPEATS)
			rc = apply_repeat(apply, step, diag);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Wipes the strings, because /proc/PID/environ shows that memory (proc(5)). */
static void forget_environ(void)
{
	for (char **variable = environ; variable && *variable; variable++)
		for (volatile char *at = *variable; *at; at++)
			*at = '\0';
}

/* Closes all but 0 to 2, asked and may_start. The program keeps those that our caller left open. */
void leave_descriptors(struct apply *apply)
{
	const int kept[] = { apply->asked, apply->may_start };

	io_close_others(kept, ARRAY_LEN(kept));
	apply->proc = apply->origin = apply->helper = apply->parent_end = apply->life =
		apply->outer_root = apply->trampoline = apply->heir.report = apply->pidfile =
			apply->watch = -1;
}

/* A change of ids resets the parent-death signal and the dumpable flag (prctl(2)). */
struct attributes {
	int death_signal, dumpable;
	pid_t parent;
};

static struct attributes save_attributes(void)
{
	struct attributes saved = { .death_signal = 0 };

	sys_prctl(PR_GET_PDEATHSIG, (unsigned long)&saved.death_signal, 0, 0, 0);
	saved.dumpable = sys_prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
	saved.parent = sys_getppid();
	return saved;
}

/*
 * Meanwhile the parent may have died. In a new pid namespace only the pipe shows that, because
 * getppid(2) is 0 there anyway (pid_namespaces(7)).
 */
static int restore_death_signal(const struct apply *apply, const struct attributes *saved,
				struct diag *diag)
{
	struct pollfd parent = { .fd = apply->parent_end };
	int rc;

	if (!saved->death_signal)
		return 0;
	rc = sys_prctl(PR_SET_PDEATHSIG, (unsigned long)saved->death_signal, 0, 0, 0);
	if (rc == 0 && parent.fd >= 0)
		rc = sys_poll(&parent, 1, 0);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot set the parent-death signal");
	if (parent.revents & POLLHUP || sys_getppid() != saved->parent) {
		diag_set(diag, 0, "the parent has died");
		return -ESRCH;
	}
	return 0;
}

/* Only a process with CAP_SYS_PTRACE where our binary was executed may trace us then (ptrace(2)). */
static int hide(struct diag *diag)
{
	int rc = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

	return rc < 0 ? diag_set(diag, -rc, "cannot protect the parent from tracing") : 0;
}

static int give_up(struct apply *apply, const struct leave_place *place, struct diag *diag)
{
	struct attributes saved = save_attributes();
	int rc = follow(place, diag);

	apply->leaving = true;
	if (rc == 0)
		rc = repeat_steps(apply, diag);
	if (rc == 0)
		rc = leave_give_up_caps(diag);
	if (rc == 0)
		rc = restore_death_signal(apply, &saved, diag);
	if (rc < 0)
		return rc;
	if (follows_fork(apply, PROP_WAITER_FORGETS))
		forget_environ();
	if (apply->hides || follows_fork(apply, PROP_WAITER_HIDES))
		return hide(diag);
	/* Scripts enter the namespaces of $!, or write its id maps; both require a dumpable process
	 * (proc(5), ptrace(2)). */
	if (saved.dumpable == 1 && !apply->undumpable && follows_fork(apply, PROP_WAITER_REPEATS))
		rc = sys_prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return rc < 0 ? diag_set(diag, -rc, "cannot let others enter the parent") : 0;
}

int leave_behind(struct apply *apply, struct leave_place *place, struct diag *diag)
{
	int rc = give_up(apply, place, diag);

	close_place(place);
	if (rc == 0)
		leave_descriptors(apply);
	return rc;
}

/* --- asking and answering ---------------------------------------------------------------------- */

int leave_prepare(struct apply *apply, int *ret_may_start)
{
	int ends[2], rc = sys_socketpair(AF_UNIX, SOCK_SEQPACKET, ends);

	if (rc < 0)
		return rc;
	apply->asked = ends[0];
	*ret_may_start = ends[1];
	return 0;
}

/* Opens what the plan changes. If "." may not be searched, cwd becomes negative: see follow(). */
static int open_place(const struct apply *apply, struct leave_place *place)
{
	place->moves_root = follows_fork(apply, PROP_WAITER_FOLLOWS_ROOT);
	place->moves = place->moves_root || follows_fork(apply, PROP_WAITER_FOLLOWS);
	if (place->moves_root) {
		place->root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
		if (place->root < 0)
			return place->root;
	}
	if (place->moves)
		place->cwd = sys_openat(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0);
	return 0;
}

static int send_question(int socket, const struct leave_place *place)
{
	struct question question = { .moves_root = place->moves_root,
				     .moves = place->moves,
				     .has_root = place->root >= 0,
				     .has_cwd = place->cwd >= 0 };
	union control control = { .room = { 0 } };
	struct iovec part = { .iov_base = &question, .iov_len = sizeof(question) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	int fds[2];
	size_t n = 0;
	ssize_t sent;

	if (question.has_root)
		fds[n++] = place->root;
	if (question.has_cwd)
		fds[n++] = place->cwd;
	if (n) {
		message.msg_control = control.room;
		message.msg_controllen = (socklen_t)CMSG_SPACE(n * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = (socklen_t)CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, n * sizeof(int));
	}
	sent = sys_sendmsg(socket, &message, MSG_NOSIGNAL);
	return sent < 0 ? (int)sent : 0;
}

/* Returns 0 if the program may start, or -errno; the diagnosis is filled if the parent objected. */
static int receive_answer(int socket, struct diag *diag)
{
	struct objection objection;
	struct iovec part = { .iov_base = &objection, .iov_len = sizeof(objection) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n = sys_recvmsg(socket, &message, 0);

	/* ECONNRESET: the parent died before it read our question (unix_release_sock(),
	 * net/unix/af_unix.c). */
	if (n == 0 || n == -ECONNRESET)
		return 0;
	if (n != sizeof(objection))
		return n < 0 ? (int)n : -EPROTO;
	*diag = objection.diag;
	return objection.rc;
}

int leave_ask(struct apply *apply, struct diag *diag)
{
	struct leave_place place = { .root = -1, .cwd = -1 };
	int rc;

	*diag = (struct diag){ .err = 0 };
	rc = open_place(apply, &place);
	if (rc == 0)
		rc = send_question(apply->may_start, &place);
	close_place(&place);
	if (rc == 0)
		rc = receive_answer(apply->may_start, diag);
	else if (rc == -EPIPE || rc == -ECONNRESET)
		rc = 0;
	cleanup_close(&apply->may_start);
	if (rc < 0 && !diag->what[0])
		diag_set(diag, -rc, "cannot reach the parent");
	return rc;
}

/* Returns 1 with *ret filled, 0 if the child has ended, or -errno. */
static int receive_question(int socket, struct leave_place *ret)
{
	struct question question;
	union control control;
	struct iovec part = { .iov_base = &question, .iov_len = sizeof(question) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t n = sys_recvmsg(socket, &message, 0);
	const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	size_t wanted, next = 0;
	int fds[2];

	if (n <= 0)
		return (int)n;
	if (n != sizeof(question))
		return -EPROTO;
	wanted = (size_t)question.has_root + question.has_cwd;
	ret->moves_root = question.moves_root;
	ret->moves = question.moves;
	/* At our limit of open files the kernel drops descriptors (unix(7), SCM_RIGHTS). */
	if (wanted && (!header || header->cmsg_len != CMSG_LEN(wanted * sizeof(int))))
		return -EMFILE;
	if (wanted)
		memcpy(fds, CMSG_DATA(header), wanted * sizeof(int));
	if (question.has_root)
		ret->root = fds[next++];
	if (question.has_cwd)
		ret->cwd = fds[next];
	return 1;
}

static void send_objection(int socket, const struct objection *objection)
{
	struct iovec part = { .iov_base = (void *)objection, .iov_len = sizeof(*objection) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	/* If this fails, the child has died, and no program will start. */
	sys_sendmsg(socket, &message, MSG_NOSIGNAL);
}

void leave_refuse(const struct apply *apply, int rc, const struct diag *diag)
{
	struct objection objection = { .rc = rc, .diag = *diag };

	if (apply->asked >= 0)
		send_objection(apply->asked, &objection);
}

pid_t leave_answer(void *arg)
{
	struct apply *apply = arg;
	struct leave_place place = { .root = -1, .cwd = -1 };
	struct objection objection = { .rc = 0 };
	int rc = receive_question(apply->asked, &place);

	if (rc > 0) {
		objection.rc = leave_behind(apply, &place, &objection.diag);
		if (objection.rc == 0 && apply->may_start >= 0)
			objection.rc = leave_ask(apply, &objection.diag);
	}
	if (rc < 0)
		objection.rc = diag_set(&objection.diag, -rc, "cannot hear the child");
	if (objection.rc < 0)
		send_objection(apply->asked, &objection);
	cleanup_close(&apply->asked);
	return 0;
}
