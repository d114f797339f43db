/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: floor start PROGRAM...        the calls of "xunshare -u PROGRAM" that cannot be left out,
 *        floor full PROGRAM...         of "xunshare -Urmpf --mount-proc PROGRAM",
 *        floor enter PID PROGRAM...    and of "xnsenter -t PID -a PROGRAM"; unchecked, and nothing else.
 * As root; the container of "enter" has root's user namespace.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/kernel.h"

static int run(char **program)
{
	execvp(program[0], program);
	return 127;
}

/* In a child, which the parent waits for; returns in the parent only. */
static int run_in_child(char **program, int proc)
{
	pid_t child = vfork();
	int status;

	if (child == 0) {
		if (proc &&
		    (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		     mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0))
			_exit(126);
		_exit(run(program));
	}
	return child < 0 || waitpid(child, &status, 0) < 0 ? 126 : WEXITSTATUS(status);
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t done = fd < 0 ? -1 : write(fd, text, strlen(text));

	close(fd);
	return done < 0 ? -1 : 0;
}

static int full(char **program)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) < 0 ||
	    put("/proc/self/setgroups", "deny") < 0 || put("/proc/self/uid_map", "0 0 1") < 0 ||
	    put("/proc/self/gid_map", "0 0 1") < 0)
		return 126;
	return run_in_child(program, 1);
}

static int enter(pid_t pid, char **program)
{
	int pidfd = (int)syscall(__NR_pidfd_open, pid, 0);
	int all = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID |
		  CLONE_NEWCGROUP;

	if (pidfd < 0 || setns(pidfd, all) < 0)
		return 126;
	close(pidfd);
	return run_in_child(program, 0);
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "start") == 0)
		return unshare(CLONE_NEWUTS) < 0 ? 126 : run(argv + 2);
	if (argc > 2 && strcmp(argv[1], "full") == 0)
		return full(argv + 2);
	if (argc > 3 && strcmp(argv[1], "enter") == 0)
		return enter((pid_t)atol(argv[2]), argv + 3);
	return 2;
}
