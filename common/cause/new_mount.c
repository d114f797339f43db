/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure of the mount options. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>

#include "base/kernel.h"
#include "base/macros.h"
#include "cause/internal.h"
#include "kernel/sys.h"

/*
 * Each call with arguments that the kernel refuses by another errno than a filter's, once the caller
 * may mount. None has an effect.
 */
static int probe_open_tree(void) { return sys_open_tree(-1, "", 0); }
static int probe_move_mount(void) { return sys_attach_mount(-1, -1); }
static int probe_fsopen(void) { return sys_fsopen(NULL); }
static int probe_fsconfig(void) { return sys_fsconfig(-1, 0, NULL, NULL, 0); }
static int probe_fsmount(void) { return sys_fsmount(-1, 0); }
static int probe_mount_setattr(void) { return sys_set_mount_attributes(-1, NULL); }

static const struct {
	const char *name;
	int (*probe)(void);
} calls[] = {
	{ "open_tree(2)", probe_open_tree },   { "move_mount(2)", probe_move_mount },
	{ "fsopen(2)", probe_fsopen },	       { "fsconfig(2)", probe_fsconfig },
	{ "fsmount(2)", probe_fsmount },       { "mount_setattr(2)", probe_mount_setattr },
};

/* The kernel itself answers EPERM to a caller without CAP_SYS_ADMIN, except for open_tree(2). */
static bool find_filtered_call(struct search *search, struct finding *ret)
{
	bool may_mount = fact_capability(search, CAP_SYS_ADMIN) == 1;

	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		int rc = may_mount || i == 0 ? calls[i].probe() : -EBADF;

		/* mount_setattr(2) has a fallback for kernels without it. */
		if (rc != -EPERM && rc != -EACCES)
			continue;
		blame_filter(search, calls[i].name, "", ret);
		return true;
	}
	return false;
}

/* A namespace is entered for the mounts in it. */
static bool find_filtered_setns(struct search *search, struct finding *ret)
{
	int rc = sys_setns(-1, 0);

	if (rc != -EPERM && rc != -EACCES && rc != -ENOSYS)
		return find_filtered_call(search, ret);
	blame_filter(search, "setns(2)", "", ret);
	return true;
}

const struct cause view_causes[] = {
	{ "mount-max", { ENOSPC }, find_mount_max },
	{ "seccomp", { EPERM, EACCES, ENOSYS }, find_filtered_setns },
	{ "capability", { EPERM }, find_capability },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

const struct cause new_mount_causes[] = {
	{ "mount-max", { ENOSPC }, find_mount_max },
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "seccomp", { EPERM, EACCES, ENOSYS }, find_filtered_call },
	{ "capability", { EPERM }, find_capability },
	{ "foreign-mount-namespace", { EPERM }, find_foreign_mounts },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};
