/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that enter existing namespaces, and take the target's root, cgroup and environment. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/target.h"

int do_undumpable(struct apply *apply, const struct step *step, struct diag *diag)
{
	/* Access to us by ptrace(2) and to /proc/PID/{mem,exe,fd} then requires CAP_SYS_PTRACE in
	 * the user namespace in which our binary was executed. Nobody inside has that. */
	int rc = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

	(void)step;
	apply->undumpable = true;
	return rc < 0 ? diag_set(diag, -rc, "cannot protect this process from tracing") : 0;
}

/* A session keyring is inherited, and no namespace hides its keys (keyrings(7)). */
int do_keyring(struct apply *apply, const struct step *step, struct diag *diag)
{
	long rc = sys_join_session_keyring();

	(void)apply;
	(void)step;
	/* Without keyrings there is nothing to hide. A filter that forbids the call (Docker's) stays
	 * with the program, which then cannot make it either. */
	if (rc > 0 || rc == -ENOSYS || rc == -EPERM)
		return 0;
	diag_set(diag, (int)-rc, "cannot take a new session keyring");
	if (rc == -EDQUOT)
		diag_hint(diag, "this user has all keys that kernel.keys.maxkeys allows; /proc/key-users "
				"counts them");
	return (int)rc;
}

static int cannot_enter(const struct step *step, enum ns_type type, int err, struct diag *diag)
{
	int pid = (int)step->enter.target->pid;

	if ((err == ENOENT || err == EACCES) && target_check(step->enter.target, diag) < 0)
		return -ESRCH;
	if (err == ESRCH) {
		diag_set(diag, 0, "process %d has ended", pid);
		return -ESRCH;
	}
	if (err == ENOENT) {
		diag_set(diag, 0, "this kernel has no %s namespaces", ns_types[type].label);
		return -ENOENT;
	}
	return diag_set(diag, err, "cannot enter the %s namespace of process %d",
			ns_types[type].label, pid);
}

/* The target's namespaces, all opened before the first is entered, because the target's mount
 * namespace may have another /proc, or none. */
struct target_ns {
	int fds[NS_COUNT]; /* owned; -1: not requested, entered, or unknown to this kernel */
};

static void close_target_ns(struct target_ns *open)
{
	for (int k = 0; k < NS_COUNT; k++)
		cleanup_close(&open->fds[k]);
}

static int open_target_ns(const struct step *step, int flags, struct target_ns *open,
			  struct diag *diag)
{
	for (int k = 0; k < NS_COUNT; k++)
		open->fds[k] = -1;
	for (int k = 0; k < NS_COUNT; k++) {
		int fd;

		if (!(flags & ns_types[k].flag))
			continue;
		fd = target_open_ns(step->enter.target, (enum ns_type)k);
		if (fd == -ENOENT && step->enter.optional & ns_types[k].flag)
			continue;
		if (fd < 0)
			return cannot_enter(step, (enum ns_type)k, -fd, diag);
		open->fds[k] = fd;
	}
	/* ENOENT may also mean that the process has ended. */
	return target_check(step->enter.target, diag);
}

/* Enters one namespace, and closes it, so that the second pass tries only the others. */
static int enter_open(struct apply *apply, struct target_ns *open, enum ns_type type)
{
	int rc;

	if (open->fds[type] < 0)
		return 0;
	rc = sys_setns(open->fds[type], ns_types[type].flag);
	if (rc == 0) {
		apply->entered |= ns_types[type].flag;
		cleanup_close(&open->fds[type]);
	}
	return rc;
}

/*
 * setns(2) requires CAP_SYS_ADMIN here and in the owner of the namespace. A caller with
 * capabilities loses them by entering the user namespace (user_namespaces(7)), so the others are
 * entered first. An ordinary user gains them there, so a second pass comes after the user
 * namespace. A tentative step makes only the first pass.
 */
static int enter_one_by_one(struct apply *apply, const struct step *step, int flags,
			    struct diag *diag)
{
	__attribute__((cleanup(close_target_ns))) struct target_ns open;
	int rc = open_target_ns(step, flags, &open, diag);

	if (rc < 0)
		return rc;
	if (step->tentative || open.fds[NS_USER] >= 0)
		for (int k = 0; k < NS_COUNT; k++)
			if (k != NS_USER)
				enter_open(apply, &open, (enum ns_type)k);
	if (step->tentative)
		return 0;
	rc = enter_open(apply, &open, NS_USER);
	if (rc < 0)
		return cannot_enter(step, NS_USER, -rc, diag);
	for (int k = 0; k < NS_COUNT; k++) {
		rc = enter_open(apply, &open, (enum ns_type)k);
		if (rc < 0)
			return cannot_enter(step, (enum ns_type)k, -rc, diag);
	}
	return 0;
}

/*
 * setns(2) took the namespaces that the target had then. No process returns to a user namespace that it has left, so
 * if the target is still in the one that was examined, that one was entered; and if it is ours, nobody chose the
 * others who has rights in another one only.
 */
static int check_stayed(const struct step *step, struct diag *diag)
{
	int pid = (int)step->enter.target->pid;
	char link[64];
	ssize_t len = sys_readlinkat(step->enter.target->dir, "ns/user", link, sizeof(link));

	if (len < 0 && target_check(step->enter.target, diag) < 0)
		return -ESRCH;
	if (len < 0)
		return diag_set(diag, (int)-len, "cannot read /proc/%d/ns/user", pid);
	if ((size_t)len == strlen(step->enter.stays_in) &&
	    memcmp(link, step->enter.stays_in, (size_t)len) == 0)
		return 0;
	diag_set(diag, 0, "process %d has changed its namespaces meanwhile", pid);
	diag_hint(diag, "run it again");
	return -ESTALE;
}

int do_enter(struct apply *apply, const struct step *step, struct diag *diag)
{
	int flags = step->enter.flags & ~apply->entered, rc = -EBADF;

	if (!flags)
		return 0;
	/* setns(2) with a pidfd (Linux 5.8) enters all or none. If it fails, we enter one by one:
	 * another order may succeed, and otherwise we learn which namespace is at fault. */
	if (step->enter.target->pidfd >= 0)
		rc = sys_setns(step->enter.target->pidfd, flags);
	if (rc == 0)
		apply->entered |= flags;
	else if (rc == -ESRCH)
		rc = cannot_enter(step, NS_NONE, ESRCH, diag);
	else
		rc = enter_one_by_one(apply, step, flags, diag);
	if (rc == 0 && step->enter.stays_in)
		rc = check_stayed(step, diag);
	return step->tentative ? 0 : rc;
}

int do_setns(struct apply *apply, const struct step *step, struct diag *diag)
{
	int flag = ns_types[step->setns.ns].flag, rc;

	if (apply->entered & flag)
		return 0;
	rc = sys_setns(step->setns.fd, flag);
	if (rc == 0)
		apply->entered |= flag;
	if (rc == 0 || step->tentative)
		return 0;
	return diag_set(diag, -rc, "cannot enter the %s namespace of '%s'",
			ns_types[step->setns.ns].label, step->setns.path);
}

bool apply_is_cwd_reachable(void)
{
	char path[PATH_MAX];

	return sys_getcwd(path, sizeof(path)) > 0 && path[0] == '/';
}

int do_root_fd(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int cwd = sys_openat(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0);
	int rc = sys_fchdir(step->root_fd.fd);

	(void)apply;
	if (rc == 0)
		rc = sys_chroot(".");
	/* The old working directory stays only if it lies below the new root; from outside, a
	 * lookup of "../.." would leave the new root (chroot(2)). */
	if (rc == 0 && !step->root_fd.cwd_follows && cwd >= 0 && sys_fchdir(cwd) == 0 &&
	    !apply_is_cwd_reachable())
		rc = sys_chdir("/");
	return rc < 0 ? diag_set(diag, -rc, "cannot change the root directory to %s",
				 step->root_fd.path)
		      : 0;
}

int do_chdir_fd(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_fchdir(step->chdir_fd.fd);

	(void)apply;
	return rc < 0 ? diag_set(diag, -rc, "cannot change the working directory to %s",
				 step->chdir_fd.path)
		      : 0;
}

int do_join_cgroup(struct apply *apply, const struct step *step, struct diag *diag)
{
	/* "0" means the writing process (cgroups(7)). */
	ssize_t n = sys_write(step->join_cgroup.fd, "0", 1);

	(void)apply;
	return n < 0 ? diag_set(diag, (int)-n, "cannot move into the cgroup of process %d",
				(int)step->join_cgroup.pid)
		     : 0;
}

int do_exec_context(struct apply *apply, const struct step *step, struct diag *diag)
{
	char text[PATH_MAX];
	int rc = apply_open_proc(apply, diag);

	if (rc < 0)
		return rc;
	snprintf(text, sizeof(text), "%s%s", step->exec_context.apparmor ? "exec " : "",
		 step->exec_context.context);
	rc = proc_write_file(apply->origin, "attr/exec", text);
	return rc < 0 ? diag_set(diag, -rc, "cannot follow the security label '%s'",
				 step->exec_context.context)
		      : 0;
}

int do_take_environ(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	(void)diag;
	environ = (char **)step->take_environ.variables;
	return 0;
}
