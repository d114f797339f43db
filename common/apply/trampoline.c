/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A separate program, without libc, that only executes another program. common/apply/guard.c puts
 * it into a sealed memfd and executes it as the last step of an entry, so that /proc/PID/exe never
 * leads a hostile program to the binary of xns (CVE-2019-5736).
 *
 * argv: the name for messages, the order, the path to execute, then the argv of the program. The order
 * is "", or some of these, in this sequence:
 *	N	a descriptor: the program is a child of our parent; we write its PID there and end
 *	t	the program gets the terminal at descriptor 0
 *	fN,SIZE	the seccomp filters in the file of that descriptor are loaded (kernel/filters.h)
 *	c	CAP_SYS_ADMIN, with which they are loaded, is not inherited further
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "apply/trampoline.h"
#include "kernel/program.h"

#if TRAMPOLINE

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\txor %ebp,%ebp\n\tmov %rsp,%rdi\n\tand $-16,%rsp\n"
	"\tcall trampoline\n");
static long call3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x0,sp\n\tand sp,x0,#-16\n\tb trampoline\n");
static long call3(long number, long a, long b, long c)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}
#elif defined(__riscv) && __riscv_xlen == 64
__asm__(".globl _start\n_start:\n\tmv a0,sp\n\tandi sp,sp,-16\n\ttail trampoline\n");
static long call3(long number, long a, long b, long c)
{
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;

	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
	return a0;
}
#endif

/* Prints '?' for control characters and bytes beyond ASCII, which a terminal might interpret. */
static void say(const char *text)
{
	for (; *text; text++) {
		char c = *text;

		if (c < ' ' || c > '~')
			c = '?';
		call3(SYS_write, 2, (long)&c, 1);
	}
}

/* Prints the text of an error of execve(2), because there is no strerror(3) here. */
static void say_reason(long err)
{
	static const struct {
		long err;
		const char *text;
	} reasons[] = {
		{ ENOENT, "No such file or directory" },
		{ EACCES, "Permission denied" },
		{ ENOEXEC, "Exec format error" },
		{ EPERM, "Operation not permitted" },
		{ ENOMEM, "Cannot allocate memory" },
		{ E2BIG, "Argument list too long" },
		{ EAGAIN, "Resource temporarily unavailable" },
		{ EIO, "Input/output error" },
		{ EINVAL, "Invalid argument" },
		{ EISDIR, "Is a directory" },
		{ ENOTDIR, "Not a directory" },
		{ ELOOP, "Too many levels of symbolic links" },
		{ EMFILE, "Too many open files" },
		{ ENFILE, "Too many open files in system" },
		{ ETXTBSY, "Text file busy" },
	};
	char digits[] = "error 000";

	for (unsigned i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].err == err) {
			say(reasons[i].text);
			return;
		}
	digits[6] = (char)('0' + err / 100 % 10);
	digits[7] = (char)('0' + err / 10 % 10);
	digits[8] = (char)('0' + err % 10);
	say(digits);
}

static void leave(int status)
{
	for (;;)
		call3(SYS_exit_group, status, 0, 0);
}

/*
 * Whether the kernel executed us as the interpreter of a script whose first line names
 * /proc/self/exe, which would never end. argv[0] is then that path (execve(2)); guard_exec() gives
 * a name without slash.
 */
static int is_interpreter(long count, const char *name)
{
	for (; count >= 4 && *name; name++)
		if (*name == '/')
			return 1;
	return count < 4;
}

static void complain(const char *name, const char *what, const char *path, long err)
{
	say(name);
	say(what);
	say(path);
	say("': ");
	say_reason(err);
	call3(SYS_write, 2, (long)"\n", 1);
}

struct order {
	int report; /* or -1 */
	int takes_terminal;
	int filters; /* or -1 */
	long size;
	int lowers;
};

static const char *read_number(const char *text, long *ret)
{
	for (*ret = 0; *text >= '0' && *text <= '9'; text++)
		*ret = *ret * 10 + (*text - '0');
	return text;
}

static void read_order(const char *text, struct order *ret)
{
	long number;

	ret->report = ret->filters = -1;
	if (*text >= '0' && *text <= '9') {
		text = read_number(text, &number);
		ret->report = (int)number;
	}
	ret->takes_terminal = *text == 't';
	text += *text == 't';
	if (*text == 'f') {
		text = read_number(text + 1, &number);
		ret->filters = (int)number;
		text = read_number(text + 1, &ret->size);
	}
	ret->lowers = *text == 'c';
}

/*
 * We have entered a pid namespace, but only our children are in it. So no process inside ever sees
 * one that executes another file than this. Only the child returns.
 */
static void go_inside(const char *name, const struct order *order, const char *path)
{
	enum { KILL = 9, SIGNAL = 17 }; /* SIGCHLD wherever there is a trampoline */
	int fd = order->report, pid;
	long err;

	/* The other three arguments only count with flags that are not given (clone(2)). */
	err = call3(SYS_clone, CLONE_PARENT | SIGNAL, 0, 0);
	if (err < 0) {
		complain(name, ": cannot fork for '", path, -err);
		leave(1);
	}
	pid = (int)err;
	if (pid > 0) {
		err = call3(SYS_write, fd, (long)&pid, sizeof(pid));
		if (err == sizeof(pid))
			leave(0);
		/* Nobody would wait for it. */
		call3(SYS_kill, pid, KILL, 0);
		complain(name, ": cannot hand over '", path, err < 0 ? -err : EIO);
		leave(1);
	}
	call3(SYS_close, fd, 0, 0);
	if (!order->takes_terminal)
		return;
	err = call3(SYS_setsid, 0, 0, 0);
	if (err >= 0)
		err = call3(SYS_ioctl, 0, TIOCSCTTY, 0);
	if (err < 0) {
		complain(name, ": cannot take the new terminal for '", path, -err);
		leave(1);
	}
}

/*
 * CAP_SYS_ADMIN came through exec because it is inheritable and ambient; the next exec takes it, as
 * the bounding set lacks it (capabilities(7)).
 */
static long lower_sys_admin(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];
	long rc = call3(SYS_capget, (long)&header, (long)data, 0);

	if (rc < 0)
		return rc;
	data[0].inheritable &= ~(1u << CAP_SYS_ADMIN);
	return call3(SYS_capset, (long)&header, (long)data, 0);
}

/* The oldest is loaded first: one that pretends success can only hide the loads that follow. */
static long load(unsigned char *image, long size)
{
	long rc = 0;

	for (long at = 0; rc == 0 && at < size;) {
		unsigned n = *(unsigned *)(void *)(image + at);
		struct sock_fprog program = { (unsigned short)n, (void *)(image + at + sizeof(n)) };

		at += (long)(sizeof(n) + n * sizeof(struct sock_filter));
		rc = call3(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (long)&program);
	}
	return rc;
}

/* In the program's own process, and last: a filter may pretend that a call has succeeded. */
static void load_filters(const char *name, const struct order *order, const char *path)
{
	unsigned char *image = __builtin_alloca((unsigned long)order->size);
	long rc = call3(SYS_lseek, order->filters, 0, SEEK_SET), used = 0;

	while (rc >= 0 && used < order->size) {
		rc = call3(SYS_read, order->filters, (long)(image + used), order->size - used);
		used += rc;
		if (rc == 0)
			rc = -EIO;
	}
	call3(SYS_close, order->filters, 0, 0);
	if (rc >= 0 && order->lowers)
		rc = lower_sys_admin();
	if (rc >= 0)
		rc = load(image, order->size);
	if (rc < 0) {
		complain(name, ": cannot load the seccomp filters of the target for '", path, -rc);
		leave(PROGRAM_NOT_EXECUTABLE);
	}
}

__attribute__((noreturn, used)) void trampoline(long *stack)
{
	static const char shell[] = "/bin/sh";
	long count = stack[0], err;
	char **argv = (char **)(stack + 1), **environment = argv + count + 1;
	char *name = argv[0], *path = argv[2];
	struct order order;

	/* Until the program runs, whoever has its user ID must not trace us: our filters are not loaded yet. */
	call3(SYS_prctl, PR_SET_DUMPABLE, 0, 0);
	if (is_interpreter(count, name)) {
		/* argv[0] is not the applet's name here, so the message begins with "xns". */
		say("xns: a script's interpreter leads back to its start");
		call3(SYS_write, 2, (long)"\n", 1);
		leave(PROGRAM_NOT_EXECUTABLE);
	}
	read_order(argv[1], &order);
	if (order.report >= 0)
		go_inside(name, &order, path);
	if (order.filters >= 0)
		load_filters(name, &order, path);
	err = -call3(SYS_execve, (long)path, (long)(argv + 3), (long)environment);
	if (err == ENOEXEC) {
		/* As execvp(3) does, run a file without "#!" by the shell. */
		argv[2] = (char *)shell;
		argv[3] = path;
		err = -call3(SYS_execve, (long)shell, (long)(argv + 2), (long)environment);
	}
	complain(name, ": cannot run '", path, err);
	leave(err == ENOENT ? PROGRAM_NOT_FOUND : PROGRAM_NOT_EXECUTABLE);
	__builtin_unreachable();
}

#else

/* The build makes an image for every architecture; this one is never executed. */
__asm__(".globl _start\n_start:\n");

#endif
