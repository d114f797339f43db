/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The real system calls: -errno instead of -1, close-on-exec everywhere, and patience with signals.
 * Whatever could change the system is called so that it must fail, with descriptors, paths and
 * numbers that mean nothing.
 */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "kernel.h"
#include "unit.h"

static char buf[16];
static struct kernel_open_how how;
static uint64_t ids[2];
static struct kernel_mnt_id_req no_mount;
static cpu_set_t no_processors;
static char *no_argv[] = { (char *)"x", NULL };

/* --- each of these fails ----------------------------------------------------------------------- */

#define FAILS(function, ...)                                  \
	static long function##_fails(void)                    \
	{                                                     \
		return (long)function(__VA_ARGS__);           \
	}

FAILS(sys_unshare, -1)
FAILS(sys_setns, -1, 0)
FAILS(sys_sched_setaffinity, &no_processors)
FAILS(sys_listns, NULL, NULL, 0)
FAILS(sys_bpf, -1, NULL, 0)
FAILS(sys_setsid)
FAILS(sys_getpgid, INT32_MAX)
FAILS(sys_waitpid, INT32_MAX, NULL, 0)
FAILS(sys_kill, INT32_MAX, 0)
FAILS(sys_pidfd_open, -1, 0)
FAILS(sys_pidfd_getfd, -1, -1)
FAILS(sys_pidfd_send_signal, -1, 0)
FAILS(sys_kcmp_files, INT32_MAX, 0, 0)
FAILS(sys_prctl, -1, 0, 0, 0, 0)
FAILS(sys_execvp, "/no/such/program", no_argv)
FAILS(sys_execveat, -1, no_argv, no_argv)
FAILS(sys_sigprocmask, -1, &(sigset_t){ 0 }, NULL)
FAILS(sys_sigaction, 0, &(struct sigaction){ .sa_flags = 0 }, NULL)
FAILS(sys_sigtimedwait, &(sigset_t){ 0 }, &(struct timespec){ .tv_sec = 0 })
FAILS(sys_clock_gettime, 12345, &(struct timespec){ .tv_sec = 0 })
FAILS(sys_limit_core, &(struct rlimit){ .rlim_cur = 1, .rlim_max = 0 })
FAILS(sys_setgroups, 1 << 20, NULL)
FAILS(sys_openat, -1, "x", O_RDONLY, 0)
FAILS(sys_openat2, -1, "x", &how)
FAILS(sys_open_by_handle_at, -1, buf, 0)
FAILS(sys_read, -1, buf, 1)
FAILS(sys_pread, -1, buf, 1, 0)
FAILS(sys_write, -1, buf, 1)
FAILS(sys_fstat, -1, &(struct stat){ .st_dev = 0 })
FAILS(sys_fstatat, -1, "x", &(struct stat){ .st_dev = 0 }, 0)
FAILS(sys_fstatfs, -1, &(struct statfs){ .f_type = 0 })
FAILS(sys_readlinkat, -1, "x", buf, sizeof(buf))
FAILS(sys_faccessat, -1, "x", X_OK)
FAILS(sys_mkdirat, -1, "x", 0)
FAILS(sys_symlinkat, "x", -1, "x")
FAILS(sys_linkat, -1, "x", -1, "x", 0)
FAILS(sys_unlinkat, -1, "x", 0)
FAILS(sys_futimens, -1, NULL)
FAILS(sys_flock, -1, 0)
FAILS(sys_recvmmsg, -1, NULL, 0, 0)
FAILS(sys_memfd_create, "x", ~0U)
FAILS(sys_add_seals, -1, 0)
FAILS(sys_get_fd_flags, -1)
FAILS(sys_get_seals, -1)
FAILS(sys_getxattr, "", "user.x", buf, sizeof(buf))
FAILS(sys_dup2, -1, -1)
FAILS(sys_dup_above, -1, 0)
FAILS(sys_getdents64, -1, buf, sizeof(buf))
FAILS(sys_pipe2, (int[2]){ 0 }, -1)
FAILS(sys_socketpair, -1, SOCK_STREAM, (int[2]){ 0 })
FAILS(sys_sendmsg, -1, &(struct msghdr){ .msg_iovlen = 0 }, 0)
FAILS(sys_recvmsg, -1, &(struct msghdr){ .msg_iovlen = 0 }, 0)
FAILS(sys_socket, -1, 0, 0)
FAILS(sys_ioctl, -1, 0, NULL)
FAILS(sys_mount, "", "", "", 0, "")
FAILS(sys_umount2, "", 0)
FAILS(sys_move_mount, -1, "x", -1, "x")
FAILS(sys_mount_id, -1, &ids[0])
FAILS(sys_statmount, &no_mount, buf, sizeof(buf))
FAILS(sys_listmount, &no_mount, ids, 2)
FAILS(sys_chroot, "")
FAILS(sys_pivot_root, "", "")
FAILS(sys_chdir, "")
FAILS(sys_fchdir, -1)
FAILS(sys_getcwd, buf, 0)
FAILS(sys_sethostname, "", (size_t)-1)

struct failure {
	const char *name;
	long (*call)(void);
};

#define ROW(function) { #function " fails with its errno", function##_fails }

static const struct failure failures[] = {
	ROW(sys_unshare),	ROW(sys_setns),		ROW(sys_getpgid),
	ROW(sys_waitpid),	ROW(sys_kill),		ROW(sys_pidfd_open),
	ROW(sys_pidfd_getfd),	ROW(sys_pidfd_send_signal), ROW(sys_kcmp_files), ROW(sys_prctl),
	ROW(sys_execvp),	ROW(sys_execveat),	ROW(sys_sigprocmask),
	ROW(sys_sigaction),	ROW(sys_sigtimedwait),	ROW(sys_clock_gettime),
	ROW(sys_limit_core),	ROW(sys_setgroups),	ROW(sys_openat),
	ROW(sys_openat2),	ROW(sys_open_by_handle_at), ROW(sys_read),
	ROW(sys_pread),		ROW(sys_write),		ROW(sys_fstat),
	ROW(sys_fstatat),	ROW(sys_fstatfs),	ROW(sys_readlinkat),
	ROW(sys_faccessat),	ROW(sys_mkdirat),	ROW(sys_symlinkat),
	ROW(sys_linkat),	ROW(sys_unlinkat),	ROW(sys_futimens),
	ROW(sys_flock),		ROW(sys_memfd_create),	ROW(sys_add_seals),
	ROW(sys_get_fd_flags),	ROW(sys_get_seals),
	ROW(sys_getxattr),	ROW(sys_pipe2),
	ROW(sys_socketpair),	ROW(sys_sendmsg),	ROW(sys_recvmsg),
	ROW(sys_socket),	ROW(sys_ioctl),		ROW(sys_mount),
	ROW(sys_umount2),	ROW(sys_chroot),	ROW(sys_pivot_root),	ROW(sys_chdir),
	ROW(sys_sched_setaffinity), ROW(sys_listns), ROW(sys_bpf),	ROW(sys_setsid),
	ROW(sys_recvmmsg),	ROW(sys_dup2),		ROW(sys_dup_above),
	ROW(sys_getdents64),	ROW(sys_fchdir),	ROW(sys_getcwd),
	ROW(sys_sethostname),	ROW(sys_mount_id),	ROW(sys_statmount),
	ROW(sys_listmount),	ROW(sys_move_mount),
};

static void fails(void **state)
{
	const struct failure *row = *state;
	long result;

	errno = 0;
	result = row->call();
	assert_in_range(-result, 1, 4095);
	assert_int_equal(result, -errno);
}

/* --- descriptors ------------------------------------------------------------------------------- */

static void assert_closed_on_exec(int fd)
{
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
}

static void descriptors_close_on_exec(void **state)
{
	sigset_t set;
	int fds[2];

	(void)state;
	sigemptyset(&set);
	assert_closed_on_exec(sys_openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, 0));
	assert_closed_on_exec(sys_signalfd(&set));
	assert_closed_on_exec(sys_socket(AF_UNIX, SOCK_STREAM, 0));
	assert_closed_on_exec(sys_memfd_create("test", 0));
	assert_int_equal(sys_pipe2(fds, 0), 0);
	assert_closed_on_exec(fds[0]);
	assert_closed_on_exec(fds[1]);
	assert_int_equal(sys_socketpair(AF_UNIX, SOCK_SEQPACKET, fds), 0);
	assert_closed_on_exec(fds[0]);
	assert_closed_on_exec(fds[1]);
}

static void received_descriptors_close_on_exec(void **state)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec part = { .iov_base = buf, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room,
				  .msg_controllen = sizeof(control.room) };
	int fds[2], passed;

	(void)state;
	assert_int_equal(sys_socketpair(AF_UNIX, SOCK_SEQPACKET, fds), 0);
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &fds[0], sizeof(int));
	assert_int_equal(sys_sendmsg(fds[0], &message, MSG_NOSIGNAL), 1);
	assert_int_equal(sys_recvmsg(fds[1], &message, 0), 1);
	memcpy(&passed, CMSG_DATA(&control.header), sizeof(int));
	assert_closed_on_exec(passed);
	close(fds[0]);
	close(fds[1]);
}

/* --- signals ----------------------------------------------------------------------------------- */

static volatile sig_atomic_t alarms;
static int alarm_pipe[2];
static pid_t alarm_child;

/* The first interrupts; what is waited for comes with the third. */
static void on_alarm(int sig)
{
	int saved = errno;

	(void)sig;
	if (++alarms == 3) {
		ssize_t ignored = write(alarm_pipe[1], "x", 1);

		(void)ignored;
		if (alarm_child > 0)
			kill(alarm_child, SIGKILL);
	}
	errno = saved;
}

static void start_alarms(void)
{
	const struct itimerval often = { .it_interval = { .tv_usec = 2000 },
					 .it_value = { .tv_usec = 2000 } };
	const struct sigaction action = { .sa_handler = on_alarm }; /* no SA_RESTART */

	alarms = 0;
	assert_int_equal(sys_pipe2(alarm_pipe, 0), 0);
	assert_int_equal(sys_sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static void stop_alarms(void)
{
	const struct itimerval never = { .it_interval = { 0 } };

	setitimer(ITIMER_REAL, &never, NULL);
	close(alarm_pipe[0]);
	close(alarm_pipe[1]);
	assert_true(alarms >= 3);
}

static void interrupted_read_goes_on(void **state)
{
	ssize_t n;

	(void)state;
	alarm_child = 0;
	start_alarms();
	n = sys_read(alarm_pipe[0], buf, 1);
	stop_alarms();
	assert_int_equal(n, 1);
}

static void interrupted_poll_goes_on(void **state)
{
	struct pollfd fd;
	int rc;

	(void)state;
	alarm_child = 0;
	start_alarms();
	fd = (struct pollfd){ .fd = alarm_pipe[0], .events = POLLIN };
	rc = sys_poll(&fd, 1, -1);
	stop_alarms();
	assert_int_equal(rc, 1);
}

static void interrupted_wait_goes_on(void **state)
{
	int status = 0;
	pid_t done;

	(void)state;
	alarm_child = sys_fork();
	assert_true(alarm_child >= 0);
	if (alarm_child == 0)
		for (;;)
			pause();
	start_alarms();
	done = sys_waitpid(alarm_child, &status, 0);
	stop_alarms();
	assert_int_equal(done, alarm_child);
	assert_true(WIFSIGNALED(status));
}

/* --- results ----------------------------------------------------------------------------------- */

static void child_exits(void **state)
{
	int status;
	pid_t pid = sys_fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		sys_exit(7);
	assert_int_equal(sys_waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void exit_with(void *arg)
{
	sys_exit(*(const int *)arg);
}

static void borrower_exits(void **state)
{
	int status, number = 8;
	pid_t pid = sys_vfork(exit_with, &number);

	(void)state;
	assert_true(pid > 0);
	assert_int_equal(sys_waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 8);
}

static void results_are_the_calls_own(void **state)
{
	struct stat by_path, by_fd;
	struct statfs fs;
	cpu_set_t processors;
	sigset_t set, old;
	int fd;

	(void)state;
	assert_int_equal(sys_getpid(), getpid());
	assert_int_equal(sys_getpgid(0), getpgid(0));
	assert_int_equal(sys_sched_getaffinity(&processors), 0);
	assert_true(CPU_COUNT(&processors) > 0);
	assert_int_equal(sys_geteuid(), geteuid());
	assert_int_equal(sys_getegid(), getegid());
	/* -1 leaves an id as it is. */
	assert_int_equal(sys_setresuid((uid_t)-1, (uid_t)-1, (uid_t)-1), 0);
	assert_int_equal(sys_setresgid((gid_t)-1, (gid_t)-1, (gid_t)-1), 0);
	sigemptyset(&set);
	assert_int_equal(sys_sigprocmask(SIG_BLOCK, &set, &old), 0);
	fd = sys_openat(AT_FDCWD, "/", O_PATH, 0);
	assert_int_equal(sys_fstat(fd, &by_fd), 0);
	assert_int_equal(sys_fstatat(AT_FDCWD, "/", &by_path, 0), 0);
	assert_int_equal(by_fd.st_ino, by_path.st_ino);
	assert_int_equal(sys_fstatfs(fd, &fs), 0);
	assert_int_equal(sys_faccessat(AT_FDCWD, "/", X_OK), 0);
	close(fd);
}

/* Names in a directory of the test's own: each call does what its name says. */
static void files_and_names(void **state)
{
	static const struct timespec times[2] = { { .tv_sec = 5 }, { .tv_sec = 7 } };
	char path[] = "/tmp/xns-sys.XXXXXX", text[64];
	int dir, file, copy;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(path));
	dir = sys_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
	file = sys_openat(dir, "a", O_RDWR | O_CREAT | O_EXCL, 0600);
	assert_true(dir >= 0 && file >= 0);
	assert_int_equal(sys_flock(file, LOCK_EX), 0);
	assert_int_equal(sys_futimens(file, times), 0);
	assert_int_equal(sys_mkdirat(dir, "d", 0700), 0);
	assert_int_equal(sys_symlinkat("a", dir, "l"), 0);
	assert_int_equal(sys_linkat(dir, "a", dir, "b", 0), 0);
	assert_int_equal(sys_readlinkat(dir, "l", text, sizeof(text)), 1);
	assert_int_equal(sys_fstatat(dir, "b", &st, 0), 0);
	assert_int_equal(st.st_nlink, 2);
	assert_int_equal(st.st_mtim.tv_sec, 7);
	assert_true(sys_getdents64(dir, text, 0) < 0);
	copy = sys_dup_above(file, 100);
	assert_true(copy >= 100);
	assert_int_equal(sys_dup2(dir, copy), copy);
	assert_int_equal(sys_fchdir(copy), 0);
	assert_int_equal(sys_faccessat(AT_FDCWD, "d", F_OK), 0);
	assert_int_equal(sys_chdir("/"), 0);
	assert_int_equal(sys_unlinkat(dir, "d", AT_REMOVEDIR), 0);
	for (const char *name = "abl"; *name; name++) {
		char one[2] = { *name, '\0' };

		assert_int_equal(sys_unlinkat(dir, one, 0), 0);
	}
	assert_int_equal(rmdir(path), 0);
	close(copy);
	close(file);
	close(dir);
}

static void our_own_process(void **state)
{
	int pidfd = sys_pidfd_open(getpid(), 0);
	struct timespec now;

	(void)state;
	assert_int_equal(sys_kill(getpid(), 0), 0);
	assert_int_equal(sys_prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), prctl(PR_GET_DUMPABLE));
	assert_int_equal(sys_clock_gettime(CLOCK_MONOTONIC, &now), 0);
	assert_true(now.tv_sec > 0);
	if (pidfd == -ENOSYS)
		return;
	assert_int_equal(sys_pidfd_send_signal(pidfd, 0), 0);
	close(pidfd);
}

static void seals_are_kept(void **state)
{
	int fd = sys_memfd_create("test", MFD_ALLOW_SEALING);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(sys_write(fd, "abc", 3), 3);
	assert_int_equal(sys_pread(fd, buf, sizeof(buf), 1), 2);
	assert_int_equal(sys_add_seals(fd, F_SEAL_WRITE), 0);
	assert_int_equal(sys_get_seals(fd), F_SEAL_WRITE);
	assert_int_equal(sys_get_fd_flags(fd), FD_CLOEXEC);
	assert_int_equal(sys_write(fd, "d", 1), -EPERM);
	close(fd);
}

static void working_directory_with_its_length(void **state)
{
	char path[4096];
	ssize_t len = sys_getcwd(path, sizeof(path));

	(void)state;
	assert_true(len > 1);
	assert_int_equal(strlen(path) + 1, len);
}

int main(void)
{
	setpgid(0, 0); /* setsid(2) fails for the leader of a group */
	UNIT_ADD_ROWS(fails, failures);
	UNIT_ADD(descriptors_close_on_exec);
	UNIT_ADD(received_descriptors_close_on_exec);
	UNIT_ADD(interrupted_read_goes_on);
	UNIT_ADD(interrupted_poll_goes_on);
	UNIT_ADD(interrupted_wait_goes_on);
	UNIT_ADD(child_exits);
	UNIT_ADD(borrower_exits);
	UNIT_ADD(results_are_the_calls_own);
	UNIT_ADD(files_and_names);
	UNIT_ADD(our_own_process);
	UNIT_ADD(seals_are_kept);
	UNIT_ADD(working_directory_with_its_length);
	return unit_run("sys");
}
