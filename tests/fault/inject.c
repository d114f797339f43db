/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inject REPORT UID PROGRAM [ARGUMENT...]   runs PROGRAM, a path, as that user, and writes to the file
 *     REPORT which system calls it made, one line each: "PROCESS INDEX NUMBER ARGUMENT"
 * inject REPORT@PROCESS:INDEX=ACTION UID PROGRAM ...   does ACTION to that call; the first line of
 *     REPORT is "reached" if there was such a call
 *
 * PROCESS is 0 for PROGRAM itself, 0.1 for its first child or thread, 0.1.2 for that one's second.
 * INDEX counts a process's calls from 1, without those of the dynamic loader at the start. Only
 * what runs PROGRAM's own image, or a copy of it in memory, is looked at: whatever it executes goes
 * untouched. ACTION is an errno value: the call is not made and fails with it (close is made all the
 * same, as the kernel does); "kill": the process is killed before the call; "short": the call is
 * made for half as many bytes.
 *
 * The exit status is that of PROGRAM, or 128 and the signal that ended it. strace can do most of
 * this; but it counts the calls of all processes together under one number, so that a child's call
 * would never be reached where its parent's call of the same kind fails first.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__

enum {
	TASKS_MAX = 256,
	NAME_SIZE = 64,
	LOADER_SIZE = 0x60000, /* more than any ld.so has */
	OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
		  PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC,
};

struct task {
	pid_t pid;             /* 0: free */
	char name[NAME_SIZE];  /* empty until its parent has told of it */
	bool waits;            /* it has stopped, and goes on when it has a name */
	bool counts;           /* the loader's start is over */
	bool fails;            /* the end of the call that is to fail comes next */
	bool ours;             /* it runs the image that is looked at */
	unsigned calls, children;
	uint64_t loader;
};

static struct task tasks[TASKS_MAX];
static struct stat image;
static FILE *report;
static struct {
	char task[NAME_SIZE];
	unsigned index;
	bool armed, kill, shorten, reached;
	int err;
} fault;

static void die(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	exit(125);
}

static struct task *find(pid_t pid)
{
	struct task *empty = NULL;

	for (size_t i = 0; i < TASKS_MAX; i++) {
		if (tasks[i].pid == pid)
			return &tasks[i];
		if (!tasks[i].pid && !empty)
			empty = &tasks[i];
	}
	if (!empty)
		die("too many processes");
	*empty = (struct task){ .pid = pid };
	return empty;
}

static void go_on(const struct task *task, int sig)
{
	/* ESRCH: it was killed meanwhile. */
	if (ptrace(PTRACE_SYSCALL, task->pid, 0, (void *)(intptr_t)sig) < 0 && errno != ESRCH)
		die("PTRACE_SYSCALL");
}

/* ---- images ---- */

/* The address of the dynamic loader, 0 in a static program. */
static uint64_t loader_of(pid_t pid)
{
	uint64_t found = 0;
	Elf64_auxv_t entry;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/auxv", pid);
	file = fopen(path, "re");
	while (file && fread(&entry, sizeof(entry), 1, file) == 1)
		if (entry.a_type == AT_BASE)
			found = entry.a_un.a_val;
	if (file)
		fclose(file);
	return found;
}

static bool is_ours(pid_t pid)
{
	char path[64], target[64] = "";
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	if (stat(path, &st) == 0 && st.st_dev == image.st_dev && st.st_ino == image.st_ino)
		return true;
	return readlink(path, target, sizeof(target) - 1) > 0 && strncmp(target, "/memfd:", 7) == 0;
}

static void executed(struct task *task)
{
	if (!is_ours(task->pid)) {
		ptrace(PTRACE_DETACH, task->pid, 0, 0);
		return;
	}
	task->ours = true;
	task->loader = loader_of(task->pid);
	task->counts = !task->loader;
	go_on(task, 0);
}

/* ---- system calls ---- */

static bool has_length(uint64_t number)
{
	return number == SYS_read || number == SYS_write || number == SYS_pread64 ||
	       number == SYS_getdents64 || number == SYS_readlinkat || number == SYS_recvfrom ||
	       number == SYS_sendto;
}

/* At the entry of the call that was asked for. */
static void act(struct task *task, const struct __ptrace_syscall_info *info)
{
	struct user_regs_struct regs;

	fault.reached = true;
	if (fault.kill) {
		kill(task->pid, SIGKILL);
		return;
	}
	if (ptrace(PTRACE_GETREGS, task->pid, 0, &regs) < 0)
		die("PTRACE_GETREGS");
	if (fault.shorten) {
		if (!has_length(info->entry.nr))
			return;
		if (info->entry.nr == SYS_readlinkat)
			regs.r10 /= 2;
		else
			regs.rdx = regs.rdx > 1 ? regs.rdx / 2 : regs.rdx;
	} else {
		task->fails = true;
		if (info->entry.nr != SYS_close)
			regs.orig_rax = (unsigned long long)-1; /* no such call */
	}
	if (ptrace(PTRACE_SETREGS, task->pid, 0, &regs) < 0)
		die("PTRACE_SETREGS");
}

/*
 * A process that waits for several may make one call more or less than in the run that found the calls,
 * and then end where that made another call: _exit(2) executes an invalid instruction if it returns. A signal
 * handler whose return fails goes on anywhere.
 */
static bool may_fail(uint64_t number)
{
	return fault.kill || (number != SYS_exit_group && number != SYS_exit && number != SYS_rt_sigreturn);
}

static void enter(struct task *task, const struct __ptrace_syscall_info *info)
{
	uint64_t at = info->instruction_pointer;

	if (!task->ours)
		return;
	if (!task->counts)
		task->counts = at < task->loader || at >= task->loader + LOADER_SIZE;
	if (!task->counts)
		return;
	task->calls++;
	if (!fault.armed)
		fprintf(report, "%s %u %llu %llu\n", task->name, task->calls,
			(unsigned long long)info->entry.nr,
			(unsigned long long)info->entry.args[0]);
	else if (!fault.reached && task->calls == fault.index && strcmp(task->name, fault.task) == 0 &&
		 may_fail(info->entry.nr))
		act(task, info);
}

static void leave(struct task *task)
{
	struct user_regs_struct regs;

	if (!task->fails)
		return;
	task->fails = false;
	if (ptrace(PTRACE_GETREGS, task->pid, 0, &regs) < 0)
		return;
	regs.rax = (unsigned long long)-fault.err;
	ptrace(PTRACE_SETREGS, task->pid, 0, &regs);
}

static void system_call(struct task *task)
{
	struct __ptrace_syscall_info info = { 0 };

	if (ptrace(PTRACE_GET_SYSCALL_INFO, task->pid, (void *)sizeof(info), &info) > 0) {
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			enter(task, &info);
		else
			leave(task);
	}
	/* The fault was injected: let the rest run at full speed. */
	if (fault.reached && !task->fails) {
		ptrace(PTRACE_DETACH, task->pid, 0, 0);
	} else {
		go_on(task, 0);
	}
}

/* ---- processes ---- */

static void forked(struct task *parent)
{
	unsigned long pid = 0;
	struct task *child;

	ptrace(PTRACE_GETEVENTMSG, parent->pid, 0, &pid);
	child = find((pid_t)pid);
	snprintf(child->name, sizeof(child->name), "%.48s.%u", parent->name, ++parent->children);
	child->ours = parent->ours;
	child->counts = parent->counts;
	child->loader = parent->loader;
	if (child->waits) {
		child->waits = false;
		go_on(child, 0);
	}
	go_on(parent, 0);
}

static void stopped(struct task *task, int status)
{
	int sig = WSTOPSIG(status), event = status >> 16;

	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	    event == PTRACE_EVENT_CLONE)
		forked(task);
	else if (event == PTRACE_EVENT_EXEC)
		executed(task);
	else if (event == PTRACE_EVENT_STOP && sig != SIGTRAP)
		ptrace(PTRACE_LISTEN, task->pid, 0, 0);
	else if (event == PTRACE_EVENT_STOP && !task->name[0])
		task->waits = true;
	else if (event == PTRACE_EVENT_STOP)
		go_on(task, 0);
	else if (sig == (SIGTRAP | 0x80))
		system_call(task);
	else
		go_on(task, sig);
}

/* The status of the first process, at whose end ours has come too: what is left runs on. */
static int trace(pid_t root)
{
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, __WALL);

		if (pid < 0)
			die("waitpid");
		if (WIFSTOPPED(status))
			stopped(find(pid), status);
		else if (pid == root)
			return status;
		else
			find(pid)->pid = 0;
	}
}

/* We stay root: who is traced by somebody without privileges gets none from newuidmap. */
static void become(uid_t uid)
{
	if (uid != 0 && (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 ||
			 setresuid(uid, uid, uid) < 0))
		die("setresuid");
}

static pid_t start(uid_t uid, char **argv)
{
	int gate[2];
	char byte;
	pid_t pid;

	if (pipe2(gate, O_CLOEXEC) < 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) < 0)
			die("read");
		become(uid);
		execv(argv[0], argv);
		die(argv[0]);
	}
	if (ptrace(PTRACE_SEIZE, pid, 0, (void *)(intptr_t)OPTIONS) < 0)
		die("PTRACE_SEIZE");
	/* So that execve is the first call that is seen; it is made when the gate opens. */
	if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) < 0)
		die("PTRACE_INTERRUPT");
	close(gate[0]);
	close(gate[1]);
	snprintf(find(pid)->name, NAME_SIZE, "0");
	return pid;
}

static void parse_fault(char *text)
{
	char *at = strrchr(text, '@'), action[16] = "";

	if (!at)
		return;
	*at = '\0';
	if (sscanf(at + 1, "%63[0-9.]:%u=%15s", fault.task, &fault.index, action) != 3) {
		errno = EINVAL;
		die(at + 1);
	}
	fault.armed = true;
	fault.kill = strcmp(action, "kill") == 0;
	fault.shorten = strcmp(action, "short") == 0;
	fault.err = atoi(action);
}

int main(int argc, char **argv)
{
	int status;

	if (argc < 4)
		return 125;
	parse_fault(argv[1]);
	report = fopen(argv[1], "we");
	if (!report || stat(argv[3], &image) < 0)
		die(argv[1]);
	status = trace(start((uid_t)atoi(argv[2]), argv + 3));
	if (fault.armed)
		fputs(fault.reached ? "reached\n" : "missed\n", report);
	fclose(report);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

#else

int main(void)
{
	fputs("inject: not written for this kind of processor\n", stderr);
	return 77;
}

#endif
