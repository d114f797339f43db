/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does for the xnsenter scripts what a shell cannot do. Those that stay print a line when they are
 * ready, and end by a signal, at last by their own.
 *
 * inmate inode PID            prints the inode number of the process's pidfd
 * inmate id FILE              prints the 64-bit id of the namespace
 * inmate recreate PID CMD...  runs CMD as the process PID, and ends
 * inmate zombie               prints the PID of a child that has ended, and stays
 * inmate thread NAME          prints the id of a thread that has a host name of its own, and stays
 * inmate leaderless NAME      the same, but the first thread of the process ends
 * inmate socket               prints "SOCKET FILE": the descriptor of a socket in a new network
 *                             namespace that nothing else holds, and one of a file; stays
 * inmate die-in PID FIFO      waits for a byte from FIFO, then kills PID; prints "ready" before
 * inmate watch NAME           tries to trace each process of that name, to read its memory and to
 *                             list its descriptors, over and over; at SIGTERM prints
 *                             "seen N traced N read N listed N"
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/kernel.h"
#include "base/macros.h"

static int fail(const char *what)
{
	fprintf(stderr, "inmate: %s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

static int stay(void)
{
	fflush(stdout);
	alarm(300);
	return pause();
}

static int print_inode(char **argv)
{
	int fd = (int)syscall(__NR_pidfd_open, atoi(argv[0]), 0);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fail("pidfd");
	printf("%llu\n", (unsigned long long)st.st_ino);
	return EXIT_SUCCESS;
}

static int print_id(char **argv)
{
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC);
	unsigned long long id;

	if (fd < 0 || ioctl(fd, NS_GET_ID, &id) < 0)
		return fail(argv[0]);
	printf("%llu\n", id);
	return EXIT_SUCCESS;
}

static int recreate(char **argv)
{
	pid_t pid = atoi(argv[0]);
	/* struct clone_args of clone3(2), whose last members set_tid and set_tid_size count here. */
	uint64_t args[10] = { 0 };
	long child;

	args[4] = SIGCHLD;
	args[8] = (uint64_t)(uintptr_t)&pid;
	args[9] = 1;
	child = syscall(__NR_clone3, args, sizeof(args));
	if (child == 0) {
		execvp(argv[1], argv + 1);
		_exit(fail(argv[1]));
	}
	return child < 0 ? fail("clone3") : EXIT_SUCCESS;
}

static int make_zombie(char **argv)
{
	pid_t pid = fork();
	siginfo_t info;

	(void)argv;
	if (pid == 0)
		_exit(0);
	if (pid < 0 || waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0)
		return fail("fork");
	printf("%d\n", (int)pid);
	return stay();
}

/* --- threads ----------------------------------------------------------------------------------- */

static void *live_apart(void *name)
{
	if (unshare(CLONE_NEWUTS) < 0 || sethostname(name, strlen(name)) < 0)
		exit(fail("unshare"));
	printf("%d\n", (int)syscall(__NR_gettid));
	stay();
	exit(EXIT_SUCCESS);
}

static int start_thread(char **argv)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, live_apart, argv[0]) != 0)
		return fail("pthread_create");
	pthread_join(thread, NULL);
	return EXIT_SUCCESS;
}

static int start_leaderless(char **argv)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, live_apart, argv[0]) != 0)
		return fail("pthread_create");
	pthread_exit(NULL);
}

static int make_socket(char **argv)
{
	int outside = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), one, file;

	(void)argv;
	if (outside < 0 || unshare(CLONE_NEWNET) < 0)
		return fail("unshare");
	one = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (one < 0 || setns(outside, CLONE_NEWNET) < 0)
		return fail("socket");
	file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	printf("%d %d\n", one, file);
	return stay();
}

static int kill_when_told(char **argv)
{
	char byte;
	int fifo;

	puts("ready");
	fflush(stdout);
	fifo = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fifo < 0 || read(fifo, &byte, 1) != 1)
		return fail(argv[1]);
	return kill(atoi(argv[0]), SIGKILL) < 0 ? fail("kill") : EXIT_SUCCESS;
}

/* --- watch ------------------------------------------------------------------------------------- */

static volatile sig_atomic_t is_over;

static void end(int sig)
{
	(void)sig;
	is_over = 1;
}

static int is_called(const char *pid, const char *name)
{
	char path[300], text[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, name) == 0;
}

/* Whether /proc/PID/FILE can be opened with these rights of the one who opens it. */
static int can_open(const char *pid, const char *file, int flags)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, file);
	fd = open(path, flags | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Lets go again: who is traced waits for the tracer whatever happens to it. */
static int can_trace(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0)
		return 0;
	ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	if (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status))
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return 1;
}

/* A success counts if the process still had that name: exec makes it the program. */
static int watch(char **argv)
{
	struct sigaction action = { .sa_handler = end };
	unsigned seen = 0, traced = 0, was_read = 0, listed = 0;
	DIR *proc = opendir("/proc");

	sigaction(SIGTERM, &action, NULL);
	if (!proc)
		return fail("/proc");
	puts("ready");
	fflush(stdout);
	while (!is_over) {
		struct dirent *entry = readdir(proc);
		pid_t pid = entry ? atoi(entry->d_name) : 0;
		int can;

		if (!entry)
			rewinddir(proc);
		if (pid <= 1 || !is_called(entry->d_name, argv[0]))
			continue;
		seen++;
		can = can_trace(pid);
		traced += can && is_called(entry->d_name, argv[0]);
		can = can_open(entry->d_name, "mem", O_RDWR);
		was_read += can && is_called(entry->d_name, argv[0]);
		can = can_open(entry->d_name, "exe", O_PATH) ||
		      can_open(entry->d_name, "fd/0", O_PATH);
		listed += can && is_called(entry->d_name, argv[0]);
	}
	printf("seen %u traced %u read %u listed %u\n", seen, traced, was_read, listed);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int args;
		int (*run)(char **argv);
	} commands[] = {
		{ "inode", 1, print_inode },  { "id", 1, print_id },
		{ "recreate", 2, recreate },  { "zombie", 0, make_zombie },
		{ "thread", 1, start_thread }, { "leaderless", 1, start_leaderless },
		{ "socket", 0, make_socket }, { "die-in", 2, kill_when_told },
		{ "watch", 1, watch },
	};

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (argc > 1 && strcmp(argv[1], commands[i].name) == 0 &&
		    argc >= 2 + commands[i].args)
			return commands[i].run(argv + 2);
	fprintf(stderr, "inmate: no such command\n");
	return EXIT_FAILURE;
}
