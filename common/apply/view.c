/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows the tree of mounts of another process below a directory of ours. Only a process in a mount
 * namespace may clone its mounts (check_mnt(), fs/namespace.c). So a child enters it, clones them,
 * and sends the copy, which is not connected with the original: the other's mounts stay as they
 * are.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "apply/internal.h"
#include "apply/message.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "base/macros.h"
#include "kernel/sys.h"
#include "kernel/trusted.h"

/* The devices and programs of the target cannot be used, and nothing can be written. */
static unsigned long long attributes_of(const struct step *step)
{
	return KERNEL_MOUNT_NOSUID | KERNEL_MOUNT_NODEV | KERNEL_MOUNT_NOEXEC |
	       (step->view.writable ? KERNEL_MOUNT_NOSYMFOLLOW : KERNEL_MOUNT_RDONLY);
}

static int refuse_kernel(const struct step *step, const char *what, struct diag *diag)
{
	diag_set(diag, 0, "cannot show the files of process %d: this kernel lacks %s",
		 (int)step->view.pid, what);
	diag_hint(diag,
		  "leave out --view, and enter the files with --mount, if they have programs");
	return -ENOSYS;
}

/*
 * As root, a directory that nobody else can replace: the target's files must not cover those that root's programs
 * obey. The caller owns the descriptor.
 */
static int open_place(const char *path, struct diag *diag)
{
	_cleanup_close_ int dir = trusted_open_directory(path, diag);
	int rc = dir < 0 || sys_geteuid() != 0 ? 0 : trusted_check_owners(dir, true);

	if (rc == -EPERM) {
		diag_set(diag, 0, "cannot show files at '%s': another user could replace the directory, or one above it",
			 path);
		diag_hint(diag, "choose a directory that only root can write, such as /run/NAME");
		return rc;
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot open the directory '%s'", path) : take_fd(&dir);
}

/* Each call fails: for its arguments, or with ENOSYS if the kernel lacks it. */
int check_view(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int dir = open_place(step->view.path, diag);

	(void)apply;
	if (dir < 0)
		return dir;
	if (sys_open_tree(-1, "", 0) == -ENOSYS)
		return refuse_kernel(step, "open_tree(2), which Linux 5.2 introduced", diag);
	if (sys_set_mount_attributes(-1, NULL) == -ENOSYS)
		return refuse_kernel(step, "mount_setattr(2), which Linux 5.12 introduced", diag);
	return 0;
}

/* Runs in the child, which is in no pid namespace of the target's and executes none of its files. */
static int clone_theirs(const struct step *step)
{
	struct kernel_mount_attr_change change = { .set = attributes_of(step),
						   .propagation = MS_PRIVATE };
	_cleanup_close_ int tree = -1;
	int rc = sys_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

	if (rc == 0)
		rc = sys_setns(step->view.mounts, CLONE_NEWNS);
	if (rc < 0)
		return rc;
	tree = sys_open_tree(step->view.root, "",
			     KERNEL_OPEN_TREE_CLONE | KERNEL_AT_RECURSIVE | AT_EMPTY_PATH);
	rc = tree < 0 ? tree : sys_set_mount_attributes(tree, &change);
	return rc < 0 ? rc : take_fd(&tree);
}

static NORETURN void visit(const struct step *step, int socket)
{
	int tree = clone_theirs(step);

	message_send(socket, tree < 0 ? tree : 0,
		     tree < 0 ? -1 : tree); /* without it we have ended */
	sys_exit(EXIT_SUCCESS);
}

static int receive_tree(const struct step *step, struct diag *diag)
{
	_cleanup_close_ int ours = -1, theirs = -1;
	int ends[2], tree = -1, answer = -ECHILD,
		     rc = sys_socketpair(AF_UNIX, SOCK_SEQPACKET, ends);
	pid_t child, ignored;

	if (rc < 0)
		return diag_set(diag, -rc, "cannot create a socket");
	ours = ends[0];
	theirs = ends[1];
	child = sys_fork();
	if (child < 0)
		return diag_set(diag, -child, "cannot fork");
	if (child == 0) {
		cleanup_close(&ours);
		visit(step, theirs);
	}
	cleanup_close(&theirs);
	rc = message_receive(ours, &answer, &tree, &ignored);
	sys_waitpid(child, NULL, 0); /* what it has sent is all that counts */
	if (rc > 0 && answer == 0 && tree >= 0)
		return tree;
	rc = rc < 0 ? rc : answer < 0 ? answer : -EMFILE;
	diag_set(diag, -rc, "cannot copy the mounts of process %d", (int)step->view.pid);
	if (rc == -EINVAL && step->view.writable)
		diag_hint(
			diag,
			"nosymfollow, which keeps its links from leading to our files, needs Linux "
			"5.14; without rw: it is not needed");
	return rc;
}

/* On standard error, so that strace -p of it works. */
static void say_init(const struct apply *apply, pid_t init)
{
	struct diag diag;

	if (!init)
		return;
	diag_set(&diag, 0, "process 1 of the target is process %d here", (int)init);
	apply->fail(&diag);
}

int do_view(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int tree = receive_tree(step, diag), dir = -1;
	int rc;

	if (tree < 0)
		return tree;
	/* Again, because a mount cannot be attached through a descriptor from the mount namespace
	 * that we left (check_mnt(), fs/namespace.c). */
	dir = open_place(step->view.path, diag);
	if (dir < 0)
		return dir;
	rc = sys_attach_mount(tree, dir);
	if (rc == 0) {
		apply_follow_cwd(step->view.path);
		say_init(apply, step->view.init);
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot show the files of process %d at '%s'",
				 (int)step->view.pid, step->view.path)
		      : 0;
}
