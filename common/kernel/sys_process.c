/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wrappers of system calls, second part: a process's ids, capabilities and limits, and waiting. */
#include "kernel/sys.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/sys_internal.h"

/* The default of fs.nr_open, which is the largest hard limit that anybody has by default. */
enum { DESCRIPTORS_MAX = 1 << 20 };

/*
 * libc does not know of the child, which must not return into code that asks libc for its PID.
 * s390x has the first two arguments in the other order (clone(2)).
 */
pid_t sys_fork_into_pid_ns(void)
{
#ifdef __s390x__
	return result(NR(clone, NULL, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL));
#else
	return result(NR(clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL));
#endif
}

pid_t sys_fork_with_descriptors(void)
{
#ifdef __s390x__
	return result(NR(clone, NULL, CLONE_FILES | SIGCHLD, NULL, NULL, NULL));
#else
	return result(NR(clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL));
#endif
}

pid_t sys_getppid(void) { return CALL(NR(getppid, 0)); }

/* On some architectures the plain number is that of the old call with 16-bit ids. */
#ifdef __NR_getuid32
uid_t sys_setfsuid(uid_t uid) { return (uid_t)NR(setfsuid32, uid); }
gid_t sys_setfsgid(gid_t gid) { return (gid_t)NR(setfsgid32, gid); }
uid_t sys_getuid(void) { return (uid_t)CALL(NR(getuid32, 0)); }
uid_t sys_geteuid(void) { return (uid_t)CALL(NR(geteuid32, 0)); }
gid_t sys_getegid(void) { return (gid_t)CALL(NR(getegid32, 0)); }
#else
uid_t sys_setfsuid(uid_t uid) { return (uid_t)NR(setfsuid, uid); }
gid_t sys_setfsgid(gid_t gid) { return (gid_t)NR(setfsgid, gid); }
uid_t sys_getuid(void) { return (uid_t)CALL(NR(getuid, 0)); }
uid_t sys_geteuid(void) { return (uid_t)CALL(NR(geteuid, 0)); }
gid_t sys_getegid(void) { return (gid_t)CALL(NR(getegid, 0)); }
#endif

int sys_capget(struct sys_caps *ret)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } }; /* valgrind expects both set */
	int rc = CALL(NR(capget, &header, data));

	if (rc < 0)
		return rc;
	ret->effective = data[0].effective | (uint64_t)data[1].effective << 32;
	ret->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	ret->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
	return 0;
}

int sys_capset(const struct sys_caps *caps)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	for (unsigned i = 0; i < 2; i++) {
		data[i].effective = (uint32_t)(caps->effective >> 32 * i);
		data[i].permitted = (uint32_t)(caps->permitted >> 32 * i);
		data[i].inheritable = (uint32_t)(caps->inheritable >> 32 * i);
	}
	return CALL(NR(capset, &header, data));
}

int sys_ptrace(int request, pid_t pid, unsigned long address, void *data)
{
	return CALL(NR(ptrace, (long)request, (long)pid, address, data));
}

void sys_close_range(unsigned first, unsigned last)
{
	struct {
		uint64_t current, most;
	} limit = { .current = 1024 };

	if (CALL(NR(close_range, first, last, 0)) == 0)
		return;
	/* The kernel lacks the call, or a seccomp filter that is older than the call refuses it. */
	(void)CALL(NR(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit));
	if (last > limit.current)
		last = (unsigned)limit.current;
	for (unsigned fd = first; fd <= last; fd++)
		close((int)fd);
}

int sys_close_on_exec_from(unsigned first)
{
	struct {
		uint64_t current, most;
	} limit = { .most = 1024 };
	int rc = CALL(NR(close_range, first, ~0U, CLOSE_RANGE_CLOEXEC));

	/* EINVAL: Linux 5.9 and 5.10 lack the flag; EPERM: a filter that is older than the call. */
	if (rc != -ENOSYS && rc != -EINVAL && rc != -EPERM)
		return rc;
	(void)CALL(NR(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit));
	/* A caller who lowered the limit may still have descriptors up to the hard one. */
	if (limit.most > DESCRIPTORS_MAX)
		limit.most = DESCRIPTORS_MAX;
	for (unsigned fd = first; fd <= limit.most; fd++)
		(void)CALL(NR(fcntl, fd, F_SETFD, FD_CLOEXEC));
	return 0;
}

int sys_sigwaitinfo(const sigset_t *set, siginfo_t *ret, bool block)
{
	static const struct timespec none;

	return CALL(NR(rt_sigtimedwait, set, ret, block ? NULL : &none, _NSIG / 8));
}

void *sys_share_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

int sys_futex_wait(uint32_t *word, uint32_t seen)
{
	return CALL(NR(futex, word, FUTEX_WAIT, seen, NULL, NULL, 0));
}

int sys_futex_wake(uint32_t *word)
{
	return CALL(NR(futex, word, FUTEX_WAKE, 1, NULL, NULL, 0));
}
