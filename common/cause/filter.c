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
static int probe_open_tree(void) { return sys_open_tree(-1, "", 0); }
static int probe_move_mount(void) { return sys_attach_mount(-1, -1); }
static int probe_fsopen(void) { return sys_fsopen(NULL); }
static int probe_fsconfig(void) { return sys_fsconfig(-1, 0, NULL, NULL, 0); }
static int probe_fsmount(void) { return sys_fsmount(-1, 0); }
static int probe_mount_setattr(void) { return sys_set_mount_attributes(-1, NULL); }
static int probe_mount(void) { return -probe_bad_mount(); }
static int probe_umount2(void) { return sys_umount2("", ~0); }
static int probe_pivot_root(void) { return sys_pivot_root("", ""); }
static int probe_chroot(void) { return sys_chroot(""); }
static int probe_sethostname(void) { return sys_sethostname("", SIZE_MAX); }
static int probe_pidfd_open(void) { return sys_pidfd_open(-1, 0); }
static int probe_setns(void) { return sys_setns(-1, 0); }

/* What a step does. */
enum { MOUNTS = 1, VIEWS = 2, PIVOTS = 4, DETACHES = 8, CHROOTS = 16, NAMES = 32, WAITS = 64 };

/* needs: without this capability the kernel itself answers EPERM, whatever the arguments are; -1: none. */
static const struct {
	char name[20]; /* no pointer, which each start would relocate */
	int (*probe)(void);
	unsigned used_by;
	int needs;
} calls[] = {
	{ "open_tree(2)", probe_open_tree, MOUNTS | VIEWS, -1 },
	{ "move_mount(2)", probe_move_mount, MOUNTS | VIEWS, CAP_SYS_ADMIN },
	{ "fsopen(2)", probe_fsopen, MOUNTS, CAP_SYS_ADMIN },
	{ "fsconfig(2)", probe_fsconfig, MOUNTS, -1 },
	{ "fsmount(2)", probe_fsmount, MOUNTS, CAP_SYS_ADMIN },
	/* The mount options do without it, by mount(2). */
	{ "mount_setattr(2)", probe_mount_setattr, VIEWS, CAP_SYS_ADMIN },
	{ "setns(2)", probe_setns, VIEWS, -1 },
	{ "pivot_root(2)", probe_pivot_root, PIVOTS, CAP_SYS_ADMIN },
	{ "mount(2)", probe_mount, MOUNTS | PIVOTS, -1 },
	{ "umount2(2)", probe_umount2, MOUNTS | DETACHES, -1 },
	{ "chroot(2)", probe_chroot, CHROOTS, -1 },
	{ "sethostname(2)", probe_sethostname, NAMES, CAP_SYS_ADMIN },
	{ "pidfd_open(2)", probe_pidfd_open, WAITS, -1 },
};

static bool is_refused(const struct search *search, size_t i)
{
	int rc;

	if (calls[i].needs >= 0 && fact_capability(search, (unsigned)calls[i].needs) != 1)
		return false;
	rc = calls[i].probe();
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
