/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/filters.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/kernel.h"
#include "kernel/sys.h"

enum { STOP_TRIES = 2000 }; /* of a millisecond */

const struct sock_filter *filters_next(const struct filters *filters, size_t *at, uint32_t *ret_n)
{
	const unsigned char *header = filters->image + *at;

	if (*at >= filters->size)
		return NULL;
	memcpy(ret_n, header, sizeof(*ret_n));
	*at += sizeof(*ret_n) + *ret_n * sizeof(struct sock_filter);
	return (const struct sock_filter *)(const void *)(header + sizeof(*ret_n));
}

/* Waits until the process has stopped. *ret_signal is what it was about to take, and must not lose. */
static int wait_for_stop(pid_t pid, int *ret_signal)
{
	static const struct timespec millisecond = { .tv_nsec = 1000000 };
	int status;

	for (int tries = 0; tries < STOP_TRIES; tries++) {
		pid_t found = sys_waitpid(pid, &status, WNOHANG | __WALL);

		if (found < 0)
			return found;
		if (found == pid && !WIFSTOPPED(status))
			return -ESRCH;
		if (found == pid) {
			*ret_signal = status >> 16 ? 0 : WSTOPSIG(status);
			return 0;
		}
		sys_nanosleep(&millisecond);
	}
	return -ETIMEDOUT;
}

/* Appends the filter of that number, from 0 for the oldest. -ENOENT behind the youngest. */
static int append(pid_t pid, unsigned long index, struct filters *filters)
{
	int n = sys_ptrace(PTRACE_SECCOMP_GET_FILTER, pid, index, NULL);
	uint32_t count = (uint32_t)n;
	size_t bytes;
	unsigned char *grown;

	if (n < 0)
		return n;
	bytes = sizeof(count) + count * sizeof(struct sock_filter);
	grown = array_reserve(filters->image, filters->size + bytes, &filters->room, 1);
	if (!grown)
		return -ENOMEM;
	filters->image = grown;
	memcpy(grown + filters->size, &count, sizeof(count));
	n = sys_ptrace(PTRACE_SECCOMP_GET_FILTER, pid, index,
		       grown + filters->size + sizeof(count));
	if (n < 0)
		return n;
	filters->size += bytes;
	return 0;
}

static int copy_all(pid_t pid, struct filters *filters)
{
	int rc = 0;

	for (unsigned long index = 0; rc == 0; index++)
		rc = append(pid, index, filters);
	return rc == -ENOENT ? 0 : rc;
}

/*
 * If the process does not stop in time, it cannot be detached; the kernel does that when we end, which
 * follows the refusal.
 */
static int copy(pid_t pid, struct filters *ret)
{
	int signal = 0, rc = sys_ptrace(PTRACE_SEIZE, pid, 0, NULL), detached;

	if (rc == 0)
		rc = sys_ptrace(PTRACE_INTERRUPT, pid, 0, NULL);
	if (rc == 0)
		rc = wait_for_stop(pid, &signal);
	if (rc < 0)
		return rc;
	rc = copy_all(pid, ret);
	detached = sys_ptrace(PTRACE_DETACH, pid, 0, (void *)(intptr_t)signal);
	return rc < 0 ? rc : detached;
}

int filters_copy(pid_t pid, struct filters *ret, struct diag *diag)
{
	int rc;

	*ret = (struct filters){ .size = 0 };
	rc = copy(pid, ret);
	if (rc == 0)
		return 0;
	diag_set(diag, -rc, "cannot copy the seccomp filters of process %d", (int)pid);
	if (rc == -EIO)
		diag_hint(diag, "this kernel has no CONFIG_CHECKPOINT_RESTORE; --like-target=no-seccomp leaves "
				"the filters out");
	if (rc == -ETIMEDOUT)
		diag_hint(diag,
			  "it has not stopped within two seconds; --like-target=no-seccomp leaves "
			  "its filters out");
	else if (rc == -EPERM || rc == -EACCES)
		diag_hint(
			diag,
			"run it as root outside of all containers, without a seccomp filter, while "
			"nobody traces that process; or add --like-target=no-seccomp, which leaves "
			"its "
			"filters out");
	return rc;
}

void filters_free(struct filters *filters)
{
	free(filters->image);
	*filters = (struct filters){ .size = 0 };
}
