/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of test_xnsenter_plan.c: whole plans as calls in their order; "?" is tried and may fail. */
#ifndef XNS_UNIT_XNSENTER_GOLDENS_H
#define XNS_UNIT_XNSENTER_GOLDENS_H

#include <stdbool.h>

struct golden {
	const char *name;
	bool privileged;
	const char *command;
	const char *calls;
};

#define TRY_GROUPS "setgroups(0)?\n"
#define HIDE "prctl(PR_SET_DUMPABLE, 0)\n"
#define ROOT_IDS "setgroups(0)\nsetresgid(0)\nsetresuid(0)\n"
#define RUN "execvp(true)\n"

static const struct golden goldens[] = {
	{ "one type", false, "-t 7 -u true", HIDE "setns(PIDFD, CLONE_NEWUTS)\n" RUN },
	{ "root's guard comes first where it enters mounts", true, "-t 7 -m true",
	  "memfd_create()\n" HIDE "setns(PIDFD, CLONE_NEWNS)\n" RUN },
	{ "none of ours is in a pid namespace that root enters", true, "-t 7 -m -p -r -c true",
	  "memfd_create()\n" HIDE "fork()\nsetns(PIDFD, CLONE_NEWNS|CLONE_NEWPID)\n"
	  "fchdir(FD 5); chroot(.)\nwrite(cgroup.procs, \"0\")\n" RUN },
	{ "the same by a file", true, "-t 7 -p/f true",
	  "memfd_create()\n" HIDE "fork()\nsetns(FD 104, CLONE_NEWPID)\n" RUN },
	{ "without a fork nobody is in it", true, "-t 7 -p -F true",
	  "memfd_create()\n" HIDE "setns(PIDFD, CLONE_NEWPID)\n" RUN },
	{ "a user has nothing to guard", false, "-t 7 -p true",
	  HIDE "setns(PIDFD, CLONE_NEWPID)\nfork()\n" RUN },
	{ "root's guard is not needed elsewhere", true, "-t 7 -u -n true",
	  HIDE "setns(PIDFD, CLONE_NEWUTS|CLONE_NEWNET)\n" RUN },
	{ "all types in one call", false, "-t 7 -a true",
	  TRY_GROUPS HIDE
	  "setns(PIDFD, CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWNET|"
	  "CLONE_NEWPID|CLONE_NEWUSER|CLONE_NEWCGROUP|CLONE_NEWTIME)\nfork()\n" ROOT_IDS RUN },
	{ "a file each", false, "-n/a -u/b true",
	  HIDE "setns(FD 101, CLONE_NEWUTS)\nsetns(FD 103, CLONE_NEWNET)\n" RUN },
	{ "an id", false, "--net=:12 true", HIDE "setns(FD 103, CLONE_NEWNET)\n" RUN },
	{ "the target's and a file", false, "-t 7 -u -n/a true",
	  HIDE "setns(PIDFD, CLONE_NEWUTS)\nsetns(FD 103, CLONE_NEWNET)\n" RUN },
	{ "the target's user namespace and a file: tried before it, entered after it", false,
	  "-t 7 -U -n/a true",
	  TRY_GROUPS HIDE "setns(FD 103, CLONE_NEWNET)?\nsetns(PIDFD, CLONE_NEWUSER)\n"
			  "setns(FD 103, CLONE_NEWNET)\n" ROOT_IDS RUN },
	{ "a user namespace from a file, the rest the target's", false, "-t 7 -U/u -m -n/a true",
	  TRY_GROUPS HIDE "setns(PIDFD, CLONE_NEWNS)?\nsetns(FD 103, CLONE_NEWNET)?\n"
			  "setns(FD 105, CLONE_NEWUSER)\nsetns(PIDFD, CLONE_NEWNS)\nsetns(FD 103, "
			  "CLONE_NEWNET)\n" ROOT_IDS RUN },
	{ "a socket", false, "-t 7 -N 9 true", HIDE "setns(FD 103, CLONE_NEWNET)\n" RUN },
	{ "the owner", false, "-t 7 -n --user-parent --preserve-credentials true",
	  HIDE "setns(PIDFD, CLONE_NEWNET)?\nsetns(FD 105, CLONE_NEWUSER)\n"
	       "setns(PIDFD, CLONE_NEWNET)\n" RUN },
	{ "ids are left alone", false, "-t 7 -U --preserve-credentials true",
	  HIDE "setns(PIDFD, CLONE_NEWUSER)\n" RUN },
	{ "ids that were asked for are not", false, "-t 7 -U --preserve-credentials -S 5 -G 6 true",
	  HIDE "setns(PIDFD, CLONE_NEWUSER)\nsetgroups(0)?\nsetresgid(6)\nsetresuid(5)\n" RUN },
	{ "ids alone", false, "-S 5 true", "setresuid(5)\n" RUN },
	{ "a group drops the others", false, "-G 5 true", "setgroups(0)?\nsetresgid(5)\n" RUN },
	{ "the target's ids", false, "-t 7 -S follow -G follow true",
	  "setgroups(0)?\nsetresgid(of process 7)\nsetresuid(of process 7)\n" RUN },
	{ "capabilities", false, "-t 7 -U --keep-caps true",
	  TRY_GROUPS HIDE "setns(PIDFD, CLONE_NEWUSER)\n" ROOT_IDS
			  "prctl(PR_CAP_AMBIENT_RAISE)\n" RUN },
	{ "as a user of the target's", false, "-t 7 -U -e --run-as anna true",
	  TRY_GROUPS HIDE "setns(PIDFD, CLONE_NEWUSER)\nenviron\nsetenv(HOME, /home/x)\n"
			  "setgroups(GROUPS)\nsetresgid(78)\nsetresuid(77)\n" RUN },
	{ "fewer rights", true,
	  "-t 7 -n -S 5 --cap-drop all --cap-add kill --no-new-privs --clear-env "
	  "--close-fds true",
	  HIDE "setns(PIDFD, CLONE_NEWNET)\nclearenv()\nprctl(PR_CAPBSET_DROP, all but CAP_KILL)\n"
	       "setresuid(5)\ncapset()\nclose_range(3, ~0, CLOSE_RANGE_CLOEXEC)\n"
	       "prctl(PR_SET_NO_NEW_PRIVS, 1)\n" RUN },
	{ "root and directory, opened before", false, "-t 7 -u -r -w true",
	  HIDE "setns(PIDFD, CLONE_NEWUTS)\nfchdir(FD 5); chroot(.)\nfchdir(FD 6)\n" RUN },
	{ "a directory that is looked up inside", false, "-t 7 -m -r -W true",
	  HIDE "setns(PIDFD, CLONE_NEWNS)\nfchdir(FD 5); chroot(.)\nchdir(/there)\n" RUN },
	{ "one that was named", false, "-t 7 -m -W/x true",
	  HIDE "setns(PIDFD, CLONE_NEWNS)\nchdir(/x)\n" RUN },
	{ "the cgroup after the fork: the process that waits joins none", false, "-t 7 -p -c true",
	  HIDE "setns(PIDFD, CLONE_NEWPID)\nfork()\nwrite(cgroup.procs, \"0\")\n" RUN },
	{ "no fork", false, "-t 7 -p -F true", HIDE "setns(PIDFD, CLONE_NEWPID)\n" RUN },
	{ "a terminal is opened outside, and taken in a child", false, "-t 7 -u --pty -S 1 true",
	  "open(/dev/ptmx); fork()\n" HIDE "setns(PIDFD, CLONE_NEWUTS)\nfork()\nsetresuid(1)\n"
	  "setsid(); ioctl(TIOCSCTTY)\n" RUN },
	{ "environment and context", false, "-t 7 -e -Z -u true",
	  "write(/proc/self/attr/exec)\n" HIDE "setns(PIDFD, CLONE_NEWUTS)\nenviron\n" RUN },
	{ "a shell", false, "-t 7 -u", HIDE "setns(PIDFD, CLONE_NEWUTS)\nexecvp(/bin/sh)\n" },
	{ "a view: our own mounts, pid and user namespace", true, "-t 7 -a --view /v true",
	  HIDE "unshare(CLONE_NEWNS)\nmount(none, /, MS_REC|MS_PRIVATE)\n"
	       "setns(FD, CLONE_NEWNS); open_tree(FD, OPEN_TREE_CLONE|AT_RECURSIVE); "
	       "move_mount(TREE, /v)\n"
	       "setns(PIDFD, "
	       "CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWNET|CLONE_NEWCGROUP|CLONE_NEWTIME)\n" RUN },
	{ "files of the target's in /etc, after its network is entered", true, "-t 7 -n --etc true",
	  HIDE
	  "setns(PIDFD, CLONE_NEWNET)\nunshare(CLONE_NEWNS)\nmount(none, /, MS_REC|MS_PRIVATE)\n"
	  "mount(tmpfs, /etc, tmpfs)\n" RUN },
	{ "a user's, where the user has the right", false,
	  "-t 7 -U -n --etc --preserve-credentials true",
	  HIDE "setns(PIDFD, CLONE_NEWNET|CLONE_NEWUSER)\nunshare(CLONE_NEWNS)\n"
	       "mount(none, /, MS_REC|MS_PRIVATE)\nmount(tmpfs, /etc, tmpfs)\n" RUN },
	{ "proc, by a child that is inside", true, "-t 7 -p --mount-proc true",
	  "memfd_create()\n" HIDE "setns(PIDFD, CLONE_NEWPID)\nunshare(CLONE_NEWNS)\n"
	  "mount(none, /, MS_REC|MS_PRIVATE)\nfork()\n"
	  "mount(proc, /proc, proc, MS_NOSUID|MS_NODEV|MS_NOEXEC)\n" RUN },
	{ "everything", true, "-t 7 -a -r -w -c -e --keep-caps -S 1 -G 2 true",
	  "memfd_create()\n" TRY_GROUPS HIDE "fork()\n"
	  "setns(PIDFD, CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWNET|CLONE_NEWPID|"
	  "CLONE_NEWUSER|CLONE_NEWCGROUP|CLONE_NEWTIME)\n"
	  "fchdir(FD 5); chroot(.)\nfchdir(FD 6)\nenviron\nwrite(cgroup.procs, \"0\")\n"
	  "setgroups(0)\nsetresgid(2)\nsetresuid(1)\nprctl(PR_CAP_AMBIENT_RAISE)\n" RUN },
};

#endif
