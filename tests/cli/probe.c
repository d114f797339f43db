/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does for the scripts of tests/cli what a shell cannot:
 *
 * probe with [KEY=VALUE]... PROGRAM [ARGUMENT...]   runs PROGRAM in this state:
 *	default=SIGNALS, ignore=SIGNALS    numbers, separated by commas: their disposition
 *	block=SIGNALS                      added to the signal mask
 *	close=FDS                          closed
 *	group=own                          in a process group of its own, whose parent is in another:
 *	                                   an orphaned group cannot be stopped (setpgid(2))
 *	argv0=NAME                         what PROGRAM is called
 * probe outcome PROGRAM [ARGUMENT...]   prints "exited STATUS", "killed SIGNAL" or "dumped SIGNAL"
 * probe state [FILE]  prints the state that a program inherits, one "NAME: VALUES" a line
 * probe catch END     catches every signal; prints "ready", then each number, until END has come
 * probe raise NUMBER  sends itself this signal, and ends well if that does not end it
 * probe owner FILE    prints the uid that owns this user namespace
 * probe clock ID      prints the seconds of that clock (clockid_t)
 * probe listen PORT   binds 127.0.0.1:PORT, prints "bound", stays until end of file
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/kernel.h"

static int fail(const char *what)
{
	fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

/* ---- with ---- */

/* One of a list of numbers, for the key that begins with this letter. */
static void set_number(char key, int number)
{
	struct sigaction action = { .sa_handler = key == 'i' ? SIG_IGN : SIG_DFL };
	sigset_t set;

	if (key == 'c') {
		close(number);
	} else if (key == 'b') {
		sigemptyset(&set);
		sigaddset(&set, number);
		sigprocmask(SIG_BLOCK, &set, NULL);
	} else {
		sigaction(number, &action, NULL);
	}
}

static int run_with(char **argv)
{
	const char *name = NULL;

	for (; *argv && strchr(*argv, '='); argv++) {
		char *value = strchr(*argv, '=') + 1;

		if (**argv == 'a')
			name = value;
		else if (**argv == 'g')
			setpgid(0, 0);
		else
			while (*value) {
				set_number(**argv, (int)strtol(value, &value, 10));
				value += *value == ',';
			}
	}
	if (*argv) {
		char *program = *argv;

		*argv = name ? (char *)name : program;
		execvp(program, argv);
	}
	return fail("cannot run the program");
}

static int print_outcome(char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(fail(argv[0]));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return fail("cannot wait for the program");
	if (WIFEXITED(status))
		printf("exited %d\n", WEXITSTATUS(status));
	else
		printf("%s %d\n", WCOREDUMP(status) ? "dumped" : "killed", WTERMSIG(status));
	return EXIT_SUCCESS;
}

/* ---- state ---- */

static void print_signals(FILE *out)
{
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	fprintf(out, "blocked:");
	for (int sig = 1; sig < NSIG; sig++)
		if (sigismember(&mask, sig) == 1)
			fprintf(out, " %d", sig);
	fprintf(out, "\nignored:");
	for (int sig = 1; sig < NSIG; sig++) {
		struct sigaction action;

		if (sigaction(sig, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			fprintf(out, " %d", sig);
	}
	fprintf(out, "\n");
}

/* More than any program here has open. */
enum { FDS_MAX = 1024 };

static int print_state(const char *file)
{
	bool is_open[FDS_MAX];
	int death_signal = 0;
	FILE *out = stdout;

	for (int fd = 0; fd < FDS_MAX; fd++)
		is_open[fd] = fcntl(fd, F_GETFD) >= 0;
	if (file)
		out = fopen(file, "we");
	if (!out)
		return fail(file);
	fprintf(out, "fds:");
	for (int fd = 0; fd < FDS_MAX; fd++)
		if (is_open[fd])
			fprintf(out, " %d", fd);
	fprintf(out, "\n");
	print_signals(out);
	prctl(PR_GET_PDEATHSIG, &death_signal);
	fprintf(out, "death-signal: %d\n", death_signal);
	fprintf(out, "dumpable: %d\n", prctl(PR_GET_DUMPABLE));
	fprintf(out, "no-new-privs: %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- the others ---- */

static int catch_signals(int last)
{
	siginfo_t info = { .si_signo = 0 };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	while (info.si_signo != last) {
		if (sigwaitinfo(&all, &info) < 0)
			continue;
		printf("%d\n", info.si_signo);
	}
	return EXIT_SUCCESS;
}

static int print_owner(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	uid_t owner;

	if (fd < 0 || ioctl(fd, NS_GET_OWNER_UID, &owner) < 0)
		return fail("NS_GET_OWNER_UID");
	printf("%u\n", (unsigned)owner);
	return EXIT_SUCCESS;
}

static int print_clock(int clock)
{
	struct timespec now;

	if (clock_gettime((clockid_t)clock, &now) < 0)
		return fail("clock_gettime");
	printf("%lld\n", (long long)now.tv_sec);
	return EXIT_SUCCESS;
}

static int listen_on(int port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char byte;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, 1) < 0)
		return fail("cannot bind the port");
	puts("bound");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	int number = argc > 2 ? atoi(argv[2]) : 0;

	if (strcmp(word, "with") == 0)
		return run_with(argv + 2);
	if (strcmp(word, "state") == 0)
		return print_state(argv[2]);
	if (strcmp(word, "outcome") == 0)
		return print_outcome(argv + 2);
	if (strcmp(word, "catch") == 0)
		return catch_signals(number);
	if (strcmp(word, "raise") == 0)
		return raise(number) == 0 ? EXIT_SUCCESS : fail("raise");
	if (strcmp(word, "owner") == 0)
		return print_owner(argv[2]);
	if (strcmp(word, "clock") == 0)
		return print_clock(number);
	if (strcmp(word, "listen") == 0)
		return listen_on(number);
	fprintf(stderr, "probe: no such command '%s'\n", word);
	return EXIT_FAILURE;
}
