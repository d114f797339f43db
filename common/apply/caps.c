/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps that change the sets of capabilities. They make the system calls themselves: libcap-ng reads
 * /proc/PID/status of the root that it finds, where a stranger may have put a FIFO.
 */
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>

#include "apply/internal.h"
#include "base/capability.h"
#include "base/diag.h"
#include "kernel/sys.h"

enum { CAPABILITIES_MAX = 64 };

static int cannot_change(const char *what, uint64_t set, int rc, struct diag *diag)
{
	char names[160];

	capability_render(set, names, sizeof(names));
	return diag_set(diag, -rc, "cannot %s: %s", what, names);
}

/*
 * At exec root gains every capability of the bounding set (capabilities(7)), so that set must lose
 * them as well. Each is read back, because a seccomp filter may pretend success.
 */
int do_cap_bound(struct apply *apply, const struct step *step, struct diag *diag)
{
	static const char what[] = "take capabilities from the bounding set";

	(void)apply;
	for (unsigned cap = 0; cap < CAPABILITIES_MAX; cap++) {
		uint64_t bit = UINT64_C(1) << cap;
		int rc;

		if (!(step->cap_bound.drop & bit))
			continue;
		rc = sys_prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
		if (rc == -EINVAL && cap > CAP_AUDIT_READ)
			break; /* beyond the kernel's last one */
		if (rc == 0)
			continue;
		if (rc > 0)
			rc = sys_prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
		if (rc == 0)
			rc = sys_prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
		if (rc > 0)
			rc = -EPERM;
		if (rc < 0)
			return cannot_change(what, bit, rc, diag);
	}
	return 0;
}

/*
 * Each must be permitted and inheritable (capabilities(7)), and is read back as in do_cap_bound().
 */
static int raise_ambient(uint64_t add)
{
	for (unsigned cap = 0; cap < CAPABILITIES_MAX; cap++) {
		int rc;

		if (!(add >> cap & 1))
			continue;
		rc = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
		if (rc == 0)
			rc = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0);
		if (rc != 1)
			return rc < 0 ? rc : -EPERM;
	}
	return 0;
}

static int limit(uint64_t drop, uint64_t add, uint64_t until_exec)
{
	struct sys_caps caps = { .permitted = 0 }, seen = { .permitted = 0 };
	int rc = sys_capget(&caps);

	if (rc < 0)
		return rc;
	caps.permitted &= ~drop | until_exec;
	caps.effective = (caps.effective & ~drop) | (caps.permitted & until_exec);
	/* An ambient capability that is not inheritable any more is lost (capabilities(7)). */
	caps.inheritable = (caps.inheritable & ~drop) | add;
	rc = sys_capset(&caps);
	if (rc == 0)
		rc = sys_capget(&seen);
	if (rc == 0 && (seen.permitted & drop & ~until_exec || seen.inheritable & drop))
		rc = -EPERM;
	return rc < 0 ? rc : raise_ambient(add);
}

int do_limit_caps(struct apply *apply, const struct step *step, struct diag *diag)
{
	/* A process that waits executes nothing. */
	uint64_t until_exec = apply->leaving ? 0 : step->limit_caps.until_exec;
	int rc = limit(step->limit_caps.drop, step->limit_caps.add, until_exec);

	if (rc == 0)
		return 0;
	return step->limit_caps.add ? cannot_change("add capabilities", step->limit_caps.add, rc, diag) :
				      cannot_change("drop capabilities", step->limit_caps.drop, rc, diag);
}

static int change(const struct sys_caps *caps)
{
	struct sys_caps seen = { .permitted = 0 };
	int rc = sys_capset(caps);

	if (rc == 0)
		rc = sys_capget(&seen);
	return rc == 0 && (seen.permitted != caps->permitted || seen.inheritable != caps->inheritable) ?
		       -EPERM :
		       rc;
}

int do_inherit_caps(struct apply *apply, const struct step *step, struct diag *diag)
{
	struct sys_caps caps = { .permitted = 0 };
	int rc = sys_capget(&caps);

	(void)apply;
	if (rc < 0)
		return cannot_change("inherit capabilities", step->inherit_caps.set, rc, diag);
	caps.inheritable = step->inherit_caps.set;
	rc = change(&caps);
	return rc < 0 ? cannot_change("inherit capabilities", caps.inheritable, rc, diag) : 0;
}

/*
 * Those that our caller has made ambient would survive exec (capabilities(7)), and are not the
 * target's.
 */
int do_set_caps(struct apply *apply, const struct step *step, struct diag *diag)
{
	uint64_t until_exec = apply->leaving ? 0 : step->set_caps.until_exec;
	struct sys_caps caps = { .permitted = 0 };
	int rc = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);

	if (rc == 0)
		rc = sys_capget(&caps);
	if (rc == 0) {
		caps.permitted &= step->set_caps.permitted | step->set_caps.ambient | until_exec;
		caps.effective = (caps.effective | until_exec) & caps.permitted;
		rc = change(&caps);
	}
	if (rc == 0)
		rc = raise_ambient(step->set_caps.ambient);
	return rc < 0 ? cannot_change("set capabilities", step->set_caps.permitted, rc, diag) : 0;
}
