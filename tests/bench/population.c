/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: population PROCESSES NAMESPACES
 *
 * Makes that many processes in that many namespaces, of types that cost the kernel little, then
 * prints "ready" and waits. All of them have /dev/null as their descriptors 0 to 2 and nothing else.
 * They end with this program, and this program with its parent. Needs CAP_SYS_ADMIN.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "macros.h"
#include "kernel.h"

static const int types[] = { CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWCGROUP };

static void fail(const char *what)
{
	fprintf(stderr, "population: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* The parent may have ended before this is set. */
static void die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
}

static void close_all_but_null(void)
{
	int fd = open("/dev/null", O_RDWR);

	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	for (int i = 3; i < 32; i++)
		close(i);
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

/* The first process of a namespace makes it, and the others. It says a byte when all are there. */
static void lead(long members, int type, int ready)
{
	pid_t self = getpid();

	if (unshare(type) < 0)
		fail("unshare");
	for (long i = 1; i < members; i++) {
		pid_t pid = fork();

		if (pid < 0)
			fail("fork");
		if (pid > 0)
			continue;
		die_with(self);
		close_all_but_null();
		wait_for_ever();
	}
	if (write(ready, "", 1) != 1)
		fail("write");
	close_all_but_null();
	wait_for_ever();
}

int main(int argc, char **argv)
{
	long processes = argc == 3 ? atol(argv[1]) : 0, namespaces = argc == 3 ? atol(argv[2]) : 0;
	pid_t parent = getppid(), self = getpid();
	int ready[2];
	char byte;

	if (namespaces < 1 || processes < namespaces) {
		fputs("usage: population PROCESSES NAMESPACES\n", stderr);
		return 1;
	}
	die_with(parent);
	signal(SIGCHLD, SIG_IGN);
	if (pipe(ready) < 0)
		fail("pipe");
	for (long i = 0; i < namespaces; i++) {
		long members = processes / namespaces + (i < processes % namespaces);
		pid_t pid = fork();

		if (pid < 0)
			fail("fork");
		if (pid == 0) {
			die_with(self);
			lead(members, types[(size_t)i % ARRAY_LEN(types)], ready[1]);
		}
	}
	close(ready[1]);
	for (long i = 0; i < namespaces; i++)
		if (read(ready[0], &byte, 1) != 1)
			fail("a process has ended");
	puts("ready");
	fflush(stdout);
	wait_for_ever();
}
