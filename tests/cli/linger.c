/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: linger PROGRAM [ARGUMENT...]
 *
 * Has a socket whose last close(2) waits for an hour (SO_LINGER, socket(7)), and runs PROGRAM. As soon
 * as that asks a copy of the socket for its network namespace (SO_NETNS_COOKIE, or SIOCGSKNS), it closes its
 * own, so the program has the last one. Prints "copied" then, on standard error, and exits as the program did.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/kernel.h"

enum { HOUR = 3600, LINK_SIZE = 64 };

static void die(const char *what)
{
	perror(what);
	exit(99);
}

/* Connected to a socket that is never read, with more written than fits into the peer's buffer. */
static int lingering_socket(void)
{
	const struct linger linger = { .l_onoff = 1, .l_linger = HOUR };
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	static char data[1 << 16];

	if (listener < 0 || one < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, (void *)&address, &size) < 0 ||
	    connect(one, (void *)&address, size) < 0 || fcntl(one, F_SETFL, O_NONBLOCK) < 0)
		die("socket");
	while (write(one, data, sizeof(data)) > 0)
		;
	if (fcntl(one, F_SETFL, 0) < 0 ||
	    setsockopt(one, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) < 0)
		die("linger");
	return one;
}

/* Stops the caller at each such question, until a process that has the descriptor says to go on. */
static int watch_questions(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getsockopt, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SO_NETNS_COOKIE, 3, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_ioctl, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SIOCGSKNS, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

static void link_of(pid_t pid, int fd, char text[LINK_SIZE])
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
	memset(text, 0, LINK_SIZE);
	if (readlink(path, text, LINK_SIZE - 1) < 0)
		*text = '\0';
}

/* Until nobody is left who could ask. */
static void answer_questions(int listener, int *one)
{
	struct pollfd polled = { .fd = listener, .events = POLLIN };
	char own[LINK_SIZE], asked[LINK_SIZE];

	link_of(getpid(), *one, own);
	while (poll(&polled, 1, -1) > 0 && polled.revents & POLLIN) {
		struct seccomp_notif question = { 0 };
		struct seccomp_notif_resp reply = { .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };

		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question) < 0)
			continue;
		link_of((pid_t)question.pid, (int)question.data.args[0], asked);
		if (*one >= 0 && strcmp(own, asked) == 0) {
			close(*one);
			*one = -1;
			fputs("copied\n", stderr);
		}
		reply.id = question.id;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
	}
}

int main(int argc, char **argv)
{
	int one = lingering_socket(), ready[2], go[2], listener = -1, pidfd, status;
	pid_t child;

	if (argc < 2 || pipe2(ready, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0)
		die("usage");
	child = fork();
	if (child == 0) {
		char byte;

		close(one);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		listener = watch_questions();
		if (write(ready[1], &listener, sizeof(listener)) < 0 || read(go[0], &byte, 1) < 0)
			die("pipe");
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (child < 0 || read(ready[0], &listener, sizeof(listener)) != sizeof(listener))
		die("fork");
	pidfd = (int)syscall(__NR_pidfd_open, child, 0);
	listener = (int)syscall(__NR_pidfd_getfd, pidfd, listener, 0);
	if (pidfd < 0 || listener < 0 || write(go[1], "", 1) < 0)
		die("listener");
	answer_questions(listener, &one);
	if (waitpid(child, &status, 0) < 0)
		die("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
