/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The capabilities that a process gives up which waits beside the program. */
#include <linux/securebits.h>
#include <sys/prctl.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "kernel/sys.h"

/*
 * The permitted capabilities that the program will have after exec (capabilities(7),
 * "Transformation of capabilities during execve()"): for root all of them, unless SECBIT_NOROOT is
 * set; for others the ambient ones, which are always permitted and inheritable.
 */
uint64_t leave_kept_by_exec(const struct sys_caps *caps)
{
	uint64_t kept = 0, left = caps->permitted & caps->inheritable;

	if (sys_geteuid() == 0 || sys_getuid() == 0) {
		int bits = sys_prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);

		if (bits >= 0 && !(bits & SECBIT_NOROOT))
			return caps->permitted;
	}
	for (unsigned cap = 0; left >> cap; cap++)
		if (left >> cap & 1 &&
		    sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) == 1)
			kept |= 1ULL << cap;
	return kept;
}

int leave_give_up_caps(struct diag *diag)
{
	struct sys_caps caps = { .permitted = 0 };
	int rc = sys_capget(&caps);
	uint64_t kept;

	if (rc == 0 && !caps.permitted)
		return 0;
	kept = rc == 0 ? leave_kept_by_exec(&caps) : 0;
	if (rc == 0 && kept == caps.permitted)
		return 0;
	caps.permitted = kept;
	caps.effective &= kept;
	if (rc == 0)
		rc = sys_capset(&caps);
	return rc < 0 ? diag_set(diag, -rc, "cannot give up the capabilities of the parent") : 0;
}
