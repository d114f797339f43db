/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linux security modules, as far as /sys and /proc show them. */
#ifndef XNS_LSM_H
#define XNS_LSM_H

#include <stdbool.h>
#include <stddef.h>

enum lsm_selinux {
	LSM_SELINUX_ABSENT,
	LSM_SELINUX_PERMISSIVE,
	LSM_SELINUX_ENFORCING,
};

bool lsm_has_apparmor(void);
enum lsm_selinux lsm_selinux(void);

/*
 * Reads the security label of the process with this directory in /proc: "docker-default (enforce)"
 * of AppArmor, "user_u:user_r:user_t:s0" of SELinux. False, with buf untouched, if the kernel shows
 * none.
 */
bool lsm_label(int process_dir, char *buf, size_t size);

/*
 * Whether that label is one of Ubuntu's for processes that may have a user namespace, but no
 * capabilities in it: unprivileged_userns, unpriv_NAME from 25.04 on, or one of them stacked on the
 * profile that the process had before: "bwrap//&unpriv_bwrap (enforce)".
 */
bool lsm_is_without_rights(const char *label);

/*
 * Ubuntu's sysctl kernel.apparmor_restrict_unprivileged_userns, below this /proc; 0 where the
 * kernel has none. Otherwise user namespaces give no capabilities to programs without a profile
 * that allows them.
 */
long long lsm_user_ns_restriction(int proc);

#endif
