/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking by netlink, on a kernel that is not there. */
#include "netlink_unit.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/sys.h"

enum { SOCKET = 3, DATAGRAMS = 4 };

struct datagram {
	size_t len; /* 0: nothing for now */
	unsigned char bytes[64];
	uint32_t from;
	int flags;
};

static struct {
	struct datagram datagrams[DATAGRAMS];
	size_t next;
	unsigned waits, sent, options;
	int fail_socket, fail_send, fail_receive, fail_poll, fail_options;
} kernel;

ssize_t __wrap_sys_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __wrap_sys_recvmsg(int fd, struct msghdr *message, int flags);
int __wrap_sys_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
int __wrap_sys_socket(int domain, int type, int protocol);
int __wrap_sys_setsockopt(int fd, int level, int option, const void *value, socklen_t size);

ssize_t __wrap_sys_sendmsg(int fd, const struct msghdr *message, int flags)
{
	const struct sockaddr_nl *to = message->msg_name;

	(void)flags;
	assert_int_equal(fd, SOCKET);
	assert_int_equal(to->nl_family, AF_NETLINK);
	assert_int_equal(to->nl_pid, 0);
	assert_int_equal(message->msg_iovlen, 1);
	kernel.sent++;
	return kernel.fail_send ? kernel.fail_send : (ssize_t)message->msg_iov->iov_len;
}

ssize_t __wrap_sys_recvmsg(int fd, struct msghdr *message, int flags)
{
	const struct datagram *datagram = &kernel.datagrams[kernel.next];
	struct sockaddr_nl *from = message->msg_name;

	assert_int_equal(fd, SOCKET);
	assert_true(flags & MSG_DONTWAIT);
	if (kernel.fail_receive)
		return kernel.fail_receive;
	if (kernel.next < DATAGRAMS)
		kernel.next++;
	if (kernel.next == DATAGRAMS || datagram->len == 0)
		return -EAGAIN;
	assert_true(message->msg_iov->iov_len >= datagram->len);
	memcpy(message->msg_iov->iov_base, datagram->bytes, datagram->len);
	from->nl_pid = datagram->from;
	message->msg_flags = datagram->flags;
	return (ssize_t)datagram->len;
}

int __wrap_sys_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	assert_int_equal(n, 1);
	assert_int_equal(fds->fd, SOCKET);
	assert_in_range(timeout_ms, 1, 60000);
	kernel.waits++;
	return kernel.fail_poll ? kernel.fail_poll : kernel.next < DATAGRAMS;
}

int __wrap_sys_socket(int domain, int type, int protocol)
{
	assert_int_equal(domain, AF_NETLINK);
	assert_int_equal(type, SOCK_RAW);
	assert_int_equal(protocol, NETLINK_SOCK_DIAG);
	return kernel.fail_socket ? kernel.fail_socket : SOCKET;
}

int __wrap_sys_setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
	assert_int_equal(fd, SOCKET);
	assert_int_equal(level, 270);
	assert_int_equal(size, sizeof(int));
	assert_int_equal(*(const int *)value, 1);
	assert_in_range(option, 11, 12); /* NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK */
	kernel.options++;
	return kernel.fail_options;
}

static unsigned seen_total;

/* Adds the values of attribute 1 up; 99 ends it. */
static int add_up(const struct nlmsghdr *message, void *arg)
{
	const struct nlattr *table[2];
	uint32_t value = 0;

	assert_ptr_equal(arg, &seen_total);
	netlink_attributes(message, BODY_SIZE, table, ARRAY_LEN(table));
	netlink_get(table[1], &value, sizeof(value));
	seen_total += value;
	return value == 99 ? 99 : 0;
}

struct ask_row {
	const char *name;
	uint16_t flags;
	struct datagram datagrams[DATAGRAMS];
	int result;
	unsigned total, waits;
	const char *text;
};

#define GET 0
#define ACK NLM_F_ACK
#define DUMP NLM_F_DUMP
#define ONE(value) HEADER(28, 88, 0), BODY, U32(1, value)
#define PART(flags, value) HEADER(28, 88, flags), BODY, U32(1, value)
#define DONE(flags) HEADER(20, 3, flags), BODY
#define ACKED HEADER(36, 2, 0x100), BODY, HEADER(28, 88, 5)
#define REFUSED HEADER(44, 2, 0x300), ERROR(EEXIST), HEADER(28, 88, 5), WORDS

static const struct ask_row ask_rows[] = {
	{ "ask: one message is an answer", GET, { { 28, { ONE(5) } } }, 0, 5, 0, "" },
	{ "ask: no more of it is read",
	  GET,
	  { { 28, { ONE(5) } }, { 28, { ONE(6) } } },
	  0,
	  5,
	  0,
	  "" },
	{ "ask: an acknowledgement", ACK, { { 36, { ACKED } } }, 0, 0, 0, "" },
	{ "ask: a message before it", ACK, { { 28, { ONE(5) } }, { 36, { ACKED } } }, 0, 5, 0, "" },
	{ "ask: a refusal with words", ACK, { { 44, { REFUSED } } }, -EEXIST, 0, 0, "why" },
	{ "ask: a dump",
	  DUMP,
	  { { 56, { PART(2, 5), PART(2, 6) } }, { 20, { DONE(2) } } },
	  0,
	  11,
	  0,
	  "" },
	{ "ask: a dump that is refused", DUMP, { { 44, { REFUSED } } }, -EEXIST, 0, 0, "why" },
	{ "ask: a dump that fails midway",
	  DUMP,
	  { { 28, { PART(2, 5) } }, { 28, { HEADER(28, 3, 0x202), ERROR(EINVAL), WORDS } } },
	  -EINVAL,
	  5,
	  0,
	  "why" },
	{ "ask: a dump of what changed meanwhile",
	  DUMP,
	  { { 28, { PART(0x12, 5) } }, { 20, { DONE(2) } } },
	  -EINTR,
	  5,
	  0,
	  "" },
	{ "ask: that changed at its end",
	  DUMP,
	  { { 28, { PART(2, 5) } }, { 20, { DONE(0x12) } } },
	  -EINTR,
	  5,
	  0,
	  "" },
	{ "ask: whoever sees it ends a dump",
	  DUMP,
	  { { 56, { PART(2, 99), PART(2, 6) } } },
	  99,
	  99,
	  0,
	  "" },
	{ "ask: the rest of an older answer",
	  GET,
	  { { 28, { 28, 0, 0, 0, 88, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, BODY, U32(1, 7) } },
	    { 28, { ONE(5) } } },
	  0,
	  5,
	  0,
	  "" },
	{ "ask: somebody else sends",
	  GET,
	  { { 28, { ONE(7) }, 77 }, { 28, { ONE(5) } } },
	  0,
	  5,
	  0,
	  "" },
	{ "ask: a wait", GET, { { 0 }, { 28, { ONE(5) } } }, 0, 5, 1, "" },
	{ "ask: a second wait",
	  DUMP,
	  { { 0 }, { 28, { PART(2, 5) } }, { 0 } },
	  -ETIMEDOUT,
	  5,
	  1,
	  "" },
	{ "ask: somebody else ends the wait",
	  GET,
	  { { 0 }, { 28, { ONE(7) }, 77 }, { 0 } },
	  -ETIMEDOUT,
	  0,
	  1,
	  "" },
	{ "ask: no answer", GET, { { 0 }, { 0 } }, -ETIMEDOUT, 0, 1, "" },
	{ "ask: an answer that is cut off",
	  GET,
	  { { 28, { ONE(5) }, 0, MSG_TRUNC } },
	  -EMSGSIZE,
	  0,
	  0,
	  "" },
};

static int ask(uint16_t flags, netlink_seen *seen, struct netlink_end *ret_end)
{
	_Alignas(8) unsigned char buf[BUF_SIZE];
	struct netlink socket = { .fd = SOCKET, .seq = 8 };
	struct netlink_message message;
	int rc;

	netlink_begin(&message, buf, sizeof(buf), 90, flags, body, sizeof(body));
	rc = netlink_ask(&socket, &message, seen, &seen_total, ret_end);
	assert_int_equal(socket.seq, 9);
	assert_int_equal(message.header->nlmsg_seq, 9);
	return rc;
}

static void asks(void **state)
{
	const struct ask_row *row = *state;
	struct netlink_end found;

	memset(&kernel, 0, sizeof(kernel));
	memcpy(kernel.datagrams, row->datagrams, sizeof(kernel.datagrams));
	seen_total = 0;
	assert_int_equal(ask(row->flags, add_up, &found), row->result);
	assert_int_equal(kernel.sent, 1);
	assert_int_equal(seen_total, row->total);
	assert_int_equal(kernel.waits, row->waits);
	assert_string_equal(found.text, row->text);
}

static void failures_of_calls(void **state)
{
	struct netlink_end found;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.fail_poll = -ENOMEM;
	assert_int_equal(ask(GET, add_up, &found), -ENOMEM);
	kernel.fail_receive = -ENOBUFS;
	assert_int_equal(ask(GET, add_up, &found), -ENOBUFS);
	kernel.fail_send = -EPERM;
	assert_int_equal(ask(GET, add_up, &found), -EPERM);
}

static void only_the_acknowledgement_matters(void **state)
{
	struct netlink_end found;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.datagrams[0] = (struct datagram){ 28, { ONE(5) }, 0, 0 };
	kernel.datagrams[1] = (struct datagram){ 36, { ACKED }, 0, 0 };
	assert_int_equal(ask(ACK, NULL, &found), 0);
}

/* Old kernels refuse both options. */
static void opens(void **state)
{
	struct netlink socket;
	struct diag diag;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.fail_options = -ENOPROTOOPT;
	assert_int_equal(netlink_open(&socket, NETLINK_SOCK_DIAG, &diag), 0);
	assert_int_equal(socket.fd, SOCKET);
	assert_int_equal(kernel.options, 2);
	kernel.fail_socket = -EAFNOSUPPORT;
	assert_int_equal(netlink_open(&socket, NETLINK_SOCK_DIAG, &diag), -EAFNOSUPPORT);
	assert_int_equal(socket.fd, -1);
	assert_int_equal(diag.err, EAFNOSUPPORT);
}

int main(void)
{
	NETLINK_UNIT_LOAD();
	UNIT_ADD_ROWS(asks, ask_rows);
	UNIT_ADD(failures_of_calls);
	UNIT_ADD(only_the_acknowledgement_matters);
	UNIT_ADD(opens);
	return unit_run("netlink_ask");
}
