/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/netnsid.h"

#include <errno.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/macros.h"
#include "kernel/sys.h"

enum {
	BATCH = 64, /* as many answers as fit into the smallest receive buffer */
	ANSWER_SIZE = 128, /* the largest is an error that quotes the question */
	TIMEOUT_MS = 5000,
};

/* ---- messages ---- */

void netnsid_put_question(void *buf, int fd, uint32_t seq)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg general;
		_Alignas(NLMSG_ALIGNTO) struct nlattr attribute;
		int32_t fd;
	} *question = buf;

	_Static_assert(sizeof(*question) == NETNSID_QUESTION_SIZE, "as the kernel lays it out");
	memset(question, 0, sizeof(*question));
	question->header.nlmsg_len = sizeof(*question);
	question->header.nlmsg_type = RTM_GETNSID;
	question->header.nlmsg_flags = NLM_F_REQUEST;
	question->header.nlmsg_seq = seq;
	question->general.rtgen_family = AF_UNSPEC;
	question->attribute.nla_len = sizeof(question->attribute) + sizeof(question->fd);
	question->attribute.nla_type = NETNSA_FD;
	question->fd = fd;
}

/* The attribute NETNSA_NSID, or NETNSID_UNKNOWN. */
static int32_t find_id(const char *at, const char *end)
{
	struct nlattr attribute;
	int32_t id;

	while ((size_t)(end - at) >= sizeof(attribute)) {
		size_t left = (size_t)(end - at), len;

		memcpy(&attribute, at, sizeof(attribute));
		len = attribute.nla_len;
		if (len < sizeof(attribute) || len > left)
			break;
		if (attribute.nla_type == NETNSA_NSID && len == sizeof(attribute) + sizeof(id)) {
			memcpy(&id, at + sizeof(attribute), sizeof(id));
			return id;
		}
		at += netnsid_align(len) < left ? netnsid_align(len) : left;
	}
	return NETNSID_UNKNOWN;
}

bool netnsid_take_answer(const void *data, size_t len, struct netnsid_answer *ret)
{
	const struct nlmsghdr *header = data;
	const char *begin = data;

	if (len < sizeof(*header))
		return false;
	if (header->nlmsg_type != NLMSG_ERROR && header->nlmsg_type != RTM_NEWNSID)
		return false;
	*ret = (struct netnsid_answer){ .seq = header->nlmsg_seq, .id = NETNSID_UNKNOWN };
	if (header->nlmsg_type == RTM_NEWNSID && header->nlmsg_len <= len &&
	    header->nlmsg_len > NLMSG_SPACE(sizeof(struct rtgenmsg)))
		ret->id = find_id(begin + NLMSG_SPACE(sizeof(struct rtgenmsg)),
				  begin + header->nlmsg_len);
	return true;
}

/* ---- asking the kernel ---- */

int netnsid_open(void)
{
	return sys_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

int netnsid_send(int socket, const void *data, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iovec part = { .iov_base = (void *)(uintptr_t)data, .iov_len = len };
	struct msghdr message = { .msg_name = &kernel, .msg_namelen = sizeof(kernel),
				  .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n = sys_sendmsg(socket, &message, 0);

	return n < 0 ? (int)n : 0;
}

/* The kernel answers before the question's sendmsg(2) returns: a wait means a lost message. */
int netnsid_await(int socket)
{
	struct pollfd ready = { .fd = socket, .events = POLLIN };
	int rc = sys_poll(&ready, 1, TIMEOUT_MS);

	return rc < 0 ? rc : rc == 0 ? -ETIMEDOUT : 0;
}

/* Each answer is a datagram of its own. */
struct answers {
	struct mmsghdr headers[BATCH];
	struct iovec parts[BATCH];
	struct sockaddr_nl from[BATCH];
	_Alignas(struct nlmsghdr) char bufs[BATCH][ANSWER_SIZE];
};

/* The number received; at least one, unless it is -errno. */
static int receive(int socket, struct answers *answers, size_t n)
{
	int rc;

	for (size_t i = 0; i < n; i++) {
		answers->parts[i] = (struct iovec){ answers->bufs[i], ANSWER_SIZE };
		answers->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &answers->from[i], .msg_namelen = sizeof(answers->from[i]),
			.msg_iov = &answers->parts[i], .msg_iovlen = 1,
		};
	}
	rc = sys_recvmmsg(socket, answers->headers, (unsigned)n, MSG_DONTWAIT);
	if (rc == -EAGAIN) {
		rc = netnsid_await(socket);
		if (rc == 0)
			rc = sys_recvmmsg(socket, answers->headers, (unsigned)n, MSG_DONTWAIT);
	}
	return rc == 0 ? -ENODATA : rc;
}

static int ask(int socket, const int *fds, size_t n)
{
	_Alignas(struct nlmsghdr) char buf[BATCH * NETNSID_QUESTION_SIZE];

	for (size_t i = 0; i < n; i++)
		netnsid_put_question(buf + i * NETNSID_QUESTION_SIZE, fds[i], (uint32_t)i);
	return netnsid_send(socket, buf, n * NETNSID_QUESTION_SIZE);
}

static int lookup_batch(int socket, const int *fds, size_t n, int32_t *ret)
{
	struct answers answers;
	size_t left = n;
	int rc = ask(socket, fds, n);

	for (size_t i = 0; i < n; i++)
		ret[i] = NETNSID_UNKNOWN;
	while (rc >= 0 && left > 0) {
		rc = receive(socket, &answers, left);
		for (int i = 0; i < rc; i++) {
			struct netnsid_answer answer;

			if (answers.from[i].nl_pid != 0 || /* not from the kernel */
			    !netnsid_take_answer(answers.bufs[i], answers.headers[i].msg_len,
						 &answer))
				continue;
			left--;
			if (answer.seq < n)
				ret[answer.seq] = answer.id;
		}
	}
	return rc < 0 ? rc : 0;
}

int netnsid_lookup(int socket, const int *fds, size_t n, int32_t *ret)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i += BATCH)
		rc = lookup_batch(socket, fds + i, n - i < BATCH ? n - i : BATCH, ret + i);
	return rc;
}

int netnsid_any(int socket)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg general;
	} question = {
		.header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)),
			    .nlmsg_type = RTM_GETNSID, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.general = { .rtgen_family = AF_UNSPEC },
	};
	struct answers answers;
	const struct nlmsghdr *first = (const void *)answers.bufs[0];
	int rc = netnsid_send(socket, &question, question.header.nlmsg_len);

	/* What does not fit into the buffer is cut off: the first header says it all. */
	do {
		rc = rc < 0 ? rc : receive(socket, &answers, 1);
	} while (rc > 0 && answers.from[0].nl_pid != 0);
	if (rc < 0)
		return rc;
	if (answers.headers[0].msg_len < sizeof(*first))
		return -EBADMSG;
	return first->nlmsg_type == RTM_NEWNSID ? 1 :
	       first->nlmsg_type == NLMSG_DONE	? 0 :
						  -EBADMSG;
}
