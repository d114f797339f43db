/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps by which the program has no rights over the user namespace that was created for it. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

static const char limit_file[] = "sys/user/max_user_namespaces";

/* Opens /proc while it can be reached: the root directory may change before the step. */
int check_drop(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)step;
	return apply_open_proc(apply, diag);
}

static int write_own(int self, const char *file, const char *text, struct diag *diag)
{
	int rc = proc_write_file(self, file, text);

	return rc < 0 ? diag_set(diag, -rc, "cannot write %s of the second user namespace", file)
		      : 0;
}

static int write_maps(int self, const struct step *step, struct diag *diag)
{
	char line[64];
	int rc;

	snprintf(line, sizeof(line), "%" PRIu32 " %" PRIu32 " 1\n", step->drop.uid,
		 step->drop.first_uid);
	rc = write_own(self, "uid_map", line, diag);
	/* A user may map a single group only after this (user_namespaces(7)). */
	if (rc == 0)
		rc = write_own(self, "setgroups", "deny", diag);
	snprintf(line, sizeof(line), "%" PRIu32 " %" PRIu32 " 1\n", step->drop.gid,
		 step->drop.first_gid);
	return rc < 0 ? rc : write_own(self, "gid_map", line, diag);
}

/*
 * The kernel frees a user namespace later than its last process ends (__put_user_ns() in
 * kernel/user_namespace.c), and one of a set-up command counts until then. Tries for a second.
 */
static int unshare_again(const struct plan *plan)
{
	static const struct timespec pause = { .tv_nsec = 10000000 };
	bool counts = plan_find(plan, STEP_DISABLE_USERNS) && plan_find(plan, STEP_SETUP);
	int rc = sys_unshare(CLONE_NEWUSER);

	for (int tries = 0; rc == -ENOSPC && counts && tries < 100; tries++) {
		sys_nanosleep(&pause);
		rc = sys_unshare(CLONE_NEWUSER);
	}
	return rc;
}

/*
 * A process that waits stays in the first user namespace, where the program cannot trace it
 * (ptrace(2)). STEP_LIMIT_CAPS follows, and takes its capabilities there.
 */
int do_drop(struct apply *apply, const struct step *step, struct diag *diag)
{
	_cleanup_close_ int self = -1;
	int rc = unshare_again(apply->plan);

	if (rc < 0)
		return diag_set(diag, -rc, "cannot create the second user namespace");
	self = proc_open_self(apply->proc, NULL, diag);
	return self < 0 ? self : write_maps(self, step, diag);
}

/*
 * The sysctl is that of the user namespace of whoever opens it, in every procfs (set_lookup(),
 * kernel/ucount.c).
 */
int do_disable_userns(struct apply *apply, const struct step *step, struct diag *diag)
{
	long long written = 0;
	int rc = proc_write_file(apply->proc, limit_file, step->disable_userns.limit);

	if (rc == 0)
		rc = proc_read_number(apply->proc, limit_file, &written);
	if (rc == 0 && written > 1)
		rc = -EPERM;
	if (rc == 0)
		return 0;
	diag_set(diag, -rc, "cannot limit the number of user namespaces (/proc/%s)", limit_file);
	if (rc == -EROFS || rc == -EXDEV)
		diag_hint(diag,
			  "/proc/sys is a mount of its own here, as in containers; run the container "
			  "with --security-opt systempaths=unconfined, or leave out "
			  "--disable-userns");
	return rc;
}
