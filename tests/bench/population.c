/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: population [-d DESCRIPTORS] [-s SEED] PROCESSES NAMESPACES [PROGRAM [ARGUMENT...]]
 *
 * Makes that many processes in that many namespaces, of types that cost the kernel little, then
 * prints "ready" and waits; or runs the program, its output going to /dev/null, and prints its exit
 * status, the microseconds that it took, those of them on a processor, and the kilobytes of memory
 * that it had at most. (A larger program, such as an interpreter, would be measured with it.)
 *
 * All processes have /dev/null as their descriptors 0 to 2, and DESCRIPTORS others (default: 0), which SEED
 * chooses: files, pipes, sockets, eventfds, and now and then a namespace. They end with this program, and this
 * program with its parent. Needs CAP_SYS_ADMIN.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/kernel.h"
#include "base/macros.h"

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
	for (int i = 3; i < 1024; i++)
		close(i);
}

static int descriptors;

/* One in 400 holds a namespace, as on a host with a few programs that keep some. */
static int open_one(void)
{
	int ends[2], kind = (int)(random() % 400);

	if (kind == 0)
		return open("/proc/self/ns/uts", O_RDONLY);
	switch (kind % 5) {
	case 0:
		return open("/proc/self/exe", O_RDONLY);
	case 1:
		return pipe(ends);
	case 2:
		return socket(AF_UNIX, SOCK_DGRAM, 0);
	case 3:
		return socket(AF_INET, SOCK_DGRAM, 0);
	default:
		return eventfd(0, 0);
	}
}

/* Each process has its own, as if it had opened them after its fork. */
static void open_descriptors(void)
{
	for (int i = 0; i < descriptors; i++)
		if (open_one() < 0)
			fail("open");
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
		srandom((unsigned)(random() ^ i));
		open_descriptors();
		wait_for_ever();
	}
	if (write(ready, "", 1) != 1)
		fail("write");
	close_all_but_null();
	open_descriptors();
	wait_for_ever();
}

static void make(long processes, long namespaces)
{
	pid_t self = getpid();
	int ready[2];
	char byte;

	if (pipe(ready) < 0)
		fail("pipe");
	for (long i = 0; i < namespaces; i++) {
		long members = processes / namespaces + (i < processes % namespaces);
		pid_t pid = fork();

		if (pid < 0)
			fail("fork");
		if (pid == 0) {
			die_with(self);
			srandom((unsigned)(random() + i));
			lead(members, types[(size_t)i % ARRAY_LEN(types)], ready[1]);
		}
	}
	close(ready[1]);
	for (long i = 0; i < namespaces; i++)
		if (read(ready[0], &byte, 1) != 1)
			fail("a process has ended");
	close(ready[0]);
}

static long microseconds(const struct timespec *begin, const struct timespec *end)
{
	return (long)(end->tv_sec - begin->tv_sec) * 1000000 +
	       (end->tv_nsec - begin->tv_nsec) / 1000;
}

static long processor_time(const struct rusage *usage)
{
	return (long)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 +
	       (long)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

static void measure(char **argv)
{
	struct timespec begin, end;
	struct rusage usage;
	int status;
	pid_t pid;

	/* So that what the new processes still do at first is not measured with it. */
	usleep(300000);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(fd, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) < 0)
		fail("wait4");
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%d %ld %ld %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128,
	       microseconds(&begin, &end), processor_time(&usage), usage.ru_maxrss);
}

int main(int argc, char **argv)
{
	long processes, namespaces;
	int option;

	while ((option = getopt(argc, argv, "+d:s:")) > 0) {
		if (option == 'd')
			descriptors = atoi(optarg);
		if (option == 's')
			srandom((unsigned)atoi(optarg));
	}
	argc -= optind - 1;
	argv += optind - 1;
	processes = argc > 2 ? atol(argv[1]) : 0;
	namespaces = argc > 2 ? atol(argv[2]) : 0;
	if (namespaces < 1 || processes < namespaces) {
		fputs("usage: population [-d DESCRIPTORS] [-s SEED] PROCESSES NAMESPACES [PROGRAM "
		      "[ARGUMENT...]]\n",
		      stderr);
		return 1;
	}
	die_with(getppid());
	make(processes, namespaces);
	if (argc > 3) {
		measure(argv + 3);
		return 0;
	}
	puts("ready");
	fflush(stdout);
	wait_for_ever();
}
