/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which call of a step a seccomp filter refuses, such as those of container engines. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "cause/internal.h"
#include "kernel/sys.h"

/* The filters of container engines let calls pass for those who have CAP_SYS_ADMIN. */
void blame_filter(const struct search *search, const char *call, const char *also,
		  struct finding *ret)
{
	const struct refusal *refusal = search->refusal;
	const char *with = "--cap-add SYS_ADMIN";

	if (refusal->makes_user_ns || refusal->flags & CLONE_NEWUSER)
		with = "--cap-add SYS_ADMIN or --security-opt seccomp=unconfined";
	else if (fact_capability(search, CAP_SYS_ADMIN) == 1)
		with = "--security-opt seccomp=unconfined";
	else if (sys_geteuid() != 0)
		with = "--cap-add SYS_ADMIN, as root";
	cause_why(ret, "a seccomp filter refuses %s", call);
	cause_remedy(ret, "in a container: run it with %s%s", with, also);
}

/*
 * Each call with arguments that the kernel refuses by another errno than a filter's, once the caller
 * has the capability. None has an effect.
 */
enum call { OPEN_TREE, MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT, MOUNT_SETATTR,
	    MOUNT, UMOUNT2, PIVOT_ROOT, CHROOT, SETHOSTNAME, PIDFD_OPEN, SETNS };

static int probe(enum call call)
{
	switch (call) {
	case OPEN_TREE:
		return sys_open_tree(-1, "", 0);
	case MOVE_MOUNT:
		return sys_attach_mount(-1, -1);
	case FSOPEN:
		return sys_fsopen(NULL);
	case FSCONFIG:
		return sys_fsconfig(-1, 0, NULL, NULL, 0);
	case FSMOUNT:
		return sys_fsmount(-1, 0);
	case MOUNT_SETATTR:
		return sys_set_mount_attributes(-1, NULL);
	case MOUNT:
		return -probe_bad_mount();
	case UMOUNT2:
		return sys_umount2("", ~0);
	case PIVOT_ROOT:
		return sys_pivot_root("", "");
	case CHROOT:
		return sys_chroot("");
	case SETHOSTNAME:
		return sys_sethostname("", SIZE_MAX);
	case PIDFD_OPEN:
		return sys_pidfd_open(-1, 0);
	case SETNS:
		return sys_setns(-1, 0);
	}
	return 0;
}

/* What steps do that make the calls below. */
enum { MOUNTS = 1, VIEWS = 2, PIVOTS = 4, DETACHES = 8, CHROOTS = 16, NAMES = 32, WAITS = 64 };

/* needs: without this capability the kernel itself answers EPERM, whatever the arguments are; -1: none. */
static const struct {
	char name[20]; /* no pointer, nor one to a function: each start would relocate it */
	unsigned used_by;
	int needs;
} calls[] = {
	[OPEN_TREE] = { "open_tree(2)", MOUNTS | VIEWS, -1 },
	[MOVE_MOUNT] = { "move_mount(2)", MOUNTS | VIEWS, CAP_SYS_ADMIN },
	[FSOPEN] = { "fsopen(2)", MOUNTS, CAP_SYS_ADMIN },
	[FSCONFIG] = { "fsconfig(2)", MOUNTS, -1 },
	[FSMOUNT] = { "fsmount(2)", MOUNTS, CAP_SYS_ADMIN },
	/* The mount options do without it, by mount(2). */
	[MOUNT_SETATTR] = { "mount_setattr(2)", VIEWS, CAP_SYS_ADMIN },
	[SETNS] = { "setns(2)", VIEWS, -1 },
	[PIVOT_ROOT] = { "pivot_root(2)", PIVOTS, CAP_SYS_ADMIN },
	[MOUNT] = { "mount(2)", MOUNTS | PIVOTS, -1 },
	[UMOUNT2] = { "umount2(2)", MOUNTS | DETACHES, -1 },
	[CHROOT] = { "chroot(2)", CHROOTS, -1 },
	[SETHOSTNAME] = { "sethostname(2)", NAMES, CAP_SYS_ADMIN },
	[PIDFD_OPEN] = { "pidfd_open(2)", WAITS, -1 },
};

static bool is_refused(const struct search *search, size_t i)
{
	int rc;

	if (calls[i].needs >= 0 && fact_capability(search, (unsigned)calls[i].needs) != 1)
		return false;
	rc = probe((enum call)i);
	return rc == -EPERM || rc == -EACCES || rc == -ENOSYS;
}

static bool find_refused(struct search *search, unsigned used_by, struct finding *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (calls[i].used_by & used_by && is_refused(search, i)) {
			blame_filter(search, calls[i].name, "", ret);
			return true;
		}
	return false;
}

bool find_filtered_new_mount(struct search *search, struct finding *ret)
{
	return find_refused(search, MOUNTS, ret);
}

bool find_filtered_view(struct search *search, struct finding *ret)
{
	return find_refused(search, VIEWS, ret);
}

bool find_filtered_pivot(struct search *search, struct finding *ret)
{
	return find_refused(search, PIVOTS, ret);
}

bool find_filtered_chroot(struct search *search, struct finding *ret)
{
	return find_refused(search, CHROOTS, ret);
}

bool find_filtered_privilege(struct search *search, struct finding *ret)
{
	enum step_kind kind = search->refusal->operation;
	unsigned used_by = kind == STEP_DETACH_ROOT ? DETACHES : kind == STEP_HOSTNAME ? NAMES : 0;

	return find_refused(search, used_by, ret);
}

bool find_filtered_wait(struct search *search, struct finding *ret)
{
	return find_refused(search, WAITS, ret);
}

bool find_filtered_mount(struct search *search, struct finding *ret)
{
	int err = probe_bad_mount();

	if (err < 0 || err == EFAULT)
		return false;
	blame_filter(search, "mount(2)", "", ret);
	return true;
}
