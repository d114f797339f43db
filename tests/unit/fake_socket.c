/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of common/kernel/sys.h that concern pipes, sockets and devices, on the fake system. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/kernel.h"
#include "fake_internal.h"
#include "kernel/sys.h"

static void name_pair(const char *what, unsigned nth, const char *one, const char *other, int fds[2])
{
	char name[64];

	snprintf(name, sizeof(name), "%s%u%s", what, nth, one);
	fds[0] = fake_fd_new(name);
	snprintf(name, sizeof(name), "%s%u%s", what, nth, other);
	fds[1] = fake_fd_new(name);
}

int sys_pipe2(int fds[2], int flags)
{
	BEGIN("pipe2", "%s", text_open((unsigned)flags));
	name_pair("pipe", fake_count("pipe2"), " read", " write", fds);
	return (int)fake_done(0);
}

int sys_socketpair(int domain, int type, int fds[2])
{
	(void)domain;
	BEGIN("socketpair", "%s", type == SOCK_SEQPACKET ? "SEQPACKET" : "?");
	name_pair("socket", fake_count("socketpair"), "", " other", fds);
	return (int)fake_done(0);
}

static const char *passed_fd(const struct msghdr *message)
{
	struct msghdr copy = *message;
	const struct cmsghdr *header = CMSG_FIRSTHDR(&copy);
	int fd;

	if (!header || header->cmsg_type != SCM_RIGHTS)
		return "";
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fake_fd_text(fd);
}

ssize_t sys_sendmsg(int fd, const struct msghdr *message, int flags)
{
	const struct iovec *part = message->msg_iov;
	const char *passed = passed_fd(message);

	BEGIN("sendmsg", "%s, %s%s%s%s", fake_fd_text(fd),
	      text_data(part->iov_base, part->iov_len), *passed ? ", " : "", passed,
	      flags & MSG_NOSIGNAL ? "" : ", SIGPIPE!");
	fake_keep(part->iov_base, part->iov_len);
	return (ssize_t)fake_done((long)part->iov_len);
}

int sys_recvmmsg(int fd, struct mmsghdr *messages, unsigned n, int flags)
{
	long len;

	(void)flags;
	BEGIN("recvmmsg", "%s, %u", fake_fd_text(fd), n);
	len = fake_take_input(fd, messages->msg_hdr.msg_iov->iov_base,
			 messages->msg_hdr.msg_iov->iov_len, NULL, 0);
	if (len < 0)
		return (int)fake_done(len);
	messages->msg_len = (unsigned)len;
	return (int)fake_done(1);
}

ssize_t sys_recvmsg(int fd, struct msghdr *message, int flags)
{
	char path[160] = "";
	struct cmsghdr *header;
	long n;

	(void)flags;
	BEGIN("recvmsg", "%s", fake_fd_text(fd));
	n = fake_take_input(fd, message->msg_iov->iov_base, message->msg_iov->iov_len, path,
		       sizeof(path));
	if (!*path || message->msg_controllen < CMSG_SPACE(sizeof(int))) {
		message->msg_controllen = 0;
		return (ssize_t)fake_done(n);
	}
	header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &(int){ fake_fd_new(path) }, sizeof(int));
	message->msg_controllen = CMSG_SPACE(sizeof(int));
	return (ssize_t)fake_done(n);
}

int sys_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	const char *names[8] = { NULL };
	const struct fake_input *input = NULL;
	char text[512] = "";
	size_t used = 0;
	int ready;

	for (nfds_t i = 0; i < n && i < ARRAY_LEN(names); i++) {
		fds[i].revents = 0;
		names[i] = fake_fd_path(fds[i].fd);
		if (names[i])
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s, ",
						 fake_fd_text(fds[i].fd));
	}
	BEGIN("poll", "%s%d", text, timeout_ms);
	ready = fake_input_first(names, ARRAY_LEN(names), &input);
	if (ready < 0 && timeout_ms < 0)
		fake_fatal("poll() would wait for ever; trace:\n%s", fake_trace());
	if (ready < 0)
		return (int)fake_done(0);
	fds[ready].revents = input->n ? (short)(fds[ready].events & POLLIN) : POLLHUP;
	return (int)fake_done(fds[ready].revents != 0);
}

int sys_socket(int domain, int type, int protocol)
{
	(void)type;
	BEGIN("socket", "%d, %d", domain, protocol);
	return (int)fake_done(fake_fd_new("socket"));
}

/* Zero: not set. */
int sys_getsockopt(int fd, int level, int option, void *ret, socklen_t *size)
{
	struct fake_input *input;

	BEGIN("getsockopt", "%s, %d, %d", fake_fd_text(fd), level, option);
	memset(ret, 0, *size);
	input = fake_input_next("getsockopt");
	if (input) {
		memcpy(ret, input->data, input->n < *size ? input->n : *size);
		input->taken = true;
	}
	return (int)fake_done(0);
}

int sys_bind(int fd, const struct sockaddr *address, socklen_t size)
{
	(void)address;
	(void)size;
	PLAIN(0, "bind", "%s", fake_fd_text(fd));
}

int sys_setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
	(void)value;
	(void)size;
	PLAIN(0, "setsockopt", "%s, %d, %d", fake_fd_text(fd), level, option);
}

/* Copies to arg what the test has put in for this request; makes a descriptor if one is requested. */
static long answer_ioctl(unsigned long request, void *arg)
{
	char name[64];
	struct fake_input *input;

	snprintf(name, sizeof(name), "ioctl %s", text_request(request));
	input = fake_input_next(name);
	if (input) {
		input->taken = true;
		memcpy(arg, input->data, input->n);
	}
	switch (request) {
	case TIOCGPTPEER:
		return fake_fd_new("pts");
	case SIOCGSKNS:
		return fake_fd_new("net of a socket");
	default:
		/* PIDFD_GET_*_NAMESPACE: as before Linux 6.11. */
		return _IOC_TYPE(request) == 0xff ? -ENOTTY : 0;
	}
}

int sys_ioctl(int fd, unsigned long request, void *arg)
{
	BEGIN("ioctl", "%s, %s", fake_fd_text(fd), text_request(request));
	return (int)fake_done(answer_ioctl(request, arg));
}
