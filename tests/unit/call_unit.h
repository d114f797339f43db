/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a function in a child and sees each system call that it makes, with its arguments, before
 * the kernel carries it out; we answer instead of the kernel. That is seccomp(2)'s user
 * notification, of Linux 5.0: it reports number and arguments in the same way on all architectures.
 */
#ifndef XNS_CALL_UNIT_H
#define XNS_CALL_UNIT_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { CALL_CHANNEL = 900, CALL_ARGUMENTS = 6, CALLS_MAX = 1000 };

struct call {
	long number;
	pid_t pid; /* whose memory has what pointers point to */
	uint64_t arguments[CALL_ARGUMENTS];
};

/* What a call returns: an error or a value; or the kernel carries it out. */
struct call_answer {
	int error;
	long value;
	bool carry_out; /* Linux 5.5 */
};

struct call_child {
	pid_t pid;
	int channel, listener;
	bool returned; /* the function has */
};

/* In a build with --enable-coverage. NOLINTNEXTLINE(bugprone-reserved-identifier): gcc's name */
extern void __gcov_dump(void) __attribute__((weak));

#define CALL_LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(member))
#define CALL_IF(number, then, otherwise) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, then, otherwise)

/* All calls wait for an answer, but those of call_in_child() itself. The listener or -1. */
static inline int call_listen(void)
{
	const size_t low = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4;
	struct sock_filter filter[] = {
		CALL_LOAD(offsetof(struct seccomp_data, nr)),
		CALL_IF(__NR_sendmsg, 1, 0),
		CALL_IF(__NR_read, 0, 3),
		CALL_LOAD(offsetof(struct seccomp_data, args) + low),
		CALL_IF(CALL_CHANNEL, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	const struct sock_fprog program = { .len = ARRAY_LEN(filter), .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

/* Sends a number, and with it a descriptor if there is one. */
static inline void call_tell(long number, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec part = { .iov_base = &number, .iov_len = sizeof(number) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t ignored;

	if (fd >= 0) {
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(int));
		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
	}
	ignored = sendmsg(CALL_CHANNEL, &message, MSG_NOSIGNAL);
	(void)ignored;
}

/* False if the child has gone without a word. */
static inline bool call_hear(int channel, long *ret_number, int *ret_fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec part = { .iov_base = ret_number, .iov_len = sizeof(*ret_number) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room,
				  .msg_controllen = sizeof(control.room) };

	if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) != sizeof(*ret_number))
		return false;
	*ret_fd = -1;
	if (message.msg_controllen >= CMSG_LEN(sizeof(int)))
		memcpy(ret_fd, CMSG_DATA(&control.header), sizeof(int));
	return true;
}

/* The child waits to be killed, as exit(3) would print what the parent has still to print. */
static inline void call_in_child(int channel, long (*function)(void))
{
	char end;
	int listener;
	ssize_t ignored;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	dup2(channel, CALL_CHANNEL);
	listener = call_listen();
	call_tell(listener < 0 ? -errno : 0, listener);
	if (listener < 0)
		_exit(1); /* as nothing would hold its calls back */
	call_tell(function(), -1);
	if (__gcov_dump)
		__gcov_dump();
	call_tell(0, -1);
	ignored = read(CALL_CHANNEL, &end, 1);
	(void)ignored;
}

/* 0, or -errno where the kernel lets nobody listen. */
static inline int call_begin(struct call_child *child, long (*function)(void))
{
	int channel[2];
	long rc = -ECHILD;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) < 0)
		return -errno;
	*child = (struct call_child){ .listener = -1 };
	child->channel = channel[0];
	child->pid = fork();
	if (child->pid == 0) {
		call_in_child(channel[1], function);
		abort();
	}
	close(channel[1]);
	if (child->pid > 0 && !call_hear(child->channel, &rc, &child->listener))
		rc = -ECHILD;
	return (int)rc;
}

/* Waits for the next call. False if the function has returned, with its result, or has died. */
static inline bool call_next(struct call_child *child, struct call *ret, uint64_t *ret_id,
			     long *ret_result)
{
	struct pollfd fds[] = { { .fd = child->channel, .events = POLLIN },
				{ .fd = child->listener, .events = POLLIN } };
	struct seccomp_notif seen = { .id = 0 };
	int none;

	*ret_result = INT32_MIN;
	if (poll(fds, 2, -1) < 0 || fds[0].revents ||
	    ioctl(child->listener, SECCOMP_IOCTL_NOTIF_RECV, &seen) < 0) {
		child->returned = call_hear(child->channel, ret_result, &none);
		return false;
	}
	*ret_id = seen.id;
	*ret = (struct call){ .number = seen.data.nr, .pid = (pid_t)seen.pid };
	memcpy(ret->arguments, seen.data.args, sizeof(ret->arguments));
	return true;
}

static inline void call_answer(struct call_child *child, uint64_t id, struct call_answer answer)
{
	struct seccomp_notif_resp response = { .id = id, .val = answer.value,
					       .error = -answer.error };

	if (answer.carry_out)
		response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	ioctl(child->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

static inline void call_end(struct call_child *child)
{
	struct call call;
	uint64_t id;
	long none;

	/* Its counters, if there are any. */
	while (child->returned && call_next(child, &call, &id, &none))
		call_answer(child, id, (struct call_answer){ .carry_out = true });
	if (child->pid > 0) {
		kill(child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
	}
	close(child->channel);
	if (child->listener >= 0)
		close(child->listener);
}

#endif
