/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits that could be set here, and cgroups that killed runs have left. */
#include <fcntl.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/macros.h"
#include "cgroup/facts.h"
#include "cgroup/leftover.h"
#include "cgroup/try.h"
#include "doctor/doctor.h"
#include "kernel/sys.h"

static void examine_controller(struct doctor *doctor, const char *name)
{
	char how[CGROUP_HOW];
	struct diag diag = { .err = 0 };

	if (cgroup_try(NULL, name, how, &diag) == 0) {
		doctor_say(doctor, SECTION_CGROUPS, DOCTOR_OK, name, "can be limited, %s", how);
		return;
	}
	doctor_say(doctor, SECTION_CGROUPS, DOCTOR_NOTE, name, "%s", diag.what);
	if (diag.hint[0])
		doctor_remedy(doctor, "%s", diag.hint);
}

static void examine_leftovers(struct doctor *doctor, const char *mount)
{
	_cleanup_close_ int top = sys_openat(AT_FDCWD, mount, O_RDONLY | O_DIRECTORY, 0);
	size_t removed = 0, left = top < 0 ? 0 : cgroup_remove_all_leftovers(top, &removed);

	if (removed)
		doctor_say(doctor, SECTION_CGROUPS, DOCTOR_OK, "left by killed runs",
			   "%zu cgroup%s of xunshare, empty and now removed", removed,
			   removed == 1 ? "" : "s");
	if (!left)
		return;
	doctor_say(doctor, SECTION_CGROUPS, DOCTOR_NOTE, "left by killed runs",
		   "%zu cgroup%s of xunshare below %s, with processes or not yours", left,
		   left == 1 ? "" : "s", mount);
	doctor_remedy(doctor, "end the processes in it, and run xns doctor again, as root");
}

void doctor_examine_cgroups(struct doctor *doctor)
{
	_cleanup_free_ struct cgroup_facts *facts = malloc(sizeof(*facts));
	struct diag ignored;

	if (!facts) {
		doctor->no_memory = true;
		return;
	}
	for (size_t i = 0; cgroup_usual[i]; i++)
		examine_controller(doctor, cgroup_usual[i]);
	if (cgroup_read_facts(NULL, facts, &ignored) == 0 && facts->mounted && !facts->read_only)
		examine_leftovers(doctor, facts->mount);
}
