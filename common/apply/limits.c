/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits of the program: its cgroup, made by the helper, which outlives the program and removes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "cgroup/tree.h"
#include "kernel/io.h"
#include "kernel/sys.h"

/* The controllers of the plan's limits, each once; the list ends with an empty name. */
static void list_controllers(const struct plan *plan,
			     char ret[TREE_CONTROLLERS + 1][LIMIT_CONTROLLER])
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n && n < TREE_CONTROLLERS; i++) {
		size_t k = 0;

		if (plan->steps[i].kind != STEP_LIMIT ||
		    !limit_controller(plan->steps[i].limit.file, ret[n]))
			continue;
		while (strcmp(ret[k], ret[n]) != 0)
			k++;
		n += k == n;
	}
	ret[n][0] = '\0';
}

int do_cgroup(struct apply *apply, const struct step *step, struct diag *diag)
{
	char controllers[TREE_CONTROLLERS + 1][LIMIT_CONTROLLER] = { "" };
	const pid_t ours[] = { sys_getpid(), apply->client, apply->proxy_pid };
	size_t n = !step->cgroup.moves_us ? 0 : apply->proxy_pid ? 3 : 2;

	list_controllers(apply->plan, controllers);
	return cgroup_make(&apply->cgroup, step->cgroup.parent, step->cgroup.name, ours, n,
			   controllers, diag);
}

int do_limit(struct apply *apply, const struct step *step, struct diag *diag)
{
	int rc = cgroup_set(&apply->cgroup, step->limit.file, step->limit.value, diag);

	/* A kernel without swap has no limit of it, either (CONFIG_SWAP). */
	if (rc == -ENOENT && strcmp(step->limit.file, "memory.swap.max") == 0 &&
	    sys_faccessat(AT_FDCWD, "/proc/swaps", F_OK) == -ENOENT)
		rc = 0;
	return rc;
}

int do_confine(struct apply *apply, const struct step *step, struct diag *diag)
{
	(void)step;
	return cgroup_confine(&apply->cgroup, apply->client, diag);
}

static const char *limit_value(const struct plan *plan, const char *file)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].kind == STEP_LIMIT && strcmp(plan->steps[i].limit.file, file) == 0)
			return plan->steps[i].limit.value;
	return NULL;
}

/* Prints on standard error, which was the program's too, after its end. */
static void say_killed(const struct apply *apply, const char *limit)
{
	uint64_t bytes, n = apply->toll.killed;
	struct diag diag;
	char size[64];

	if (parse_u64(limit, UINT64_MAX, &bytes) == 0)
		limit_show_size(bytes, size, sizeof(size));
	else
		snprintf(size, sizeof(size), "%s", limit);
	diag_set(&diag, 0, "the memory limit of %s killed %" PRIu64 " process%s", size, n,
		 n == 1 ? "" : "es");
	apply->fail(&diag);
}

static void say_refused(const struct apply *apply, const char *limit)
{
	uint64_t n = apply->toll.refused;
	struct diag diag;

	diag_set(&diag, 0, "the limit of %s process%s refused %" PRIu64 " fork%s", limit,
		 strcmp(limit, "1") == 0 ? "" : "es", n, n == 1 ? "" : "s");
	apply->fail(&diag);
}

void end_cgroup(struct apply *apply, const struct step *step, const struct ending *ending)
{
	const char *memory = limit_value(apply->plan, "memory.max");
	const char *pids = limit_value(apply->plan, "pids.max");

	(void)step;
	cgroup_end(&apply->cgroup, ending->started, &apply->toll);
	if (ending->started && memory && apply->toll.killed)
		say_killed(apply, memory);
	if (ending->started && pids && apply->toll.refused)
		say_refused(apply, pids);
}
