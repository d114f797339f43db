/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why any step was refused: clocks, devices, names; and how a cause becomes a message. */
#include "apply/refuse.h"
#include "cause/child.h"
#include "cause_unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/idmap.h"
#include "base/kernel.h"
#include "diag_unit.h"

static const struct hint_row other_rows[] = {
	{ "clock: monotonic", { .kind = STEP_CLOCK, .clock.clock = "monotonic" }, ERANGE, "clock-range",
	  "the clock is at 3700 s and with the offset must be between 0 and 4611686018 s: give an "
	  "offset from -3700 to 4611682318", NULL, .fakes = { .clock = 3700 } },
	{ "clock: boottime", { .kind = STEP_CLOCK, .clock.clock = "boottime" }, ERANGE, "clock-range",
	  "the clock is at 3701 s and with the offset must be between 0 and 4611686018 s: give an "
	  "offset from -3701 to 4611682317", NULL, .fakes = { .clock = 3700 } },
	{ "clock: within another time namespace", { .kind = STEP_CLOCK, .clock.clock = "monotonic" }, ERANGE,
	  "clock-range",
	  "the clock is at 700 s and with the offset must be between 0 and 4611686018 s: give an "
	  "offset from -700 to 4611685318", NULL, .fakes = { .clock = 3700 },
	  .files = { { "proc/100/timens_offsets", "monotonic        3000         0\n" } } },
	{ "clock: offsets cannot be read", { .kind = STEP_CLOCK, .clock.clock = "monotonic" }, ERANGE, NULL,
	  .files = { { "proc/100/timens_offsets", NULL } } },
	{ "clock: no capability", { .kind = STEP_CLOCK, .clock.clock = "monotonic" }, EPERM, "capability",
	  LACKS("CAP_SYS_TIME"), AS_ROOT,
	  .files = { { STATUS, "CapEff:\t0000000000200000\n" } } },
	{ "clock: fixed", { .kind = STEP_CLOCK, .clock.clock = "monotonic" }, EACCES, "clock-frozen",
	  "a process is in the time namespace already, so its clocks are fixed", NULL },
	{ "clock: none", { .kind = STEP_CLOCK, .clock.clock = "monotonic" }, ENOENT, "no-kernel-support",
	  "this kernel has no time namespaces (CONFIG_TIME_NS)", NULL },

	{ "loopback: no capability", { .kind = STEP_LOOPBACK }, EPERM, "capability",
	  LACKS("CAP_NET_ADMIN"), AS_ROOT, .files = { { STATUS, NO_CAPS } } },
	{ "loopback: no capability in a user namespace", { .kind = STEP_LOOPBACK }, EPERM,
	  "capability", LACKS("CAP_NET_ADMIN"), NULL,
	  .files = { { STATUS, NO_CAPS } }, .before = { UNSHARE(CLONE_NEWUSER) } },
	{ "loopback: Ubuntu", { .kind = STEP_LOOPBACK }, EPERM, "restricted-user-ns", USERNS_WHY,
	  USERNS_REMEDY,
	  .files = { { RESTRICTED }, { CONFINED } } },
	{ "loopback: Ubuntu, with our profile installed", { .kind = STEP_LOOPBACK }, EPERM,
	  "restricted-user-ns", USERNS_WHY,
	  "as root: apparmor_parser -r /etc/apparmor.d/xns, the profile for xns that is there; see "
	  "whether its path is where xns lies",
	  .files = { { RESTRICTED }, { CONFINED },
		     { "etc/apparmor.d/xns", "profile xns" } } },
	{ "loopback: Ubuntu 25.04", { .kind = STEP_LOOPBACK }, EPERM, "restricted-user-ns", USERNS_WHY,
	  USERNS_REMEDY,
	  .files = { { RESTRICTED }, { "proc/100/attr/current", "unpriv_bwrap (enforce)\n" } } },
	{ "loopback: Ubuntu 25.04, stacked profiles", { .kind = STEP_LOOPBACK }, EPERM,
	  "restricted-user-ns", USERNS_WHY, USERNS_REMEDY,
	  .files = { { RESTRICTED },
		     { "proc/100/attr/current", "bwrap//&unpriv_bwrap (enforce)\n" } } },
	{ "loopback: Ubuntu, stacked on the older profile", { .kind = STEP_LOOPBACK }, EPERM,
	  "restricted-user-ns", USERNS_WHY, USERNS_REMEDY,
	  .files = { { RESTRICTED },
		     { "proc/100/attr/current", "snap.x//&unprivileged_userns (enforce)\n" } } },
	{ "loopback: Ubuntu, another profile of such a name", { .kind = STEP_LOOPBACK }, EPERM,
	  "apparmor", PROFILE("not_unpriv_x"), PROFILE_REMEDY,
	  .files = { { RESTRICTED }, { "proc/100/attr/current", "not_unpriv_x (enforce)\n" } } },
	{ "loopback: Ubuntu, another profile", { .kind = STEP_LOOPBACK }, EPERM, "apparmor",
	  PROFILE("other"), PROFILE_REMEDY,
	  .files = { { RESTRICTED }, { "proc/100/attr/current", "other (enforce)\n" } } },
	{ "loopback: Ubuntu without the restriction", { .kind = STEP_LOOPBACK }, EPERM, NULL,
	  .files = { { "proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n" },
		     { "proc/100/attr/current", "unprivileged_userns (complain)\n" } } },
	{ "host name: no capability", { .kind = STEP_HOSTNAME }, EPERM, "capability",
	  LACKS("CAP_SYS_ADMIN"), AS_ROOT, .files = { { STATUS, NO_CAPS } } },
	{ "host name: nothing to be seen", { .kind = STEP_HOSTNAME }, EPERM, NULL },
	{ "host name: no status", { .kind = STEP_HOSTNAME }, EPERM, NULL,
	  .files = { { STATUS, NULL } } },
	{ "host name: a status that is none", { .kind = STEP_HOSTNAME }, EPERM, NULL,
	  .files = { { STATUS, "CapEff:\t0x\n" } } },
	{ "host name: no process directory", { .kind = STEP_HOSTNAME }, EPERM, NULL,
	  .files = { { "proc/self", "-> 200" } } },
	{ "a step without causes", { .kind = STEP_ENVIRON }, EPERM, NULL },
};

/* --- what every step may meet ------------------------------------------------------------------ */

/* The user's own id, which any process may map. */
static const struct idmap user_map = { .extents = (struct extent[]){ { 0, 1000, 1 } }, .n = 1 };

static const struct hint_row refusable_rows[] = {
	{ "refused: clock", { .kind = STEP_CLOCK, .clock.clock = "monotonic" } },
	{ "refused: the new time namespace", { .kind = STEP_ENTER_NEW, .enter_new.ns = NS_TIME } },
	{ "refused: setgroups", { .kind = STEP_SETGROUPS_POLICY, .setgroups_policy.policy = "deny" } },
	{ "refused: map", { .kind = STEP_MAP, .map.ids = "uid", .map.map = &user_map } },
	{ "refused: groups", { .kind = STEP_DROP_GROUPS } },
	{ "refused: gid", { .kind = STEP_SETGID } },
	{ "refused: uid", { .kind = STEP_SETUID } },
	{ "refused: pin", { .kind = STEP_PIN, .pin.path = "proc", .pin.ns = NS_MNT } },
	{ "refused: propagation", { .kind = STEP_PROPAGATION } },
	{ "refused: private proc", { .kind = STEP_PRIVATE_PROC, .private_proc.path = "proc" } },
	{ "refused: loopback", { .kind = STEP_LOOPBACK } },
	{ "refused: host name", { .kind = STEP_HOSTNAME } },
	{ "refused: mount", { .kind = STEP_MOUNT, .mount.type = "proc", .mount.path = "proc" } },
	{ "refused: chroot", { .kind = STEP_CHROOT, .chroot.path = "proc" } },
	{ "refused: pivot", { .kind = STEP_PIVOT, .pivot.path = "proc" } },
	{ "refused: ambient capabilities", { .kind = STEP_AMBIENT_CAPS } },
	{ "refused: directory", { .kind = STEP_CHDIR, .chdir.path = "proc" } },
};

/* These do not happen in a user namespace of ours, or take no capability there. */
static bool is_outside(enum step_kind kind)
{
	return kind == STEP_PIN || kind == STEP_AMBIENT_CAPS;
}

static void refused(void **state)
{
	const struct hint_row *row = *state;

	hint_put("proc/100/attr/current", "box (enforce)\n");
	hint_assert(&row->step, EPERM, "apparmor", PROFILE("box"), PROFILE_REMEDY);
	hint_put(CONFINED);
	hint_put(RESTRICTED);
	if (!is_outside(row->step.kind))
		hint_assert(&row->step, EPERM, "restricted-user-ns", USERNS_WHY, USERNS_REMEDY);
}

/* --- messages --------------------------------------------------------------------------------- */

static void find(const struct step *step, struct diag *diag)
{
	struct plan plan = { .n = 0 };
	int proc = open("proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct step *failed = plan_add(&plan, step->kind);
	struct refusal refusal;

	*failed = *step;
	apply_refusal(&plan, failed, diag->err, &refusal);
	cause_explain(&refusal, proc, diag);
	close(proc);
}

static void the_hint_has_reason_and_remedy(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWUSER);
	struct diag diag;

	(void)state;
	hint_put("proc/sys/user/max_user_namespaces", "0\n");
	diag_set(&diag, ENOSPC, "cannot create it");
	find(&step, &diag);
	assert_string_equal(diag.hint, "user.max_user_namespaces is 0; as root: "
				       "sysctl user.max_user_namespaces=15000");
	assert_int_equal(diag.err, ENOSPC);
}

static void the_hint_names_the_type(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWUTS | CLONE_NEWNET);
	struct diag diag;

	(void)state;
	hint_fakes.refused = CLONE_NEWNET;
	hint_fakes.err = ENOSPC;
	hint_put("proc/sys/user/max_net_namespaces", NULL);
	diag_set(&diag, ENOSPC, "cannot create them");
	find(&step, &diag);
	assert_string_equal(diag.hint, "it is the network namespace: user.max_net_namespaces is used "
				       "up, here or in a user namespace above");
}

static void the_hint_names_types(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWIPC);
	struct diag diag;

	(void)state;
	hint_fakes.refused = CLONE_NEWNET | CLONE_NEWIPC;
	hint_fakes.err = EPERM;
	diag_set(&diag, EPERM, "cannot create them");
	find(&step, &diag);
	assert_non_null(strstr(diag.hint, "it is these namespaces: IPC, network: none of the"));
}

static void an_exact_reason_replaces_the_errno(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWTIME);
	struct diag diag;

	(void)state;
	hint_put("proc/100/ns/time", NULL);
	diag_set(&diag, EINVAL, "cannot create a time namespace");
	diag.status = 7;
	find(&step, &diag);
	assert_message(&diag, "cannot create a time namespace: this kernel has no time namespaces "
			      "(CONFIG_TIME_NS, Linux 5.6)");
	assert_string_equal(diag.hint, "");
	assert_int_equal(diag.status, 7);
}

static void a_hint_that_is_there_stays(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWTIME);
	struct diag diag;

	(void)state;
	hint_put("proc/100/ns/time", NULL);
	diag_set(&diag, EINVAL, "cannot create a time namespace");
	diag_hint(&diag, "wait");
	find(&step, &diag);
	assert_string_equal(diag.hint, "wait");
	assert_string_equal(diag.what, "cannot create a time namespace");
}

static void nothing_is_said_where_nothing_is_found(void **state)
{
	const struct step step = UNSHARE(CLONE_NEWUTS);
	struct diag diag;

	(void)state;
	diag_set(&diag, EIO, "cannot create it");
	find(&step, &diag);
	assert_string_equal(diag.hint, "");
}

/* --- children --------------------------------------------------------------------------------- */

static void twice(const void *arg, void *answer)
{
	*(int *)answer = 2 * *(const int *)arg;
}

static void die(const void *arg, void *answer)
{
	(void)arg;
	(void)answer;
	raise(SIGKILL);
}

static void a_child_answers(void **state)
{
	int arg = 21, answer = 0, sig = 1;

	(void)state;
	assert_int_equal(child_try(twice, &arg, &answer, sizeof(answer), &sig), 0);
	assert_int_equal(answer, 42);
	assert_int_equal(sig, 0);
}

static void a_child_that_dies_is_told(void **state)
{
	int answer = 0, sig = 0;

	(void)state;
	assert_int_equal(child_try(die, NULL, &answer, sizeof(answer), &sig), -EPROTO);
	assert_int_equal(sig, SIGKILL);
	assert_int_equal(child_try(die, NULL, &answer, sizeof(answer), NULL), -EPROTO);
}

static void stop(const void *arg, void *answer)
{
	(void)arg;
	(void)answer;
	raise(SIGSTOP);
}

static void a_child_that_is_stopped_is_killed(void **state)
{
	int answer = 0, sig = 1;

	(void)state;
	assert_int_equal(child_try(stop, NULL, &answer, sizeof(answer), &sig), -ETIMEDOUT);
	assert_int_equal(sig, 0);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static void children_that_are_ignored_answer_too(void **state)
{
	int arg = 4, answer = 0;

	(void)state;
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(child_try(twice, &arg, &answer, sizeof(answer), NULL), 0);
	signal(SIGCHLD, SIG_DFL);
	assert_int_equal(answer, 8);
}

static void no_child_can_be_made(void **state)
{
	int arg = 4, answer = 0;

	(void)state;
	hint_fakes.no_fork = true;
	assert_int_equal(child_try(twice, &arg, &answer, sizeof(answer), NULL), -EAGAIN);
}

int main(void)
{
	HINT_ADD_ROWS(hint_test_row, other_rows);
	HINT_ADD_ROWS(refused, refusable_rows);
	HINT_ADD(the_hint_has_reason_and_remedy);
	HINT_ADD(the_hint_names_the_type);
	HINT_ADD(the_hint_names_types);
	HINT_ADD(an_exact_reason_replaces_the_errno);
	HINT_ADD(a_hint_that_is_there_stays);
	HINT_ADD(nothing_is_said_where_nothing_is_found);
	HINT_ADD(a_child_answers);
	HINT_ADD(a_child_that_is_stopped_is_killed);
	HINT_ADD(a_child_that_dies_is_told);
	HINT_ADD(children_that_are_ignored_answer_too);
	HINT_ADD(no_child_can_be_made);
	return unit_run("hint");
}
