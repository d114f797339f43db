/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply_walk.h, with plans that have a step of most kinds. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>

#include "apply_walk.h"

struct subject {
	enum side side;
	bool pins;
};

static const struct idmap block = { .extents = (struct extent[]){ { 0, 100000, 65536 } }, .n = 1 };
static const struct idmap single = { .extents = (struct extent[]){ { 0, 1000, 1 } }, .n = 1 };

static void make_plan(const struct subject *subject, struct plan *plan)
{
	bool init = subject->side >= INIT;

	if (subject->pins)
		plan_add(plan, STEP_HELPER);
	add_step(plan, (struct step){ .kind = STEP_UNSHARE,
				      .unshare.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET });
	add_step(plan, (struct step){ .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny" });
	if (subject->pins)
		add_step(plan, (struct step){ .kind = STEP_MAP, .by_helper = true, .map.ids = "uid",
					      .map.map = &block });
	add_step(plan, (struct step){ .kind = STEP_MAP, .map.ids = "gid", .map.map = &single });
	add_step(plan, (struct step){ .kind = STEP_CLOCK, .clock.clock = "boottime", .clock.seconds = 1 });
	if (subject->side != ALONE)
		add_step(plan, (struct step){ .kind = STEP_FORK,
					      .fork.flags = FORK_DEATH_CHECK | (init ? FORK_INIT : 0) });
	if (subject->pins)
		add_step(plan, (struct step){ .kind = STEP_PIN, .by_helper = true, .pin.ns = NS_NET,
					      .pin.path = "/run/n" });
	plan_add(plan, STEP_LOOPBACK);
	add_step(plan, (struct step){ .kind = STEP_HOSTNAME, .hostname.name = "box" });
	add_step(plan, (struct step){ .kind = STEP_PROPAGATION, .propagation.flag = MS_PRIVATE,
				      .propagation.word = "private" });
	add_step(plan, (struct step){ .kind = STEP_PIVOT, .pivot.path = "/srv" });
	add_step(plan, (struct step){ .kind = STEP_CHDIR, .chdir.path = "/w" });
	add_step(plan, (struct step){ .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "/proc" });
	plan_add(plan, STEP_DETACH_ROOT);
	if (init)
		plan_add(plan, STEP_INIT);
	plan_add(plan, STEP_DROP_GROUPS);
	add_step(plan, (struct step){ .kind = STEP_SETGID, .setgid.gid = 5 });
	add_step(plan, (struct step){ .kind = STEP_SETUID, .setuid.uid = 5, .setuid.keep_caps = 1 });
	plan_add(plan, STEP_AMBIENT_CAPS);
	if (subject->side == CHILD)
		add_step(plan, (struct step){ .kind = STEP_DEATH_SIGNAL, .death_signal.signal = SIGKILL });
	add_exec(plan);
}

static void every_call_fails(void **state)
{
	const struct subject *subject = *state;
	struct plan plan = { .n = 0 };
	struct fault_run walk = { .side = subject->side, .plan = &plan };

	make_plan(subject, &plan);
	walk_without_faults(&walk);
	assert_in_range(walk_faults(&walk), 100, 2000);
}

int main(void)
{
	struct subject subjects[2 * SIDES];
	char names[2 * SIDES][80];

	setenv("PATH", "/bin", 1);
	for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
		subjects[i] = (struct subject){ .side = (enum side)(i / 2), .pins = i % 2 };
		snprintf(names[i], sizeof(names[i]), "every call fails: %s%s",
			 walk_sides[subjects[i].side], subjects[i].pins ? ", with a helper" : "");
		unit_add(names[i], every_call_fails, &subjects[i]);
	}
	return unit_run("apply_faults");
}
