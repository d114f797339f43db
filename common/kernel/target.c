/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/target.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/bounded.h"
#include "kernel/cgroup_line.h"
#include "kernel/io.h"
#include "kernel/nsref.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

const char *target_proc_remedy(void)
{
	_cleanup_close_ int ns = sys_openat(AT_FDCWD, "/proc/self/ns/mnt", O_RDONLY, 0);
	_cleanup_close_ int owner = ns < 0 ? ns : sys_ioctl(ns, NS_GET_USERNS, NULL);

	return owner == -EPERM ? "make the pid namespace with --mount-proc" :
				 "mount one of your own: mount -t proc proc /proc";
}

static int no_process(int root, bool foreign, pid_t pid, struct diag *diag)
{
	char link[64], initial[64];
	ssize_t len = io_read_link(root, "self/ns/pid", link, sizeof(link));

	diag_set(diag, 0, "there is no process %d", (int)pid);
	snprintf(initial, sizeof(initial), "pid:[%u]", ns_types[NS_PID].init_ino);
	if (foreign)
		diag_hint(diag, FOREIGN_PROC "; %s", target_proc_remedy());
	if (len > 0 && strcmp(link, initial) != 0)
		diag_hint(diag, "use a PID of this pid namespace, %s; a process outside has none, and "
				"one in a child namespace has another one there", link);
	return -ESRCH;
}

static int check_inode(int pidfd, pid_t pid, uint64_t inode, struct diag *diag)
{
	struct stat st;
	int rc = pidfd < 0 ? -ENOSYS : sys_fstat(pidfd, &st);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot tell the inode number of process %d", (int)pid);
	if (st.st_ino == inode)
		return 0;
	diag_set(diag, 0, "process %d has the inode number %" PRIu64 ", not %" PRIu64
		 ": it is another one", (int)pid, (uint64_t)st.st_ino, inode);
	return -ESRCH;
}

/* The pidfd of the process or thread. -errno before Linux 5.3, or if seccomp refuses the call. */
static int open_pidfd(pid_t pid)
{
	int fd = sys_pidfd_open(pid, 0);

	/* The PID is a thread's (ENOENT since Linux 6.15); PIDFD_THREAD needs Linux 6.9. */
	if (fd == -EINVAL || fd == -ENOENT)
		fd = sys_pidfd_open(pid, PIDFD_THREAD);
	return fd;
}

/* A pidfd is readable as soon as the process is a zombie (pidfd_open(2)). */
static bool is_alive(int pidfd)
{
	struct pollfd poll = { .fd = pidfd, .events = POLLIN };

	return sys_poll(&poll, 1, 0) != 1;
}

/* The process has ended, or hidepid=4 (proc(5)) hides its directory because we may not trace it. */
static int no_directory(int root, bool foreign, pid_t pid, int pidfd, struct diag *diag)
{
	if (pidfd < 0 || !is_alive(pidfd))
		return no_process(root, foreign, pid, diag);
	diag_set(diag, EACCES, "cannot open /proc/%d", (int)pid);
	diag_hint(diag, HIDING_PROC "; " HIDING_PROC_REMEDY, (int)pid);
	return -EACCES;
}

int target_open(struct target *target, pid_t pid, const uint64_t *inode, struct diag *diag)
{
	_cleanup_close_ int root = proc_open_root(diag), pidfd = -1, dir = -1;
	bool foreign;
	char name[16];
	int rc;

	if (root < 0)
		return root;
	foreign = !proc_is_own(root);
	if (!foreign) {
		pidfd = open_pidfd(pid);
		if (pidfd == -ESRCH)
			return no_process(root, foreign, pid, diag);
	}
	rc = inode ? check_inode(pidfd, pid, *inode, diag) : 0;
	if (rc < 0)
		return rc;
	snprintf(name, sizeof(name), "%d", (int)pid);
	dir = proc_open_file(root, name, O_PATH | O_DIRECTORY);
	if (dir == -ENOENT)
		return no_directory(root, foreign, pid, pidfd, diag);
	if (dir < 0)
		return diag_set(diag, -dir, "cannot open /proc/%d", (int)pid);
	*target = (struct target){ .pid = pid, .pidfd = pidfd < 0 ? -1 : pidfd, .dir = dir,
				   .foreign_proc = foreign };
	/* If the process still lives, the PID was its own when the directory was opened. */
	rc = target_check(target, diag);
	if (rc < 0) {
		*target = (struct target)TARGET_NONE;
		return rc;
	}
	take_fd(&pidfd);
	take_fd(&dir);
	return 0;
}

void target_close(struct target *target)
{
	cleanup_close(&target->pidfd);
	cleanup_close(&target->dir);
	*target = (struct target)TARGET_NONE;
}

char target_parse_state(const char *text)
{
	/* The state follows the name, which may contain any character. */
	const char *end_of_name = strrchr(text, ')');

	return end_of_name && end_of_name[1] ? end_of_name[2] : 'X';
}

/* The letter of the state; 'X' if the process has gone. */
static char read_state(const struct target *target)
{
	char text[512];
	ssize_t len = proc_read_file(target->dir, "stat", text, sizeof(text));

	return len > 0 ? target_parse_state(text) : 'X';
}

int target_check(const struct target *target, struct diag *diag)
{
	if (target->pidfd >= 0 ? is_alive(target->pidfd) : !strchr("ZXx", read_state(target)))
		return 0;
	diag_set(diag, 0, "process %d has ended", (int)target->pid);
	if (read_state(target) == 'Z')
		diag_hint(diag, "choose another process: this one is a zombie, which has left its "
				"namespaces and waits for its parent to reap it");
	return -ESRCH;
}

static bool is_in_kernel(enum ns_type type)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_types[type].name);
	return sys_faccessat(AT_FDCWD, path, F_OK) == 0;
}

int target_open_ns(const struct target *target, enum ns_type type)
{
	int fd = -ENOTTY;

	if (target->pidfd >= 0)
		fd = nsref_open_member(target->pidfd, type);
	if (fd >= 0 || fd == -EACCES || fd == -ESRCH)
		return fd;
	fd = proc_open_ns(target->dir, ns_types[type].name);
	/* Each process has the directory "ns": if it is missing, hidepid hides the contents of this
	 * one. */
	if (fd == -ENOENT && sys_faccessat(target->dir, "ns", F_OK) == -ENOENT)
		return -EACCES;
	/* A zombie has left its namespaces of this type. */
	return fd == -ENOENT && is_in_kernel(type) ? -ESRCH : fd;
}

/* Reports a failed access; most often the process has ended meanwhile. */
static int report_failure(const char *what, const struct target *target, const char *name, int err,
		  struct diag *diag)
{
	int rc;

	if ((err == ESRCH || err == ENOENT) && target_check(target, diag) < 0)
		return -ESRCH;
	rc = diag_set(diag, err, "cannot %s /proc/%d/%s", what, (int)target->pid, name);
	/* The process lives but has no memory (fs/proc/base.c, proc_mem_open()). */
	if (err == ESRCH)
		diag_hint(diag, "process %d has no memory of its own; kernel threads have none",
			  (int)target->pid);
	return rc;
}

/* Whether the link ns/NAME has this text; dir/path is the directory of the process. */
static bool has_link(int dir, const char *path, const char *name, const char *text, size_t len)
{
	char link[64], full[64];
	int n = snprintf(full, sizeof(full), "%sns/%s", path, name);

	return n > 0 && (size_t)n < sizeof(full) &&
	       sys_readlinkat(dir, full, link, sizeof(link)) == (ssize_t)len &&
	       memcmp(link, text, len) == 0;
}

/*
 * Finds the child by /proc/PID/task/TID/children (proc(5)). Only a message needs it, so 0 will do.
 */
static pid_t find_child(const struct target *target, const char *link, size_t len)
{
	_cleanup_close_ int root = -1;
	_cleanup_free_ char *children = NULL;
	char path[64], *rest, *word;
	struct diag ignored;
	size_t ignored_len;

	snprintf(path, sizeof(path), "task/%d/children", (int)target->pid);
	root = proc_open_root(&ignored);
	if (root < 0 || target_read(target, path, &children, &ignored_len, &ignored) < 0)
		return 0;
	for (rest = children; (word = strsep(&rest, " "));) {
		pid_t pid;

		snprintf(path, sizeof(path), "%s/", word);
		if (parse_pid(word, &pid) == 0 && has_link(root, path, "pid", link, len))
			return pid;
	}
	return 0;
}

bool target_starts_elsewhere(const struct target *target, pid_t *ret_child)
{
	char link[64];
	ssize_t len = sys_readlinkat(target->dir, "ns/pid_for_children", link, sizeof(link));

	if (len < 0 || has_link(target->dir, "", "pid", link, (size_t)len))
		return false;
	*ret_child = find_child(target, link, (size_t)len);
	return true;
}

int target_open_dir(const struct target *target, const char *name, struct diag *diag)
{
	/* A magic link, which proc_open_file() would refuse to follow. */
	int fd = sys_openat(target->dir, name, O_PATH | O_DIRECTORY, 0);

	return fd < 0 ? report_failure("open", target, name, -fd, diag) : fd;
}

int target_read(const struct target *target, const char *name, char **ret_text, size_t *ret_len,
		struct diag *diag)
{
	_cleanup_close_ int fd = proc_open_file(target->dir, name, O_RDONLY);
	int rc = fd < 0 ? fd : bounded_read(fd, BOUNDED_TEXT, ret_text, ret_len);

	if (rc == -EFBIG) {
		diag_set(diag, 0, "cannot read /proc/%d/%s: it has more than %d MiB",
			 (int)target->pid, name, BOUNDED_TEXT >> 20);
		return rc;
	}
	return rc < 0 ? report_failure("read", target, name, -rc, diag) : 0;
}

int target_ids(const struct target *target, uid_t *ret_uid, gid_t *ret_gid)
{
	/* The effective ids own the directory, dumpable or not (fs/proc/base.c, task_dump_owner());
	 * fstat(2) translates them into our user namespace. */
	struct stat st;
	struct diag diag;
	int rc = sys_fstat(target->dir, &st);

	/* After the process has ended, root owns it. */
	if (rc == 0)
		rc = target_check(target, &diag);
	if (rc < 0)
		return rc;
	*ret_uid = st.st_uid;
	*ret_gid = st.st_gid;
	return 0;
}

int target_open_socket_ns(const struct target *target, int fd, struct diag *diag)
{
	_cleanup_close_ int socket = -1;
	int ns;

	if (target->pidfd < 0)
		return diag_set(diag, ENOSYS, "cannot take descriptor %d of process %d", fd,
				(int)target->pid);
	socket = sys_pidfd_getfd(target->pidfd, fd);
	if (socket < 0)
		return diag_set(diag, -socket, "cannot take descriptor %d of process %d", fd,
				(int)target->pid);
	ns = sys_ioctl(socket, SIOCGSKNS, NULL);
	if (ns == -ENOTTY || ns == -EOPNOTSUPP || ns == -EINVAL) {
		diag_set(diag, 0, "descriptor %d of process %d is no socket of a network namespace",
			 fd, (int)target->pid);
		return -ENOTSOCK;
	}
	if (ns < 0)
		return diag_set(diag, -ns, "cannot open the network namespace of descriptor %d of "
				"process %d", fd, (int)target->pid);
	return ns;
}

static int open_cgroup2(void)
{
	static const char *const places[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	struct statfs fs;

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		_cleanup_close_ int fd = sys_openat(AT_FDCWD, places[i], O_PATH | O_DIRECTORY, 0);

		if (fd >= 0 && sys_fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
			return take_fd(&fd);
	}
	return -ENOENT;
}

int target_open_cgroup(const struct target *target, struct diag *diag)
{
	_cleanup_close_ int mount = open_cgroup2();
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX + 32];
	const char *cgroup;
	size_t len;
	int rc, fd;

	if (mount < 0) {
		diag_set(diag, 0, "no cgroup2 is mounted at /sys/fs/cgroup or "
			 "/sys/fs/cgroup/unified");
		return mount;
	}
	rc = target_read(target, "cgroup", &text, &len, diag);
	if (rc < 0)
		return rc;
	cgroup = cgroup_line_unified(text);
	if (!cgroup) {
		diag_set(diag, 0, "process %d is in no cgroup of version 2", (int)target->pid);
		return -ENOENT;
	}
	/* cgroup_namespaces(7): the cgroup is outside our cgroup namespace's root, and the path
	 * would lead out of the mount. */
	if (strncmp(cgroup, "/..", 3) == 0 && (cgroup[3] == '/' || !cgroup[3])) {
		diag_set(diag, 0, "the cgroup '%s' of process %d lies outside our cgroup namespace",
			 cgroup, (int)target->pid);
		return -EXDEV;
	}
	if ((size_t)snprintf(path, sizeof(path), ".%s/cgroup.procs", cgroup) >= sizeof(path))
		fd = -ENAMETOOLONG;
	else
		fd = proc_open_file(mount, path, O_WRONLY);
	return fd < 0 ? diag_set(diag, -fd, "cannot open the cgroup '%s' of process %d", cgroup,
				 (int)target->pid) : fd;
}
