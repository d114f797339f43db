/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wrappers of system calls: the seam. sys_internal.h says how they make their calls. */
#include "kernel/sys.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/kernel.h"
#include "kernel/sys_internal.h"

int sys_unshare(int flags) { return CALL(NR(unshare, flags)); }
int sys_setns(int fd, int flags) { return CALL(NR(setns, fd, flags)); }

int sys_sched_getaffinity(cpu_set_t *ret)
{
	int rc;

	memset(ret, 0, sizeof(*ret));
	rc = CALL(NR(sched_getaffinity, 0, sizeof(*ret), ret)); /* it returns how many bytes it wrote */
	return rc < 0 ? rc : 0;
}

int sys_sched_setaffinity(const cpu_set_t *cpus)
{
	return CALL(NR(sched_setaffinity, 0, sizeof(*cpus), cpus));
}

ssize_t sys_listns(const struct kernel_ns_id_req *req, uint64_t *ret_ids, size_t n)
{
	return CALL(NR(listns, req, ret_ids, n, 0));
}

int sys_bpf(int command, union bpf_attr *attr, unsigned size)
{
	return CALL(NR(bpf, command, attr, size));
}

pid_t sys_fork(void) { return CALL(fork()); }

pid_t sys_vfork(void (*child)(void *arg), void *arg)
{
#if defined(__SANITIZE_ADDRESS__)
	pid_t pid = fork(); /* libc's, because threads need its records of their stacks */
#else
	pid_t pid = vfork();
#endif

	if (pid == 0)
		child(arg);
	return result(pid); /* not retried: the child would go on twice */
}

pid_t sys_getpid(void) { return CALL(NR(getpid, 0)); }
int sys_setsid(void) { return CALL(NR(setsid, 0)); }
pid_t sys_getpgid(pid_t pid) { return CALL(NR(getpgid, pid)); }
int sys_kill(pid_t pid, int sig) { return CALL(NR(kill, pid, sig)); }
int sys_execvp(const char *file, char *const argv[]) { return CALL(execvp(file, argv)); }

int sys_execveat(int fd, char *const argv[], char *const env[])
{
	return CALL(NR(execveat, fd, "", argv, env, AT_EMPTY_PATH));
}

void sys_exit(int status) { _exit(status); }

pid_t sys_waitpid(pid_t pid, int *ret_status, int options)
{
	return CALL(NR(wait4, pid, ret_status, options, NULL));
}

/* The kernel makes both descriptors close-on-exec (pidfd_open(2), pidfd_getfd(2)). */
int sys_pidfd_open(pid_t pid, unsigned flags)
{
	return CALL(NR(pidfd_open, pid, flags));
}

int sys_pidfd_getfd(int pidfd, int fd)
{
	return CALL(NR(pidfd_getfd, pidfd, fd, 0));
}

int sys_pidfd_send_signal(int pidfd, int sig)
{
	return CALL(NR(pidfd_send_signal, pidfd, sig, NULL, 0));
}

int sys_kcmp_files(pid_t pid, int left, int right)
{
	return CALL(NR(kcmp, pid, pid, KCMP_FILE, left, right));
}

long sys_join_session_keyring(void)
{
	return CALL(NR(keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL));
}

int sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
	return CALL(NR(prctl, option, a, b, c, d));
}

int sys_sigprocmask(int how, const sigset_t *set, sigset_t *ret_old)
{
	return CALL(NR(rt_sigprocmask, how, set, ret_old, _NSIG / 8));
}

int sys_sigaction(int sig, const struct sigaction *action, struct sigaction *ret_old)
{
	return CALL(sigaction(sig, action, ret_old));
}

int sys_signalfd(const sigset_t *set) { return CALL(NR(signalfd4, -1, set, _NSIG / 8, SFD_CLOEXEC)); }

int sys_sigtimedwait(const sigset_t *set, const struct timespec *timeout)
{
	return CALL(sigtimedwait(set, NULL, timeout));
}

int sys_clock_gettime(clockid_t clock, struct timespec *ret)
{
	return CALL(clock_gettime(clock, ret));
}

int sys_nanosleep(const struct timespec *duration)
{
	return result(nanosleep(duration, NULL)); /* not retried: it would start over */
}

int sys_limit_core(const struct rlimit *limit) { return CALL(NR(prlimit64, 0, RLIMIT_CORE, limit, NULL)); }

int sys_limit(int resource, const struct rlimit *limit, struct rlimit *ret_old)
{
	return CALL(NR(prlimit64, 0, resource, limit, ret_old));
}

int sys_setgroups(size_t n, const gid_t *groups) { return CALL(setgroups(n, groups)); }

int sys_setresuid(uid_t ruid, uid_t euid, uid_t suid)
{
	return CALL(setresuid(ruid, euid, suid));
}

int sys_setresgid(gid_t rgid, gid_t egid, gid_t sgid)
{
	return CALL(setresgid(rgid, egid, sgid));
}

int sys_openat(int dir, const char *path, int flags, mode_t mode)
{
	/* Without O_NOCTTY, a terminal that a stranger put in a file's place could become our
	 * controlling one. O_LARGEFILE is 0 on 64-bit machines; libc adds it on the others. */
	return CALL(NR(openat, dir, path, flags | O_CLOEXEC | O_NOCTTY | O_LARGEFILE, mode));
}

int sys_openat2(int dir, const char *path, const struct kernel_open_how *how)
{
	return CALL(NR(openat2, dir, path, how, sizeof(*how)));
}

int sys_open_by_handle_at(int mount, const void *handle, int flags)
{
	return CALL(NR(open_by_handle_at, mount, handle, flags | O_CLOEXEC));
}

ssize_t sys_read(int fd, void *buf, size_t size) { return CALL(NR(read, fd, buf, size)); }

ssize_t sys_pread(int fd, void *buf, size_t size, off_t offset)
{
	return CALL(pread(fd, buf, size, offset));
}

ssize_t sys_write(int fd, const void *buf, size_t size)
{
	return CALL(NR(write, fd, buf, size));
}

int sys_fstat(int fd, struct stat *ret) { return CALL(fstatat(fd, "", ret, AT_EMPTY_PATH)); }

int sys_fstatat(int dir, const char *path, struct stat *ret, int flags)
{
	return CALL(fstatat(dir, path, ret, flags));
}

/* fstatat(2) forgets the flag for a descriptor (Linux 6.13); and libc's struct statx may be missing. */
int sys_stat_known(int fd, struct stat *ret)
{
	struct {
		uint32_t mask, blksize;
		uint64_t attributes;
		uint32_t nlink, uid, gid;
		uint16_t mode, spare;
		uint64_t ino, size, blocks, attributes_mask;
		struct {
			int64_t sec;
			uint32_t nsec;
			int32_t spare;
		} atime, btime, ctime, mtime;
		uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
		uint64_t after[14];
	} found = { 0 };
	int rc = CALL(NR(statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &found));

	if (rc < 0)
		return rc;
	*ret = (struct stat){ .st_dev = makedev(found.dev_major, found.dev_minor),
			      .st_ino = (ino_t)found.ino,
			      .st_mode = found.mode,
			      .st_nlink = found.nlink,
			      .st_uid = found.uid,
			      .st_gid = found.gid,
			      .st_rdev = makedev(found.rdev_major, found.rdev_minor),
			      .st_size = (off_t)found.size,
			      .st_mtim = { .tv_sec = (time_t)found.mtime.sec,
					   .tv_nsec = (long)found.mtime.nsec } };
	return 0;
}

int sys_fstatfs(int fd, struct statfs *ret) { return CALL(fstatfs(fd, ret)); }

ssize_t sys_readlinkat(int dir, const char *path, char *buf, size_t size)
{
	return CALL(NR(readlinkat, dir, path, buf, size));
}

int sys_faccessat(int dir, const char *path, int mode)
{
	return CALL(faccessat(dir, path, mode, AT_EACCESS));
}

int sys_mkdirat(int dir, const char *path, mode_t mode)
{
	return CALL(NR(mkdirat, dir, path, mode));
}

int sys_symlinkat(const char *target, int dir, const char *path)
{
	return CALL(NR(symlinkat, target, dir, path));
}

int sys_linkat(int from, const char *from_path, int to, const char *to_path, int flags)
{
	return CALL(NR(linkat, from, from_path, to, to_path, flags));
}

int sys_renameat(int from, const char *from_path, int to, const char *to_path)
{
	return CALL(NR(renameat2, from, from_path, to, to_path, 0));
}

int sys_unlinkat(int dir, const char *path, int flags)
{
	return CALL(NR(unlinkat, dir, path, flags));
}

int sys_futimens(int fd, const struct timespec times[2]) { return CALL(futimens(fd, times)); }
int sys_fchmod(int fd, mode_t mode) { return CALL(NR(fchmod, fd, mode)); }
int sys_flock(int fd, int operation) { return CALL(NR(flock, fd, operation)); }

int sys_memfd_create(const char *name, unsigned flags)
{
	return CALL(NR(memfd_create, name, flags | MFD_CLOEXEC));
}

int sys_add_seals(int fd, int seals) { return CALL(NR(fcntl, fd, F_ADD_SEALS, seals)); }
int sys_get_fd_flags(int fd) { return CALL(NR(fcntl, fd, F_GETFD)); }
int sys_get_file_flags(int fd) { return CALL(NR(fcntl, fd, F_GETFL)); }
int sys_get_seals(int fd) { return CALL(NR(fcntl, fd, F_GET_SEALS)); }

ssize_t sys_getxattr(const char *path, const char *name, void *buf, size_t size)
{
	return CALL(NR(getxattr, path, name, buf, size));
}

/* dup3(2) refuses equal numbers, dup2(2) is not on every architecture. */
int sys_dup2(int from, int to)
{
	int rc = from == to ? CALL(NR(fcntl, from, F_GETFD)) : CALL(NR(dup3, from, to, 0));

	return rc < 0 || from != to ? rc : to;
}

int sys_keep_on_exec(int fd) { return CALL(NR(fcntl, fd, F_SETFD, 0)); }
int sys_dup_above(int fd, int lowest) { return CALL(NR(fcntl, fd, F_DUPFD_CLOEXEC, lowest)); }

ssize_t sys_getdents64(int fd, void *buf, size_t size)
{
	return CALL(NR(getdents64, fd, buf, size));
}

int sys_pipe2(int fds[2], int flags) { return CALL(NR(pipe2, fds, flags | O_CLOEXEC)); }

int sys_socketpair(int domain, int type, int fds[2])
{
	return CALL(NR(socketpair, domain, type | SOCK_CLOEXEC, 0, fds));
}

ssize_t sys_sendmsg(int fd, const struct msghdr *message, int flags)
{
	return CALL(sendmsg(fd, message, flags));
}

ssize_t sys_recvmsg(int fd, struct msghdr *message, int flags)
{
	return CALL(recvmsg(fd, message, flags | MSG_CMSG_CLOEXEC));
}

int sys_recvmmsg(int fd, struct mmsghdr *messages, unsigned n, int flags)
{
	return CALL(NR(recvmmsg, fd, messages, n, flags | MSG_CMSG_CLOEXEC, NULL));
}

int sys_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	return CALL(poll(fds, n, timeout_ms));
}

int sys_bind(int fd, const struct sockaddr *address, socklen_t size)
{
	return CALL(NR(bind, fd, address, size));
}

int sys_setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
	return CALL(NR(setsockopt, fd, level, option, value, size));
}

int sys_getsockopt(int fd, int level, int option, void *ret, socklen_t *size)
{
	return CALL(NR(getsockopt, fd, level, option, ret, size));
}

int sys_socket(int domain, int type, int protocol)
{
	return CALL(NR(socket, domain, type | SOCK_CLOEXEC, protocol));
}

int sys_ioctl(int fd, unsigned long request, void *arg)
{
	return CALL(NR(ioctl, fd, request, arg));
}

int sys_chroot(const char *path) { return CALL(NR(chroot, path)); }

int sys_pivot_root(const char *new_root, const char *put_old)
{
	return CALL(NR(pivot_root, new_root, put_old));
}

int sys_chdir(const char *path) { return CALL(NR(chdir, path)); }
int sys_fchdir(int fd) { return CALL(NR(fchdir, fd)); }

ssize_t sys_getcwd(char *buf, size_t size)
{
	return CALL(NR(getcwd, buf, size));
}

int sys_sethostname(const char *name, size_t len) { return CALL(NR(sethostname, name, len)); }
