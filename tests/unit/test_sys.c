/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The effects of the real system calls, if they change nothing in the system: close-on-exec
 * descriptors, patience with signals, results. test_sys_calls.c holds every wrapper to its call.
 */
#include "kernel/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "base/kernel.h"
#include "unit.h"

static char buf[16];

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

static void an_option_is_set(void **state)
{
	int fd = sys_socket(AF_UNIX, SOCK_STREAM, 0), on = 1, value = 0;
	socklen_t size = sizeof(value);

	(void)state;
	assert_int_equal(sys_setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)), 0);
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_PASSCRED, &value, &size), 0);
	assert_int_equal(value, 1);
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
	assert_int_equal(sys_nanosleep(&(struct timespec){ .tv_nsec = 1 }), 0);
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

/* The id that statx(2) tells is the one that statmount(2) knows the mount by, both of Linux 6.8. */
static void a_mount_and_its_id(void **state)
{
	struct kernel_mnt_id_req req = { .size = sizeof(req), .param = STATMOUNT_MNT_BASIC };
	struct kernel_statmount found;
	uint64_t id = 0;
	int fd = sys_openat(AT_FDCWD, "/proc", O_PATH, 0);
	int rc = sys_mount_id(fd, STATX_MNT_ID_UNIQUE, &id);

	(void)state;
	close(fd);
	if (rc == -ENOSYS)
		return;
	assert_int_equal(rc, 0);
	req.mnt_id = id;
	assert_int_equal(sys_statmount(&req, &found, sizeof(found)), 0);
	assert_int_equal(found.mnt_id, id);
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
	UNIT_ADD(descriptors_close_on_exec);
	UNIT_ADD(received_descriptors_close_on_exec);
	UNIT_ADD(child_exits);
	UNIT_ADD(borrower_exits);
	UNIT_ADD(results_are_the_calls_own);
	UNIT_ADD(an_option_is_set);
	UNIT_ADD(files_and_names);
	UNIT_ADD(our_own_process);
	UNIT_ADD(seals_are_kept);
	UNIT_ADD(a_mount_and_its_id);
	UNIT_ADD(working_directory_with_its_length);
	return unit_run("sys");
}
