/* SPDX-License-Identifier: GPL-2.0-or-later */
/* add: creates network namespaces with names. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "applet.h"
#include "base/diag.h"
#include "base/macros.h"
#include "inventory/mounted.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "kernel/nsref.h"
#include "netns/store.h"
#include "output/diag.h"
#include "xnetns/apply.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

/* Whether process 1 has the namespace of the name mounted; -errno if that cannot be found out. */
static int is_seen(int process_1, const char *name)
{
	struct diag ignored;
	_cleanup_close_ int ns = store_open_ns(name, &ignored), fd = -1;
	struct mounted_wanted wanted = { .dev = 0 };
	struct mounted_at at = { .n = 0 };
	char root[64];
	struct stat st;
	int rc = ns < 0 ? ns : sys_fstat(ns, &st);

	if (rc < 0)
		return rc;
	fd = proc_open_file(process_1, "mountinfo", O_RDONLY);
	if (fd < 0)
		return fd;
	snprintf(root, sizeof(root), "net:[%ju]", (uintmax_t)st.st_ino);
	wanted.dev = st.st_dev;
	wanted.root = root;
	rc = mounted_take(fd, &wanted, &at);
	rc = rc < 0 ? rc : at.n > 0;
	mounted_at_free(&at);
	return rc;
}

/*
 * In a mount namespace whose mounts do not propagate, as after unshare(1) -m, the file of the name is there for
 * all, and the namespace for the processes in it only.
 */
static void warn_of_unseen(const struct xnetns *request, int self)
{
	struct diag ignored;
	_cleanup_close_ int root = -1, one = -1, ours = -1, theirs = -1;
	size_t n = 0;
	const char *first = NULL;
	bool same = false;

	if (request->store || applet_is_drop_in() || !isatty(STDERR_FILENO))
		return;
	root = proc_open_root(&ignored);
	one = root < 0 ? root : sys_openat(root, "1", O_PATH | O_DIRECTORY, 0);
	if (one < 0)
		return;
	ours = proc_open_ns(self, ns_types[NS_MNT].name);
	theirs = proc_open_ns(one, ns_types[NS_MNT].name);
	if (ours < 0 || theirs < 0 || nsref_same(ours, theirs, &same) < 0 || same)
		return;
	for (int i = 0; i < request->n_operands; i++) {
		if (is_seen(one, request->operands[i]) != 0)
			continue;
		if (n++ == 0)
			first = request->operands[i];
	}
	if (n == 1)
		diag_warn("xnetns",
			  "'%s' is mounted in this mount namespace only: process 1 does not see it",
			  first);
	else if (n > 1)
		diag_warn(
			"xnetns",
			"'%s' and %zu more name%s mounted in this mount namespace only: process 1 "
			"does not see them",
			first, n - 1, n == 2 ? " is" : "s are");
}

int xnetns_add(const struct xnetns *request)
{
	struct netns_plan plan = { .n = 0 };
	_cleanup_close_ int self = -1;
	struct diag diag;
	int status;

	for (int i = 0; i < request->n_operands; i++)
		if (xnetns_check_name(request->operands[i], &diag) < 0)
			return xnetns_fail(&diag);
	self = proc_open_own(&diag);
	if (self < 0)
		return xnetns_fail(&diag);
	netns_plan_new(request, self, &plan);
	status = netns_carry_out(request, &plan, NULL);
	netns_plan_free(&plan);
	if (status == EXIT_SUCCESS && !opt_given(&request->given, OPT_EXPLAIN))
		warn_of_unseen(request, self);
	return status;
}
