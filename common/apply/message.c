/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/message.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/sys.h"

int message_send(int socket, int number, int fd)
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

/* Room for a descriptor, and for the sender's ids, which the kernel adds if SO_PASSCRED is set. */
union received {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
};

/* musl's CMSG_NXTHDR() mixes signs. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
static void take_control(struct msghdr *message, int *ret_fd, pid_t *ret_client)
{
	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header;
	     header = CMSG_NXTHDR(message, header)) {
		struct ucred sender;

		if (header->cmsg_level != SOL_SOCKET)
			continue;
		if (header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof(int)))
			memcpy(ret_fd, CMSG_DATA(header), sizeof(int));
		if (header->cmsg_type == SCM_CREDENTIALS &&
		    header->cmsg_len == CMSG_LEN(sizeof(sender))) {
			memcpy(&sender, CMSG_DATA(header), sizeof(sender));
			*ret_client = sender.pid;
		}
	}
}
#pragma GCC diagnostic pop

int message_receive(int socket, int *ret_number, int *ret_fd, pid_t *ret_client)
{
	union received control = { .room = { 0 } };
	struct iovec part = { .iov_base = ret_number, .iov_len = sizeof(*ret_number) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t n = sys_recvmsg(socket, &message, 0);

	*ret_fd = -1;
	if (n <= 0)
		return (int)n;
	take_control(&message, ret_fd, ret_client);
	return n == sizeof(*ret_number) ? 1 : -EPROTO;
}
