/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: netns_floor make NAME...       the kernel's share of xnetns add and xnetns delete,
 *        netns_floor exec NAME PROGRAM  and of xnetns exec: the calls that cannot be left out, unchecked.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DIR "/run/netns/"

static int make(int n, char **names)
{
	char path[512];
	int fd;

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), DIR "%s", names[i]);
		fd = open(path, O_CREAT | O_EXCL | O_CLOEXEC, 0);
		if (fd < 0 || close(fd) < 0 || unshare(CLONE_NEWNET) < 0 ||
		    mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL) < 0)
			return 1;
	}
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), DIR "%s", names[i]);
		if (umount2(path, MNT_DETACH) < 0 || unlink(path) < 0)
			return 1;
	}
	return 0;
}

static int exec_in(const char *name, char **program)
{
	char path[512];
	int fd, sys;

	snprintf(path, sizeof(path), DIR "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
		return 1;
	sys = open("/sys", O_PATH | O_CLOEXEC);
	if (mount("sysfs", "/sys", "sysfs", 0, NULL) < 0)
		return 1;
	syscall(SYS_move_mount, sys, "fs/cgroup", AT_FDCWD, "/sys/fs/cgroup", 0);
	execvp(program[0], program);
	return 127;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "make") == 0)
		return make(argc - 2, argv + 2);
	if (argc > 3 && strcmp(argv[1], "exec") == 0)
		return exec_in(argv[2], argv + 3);
	return 2;
}
