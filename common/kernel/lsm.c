/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lsm.h"

#include <fcntl.h>
#include <string.h>

#include "kernel/io.h"
#include "kernel/proc.h"

/* The first character of a file, or NUL if it cannot be read. */
static char first_of(const char *path)
{
	char line[8] = "";

	io_read_line(AT_FDCWD, path, line, sizeof(line));
	return line[0];
}

bool lsm_has_apparmor(void)
{
	return first_of("/sys/module/apparmor/parameters/enabled") == 'Y';
}

enum lsm_selinux lsm_selinux(void)
{
	char enforcing = first_of("/sys/fs/selinux/enforce");

	return enforcing == '1' ? LSM_SELINUX_ENFORCING :
	       enforcing	? LSM_SELINUX_PERMISSIVE :
				  LSM_SELINUX_ABSENT;
}

/*
 * If several modules are active, attr/current belongs to only one of them; AppArmor's is also in a
 * directory of its own.
 */
bool lsm_label(int process_dir, char *buf, size_t size)
{
	return io_read_line(process_dir, "attr/apparmor/current", buf, size) == 0 ||
	       io_read_line(process_dir, "attr/current", buf, size) == 0;
}

bool lsm_is_without_rights(const char *label)
{
	static const char stacked[] = "//&", first[] = "unprivileged_userns", later[] = "unpriv_";

	while (label) {
		if (strncmp(label, first, strlen(first)) == 0 ||
		    strncmp(label, later, strlen(later)) == 0)
			return true;
		label = strstr(label, stacked);
		label += label ? strlen(stacked) : 0;
	}
	return false;
}

long long lsm_user_ns_restriction(int proc)
{
	long long value = 0;

	proc_read_number(proc, "sys/kernel/apparmor_restrict_unprivileged_userns", &value);
	return value;
}
