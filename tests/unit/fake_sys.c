/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of common/kernel/sys.h on the fake system; those of files and descriptors: fake_io.c. */
#include "kernel/sys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/kernel.h"
#include "fake_internal.h"


/* --- namespaces and processes ------------------------------------------------------------------ */

int sys_unshare(int flags)
{
	PLAIN(0, "unshare", "%s", text_clone((unsigned)flags));
}

int sys_setns(int fd, int flags)
{
	PLAIN(0, "setns", "%s, %s", fake_fd_text(fd), text_clone((unsigned)flags));
}

/* One processor. */
int sys_sched_getaffinity(cpu_set_t *ret)
{
	CPU_ZERO(ret);
	CPU_SET(0, ret);
	PLAIN(0, "sched_getaffinity", "%s", "");
}

int sys_sched_setaffinity(const cpu_set_t *cpus)
{
	PLAIN(0, "sched_setaffinity", "%d", CPU_COUNT(cpus));
}

/* A kernel before 6.19. */
ssize_t sys_listns(const struct kernel_ns_id_req *req, uint64_t *ret_ids, size_t n)
{
	(void)req;
	(void)ret_ids;
	PLAIN((ssize_t)-ENOSYS, "listns", "%zu", n);
}

/* We may not. */
int sys_bpf(int command, union bpf_attr *attr, unsigned size)
{
	(void)attr;
	(void)size;
	PLAIN(-EPERM, "bpf", "%d", command);
}

pid_t sys_fork(void)
{
	BEGIN("fork", "%s", "");
	return (pid_t)fake_done(FAKE_FIRST_CHILD - 1 + (long)fake_count("fork"));
}

static pid_t vfork_result(void)
{
	BEGIN("fork", "%s", "vfork");
	return (pid_t)fake_done(FAKE_FIRST_CHILD - 1 + (long)fake_count("fork"));
}

pid_t sys_vfork(void (*child)(void *arg), void *arg)
{
	pid_t pid = vfork_result();

	if (pid == 0)
		child(arg);
	return pid;
}

pid_t sys_getpid(void)
{
	PLAIN((pid_t)FAKE_PID, "getpid", "%s", "");
}

int sys_setsid(void)
{
	PLAIN(FAKE_PID, "setsid", "%s", "");
}

pid_t sys_getpgid(pid_t pid)
{
	PLAIN((pid_t)FAKE_PID, "getpgid", "%d", (int)pid);
}

static pid_t wait_for(pid_t pid, int *ret_status, int options)
{
	struct fake_wait *wait = fake_wait_next(pid);

	if (wait) {
		wait->taken = true;
		if (ret_status)
			*ret_status = wait->status;
		return wait->pid;
	}
	if (options & WNOHANG)
		return 0;
	if (pid <= 0)
		return -ECHILD;
	if (ret_status)
		*ret_status = 0;
	return pid;
}

pid_t sys_waitpid(pid_t pid, int *ret_status, int options)
{
	BEGIN("waitpid", "%d, %s%s%s", (int)pid, options & WNOHANG ? "WNOHANG" : "0",
	      options & WUNTRACED ? "|WUNTRACED" : "",
	      options & ~(WNOHANG | WUNTRACED) ? "|..." : "");
	return (pid_t)fake_done(wait_for(pid, ret_status, options));
}

int sys_kill(pid_t pid, int sig)
{
	PLAIN(0, "kill", "%d, %s", (int)pid, text_signal(sig));
}

int sys_pidfd_open(pid_t pid, unsigned flags)
{
	char name[32];

	BEGIN("pidfd_open", "%d, %u", (int)pid, flags);
	snprintf(name, sizeof(name), "pidfd %d", (int)pid);
	return (int)fake_done(fake_fd_new(name));
}

int sys_pidfd_getfd(int pidfd, int fd)
{
	char name[64];

	BEGIN("pidfd_getfd", "%s, %d", fake_fd_text(pidfd), fd);
	snprintf(name, sizeof(name), "%s of %s", fake_fd_path(pidfd) ? "descriptor" : "none",
		 fake_fd_text(pidfd));
	return (int)fake_done(fake_fd_new(name));
}

int sys_execvp(const char *file, char *const argv[])
{
	BEGIN("execvp", "%s: %s", file, text_argv(argv));
	fake_leave(FAKE_EXECUTED, 0);
}

int sys_execveat(int fd, char *const argv[], char *const env[])
{
	(void)env;
	BEGIN("execveat", "%s: %s", fake_fd_text(fd), text_argv(argv));
	fake_leave(FAKE_EXECUTED, 0);
}

void sys_exit(int status)
{
	long ret;

	fake_begin("exit", &ret, "%d", status);
	fake_leave(FAKE_EXITED, status);
}

/* --- signals ----------------------------------------------------------------------------------- */

int sys_sigprocmask(int how, const sigset_t *set, sigset_t *ret_old)
{
	static const char *const hows[] = { [SIG_BLOCK] = "BLOCK",
					    [SIG_UNBLOCK] = "UNBLOCK",
					    [SIG_SETMASK] = "SETMASK" };

	if (ret_old)
		sigemptyset(ret_old);
	PLAIN(0, "sigprocmask", "%s, %s", hows[how], text_set(set));
}

/* The caller ignores SIGCHLD, as some service managers do. */
int sys_sigaction(int sig, const struct sigaction *action, struct sigaction *ret_old)
{
	if (ret_old)
		*ret_old = (struct sigaction){ .sa_handler = SIG_IGN };
	PLAIN(0, "sigaction", "%s, %s", text_signal(sig),
	      !action			    ? "NULL" :
	      action->sa_handler == SIG_DFL ? "default" :
	      action->sa_handler == SIG_IGN ? "ignore" :
					      "handler");
}

int sys_signalfd(const sigset_t *set)
{
	BEGIN("signalfd", "%s", text_set(set));
	return (int)fake_done(fake_fd_new("signals"));
}

int sys_sigtimedwait(const sigset_t *set, const struct timespec *timeout)
{
	PLAIN(-EAGAIN, "sigtimedwait", "%s, %ld.%03ld s", text_set(set), (long)timeout->tv_sec,
	      timeout->tv_nsec / 1000000);
}

int sys_clock_gettime(clockid_t clock, struct timespec *ret)
{
	*ret = (struct timespec){ .tv_sec = 1000 };
	PLAIN(0, "clock_gettime", "%d", (int)clock);
}

int sys_nanosleep(const struct timespec *duration)
{
	PLAIN(0, "nanosleep", "%ld.%03ld s", (long)duration->tv_sec, duration->tv_nsec / 1000000);
}

int sys_limit_core(const struct rlimit *limit)
{
	PLAIN(0, "setrlimit", "CORE, %llu", (unsigned long long)limit->rlim_cur);
}

/* --- ids --------------------------------------------------------------------------------------- */

uid_t sys_geteuid(void)
{
	PLAIN((uid_t)1000, "geteuid", "%s", "");
}

gid_t sys_getegid(void)
{
	PLAIN((gid_t)1000, "getegid", "%s", "");
}

int sys_setgroups(size_t n, const gid_t *groups)
{
	(void)groups;
	PLAIN(0, "setgroups", "%zu", n);
}

uid_t sys_setfsuid(uid_t uid)
{
	PLAIN(uid, "setfsuid", "%u", uid);
}

gid_t sys_setfsgid(gid_t gid)
{
	PLAIN(gid, "setfsgid", "%u", gid);
}

int sys_setresuid(uid_t ruid, uid_t euid, uid_t suid)
{
	PLAIN(0, "setresuid", "%u, %u, %u", ruid, euid, suid);
}

int sys_setresgid(gid_t rgid, gid_t egid, gid_t sgid)
{
	PLAIN(0, "setresgid", "%u, %u, %u", rgid, egid, sgid);
}

/* --- mounts, root and working directory -------------------------------------------------------- */

int sys_mount(const char *source, const char *target, const char *type, unsigned long flags,
	      const char *data)
{
	char place[320];

	BEGIN("mount", "%s, %s, %s, %s, %s", source, target, type ? type : "NULL",
	      text_mount(flags), text_string(data));
	fake_follow_fd(target, place, sizeof(place));
	/* What is mounted later covers a place, not the file system that was made for it. */
	if (!type || strcmp(type, "tmpfs") != 0)
		fake_cover(place);
	fake_mount_type(place, type);
	return (int)fake_done(0);
}

int sys_umount2(const char *target, int flags)
{
	PLAIN(0, "umount2", "%s, %s", target, flags == MNT_DETACH ? "MNT_DETACH" : "?");
}

int sys_move_mount(int from, const char *from_path, int to, const char *to_path)
{
	BEGIN("move_mount", "%s, %s, %s, %s", fake_fd_text(from), from_path, fake_fd_text(to),
	      to_path);
	fake_cover(to_path);
	return (int)fake_done(0);
}

/* A kernel from 5.8 on, before 6.8. */
int sys_mount_id(int fd, unsigned kind, uint64_t *ret)
{
	const char *path = fake_fd_path(fd);

	BEGIN("mount_id", "%s", fake_fd_text(fd));
	if (kind != STATX_MNT_ID)
		return (int)fake_done(-ENOSYS);
	*ret = path ? *fake_fd_device(fd) : 0;
	return (int)fake_done(path ? 0 : -EBADF);
}

int sys_statmount(const struct kernel_mnt_id_req *req, void *buf, size_t size)
{
	(void)req;
	(void)buf;
	PLAIN(-ENOSYS, "statmount", "%zu", size);
}

ssize_t sys_listmount(const struct kernel_mnt_id_req *req, uint64_t *ret_ids, size_t n)
{
	(void)req;
	(void)ret_ids;
	PLAIN((ssize_t)-ENOSYS, "listmount", "%zu", n);
}

int sys_mkdirat(int dir, const char *path, mode_t mode)
{
	PLAIN(0, "mkdirat", "%s, %s, %o", fake_fd_text(dir), text_string(path), (unsigned)mode);
}

int sys_symlinkat(const char *target, int dir, const char *path)
{
	PLAIN(0, "symlinkat", "%s, %s, %s", target, fake_fd_text(dir), path);
}

int sys_linkat(int from, const char *from_path, int to, const char *to_path, int flags)
{
	PLAIN(0, "linkat", "%s, %s, %s, %s, %#x", fake_fd_text(from), text_string(from_path),
	      fake_fd_text(to), text_string(to_path), (unsigned)flags);
}

int sys_renameat(int from, const char *from_path, int to, const char *to_path)
{
	PLAIN(0, "renameat", "%s, %s, %s, %s", fake_fd_text(from), text_string(from_path),
	      fake_fd_text(to), to_path);
}

int sys_unlinkat(int dir, const char *path, int flags)
{
	PLAIN(0, "unlinkat", "%s, %s, %#x", fake_fd_text(dir), text_string(path), (unsigned)flags);
}

int sys_futimens(int fd, const struct timespec times[2])
{
	PLAIN(0, "futimens", "%s, %lld", fake_fd_text(fd), (long long)times[1].tv_sec);
}

int sys_fchmod(int fd, mode_t mode)
{
	PLAIN(0, "fchmod", "%s, %o", fake_fd_text(fd), (unsigned)mode);
}

int sys_flock(int fd, int operation)
{
	PLAIN(0, "flock", "%s, %d", fake_fd_text(fd), operation);
}

int sys_kcmp_files(pid_t pid, int left, int right)
{
	PLAIN(0, "kcmp", "%d, %d, %d", (int)pid, left, right);
}

int sys_pidfd_send_signal(int pidfd, int sig)
{
	PLAIN(0, "pidfd_send_signal", "%s, %d", fake_fd_text(pidfd), sig);
}

int sys_chroot(const char *path)
{
	PLAIN(0, "chroot", "%s", path);
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
	PLAIN(0, "pivot_root", "%s, %s", new_root, put_old);
}

int sys_chdir(const char *path)
{
	PLAIN(0, "chdir", "%s", path);
}

int sys_fchdir(int fd)
{
	const char *path = fake_fd_path(fd);

	BEGIN("fchdir", "%s", fake_fd_text(fd));
	fake_change_directory(path ? path : "");
	return (int)fake_done(0);
}

ssize_t sys_getcwd(char *buf, size_t size)
{
	BEGIN("getcwd", "%s", "");
	if (size < sizeof("/here"))
		return (ssize_t)fake_done(-ERANGE);
	return (ssize_t)fake_done(snprintf(buf, size, "/here") + 1);
}

int sys_sethostname(const char *name, size_t len)
{
	PLAIN(0, "sethostname", "%s, %zu", name, len);
}
