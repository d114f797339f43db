/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: holder fd|far|socket|thread|rest|children|shared
 *
 * Keeps a new namespace alive without being in it: by descriptor 7, by descriptor 1000, by a socket as
 * descriptor 7, by a second thread, or for children. "shared" is a socket in the own namespace; after
 * "rest" only the second thread lives. Prints "TYPE:[INODE]" of that namespace, then waits; ends with
 * its parent.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/kernel.h"

enum { HELD = 7, FAR = 1000 };

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "holder: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void say(const char *link)
{
	char text[64];
	ssize_t len = readlink(link, text, sizeof(text) - 1);

	must((int)len, link);
	text[len] = '\0';
	puts(text);
	fflush(stdout);
}

static void move_to_held(int fd)
{
	must(fd, "open");
	must(dup2(fd, HELD), "dup2");
	if (fd != HELD)
		close(fd);
}

/* In a new namespace for a moment. */
static void visit(int type, const char *file, void (*inside)(void))
{
	int home = open(file, O_RDONLY | O_CLOEXEC);

	must(home, file);
	must(unshare(type), "unshare");
	inside();
	must(setns(home, type), "setns");
	close(home);
}

static void take_file(void)
{
	move_to_held(open("/proc/self/ns/uts", O_RDONLY));
	say("/proc/self/ns/uts");
}

static void take_far(void)
{
	take_file();
	must(dup2(HELD, FAR), "dup2");
	close(HELD);
}

static void take_socket(void)
{
	move_to_held(socket(AF_UNIX, SOCK_DGRAM, 0));
	say("/proc/self/ns/net");
}

static void *wait_for_ever(void)
{
	for (;;)
		pause();
	return NULL;
}

static void *live_elsewhere(void *unused)
{
	(void)unused;
	must(unshare(CLONE_NEWUTS), "unshare");
	say("/proc/thread-self/ns/uts");
	return wait_for_ever();
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";
	pthread_t thread;

	must(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
	if (strcmp(what, "fd") == 0) {
		visit(CLONE_NEWUTS, "/proc/self/ns/uts", take_file);
	} else if (strcmp(what, "far") == 0) {
		visit(CLONE_NEWUTS, "/proc/self/ns/uts", take_far);
	} else if (strcmp(what, "socket") == 0) {
		visit(CLONE_NEWNET, "/proc/self/ns/net", take_socket);
	} else if (strcmp(what, "shared") == 0) {
		take_socket();
	} else if (strcmp(what, "thread") == 0) {
		if (pthread_create(&thread, NULL, live_elsewhere, NULL) != 0)
			return 1;
	} else if (strcmp(what, "rest") == 0) {
		if (pthread_create(&thread, NULL, live_elsewhere, NULL) != 0)
			return 1;
		syscall(SYS_exit, 0);
	} else if (strcmp(what, "children") == 0) {
		must(unshare(CLONE_NEWTIME), "unshare");
		say("/proc/self/ns/time_for_children");
	} else {
		fputs("usage: holder fd|far|socket|thread|rest|children|shared\n", stderr);
		return 1;
	}
	wait_for_ever();
	return 0;
}
