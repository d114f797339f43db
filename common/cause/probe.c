/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can only be seen by trying it: in a child, which ends with all that it made. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/macros.h"
#include "cause/internal.h"
#include "kernel/sys.h"
#include "plan/step.h"

static NORETURN void answer_and_end(void (*try)(const void *arg, void *answer), const void *arg,
				    void *answer, unsigned size, int to)
{
	try(arg, answer);
	/* The parent takes a missing answer for what it is. */
	sys_exit(sys_write(to, answer, size) == (ssize_t)size ? 0 : 1);
}

int hint_try(void (*try)(const void *arg, void *answer), const void *arg, void *answer,
	     unsigned size, int *ret_signal)
{
	int ends[2], status = 0, rc = sys_pipe2(ends, 0);
	_cleanup_close_ int from = -1, to = -1;
	ssize_t n;
	pid_t pid;

	if (ret_signal)
		*ret_signal = 0;
	if (rc < 0)
		return rc;
	from = ends[0];
	to = ends[1];
	pid = sys_fork();
	if (pid < 0)
		return pid;
	if (pid == 0)
		answer_and_end(try, arg, answer, size, to);
	cleanup_close(&to);
	/* One write of at most PIPE_BUF bytes comes in one piece (pipe(7)). */
	n = sys_read(from, answer, size);
	/* ECHILD where our caller ignores SIGCHLD; the answer is here by then. */
	if (sys_waitpid(pid, &status, 0) > 0 && WIFSIGNALED(status) && ret_signal)
		*ret_signal = WTERMSIG(status);
	if (n < 0)
		return (int)n;
	return n == (ssize_t)size ? 0 : -EPROTO;
}

static void try_unshare(const void *arg, void *answer)
{
	*(int *)answer = -sys_unshare(*(const int *)arg);
}

int probe_unshare(int flags)
{
	int err;

	return hint_try(try_unshare, &flags, &err, sizeof(err), NULL) < 0 ? -1 : err;
}

/*
 * The kernel looks for the target before it asks for any right (path_mount() in fs/namespace.c), so
 * without one it always says EFAULT.
 */
static void try_bad_mount(const void *arg, void *answer)
{
	(void)arg;
	*(int *)answer = -sys_mount(NULL, NULL, NULL, 0, NULL);
}

int probe_bad_mount(void)
{
	int err;

	return hint_try(try_bad_mount, NULL, &err, sizeof(err), NULL) < 0 ? -1 : err;
}

/*
 * Those of several namespaces that are refused. With a user namespace among them the kernel makes
 * that first, and the others with the rights that it gives (user_namespaces(7)).
 */
static void find_types(struct scene *scene)
{
	int flags = scene->step->flags, user = flags & CLONE_NEWUSER;

	if (ns_by_flag(flags) != NS_NONE || (user && probe_unshare(user) == scene->err)) {
		scene->types = user ? user : flags;
		return;
	}
	for (int k = 0; k < NS_COUNT; k++) {
		int flag = flags & ~user & ns_types[k].flag;

		if (flag && probe_unshare(user | flag) == scene->err)
			scene->types |= flag;
	}
}

enum ns_kind scene_type(struct scene *scene)
{
	if (!scene->probed)
		find_types(scene);
	scene->probed = true;
	for (int k = 0; k < NS_COUNT; k++)
		if (scene->types & ns_types[k].flag)
			return (enum ns_kind)k;
	return NS_NONE;
}
