/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that give the program the resource limits of the target (setrlimit(2)). */
#include "apply/internal.h"
#include "base/diag.h"
#include "kernel/sys.h"

static int cannot_set(int resource, int rc, struct diag *diag)
{
	return diag_set(diag, -rc, "cannot set the resource limit %d", resource);
}

int do_raise_limits(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
		rlim_t wanted = step->raise_limits.limits[i].rlim_max;
		struct rlimit limit;
		int rc = sys_limit(i, NULL, &limit);

		if (rc == 0 && wanted > limit.rlim_max) {
			limit.rlim_max = wanted;
			rc = sys_limit(i, &limit, NULL);
		}
		if (rc < 0)
			return cannot_set(i, rc, diag);
	}
	return 0;
}

int do_take_limits(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)apply;
	for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
		int rc = sys_limit(i, &step->take_limits.limits[i], NULL);

		if (rc < 0)
			return cannot_set(i, rc, diag);
	}
	return 0;
}
