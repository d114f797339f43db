/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that create namespaces and set them up. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/loopback.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

/* The effective ids of the creator own the user namespace (user_namespaces(7)). */
int do_owner(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_setgroups(0, NULL);

	(void)apply;
	if (rc == 0)
		rc = sys_setresgid(step->owner.gid, step->owner.gid, step->owner.gid);
	if (rc == 0)
		rc = sys_setresuid(step->owner.uid, step->owner.uid, step->owner.uid);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot become the owner %" PRIu32 ":%" PRIu32,
				step->owner.uid, step->owner.gid);
	return 0;
}

int do_unshare(struct apply *apply, const struct step *step, struct diag *diag)
{
	enum ns_type only = ns_by_flag(step->unshare.flags);
	int rc = apply_unshare(apply, step->unshare.flags);
	char labels[128];

	if (rc == 0)
		return 0;
	if (only != NS_NONE)
		return diag_set(diag, -rc, "cannot create %s %s namespace", ns_types[only].article,
				ns_types[only].label);
	ns_labels(step->unshare.flags, labels, sizeof(labels));
	return diag_set(diag, -rc, "cannot create namespaces (%s)", labels);
}

/*
 * unshare(2) puts only children into a new time namespace; setns(2) takes us (time_namespaces(7)).
 */
int do_enter_new(struct apply *apply, const struct step *step, struct diag *diag)
{
	const struct ns_type_info *info = &ns_types[step->enter_new.ns];
	_cleanup_close_ int fd = -1;
	int rc = apply_open_proc(apply, diag);

	if (rc < 0)
		return rc;
	fd = proc_open_ns(apply->origin, info->for_children);
	rc = fd < 0 ? fd : sys_setns(fd, info->flag);
	return rc < 0 ? diag_set(diag, -rc, "cannot enter the new %s namespace", info->label) : 0;
}

int do_loopback(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	(void)step;
	return loopback_up(diag);
}

int do_hostname(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = sys_sethostname(step->hostname.name, strlen(step->hostname.name));

	(void)apply;
	return rc < 0 ? diag_set(diag, -rc, "cannot set the host name to '%s'", step->hostname.name)
		      : 0;
}
