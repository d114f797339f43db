/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Causes of a failure of the mount options. */
#include <errno.h>

#include "cause/internal.h"

const struct cause view_causes[] = {
	{ "mount-max", { ENOSPC }, find_mount_max },
	{ "seccomp", { EPERM, EACCES, ENOSYS }, find_filtered_view },
	{ "capability", { EPERM }, find_capability },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};

const struct cause new_mount_causes[] = {
	{ "mount-max", { ENOSPC }, find_mount_max },
	{ "restricted-user-ns", { EPERM, EACCES }, find_restricted_user_ns },
	{ "seccomp", { EPERM, EACCES, ENOSYS }, find_filtered_new_mount },
	{ "capability", { EPERM }, find_capability },
	{ "foreign-mount-namespace", { EPERM }, find_foreign_mounts },
	{ "security-module", { EPERM, EACCES }, find_security_module },
	{ 0 },
};
