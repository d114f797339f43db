/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking for ids of network namespaces by the batch, on a kernel that is not there. */
#include "unit.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/diag.h"
#include "kernel/netnsid.h"
#include "kernel/sys.h"
#include "netnsid_unit.h"

struct dump {
	const char *name;
	unsigned len;
	unsigned char bytes[36];
	int any;
};

static const struct dump dumps[] = {
	{ "an id", 28, { HEADER(28, 88), BODY, 8, 0, 1, 0, 5, 0, 0, 0 }, 1 },
	{ "the end", 20, { HEADER(20, 3), BODY }, 0 },
	{ "an error", 36, { HEADER(36, 2), 234, 255, 255, 255, HEADER(20, 90) }, -EINVAL },
};

/* The namespace of descriptor N has the nsid 10 * N; an odd descriptor is no namespace. */
static struct {
	size_t asked, told; /* questions so far, answers so far */
	uint32_t seqs[64];
	int32_t fds[64];
	int at_once;   /* answers to a call */
	int fail_send, fail_receive;
	int late;      /* calls that find nothing yet */
	bool stranger; /* somebody else sends something first */
	uint32_t old;  /* of a question whose answer comes now, or 0 */
	int waits;
	const struct dump *dump; /* the answer, where all ids are asked for */
	struct netlink socket;
} kernel;

static void start(void)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.socket = (struct netlink){ .fd = 3, .seq = 8 };
}

ssize_t __wrap_sys_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __wrap_sys_recvmsg(int fd, struct msghdr *message, int flags);
int __wrap_sys_recvmmsg(int fd, struct mmsghdr *messages, unsigned n, int flags);
int __wrap_sys_poll(struct pollfd *fds, nfds_t n, int timeout_ms);

ssize_t __wrap_sys_sendmsg(int fd, const struct msghdr *message, int flags)
{
	const char *at = message->msg_iov->iov_base;
	size_t n = message->msg_iov->iov_len / QUESTION_SIZE;

	(void)flags;
	assert_int_equal(fd, 3);
	if (kernel.dump) {
		static const unsigned char all[20] = { 20, 0, 0, 0, 90, 0, 1, 3, 9 };

		assert_int_equal(message->msg_iov->iov_len, sizeof(all));
		assert_memory_equal(at, all, sizeof(all));
		return kernel.fail_send ? kernel.fail_send : (ssize_t)sizeof(all);
	}
	assert_int_equal(message->msg_iov->iov_len % QUESTION_SIZE, 0);
	assert_in_range(n, 1, 64);
	if (kernel.fail_send)
		return kernel.fail_send;
	kernel.asked = n;
	kernel.told = 0;
	for (size_t i = 0; i < n; i++, at += QUESTION_SIZE) {
		memcpy(&kernel.seqs[i], at + 8, sizeof(kernel.seqs[i]));
		memcpy(&kernel.fds[i], at + 24, sizeof(kernel.fds[i]));
	}
	return (ssize_t)message->msg_iov->iov_len;
}

static void tell(struct mmsghdr *message, uint32_t seq, int32_t fd, uint32_t from)
{
	static const unsigned char none[] = { HEADER(36, 2), 234, 255, 255, 255, HEADER(28, 90) };
	static const unsigned char given[] = { HEADER(28, 88), BODY, 8, 0, 1, 0, 0, 0, 0, 0 };
	struct sockaddr_nl *sender = message->msg_hdr.msg_name;
	char *buf = message->msg_hdr.msg_iov->iov_base;
	int32_t id = fd * 10;

	assert_true(message->msg_hdr.msg_iov->iov_len >= sizeof(none));
	*sender = (struct sockaddr_nl){ .nl_family = AF_NETLINK, .nl_pid = from };
	if (fd % 2) {
		memcpy(buf, none, sizeof(none));
		message->msg_len = sizeof(none);
	} else {
		memcpy(buf, given, sizeof(given));
		memcpy(buf + 24, &id, sizeof(id));
		message->msg_len = sizeof(given);
	}
	memcpy(buf + 8, &seq, sizeof(seq));
}

int __wrap_sys_recvmmsg(int fd, struct mmsghdr *messages, unsigned n, int flags)
{
	int told = 0;

	(void)flags;
	assert_int_equal(fd, 3);
	if (kernel.fail_receive)
		return kernel.fail_receive;
	if (kernel.late > 0) {
		kernel.late--;
		return -EAGAIN;
	}
	if (kernel.stranger) {
		kernel.stranger = false;
		tell(&messages[told++], kernel.seqs[0], 400, 77);
	}
	if (kernel.old) {
		tell(&messages[told++], kernel.old, 400, 0);
		kernel.old = 0;
	}
	while (told < (int)n && told < kernel.at_once && kernel.told < kernel.asked) {
		size_t i = kernel.told++;

		tell(&messages[told++], kernel.seqs[i], kernel.fds[i], 0);
	}
	return told ? told : -EAGAIN;
}

ssize_t __wrap_sys_recvmsg(int fd, struct msghdr *message, int flags)
{
	struct sockaddr_nl *sender = message->msg_name;

	(void)flags;
	assert_int_equal(fd, 3);
	if (kernel.fail_receive)
		return kernel.fail_receive;
	sender->nl_pid = 0;
	memcpy(message->msg_iov->iov_base, kernel.dump->bytes, kernel.dump->len);
	return (ssize_t)kernel.dump->len;
}

int __wrap_sys_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	assert_int_equal(n, 1);
	assert_int_equal(fds->fd, 3);
	assert_true(timeout_ms > 0);
	kernel.waits++;
	return kernel.told < kernel.asked;
}

static int lookup(size_t n, int32_t *ret)
{
	int fds[200];

	for (size_t i = 0; i < n; i++)
		fds[i] = (int)i;
	return netnsid_lookup(&kernel.socket, fds, n, ret);
}

static void assert_all(const int32_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ids[i], i % 2 ? NETNSID_UNKNOWN : (int32_t)i * 10);
}

static void more_than_a_batch(void **state)
{
	int32_t ids[200];

	(void)state;
	start();
	kernel.at_once = 64;
	assert_int_equal(lookup(150, ids), 0);
	assert_all(ids, 150);
	assert_int_equal(kernel.waits, 0);
	assert_int_equal(lookup(0, ids), 0);
}

static void in_pieces(void **state)
{
	int32_t ids[200];

	(void)state;
	start();
	kernel.at_once = 7;
	assert_int_equal(lookup(64, ids), 0);
	assert_all(ids, 64);
}

static void late(void **state)
{
	int32_t ids[4];

	(void)state;
	start();
	kernel.at_once = 64;
	kernel.late = 1;
	assert_int_equal(lookup(4, ids), 0);
	assert_all(ids, 4);
	assert_int_equal(kernel.waits, 1);
}

static void strangers_are_not_heard(void **state)
{
	int32_t ids[5];

	(void)state;
	start();
	kernel.at_once = 64;
	kernel.stranger = true;
	assert_int_equal(lookup(5, ids), 0);
	assert_all(ids, 5);
}

static void failures(void **state)
{
	int32_t ids[4];

	(void)state;
	start();
	kernel.fail_send = -ENOBUFS;
	assert_int_equal(lookup(4, ids), -ENOBUFS);
	kernel.fail_send = 0;
	kernel.fail_receive = -ENOMEM;
	assert_int_equal(lookup(4, ids), -ENOMEM);
	kernel.fail_receive = 0;
	kernel.at_once = 0; /* lost */
	kernel.asked = kernel.told = 0;
	kernel.late = 100;
	assert_int_equal(lookup(4, ids), -ETIMEDOUT);
	assert_int_equal(kernel.waits, 1);
}

/* Answers that were given up come before those to the next question. */
static void late_answers_are_not_mixed_up(void **state)
{
	int fds[4] = { 2, 4, 6, 8 };
	int32_t ids[4];

	(void)state;
	start();
	kernel.at_once = 1;
	kernel.fail_receive = -ENOBUFS;
	assert_int_equal(netnsid_lookup(&kernel.socket, fds, 4, ids), -ENOBUFS);
	kernel.fail_receive = 0;
	kernel.old = kernel.seqs[1];
	kernel.at_once = 64;
	assert_int_equal(lookup(4, ids), 0);
	assert_all(ids, 4);
}

static void any_at_all(void **state)
{
	start();
	kernel.dump = *state;
	assert_int_equal(netnsid_any(&kernel.socket), kernel.dump->any);
	start();
	kernel.dump = *state;
	kernel.fail_receive = -ENOMEM;
	assert_int_equal(netnsid_any(&kernel.socket), -ENOMEM);
	start();
	kernel.dump = *state;
	kernel.fail_send = -ENOBUFS;
	assert_int_equal(netnsid_any(&kernel.socket), -ENOBUFS);
}

int main(void)
{
	struct diag diag;

	if (netlink_load(&diag) < 0) {
		printf("1..0 # SKIP no libmnl\n");
		return 0;
	}
	UNIT_ADD(more_than_a_batch);
	UNIT_ADD(in_pieces);
	UNIT_ADD(late);
	UNIT_ADD(strangers_are_not_heard);
	UNIT_ADD(failures);
	UNIT_ADD(late_answers_are_not_mixed_up);
	UNIT_ADD_ROWS(any_at_all, dumps);
	return unit_run("netnsid");
}
