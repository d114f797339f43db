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
 * The value of Ubuntu's sysctl kernel.apparmor_restrict_unprivileged_userns; 0 if the kernel has no
 * such sysctl. If it is not 0, a program has capabilities in a new user namespace only if an
 * AppArmor profile allows that.
 */
long long lsm_user_ns_restriction(int proc);

#endif
