/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A child tries what the mount options do, in mount namespaces of its own: with a user namespace if it
 * may not create one without.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "cause/check.h"
#include "cause/child.h"
#include "kernel/io.h"
#include "kernel/sys.h"

struct attempt {
	const struct check_mount *mount;
	int proc;
};

struct outcome {
	int err;
	struct finding finding;
};

/* The conditions of a try, and its finding if it is refused. */
struct trial {
	bool user_ns; /* the mount namespace belongs to a new user namespace */
	struct finding *finding;
};

static int say(const struct trial *trial, int rc, const char *why, const char *remedy)
{
	snprintf(trial->finding->cause, sizeof(trial->finding->cause), "kernel");
	snprintf(trial->finding->why, FINDING_TEXT, "%s", why);
	snprintf(trial->finding->remedy, FINDING_TEXT, "%s", remedy);
	return rc;
}

static int new_tmpfs(void)
{
	_cleanup_close_ int fs = sys_fsopen("tmpfs");
	int rc = fs < 0 ? fs : sys_fsconfig(fs, KERNEL_FSCONFIG_CREATE, NULL, NULL, 0);

	return rc < 0 ? rc : sys_fsmount(fs, 0);
}

static int clone_root(void)
{
	return sys_open_tree(AT_FDCWD, "/", KERNEL_OPEN_TREE_CLONE | KERNEL_AT_RECURSIVE);
}

static int try_mounts(const struct trial *trial)
{
	_cleanup_close_ int tree = clone_root(), tmpfs = tree < 0 ? tree : new_tmpfs(), root = -1;
	int rc = tmpfs < 0 ? tmpfs : sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);

	root = rc < 0 ? -1 : rc;
	(void)trial;
	return rc < 0 ? rc : sys_attach_mount(tmpfs, root);
}

static int try_read_only(const struct trial *trial)
{
	const struct kernel_mount_attr_change change = { .set = KERNEL_MOUNT_RDONLY };
	_cleanup_close_ int tree = clone_root();
	int rc = tree < 0 ? tree : sys_set_mount_attributes(tree, &change);

	/* A remount for each does it (apply/mount_attributes.c), also where a filter is in the way. */
	if (tree >= 0 && (rc == -ENOSYS || rc == -EPERM))
		return say(
			trial, 0,
			"one mount after the other, since mount_setattr(2) of Linux 5.12 cannot be "
			"used",
			"");
	return rc;
}

static int try_overlay(const struct trial *trial)
{
	_cleanup_close_ int fs = sys_fsopen("overlay");
	int rc = fs < 0 ? fs : 0;

	if (rc == -ENODEV)
		return say(trial, rc, "this kernel has no overlay file system",
			   "as root: modprobe overlay");
	if (rc == 0 && trial->user_ns)
		rc = sys_fsconfig(fs, KERNEL_FSCONFIG_SET_FLAG, "userxattr", NULL, 0);
	return rc == -EINVAL ? say(trial, rc, "in a user namespace an overlay needs Linux 5.11",
				   "use Linux 5.11 or later, or run it as root")
			     : rc;
}

static int try_memory(const struct trial *trial)
{
	_cleanup_close_ int tmpfs = new_tmpfs();
	int rc = tmpfs < 0        ? tmpfs
		 : trial->user_ns ? sys_setxattr(FD_PATH(tmpfs), "user.xns", "", 0)
				  : 0;

	return rc == -EOPNOTSUPP
		       ? say(trial, rc, "in a user namespace an overlay in memory needs Linux 6.6",
			     "give it directories: --overlay LOWER:UPPER:WORK:DST")
		       : rc;
}

/* Without a program the kernel answers EFAULT, if it has filters. */
static int try_filter(const struct trial *trial)
{
	int rc = sys_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 0, 0, 0);

	if (rc == -EINVAL)
		return say(trial, rc, "this kernel has no seccomp filters",
			   "use one with CONFIG_SECCOMP_FILTER");
	return rc == -EFAULT || rc == -EACCES ? 0 : rc;
}

/* The kernel asks for the right before it sees that there is no source (path_mount() in fs/namespace.c). */
static int try_pins(const struct trial *trial)
{
	int rc = sys_mount("", "/dev/null", NULL, MS_BIND, NULL);

	(void)trial;
	return rc == -EINVAL ? 0 : rc;
}

struct check_mount {
	const char *name;
	int (*try)(const struct trial *trial);
	bool here; /* in the mount namespace of the caller */
};

static const struct check_mount mounts[CHECK_MOUNTS] = {
	{ "mounts", try_mounts },   { "read-only", try_read_only },
	{ "overlay", try_overlay }, { "overlay-memory", try_memory },
	{ "seccomp", try_filter },  { "pins", try_pins, .here = true },
};

/* Runs in the child. */
static void try_one(const void *arg, void *answer)
{
	const struct attempt *attempt = arg;
	struct outcome *outcome = answer;
	struct refusal refusal = { .operation = STEP_UNSHARE, .fd = -1, .flags = CLONE_NEWNS };
	struct trial trial = { .finding = &outcome->finding };
	bool here = attempt->mount->here;
	int rc = here ? 0 : sys_unshare(CLONE_NEWNS);

	*outcome = (struct outcome){ .err = 0 };
	if (rc == -EPERM) {
		trial.user_ns = refusal.makes_user_ns = true;
		refusal.flags |= CLONE_NEWUSER;
		rc = sys_unshare(refusal.flags);
	}
	if (rc == 0 && !here)
		rc = sys_mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (rc == 0) {
		refusal = (struct refusal){ .operation = here ? STEP_PIN : STEP_TMPFS,
					    .fd = -1,
					    .makes_user_ns = trial.user_ns };
		rc = attempt->mount->try(&trial);
	}
	if (rc == -ENOSYS)
		say(&trial, rc,
		    "this kernel lacks open_tree(2), fsopen(2) or move_mount(2), which Linux 5.2 "
		    "introduced, or a seccomp filter hides them",
		    "use Linux 5.2 or later");
	outcome->err = refusal.err = -rc;
	if (rc < 0 && !outcome->finding.why[0] &&
	    !cause_search(&refusal, attempt->proc, &outcome->finding))
		snprintf(outcome->finding.why, FINDING_TEXT, "%s", strerror(-rc));
}

void check_mounts(struct check_row rows[CHECK_MOUNTS], int proc)
{
	for (size_t i = 0; i < CHECK_MOUNTS; i++) {
		const struct attempt attempt = { &mounts[i], proc };
		struct outcome outcome = { .err = 0 };
		int rc = child_try(try_one, &attempt, &outcome, sizeof(outcome), NULL);

		rows[i] = (struct check_row){ .name = mounts[i].name, .finding = outcome.finding };
		if (rc < 0)
			snprintf(rows[i].finding.why, FINDING_TEXT, "%s",
				 rc == -EPROTO ? "a process that tries is killed" : strerror(-rc));
		rows[i].answer = rc == 0 && outcome.err == 0 ? CHECK_YES : CHECK_NO;
	}
}
