/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that give the program what the target has: their system calls, and what is said if one fails. */
#include <errno.h>
#include <linux/filter.h>

#include "kernel/filters.h"
#include "step_unit.h"

static const struct works works[] = {
	{ "inheritable capabilities: read back",
	  { .kind = STEP_INHERIT_CAPS },
	  "capget()\ncapset(0, 0, 0)\ncapget()\n" },
	{ "the target's capabilities: those of the caller are not ambient any more",
	  { .kind = STEP_SET_CAPS, .set_caps.permitted = 1 << 5, .set_caps.ambient = 1 << 5 },
	  "prctl(PR_CAP_AMBIENT, 4)\ncapget()\ncapset(0, 0, 0)\ncapget()\n"
	  "prctl(PR_CAP_AMBIENT, 2)\nprctl(PR_CAP_AMBIENT, 1)\n" },
};

static const struct fails fails[] = {
	{ "inheritable: not read", ONE(STEP_INHERIT_CAPS, .inherit_caps.set = 1), "capget", 1,
	  EPERM, "cannot inherit capabilities: CAP_CHOWN: Operation not permitted" },
	{ "inheritable: not set", ONE(STEP_INHERIT_CAPS, .inherit_caps.set = 1), "capset", 1, EPERM,
	  "cannot inherit capabilities: CAP_CHOWN: Operation not permitted" },
	{ "the target's: not set", ONE(STEP_SET_CAPS, .set_caps.permitted = 1), "capset", 1, EPERM,
	  "cannot set capabilities: CAP_CHOWN: Operation not permitted" },
	{ "the target's: ambient ones not cleared", ONE(STEP_SET_CAPS, .set_caps.permitted = 1),
	  "prctl", 1, EPERM, "cannot set capabilities: CAP_CHOWN: Operation not permitted" },
	{ "the target's: not raised",
	  ONE(STEP_SET_CAPS, .set_caps.permitted = 1, .set_caps.ambient = 1), "prctl", 2, EPERM,
	  "cannot set capabilities: CAP_CHOWN: Operation not permitted" },
};

static void limits_of_the_target(void **state)
{
	static struct rlimit limits[RLIM_NLIMITS] = { [7] = { 1, 9 } };
	struct run run;

	(void)state;
	prepare(&(struct step){ .kind = STEP_TAKE_LIMITS, .take_limits.limits = limits }, &run);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("prlimit"), RLIM_NLIMITS);
	assert_non_null(fake_find("prlimit(7, 1, 9)"));
	/* A hard limit is raised, and no soft one; what is high enough stays. */
	prepare(&(struct step){ .kind = STEP_RAISE_LIMITS, .raise_limits.limits = limits }, &run);
	fake_limit = (struct rlimit){ 3, 4 };
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("prlimit"), RLIM_NLIMITS + 1);
	assert_non_null(fake_find("prlimit(7, 3, 9)"));
	for (unsigned nth = 1; nth <= 2; nth++) {
		prepare(&(struct step){ .kind = nth == 1 ? STEP_TAKE_LIMITS : STEP_RAISE_LIMITS,
					.take_limits.limits = limits },
			&run);
		fake_limit = (struct rlimit){ 3, 4 };
		fake_returns("prlimit", nth == 1 ? 1 : 9, -EPERM);
		apply_plan(&run);
		assert_failed(&run,
			      nth == 1
				      ? "cannot set the resource limit 0: Operation not permitted"
				      : "cannot set the resource limit 7: Operation not permitted");
	}
}

static void filters_of_the_target(void **state)
{
	static struct {
		uint32_t n;
		struct sock_filter allow;
	} image[2] = { { 1, BPF_STMT(BPF_RET | BPF_K, 0x7fff0000) },
		       { 1, BPF_STMT(BPF_RET | BPF_K, 0x7fff0000) } };
	static const struct filters filters = { .image = (unsigned char *)image, .size = sizeof(image) };
	struct run run;

	(void)state;
	for (int failing = 0; failing <= 1; failing++) {
		prepare(&(struct step){ .kind = STEP_COPIED_FILTERS,
					.copied_filters.filters = &filters },
			&run);
		fake_file("/bin/prog", "");
		if (failing)
			fake_returns("prctl", 2, -EACCES);
		apply_plan(&run);
		assert_int_equal(fake_count("prctl"), 2);
		if (failing)
			assert_failed(&run, "cannot load the seccomp filter: Permission denied");
		else
			assert_int_equal(run.end, FAKE_EXECUTED);
	}
}

/* --- the view of its files -------------------------------------------------------------------------- */

#define VIEW(rw) { .kind = STEP_VIEW, .view.path = "/srv", .view.pid = 77, .view.writable = (rw), \
		   .view.root = 8, .view.mounts = 9 }

static void shows_what_the_child_sends(void **state)
{
	static const int good, bad = -EINVAL;
	struct run run;

	(void)state;
	fake_reset();
	prepare(&(struct step)VIEW(false), &run);
	fake_file("/tree", "");
	fake_input_fd("socket1", &good, sizeof(good), "/tree");
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(fake_find("attach_mount(</tree>, </srv/.>)"));
	prepare(&(struct step)VIEW(true), &run);
	fake_input("socket1", &bad, sizeof(bad));
	apply_plan(&run);
	assert_failed(&run, "cannot copy the mounts of process 77: Invalid argument");
	assert_non_null(strstr(run.diag.hint, "needs Linux 5.14"));
	/* The kernel drops a descriptor at our limit of open files. */
	prepare(&(struct step)VIEW(false), &run);
	fake_input("socket1", &good, sizeof(good));
	apply_plan(&run);
	assert_failed(&run, "cannot copy the mounts of process 77: Too many open files");
	prepare(&(struct step)VIEW(false), &run);
	fake_returns("open_tree", 1, -ENOSYS);
	apply_plan(&run);
	assert_failed(&run, "cannot show the files of process 77: this kernel lacks open_tree(2), which "
			    "Linux 5.2 introduced");
	prepare(&(struct step)VIEW(false), &run);
	fake_returns("set_mount_attributes", 1, -ENOSYS);
	apply_plan(&run);
	assert_failed(&run, "cannot show the files of process 77: this kernel lacks mount_setattr(2), which "
			    "Linux 5.12 introduced");
	fake_assert_closed();
}

/* Whatever fails in the child is sent, and the child ends. */
static void the_child_that_copies(void **state)
{
	static const char *const calls[] = { "prctl", "setns", "open_tree", "set_mount_attributes" };
	struct run run;

	(void)state;
	for (size_t i = 0; i <= ARRAY_LEN(calls); i++) {
		prepare(&(struct step)VIEW(false), &run);
		fake_returns("fork", 1, 0);
		if (i < ARRAY_LEN(calls))
			fake_returns(calls[i], i < 2 ? 1 : 2, -EPERM);
		apply_plan(&run);
		assert_int_equal(run.end, FAKE_EXITED);
		assert_non_null(fake_find("sendmsg(<socket1 other>"));
	}
}

int main(void)
{
	UNIT_ADD_ROWS(step_works, works);
	UNIT_ADD_ROWS(step_fails, fails);
	UNIT_ADD(limits_of_the_target);
	UNIT_ADD(filters_of_the_target);
	UNIT_ADD(shows_what_the_child_sends);
	UNIT_ADD(the_child_that_copies);
	return unit_run("apply_like");
}
