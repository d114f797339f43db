/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps on network namespaces and the processes in them. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "kernel/netnsid.h"
#include "kernel/sys.h"
#include "netns/store.h"
#include "plan/step.h"
#include "xnetns/apply.h"
#include "xnetns/nsid.h"
#include "xnetns/process.h"
#include "xnetns/refused.h"
#include "xnetns/step.h"
#include "xnetns/xnetns.h"

/* This process stays in the new namespace: the next step creates its own from there. */
int netns_do_create(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	int rc = sys_unshare(ns_types[NS_NET].flag);

	(void)run;
	(void)step;
	if (rc == 0)
		return 0;
	diag_set(diag, -rc, "cannot create a network namespace");
	hint_refused_add(STEP_UNSHARE, diag);
	return rc;
}

int netns_do_loopback(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	(void)run;
	(void)step;
	return xnetns_bring_up(diag);
}

int netns_do_set_nsid(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	const struct netnsid_request ask = {
		.set = true, .nsid = step->nsid, .target = -1, .fd = step->fd
	};
	_cleanup_netlink_ struct netlink socket = NETLINK_CLOSED;
	char what[NAME_MAX + 64];
	struct netlink_end end;
	int32_t had = NETNSID_NONE;
	int rc = netnsid_open(&socket, diag);

	(void)run;
	if (rc < 0)
		return rc;
	rc = netnsid_ask(&socket, &ask, NULL, NULL, &end);
	if (rc == 0)
		return 0;
	snprintf(what, sizeof(what), "cannot set the nsid of '%s'", step->name);
	nsid_refused(rc, end.text, what, diag);
	if (rc == -EPERM)
		hint_refused(STEP_LOOPBACK, -1, diag);
	if (rc == -EEXIST && netnsid_lookup(&socket, &step->fd, 1, &had) == 0 && had >= 0)
		diag_hint(diag, "'%s' has the nsid %" PRId32 "; the kernel never changes one",
			  step->name, had);
	return rc;
}

int netns_do_kill(struct netns_run *run, const struct netns_step *step, struct diag *diag)
{
	const char *name = step->name;
	_cleanup_close_ int fd = -1;
	struct entry entry;
	struct stat st;
	int dir = run->no_store ? -ENOENT : store_open_dir(diag), rc;

	/* A file that is no namespace has no processes; the step that removes it reports its
	 * type. */
	rc = dir < 0 ? dir : entry_examine(dir, name, &entry);
	cleanup_close(&dir);
	if (rc < 0 || entry.kind != ENTRY_NETNS || entry.leads_to_mount)
		return 0;
	fd = store_open_ns(name, diag);
	rc = fd < 0 ? fd : sys_fstat(fd, &st);
	if (fd >= 0 && rc < 0)
		diag_set(diag, -rc, "cannot examine the network namespace '%s'", name);
	return rc < 0 ? rc
		      : process_end_all(st.st_ino, step->kill.signal, step->kill.seconds, name,
					diag);
}
