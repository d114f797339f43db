/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * job PROGRAM [ARGUMENT...]: runs PROGRAM as a shell with job control does, as the foreground job
 * of a terminal of its own, and plays its user: waits until the job has printed "ready", types
 * Ctrl-Z, brings the job back to the foreground once it has stopped, types a line, and waits for
 * the end. Prints what the shell sees of the job:
 *
 *	stopped
 *	continued
 *	exited STATUS | killed SIGNAL
 *
 * Any further "stopped" is one too many. An alarm bounds it all.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { LIMIT_SECONDS = 20, CTRL_Z = 26 };

static int fail(const char *what)
{
	fprintf(stderr, "job: %s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

/* Both sides of a new terminal that echoes nothing. */
static int open_terminal(int *ret_master, int *ret_slave)
{
	struct termios settings;

	*ret_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*ret_master < 0 || grantpt(*ret_master) < 0 || unlockpt(*ret_master) < 0)
		return -1;
	*ret_slave = open(ptsname(*ret_master), O_RDWR | O_CLOEXEC);
	if (*ret_slave < 0 || tcgetattr(*ret_slave, &settings) < 0)
		return -1;
	settings.c_lflag &= ~(tcflag_t)ECHO;
	return tcsetattr(*ret_slave, TCSANOW, &settings);
}

static void to_foreground(int terminal, pid_t group)
{
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(terminal, group);
	signal(SIGTTOU, SIG_DFL);
}

static pid_t start_job(int terminal, char **argv)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	setpgid(0, 0);
	to_foreground(terminal, getpid());
	dup2(terminal, STDIN_FILENO);
	dup2(terminal, STDOUT_FILENO);
	dup2(terminal, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

static void wait_until_ready(int master)
{
	char text[256] = "";
	size_t used = 0;

	while (used + 1 < sizeof(text) && !strstr(text, "ready")) {
		ssize_t n = read(master, text + used, sizeof(text) - 1 - used);

		if (n <= 0)
			break;
		used += (size_t)n;
		text[used] = '\0';
	}
}

static void type(int master, const char *text)
{
	ssize_t ignored = write(master, text, strlen(text));

	(void)ignored;
}

/* Acts as a shell, from the first prompt to the job's end. */
static int play(int master, int terminal, char **argv)
{
	const char ctrl_z[] = { CTRL_Z, '\0' };
	pid_t pid = start_job(terminal, argv);
	int status;

	wait_until_ready(master);
	type(master, ctrl_z);
	while (waitpid(pid, &status, WUNTRACED | WCONTINUED) == pid) {
		if (WIFSTOPPED(status)) {
			puts("stopped");
			to_foreground(terminal, pid);
			kill(-pid, SIGCONT);
		} else if (WIFCONTINUED(status)) {
			puts("continued");
			type(master, "line\n");
		} else if (WIFEXITED(status)) {
			printf("exited %d\n", WEXITSTATUS(status));
			return EXIT_SUCCESS;
		} else {
			printf("killed %d\n", WTERMSIG(status));
			return EXIT_SUCCESS;
		}
	}
	return fail("cannot wait for the job");
}

int main(int argc, char **argv)
{
	int master, terminal;

	if (argc < 2)
		return EXIT_FAILURE;
	alarm(LIMIT_SECONDS);
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* A new session has no terminal; the first that its leader takes becomes its own. The
	 * leader of a process group has to fork first (setsid(2)). */
	if (setsid() < 0) {
		pid_t pid = fork();
		int status;

		if (pid > 0)
			return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ?
				       WEXITSTATUS(status) : EXIT_FAILURE;
		alarm(LIMIT_SECONDS);
		setsid();
	}
	if (open_terminal(&master, &terminal) < 0 || ioctl(terminal, TIOCSCTTY, 0) < 0)
		return fail("cannot open a terminal");
	return play(master, terminal, argv + 1);
}
