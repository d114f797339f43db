/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hostile program in a sandbox, which turns on a process that waits beside it: PID, or "parent".
 *
 * captor open PID FILE   traces the process and makes it open FILE for writing; prints "opened", or
 *                        "refused: ERROR", or "not traced: ERROR"
 * captor take PID TRIES  prints what it can take out of the process beyond the descriptors 0 to 2
 *                        (pidfd_getfd(2)), a line each, and "taken N"; again until there is nothing
 * captor excess PID PROGRAM  prints what PID has that the process PROGRAM has not, a line each: ids,
 *                        capabilities, directories, mounts, descriptors
 * captor able            prints "yes" if it can do "open" on this machine
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/kernel.h"

#if defined(__x86_64__)
#include <sys/user.h>
typedef struct user_regs_struct registers;
enum { INSTRUCTION = 2, SYSTEM_CALL = 0x050f };
#define COUNTER(regs) ((regs)->rip)
#define STACK(regs) ((regs)->rsp)
#define RESULT(regs) ((long)(regs)->rax)
static void set_call(registers *regs, long call, unsigned long path)
{
	regs->orig_rax = (unsigned long long)-1; /* nothing is to be restarted */
	regs->rax = (unsigned long long)call;
	regs->rdi = (unsigned long long)AT_FDCWD;
	regs->rsi = path;
	regs->rdx = O_WRONLY | O_CLOEXEC;
	regs->r10 = 0;
}
#elif defined(__aarch64__)
#include <sys/user.h>
typedef struct user_regs_struct registers;
enum { INSTRUCTION = 4, SYSTEM_CALL = 0x0001 };
#define COUNTER(regs) ((regs)->pc)
#define STACK(regs) ((regs)->sp)
#define RESULT(of) ((long)(of)->regs[0])
static void set_call(registers *regs, long call, unsigned long path)
{
	regs->regs[8] = (unsigned long long)call;
	regs->regs[0] = (unsigned long long)AT_FDCWD;
	regs->regs[1] = path;
	regs->regs[2] = O_WRONLY | O_CLOEXEC;
	regs->regs[3] = 0;
}
#else
#define NO_REGISTERS
#endif

static int say(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

static pid_t victim(const char *text)
{
	return strcmp(text, "parent") == 0 ? getppid() : (pid_t)atoi(text);
}

#ifdef NO_REGISTERS
static int open_there(pid_t pid, const char *path)
{
	(void)pid;
	(void)path;
	return EXIT_FAILURE;
}
#else
static int access_registers(bool set, pid_t pid, registers *regs)
{
	struct iovec part = { .iov_base = regs, .iov_len = sizeof(*regs) };

	return (int)ptrace(set ? PTRACE_SETREGSET : PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS,
			   &part);
}

/* Whether it has stopped in a system call: then it can be made to do another one. */
static int stop(pid_t pid, registers *regs)
{
	int status;
	long code;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0)
		return say("not traced");
	ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status) ||
	    access_registers(false, pid, regs) < 0)
		return say("not stopped");
	code = ptrace(PTRACE_PEEKTEXT, pid, (void *)(COUNTER(regs) - INSTRUCTION), NULL);
	if ((code & 0xffff) == SYSTEM_CALL)
		return 0;
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return -EAGAIN;
}

/* It may be anywhere when it is caught, and sleeps soon. */
static int stop_in_call(pid_t pid, registers *regs)
{
	int rc;

	while ((rc = stop(pid, regs)) == -EAGAIN)
		usleep(10000);
	return rc;
}

/* The call is made at the instruction behind which it sleeps, with the path below its stack. */
static int open_there(pid_t pid, const char *path)
{
	registers before, regs;
	unsigned long place;
	int status;

	if (stop_in_call(pid, &before) != 0)
		return EXIT_FAILURE;
	regs = before;
	place = (STACK(&regs) - 4096) & ~15UL;
	for (size_t i = 0; i <= strlen(path); i += sizeof(long)) {
		long word = 0;

		strncpy((char *)&word, path + i, sizeof(word));
		if (ptrace(PTRACE_POKEDATA, pid, (void *)(place + i), (void *)word) < 0)
			return say("not written");
	}
	COUNTER(&regs) -= INSTRUCTION;
	set_call(&regs, __NR_openat, place);
	access_registers(true, pid, &regs);
	ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL);
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return say("lost");
	access_registers(false, pid, &regs);
	access_registers(true, pid, &before);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	errno = RESULT(&regs) < 0 ? (int)-RESULT(&regs) : 0;
	if (errno)
		return say("refused");
	puts("opened");
	return EXIT_SUCCESS;
}
#endif

static unsigned take_once(int pidfd)
{
	unsigned taken = 0;

	for (int there = 3; there < 256; there++) {
		int fd = (int)syscall(__NR_pidfd_getfd, pidfd, there, 0);
		char path[64], target[256];
		ssize_t n;

		if (fd < 0)
			continue;
		taken++;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		printf("%d %s\n", there, target);
		close(fd);
	}
	printf("taken %u\n", taken);
	return taken;
}

static int take(pid_t pid, int tries)
{
	int pidfd = (int)syscall(__NR_pidfd_open, pid, 0);

	if (pidfd < 0)
		return say("no pidfd");
	while (take_once(pidfd) && --tries > 0)
		usleep(20000);
	return EXIT_SUCCESS;
}

/* --- excess ------------------------------------------------------------------------------------ */

enum { ROOM = 1 << 20 };

/* A file of the process, "" if it is not there. */
static char *read_file(pid_t pid, const char *name)
{
	char path[64], *text = calloc(1, ROOM);
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "re");
	if (!text || !file)
		return text;
	(void)!fread(text, 1, ROOM - 1, file);
	fclose(file);
	return text;
}

/* Reads the text after "NAME:" in status, up to the end of the line. */
static void read_line(const char *status, const char *name, char *buf, size_t size)
{
	char key[32];
	const char *at;

	snprintf(key, sizeof(key), "\n%s:", name);
	at = strstr(status, key);
	at = at ? at + strlen(key) : "";
	snprintf(buf, size, "%.*s", (int)strcspn(at, "\n"), at);
}

static int has_word(const char *line, const char *word)
{
	char copy[4096], *next = copy, *one;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((one = strsep(&next, " \t")))
		if (strcmp(one, word) == 0)
			return 1;
	return 0;
}

static void compare_words(const char *ours, const char *theirs, const char *name)
{
	char mine[4096], yours[4096], copy[4096], *next = copy, *word;

	read_line(ours, name, mine, sizeof(mine));
	read_line(theirs, name, yours, sizeof(yours));
	snprintf(copy, sizeof(copy), "%s", mine);
	while ((word = strsep(&next, " \t")))
		if (*word && !has_word(yours, word))
			printf("%s:%s\n", name, mine);
}

static void compare_bits(const char *ours, const char *theirs, const char *name)
{
	char mine[64], yours[64];

	read_line(ours, name, mine, sizeof(mine));
	read_line(theirs, name, yours, sizeof(yours));
	if (strtoull(mine, NULL, 16) & ~strtoull(yours, NULL, 16))
		printf("%s:%s\n", name, mine);
}

static void read_link(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	n = readlink(path, buf, size - 1);
	buf[n > 0 ? n : 0] = '\0';
}

static void compare_link(pid_t pid, pid_t program, const char *name)
{
	char mine[4096], yours[4096];

	read_link(pid, name, mine, sizeof(mine));
	read_link(program, name, yours, sizeof(yours));
	if (strcmp(mine, yours) != 0)
		printf("%s: %s\n", name, mine);
}

static void compare_descriptors(pid_t pid, pid_t program)
{
	for (int fd = 0; fd < 1024; fd++) {
		char name[32], mine[4096], yours[4096];

		snprintf(name, sizeof(name), "fd/%d", fd);
		read_link(pid, name, mine, sizeof(mine));
		read_link(program, name, yours, sizeof(yours));
		if (*mine && (fd > STDERR_FILENO || strcmp(mine, yours) != 0))
			printf("descriptor %d: %s\n", fd, mine);
	}
}

static int print_excess(pid_t pid, pid_t program)
{
	static const char *const words[] = { "Uid", "Gid", "Groups" };
	static const char *const bits[] = { "CapInh", "CapPrm", "CapEff", "CapAmb" };
	char *ours = read_file(pid, "status"), *theirs = read_file(program, "status");
	char *our_mounts = read_file(pid, "mountinfo"), *mounts = read_file(program, "mountinfo");

	if (!*ours || !*theirs || !*our_mounts)
		printf("process %d cannot be read\n", (int)(*ours ? program : pid));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		compare_words(ours, theirs, words[i]);
	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++)
		compare_bits(ours, theirs, bits[i]);
	compare_link(pid, program, "root");
	compare_link(pid, program, "cwd");
	/* The kernel shows the mounts below the root of the process. */
	if (strcmp(our_mounts, mounts) != 0)
		puts("other mounts");
	compare_descriptors(pid, program);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	alarm(20);
	if (argc == 2 && strcmp(argv[1], "able") == 0) {
#ifndef NO_REGISTERS
		puts("yes");
#endif
		return EXIT_SUCCESS;
	}
	if (argc == 4 && strcmp(argv[1], "open") == 0)
		return open_there(victim(argv[2]), argv[3]);
	if (argc == 4 && strcmp(argv[1], "take") == 0)
		return take(victim(argv[2]), atoi(argv[3]));
	if (argc == 4 && strcmp(argv[1], "excess") == 0)
		return print_excess((pid_t)atoi(argv[2]), (pid_t)atoi(argv[3]));
	fprintf(stderr, "captor: no such command\n");
	return EXIT_FAILURE;
}
