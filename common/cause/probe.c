/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tries calls in a child process; when the child ends, the kernel removes its namespaces. */
#include <errno.h>
#include <sched.h>

#include "cause/child.h"
#include "cause/internal.h"
#include "kernel/sys.h"

static void try_unshare(const void *arg, void *answer)
{
	*(int *)answer = -sys_unshare(*(const int *)arg);
}

int probe_unshare(int flags)
{
	int err;

	return child_try(try_unshare, &flags, &err, sizeof(err), NULL) < 0 ? -1 : err;
}

/*
 * The kernel looks up the target before it checks capabilities (do_mount() in fs/namespace.c), so
 * this call fails with EFAULT unless a filter refuses it.
 */
static void try_bad_mount(const void *arg, void *answer)
{
	(void)arg;
	*(int *)answer = -sys_mount(NULL, NULL, NULL, 0, NULL);
}

int probe_bad_mount(void)
{
	int err;

	return child_try(try_bad_mount, NULL, &err, sizeof(err), NULL) < 0 ? -1 : err;
}

/*
 * Finds out which of several types are refused. The kernel creates a user namespace first, and the
 * others with its capabilities (user_namespaces(7)), so each type is tried together with it.
 */
static void find_types(struct search *search)
{
	int flags = search->refusal->flags, user = flags & CLONE_NEWUSER;

	if (ns_by_flag(flags) != NS_NONE || (user && probe_unshare(user) == search->refusal->err)) {
		search->types = user ? user : flags;
		return;
	}
	for (int k = 0; k < NS_COUNT; k++) {
		int flag = flags & ~user & ns_types[k].flag;

		if (flag && probe_unshare(user | flag) == search->refusal->err)
			search->types |= flag;
	}
}

enum ns_type search_type(struct search *search)
{
	if (!search->probed)
		find_types(search);
	search->probed = true;
	for (int k = 0; k < NS_COUNT; k++)
		if (search->types & ns_types[k].flag)
			return (enum ns_type)k;
	return NS_NONE;
}
