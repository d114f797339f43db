/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wrappers of the system calls that xns makes: the seam where tests put recorded fakes and inject
 * faults. Each takes the arguments of its system call and returns the result, or -errno instead of
 * -1. None returns -EINTR unless it says so: the call is made again. Add a new one also to the
 * fakes, tests/unit/fake_sys.c or fake_io.c.
 */
#ifndef XNS_SYS_H
#define XNS_SYS_H

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <time.h>

#include "base/macros.h"

struct kernel_mnt_id_req;
struct kernel_mount_attr_change;
struct kernel_ns_id_req;
union bpf_attr;
struct kernel_open_how;
struct signalfd_siginfo;

/* A process's capabilities, a bit for each (capget(2)). */
struct sys_caps {
	uint64_t effective, permitted, inheritable;
};

/* namespaces and processes */
int sys_unshare(int flags);
int sys_setns(int fd, int flags);
int sys_sched_getaffinity(cpu_set_t *ret);
int sys_sched_setaffinity(const cpu_set_t *cpus);
ssize_t sys_listns(const struct kernel_ns_id_req *req, uint64_t *ret_ids, size_t n);
/* bpf(2). The kernel makes the descriptors close-on-exec. */
int sys_bpf(int command, union bpf_attr *attr, unsigned size);
pid_t sys_fork(void);
pid_t sys_fork_into_pid_ns(void); /* clone(2): the child is the init of a new pid namespace */
pid_t sys_fork_with_descriptors(void); /* clone(2): both have the same table of descriptors */

/*
 * vfork(2). The child uses our memory, and we are suspended until it executes a program or ends. It
 * must not return into our functions, so it is a function that does not return.
 */
pid_t sys_vfork(void (*child)(void *arg), void *arg);
pid_t sys_getpid(void);
pid_t sys_getppid(void);
pid_t sys_getpgid(pid_t pid);
pid_t sys_waitpid(pid_t pid, int *ret_status, int options);
int sys_kill(pid_t pid, int sig);
int sys_pidfd_open(pid_t pid, unsigned flags);
int sys_pidfd_getfd(int pidfd, int fd);
int sys_pidfd_send_signal(int pidfd, int sig);
/*
 * kcmp(2) with KCMP_FILE: 0 if both descriptors of the process refer to the same open file
 * description.
 */
int sys_kcmp_files(pid_t pid, int left, int right);
long sys_join_session_keyring(void); /* a new one, without a name */
int sys_ptrace(int request, pid_t pid, unsigned long address, void *data);
int sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
int sys_execvp(const char *file, char *const argv[]);
int sys_execveat(int fd, char *const argv[], char *const env[]); /* AT_EMPTY_PATH */
int sys_setsid(void);
NORETURN void sys_exit(int status); /* _exit(2): no handlers, no flushing */

/* signals */
int sys_sigprocmask(int how, const sigset_t *set, sigset_t *ret_old);
int sys_sigaction(int sig, const struct sigaction *action, struct sigaction *ret_old);
int sys_signalfd(const sigset_t *set);
int sys_sigtimedwait(const sigset_t *set, const struct timespec *timeout);
int sys_sigwaitinfo(const sigset_t *set, siginfo_t *ret, bool block); /* -EAGAIN if not block */
int sys_clock_gettime(clockid_t clock, struct timespec *ret);
int sys_nanosleep(const struct timespec *duration); /* -EINTR: a signal ended it early */
int sys_limit_core(const struct rlimit *limit); /* setrlimit(2), RLIMIT_CORE */
int sys_limit(int resource, const struct rlimit *limit, struct rlimit *ret_old); /* or NULL */

/* Memory that we share with our children, and waiting on a word in it (futex(2)). */
void *sys_share_memory(size_t size); /* NULL with errno set */
int sys_futex_wait(uint32_t *word, uint32_t seen);
int sys_futex_wake(uint32_t *word);

/* ids */
uid_t sys_getuid(void);
uid_t sys_geteuid(void);
gid_t sys_getegid(void);
int sys_setgroups(size_t n, const gid_t *groups);
int sys_setresuid(uid_t ruid, uid_t euid, uid_t suid);
int sys_setresgid(gid_t rgid, gid_t egid, gid_t sgid);
/* The ids with which files are opened. Both return the old id, also if the kernel refuses the new one. */
uid_t sys_setfsuid(uid_t uid);
gid_t sys_setfsgid(gid_t gid);
int sys_capget(struct sys_caps *ret);
int sys_capset(const struct sys_caps *caps);

/* files and descriptors */
int sys_openat(int dir, const char *path, int flags, mode_t mode);
int sys_openat2(int dir, const char *path, const struct kernel_open_how *how);
int sys_open_by_handle_at(int mount, const void *handle, int flags);
ssize_t sys_read(int fd, void *buf, size_t size);
ssize_t sys_pread(int fd, void *buf, size_t size, off_t offset);
ssize_t sys_write(int fd, const void *buf, size_t size);
int sys_fstat(int fd, struct stat *ret);
int sys_fstatat(int dir, const char *path, struct stat *ret, int flags);
/* statx(2) with AT_STATX_DONT_SYNC, Linux 4.11: type and mode, size, number, device and time of change. */
int sys_stat_known(int fd, struct stat *ret);
int sys_fstatfs(int fd, struct statfs *ret);
ssize_t sys_readlinkat(int dir, const char *path, char *buf, size_t size);
int sys_faccessat(int dir, const char *path, int mode);
int sys_mkdirat(int dir, const char *path, mode_t mode);
int sys_symlinkat(const char *target, int dir, const char *path);
int sys_linkat(int from, const char *from_path, int to, const char *to_path, int flags);
int sys_renameat(int from, const char *from_path, int to, const char *to_path);
int sys_unlinkat(int dir, const char *path, int flags);
int sys_futimens(int fd, const struct timespec times[2]);
int sys_fchmod(int fd, mode_t mode);
int sys_flock(int fd, int operation);
int sys_memfd_create(const char *name, unsigned flags);
int sys_add_seals(int fd, int seals);
int sys_get_fd_flags(int fd);   /* fcntl(2), F_GETFD */
int sys_get_file_flags(int fd); /* fcntl(2), F_GETFL */
int sys_get_seals(int fd);
ssize_t sys_getxattr(const char *path, const char *name, void *buf, size_t size);
int sys_inotify_init(void); /* inotify(7) */
int sys_inotify_add_watch(int fd, const char *path, unsigned events);
int sys_setxattr(const char *path, const char *name, const void *value, size_t size);
int sys_fchmodat(int dir, const char *path, mode_t mode);
int sys_dup2(int from, int to);
/*
 * Closes the descriptors from first to last; before Linux 5.9 one by one, up to the limit of open
 * files.
 */
void sys_close_range(unsigned first, unsigned last);
int sys_keep_on_exec(int fd); /* fcntl(2), F_SETFD without FD_CLOEXEC */
/* Makes all descriptors from first on close-on-exec; before Linux 5.11 one by one. 0 or -errno. */
int sys_close_on_exec_from(unsigned first);
int sys_dup_above(int fd, int lowest); /* fcntl(2), F_DUPFD_CLOEXEC */
ssize_t sys_getdents64(int fd, void *buf, size_t size);
int sys_pipe2(int fds[2], int flags);
int sys_socketpair(int domain, int type, int fds[2]);
ssize_t sys_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t sys_recvmsg(int fd, struct msghdr *message, int flags);
int sys_recvmmsg(int fd, struct mmsghdr *messages, unsigned n, int flags);
int sys_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
int sys_socket(int domain, int type, int protocol);
int sys_bind(int fd, const struct sockaddr *address, socklen_t size);
int sys_setsockopt(int fd, int level, int option, const void *value, socklen_t size);
int sys_getsockopt(int fd, int level, int option, void *ret, socklen_t *size);
int sys_ioctl(int fd, unsigned long request, void *arg);

/* mounts, root and working directory */
int sys_mount(const char *source, const char *target, const char *type, unsigned long flags,
	      const char *data);
int sys_umount2(const char *target, int flags);
int sys_move_mount(int from, const char *from_path, int to, const char *to_path); /* Linux 5.2 */
/*
 * The id of the mount that an open file lies in, by statx(2): with STATX_MNT_ID as in mountinfo
 * (Linux 5.8), with STATX_MNT_ID_UNIQUE as for sys_statmount() (Linux 6.8). -ENOSYS if the kernel
 * does not report it.
 */
int sys_mount_id(int fd, unsigned kind, uint64_t *ret);
/* The calls of Linux 5.2. The kernel makes descriptors close-on-exec, as asked. */
int sys_open_tree(int dir, const char *path, unsigned flags);
int sys_attach_mount(int tree, int target); /* move_mount(2) by descriptors alone */
/* Puts a private mount into the peer group of another one, by descriptors alone; Linux 5.15. */
int sys_set_peer_group(int from, int to);
int sys_fsopen(const char *type);
int sys_fsconfig(int fs, unsigned command, const char *key, const void *value, int aux);
int sys_fsmount(int fs, unsigned attributes);
/* mount_setattr(2) on the mount of a descriptor and all below it; Linux 5.12. */
int sys_set_mount_attributes(int tree, const struct kernel_mount_attr_change *change);
int sys_statmount(const struct kernel_mnt_id_req *req, void *buf, size_t size);
ssize_t sys_listmount(const struct kernel_mnt_id_req *req, uint64_t *ret_ids, size_t n);
int sys_chroot(const char *path);
int sys_pivot_root(const char *new_root, const char *put_old);
int sys_chdir(const char *path);
int sys_fchdir(int fd);
/*
 * The system call itself: returns the length, and "(unreachable)..." where libc fails with ENOENT.
 */
ssize_t sys_getcwd(char *buf, size_t size);
int sys_sethostname(const char *name, size_t len);

#endif
