/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what --etc shows in /etc: files of the target, or finds those of a named network namespace. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "apply/message.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/attributes.h"
#include "kernel/bounded.h"
#include "kernel/inroot.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/reap.h"
#include "kernel/sys.h"
#include "xnsenter/xnsenter.h"

enum { FILE_MAX = 1 << 20, ETC_FILES = 2 };

static const char *const etc_files[ETC_FILES] = { "/etc/resolv.conf", "/etc/hosts" };

/* Files in which reading has effects, or shows what the kernel knows of us. */
static int refuse_kernel_files(int file)
{
	struct statfs fs;
	int rc = sys_fstatfs(file, &fs);

	if (rc < 0)
		return rc;
	switch ((unsigned long)fs.f_type) {
	case PROC_SUPER_MAGIC:
	case SYSFS_MAGIC:
	case TRACEFS_MAGIC:
	case DEBUGFS_MAGIC:
		return -EINVAL;
	default:
		return 0;
	}
}

/*
 * Opens only a regular file for reading, below the root of the target, which may be hostile. Root opens only what
 * everybody may read, since a target can bind a secret there. -ENOENT if the target has no such file.
 */
static int open_file(int root, const char *path)
{
	_cleanup_close_ int found = inroot_open(root, path, 0);
	struct stat st;
	int rc = found < 0 ? found : sys_fstat(found, &st);

	if (rc >= 0 && !S_ISREG(st.st_mode))
		rc = -EINVAL;
	if (rc >= 0 && sys_geteuid() == 0 && !(st.st_mode & S_IROTH))
		rc = -EACCES;
	if (rc >= 0)
		rc = refuse_kernel_files(found);
	return rc < 0 ? rc : sys_openat(AT_FDCWD, FD_PATH(found), O_RDONLY | O_NONBLOCK, 0);
}

/* ---- with the rights of the target ---- */

static bool has_groups(const struct attributes *one, const struct attributes *other)
{
	return one->n_groups == other->n_groups &&
	       (one->n_groups == 0 ||
		memcmp(one->groups, other->groups, one->n_groups * sizeof(*one->groups)) == 0);
}

/*
 * Takes the ids with which the target opens files. The others stay, so that nobody else may signal or trace us. Groups
 * that are the same need no right, which a user namespace may deny.
 */
static int take_ids(const struct attributes *ours, const struct attributes *theirs)
{
	enum { FOR_FILES = ATTRIBUTE_IDS - 1 };
	uid_t uid = theirs->uids[FOR_FILES];
	gid_t gid = theirs->gids[FOR_FILES];
	int rc = has_groups(ours, theirs) ? 0 : sys_setgroups(theirs->n_groups, theirs->groups);

	if (rc < 0)
		return rc;
	/* The kernel returns the old one also if it refuses. */
	sys_setfsgid(gid);
	sys_setfsuid(uid);
	return sys_setfsgid((gid_t)-1) == gid && sys_setfsuid((uid_t)-1) == uid ? 0 : -EPERM;
}

/*
 * Runs in a child. A link or a mount of the target's may lead root below a directory that is closed to the target,
 * so the kernel decides what the target itself could open.
 */
static NORETURN void open_as_target(int root, const struct attributes *ours, const struct attributes *theirs,
				    int socket)
{
	static const struct sys_caps none;
	int rc = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

	if (rc == 0 && sys_geteuid() == 0)
		rc = take_ids(ours, theirs);
	if (rc == 0)
		rc = sys_capset(&none);
	for (size_t i = 0; i < ARRAY_LEN(etc_files); i++) {
		_cleanup_close_ int fd = rc < 0 ? rc : open_file(root, etc_files[i]);

		/* A failure ends us, and so the wait for the message. */
		if (message_send(socket, fd < 0 ? fd : 0, fd < 0 ? -1 : fd) < 0)
			break;
	}
	sys_exit(0);
}

/* Waits a limited time, because the file may lie on a server that never answers. A descriptor or -errno. */
static int receive(int socket)
{
	int answer = -EPROTO, fd = -1, rc = reap_poll(socket);
	pid_t ignored;

	if (rc == 0)
		rc = message_receive(socket, &answer, &fd, &ignored);
	if (rc > 0 && answer == 0 && fd >= 0)
		return fd;
	cleanup_close(&fd);
	return rc < 0 ? rc : answer < 0 ? answer : -EMFILE;
}

static int ask_child(int root, const struct attributes *ours, const struct attributes *theirs, int fds[ETC_FILES])
{
	_cleanup_close_ int here = -1, there = -1;
	int ends[2], status, rc = sys_socketpair(AF_UNIX, SOCK_SEQPACKET, ends);
	pid_t child;

	if (rc < 0)
		return rc;
	here = ends[0];
	there = ends[1];
	child = sys_fork();
	if (child < 0)
		return child;
	if (child == 0) {
		cleanup_close(&here);
		open_as_target(root, ours, theirs, there);
	}
	cleanup_close(&there);
	for (size_t i = 0; i < ARRAY_LEN(etc_files); i++)
		fds[i] = receive(here);
	/* We have its answers, or give up. A server that never answers may keep a killed process, too. */
	sys_kill(child, SIGKILL);
	reap_child(child, &status);
	return 0;
}

/* Reads the ids of both, and has a child open the files. */
static int open_lent(int root, const struct xnsenter_facts *facts, int fds[ETC_FILES], struct diag *diag)
{
	struct attributes ours = { .n_groups = 0 }, theirs = { .n_groups = 0 };
	_cleanup_close_ int self = proc_open_own(diag);
	int rc = self < 0 ? self : attributes_read(self, &ours, diag);

	if (rc == 0)
		rc = attributes_read(facts->target.dir, &theirs, diag);
	if (rc == 0) {
		rc = ask_child(root, &ours, &theirs, fds);
		if (rc < 0)
			diag_set(diag, -rc, "cannot start a process that reads the target's files");
	}
	attributes_free(&ours);
	attributes_free(&theirs);
	return rc;
}

/* An ordinary user has no rights that the target must not borrow. */
static int open_files(int root, const struct xnsenter_facts *facts, int fds[ETC_FILES], struct diag *diag)
{
	struct sys_caps caps = { .effective = 0 };
	int rc = sys_capget(&caps);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot read the capabilities of this process");
	if (facts->privileged || caps.effective)
		return open_lent(root, facts, fds, diag);
	for (size_t i = 0; i < ARRAY_LEN(etc_files); i++)
		fds[i] = open_file(root, etc_files[i]);
	return 0;
}

/* ---- the texts ---- */

/* A missing file leaves *ret unset. */
static int read_file(int fd, const char *path, char **ret, struct diag *diag)
{
	size_t len;
	int rc = fd < 0 ? fd : bounded_read(fd, FILE_MAX, ret, &len);

	if (fd == -ENOENT)
		return 0;
	if (rc >= 0 && strlen(*ret) != len)
		rc = -EINVAL;
	return rc < 0 ? diag_set(diag, -rc, "cannot read %s of the target", path) : 0;
}

static int read_theirs(struct xnsenter_facts *facts, struct diag *diag)
{
	_cleanup_close_ int root = target_open_dir(&facts->target, "root", diag);
	char **texts[ETC_FILES] = { &facts->resolv_conf, &facts->hosts };
	int fds[ETC_FILES] = { -1, -1 };
	int rc = root < 0 ? root : open_files(root, facts, fds, diag);

	for (size_t i = 0; i < ARRAY_LEN(etc_files); i++) {
		if (rc == 0)
			rc = read_file(fds[i], etc_files[i], texts[i], diag);
		cleanup_close(&fds[i]);
	}
	if (rc < 0 || facts->resolv_conf || facts->hosts)
		return rc;
	diag_set(diag, 0, "process %d has neither /etc/resolv.conf nor /etc/hosts",
		 (int)facts->target.pid);
	diag_hint(diag, "leave out --etc");
	return -ENOENT;
}

/* ---- of a name ---- */

/* The name of a network namespace: that of netns:NAME, and of a file where names are; or NULL. */
static const char *name_of(const char *path)
{
	static const char *const prefixes[] = { "netns:", "/run/netns/", "/var/run/netns/" };

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		size_t len = strlen(prefixes[i]);

		if (strncmp(path, prefixes[i], len) == 0 && path[len] && !strchr(path + len, '/') &&
		    strcmp(path + len, ".") != 0 && strcmp(path + len, "..") != 0)
			return path + len;
	}
	return NULL;
}

static int find_named(const char *path, struct xnsenter_facts *facts, struct diag *diag)
{
	const char *name = name_of(path);
	char dir[PATH_MAX];

	if (!name)
		return diag_usage(
			diag,
			"option '--etc' needs the network namespace of the target or of a name: "
			"netns:NAME, /run/netns/NAME");
	snprintf(dir, sizeof(dir), "/etc/netns/%s", name);
	facts->etc = strdup(dir);
	return facts->etc ? 0 : diag_set(diag, ENOMEM, "cannot remember the directory");
}

int xnsenter_etc_read(const struct xnsenter *request, const struct xnsenter_choice *choice,
		      struct xnsenter_facts *facts, struct diag *diag)
{
	switch (choice->source[NS_NET]) {
	case FROM_TARGET:
	case FROM_SOCKET:
		return read_theirs(facts, diag);
	default:
		return find_named(request->choice[NS_NET].path, facts, diag);
	}
}
