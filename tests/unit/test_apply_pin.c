/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mount namespaces that are to be pinned: the kernel binds one only where its number is higher than
 * that of the namespace around, so it is made again until it is.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>

#include "apply_unit.h"

struct reply {
	int rc;
	struct diag diag;
};

static void number(unsigned long long value)
{
	fake_input("ioctl NS_GET_ID", &value, sizeof(value));
}

static void begin(struct run *run, enum ns_type pinned)
{
	static const struct reply done = { .rc = 0 };

	fake_reset();
	*run = (struct run){ .rc = 0 };
	plan_add(&run->plan, STEP_HELPER);
	plan_add(&run->plan, STEP_UNSHARE)->unshare.flags = CLONE_NEWNS | CLONE_NEWNET;
	add_step(&run->plan, (struct step){ .kind = STEP_PIN, .pin.ns = pinned, .pin.path = "/run/p",
					    .by_helper = true });
	add_exec(&run->plan);
	fake_file("/run/p", "");
	fake_file("/bin/prog", "");
	fake_answer("socket1", &done, sizeof(done));
}

static void higher_number_is_good(void **state)
{
	struct run run;

	(void)state;
	begin(&run, NS_MNT);
	number(50);
	number(51);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("unshare"), 1);
	assert_int_equal(fake_count("sched_setaffinity"), 0);
}

static void lower_number_is_made_again(void **state)
{
	struct run run;

	(void)state;
	begin(&run, NS_MNT);
	number(50);
	number(10); /* at first */
	number(10); /* before processor 0 */
	number(50); /* before processor 1: equal is not higher */
	number(60); /* after it */
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("unshare"), 3);
	assert_non_null(strstr(fake_trace(), "unshare(CLONE_NEWNS)\n"));
	/* On two processors, and then on all that we had. */
	assert_int_equal(fake_count("sched_setaffinity"), 3);
}

static void processor_that_is_not_ours_is_passed_over(void **state)
{
	struct run run;

	(void)state;
	begin(&run, NS_MNT);
	number(50);
	number(10);
	number(10);
	number(10);
	number(60);
	fake_returns("sched_setaffinity", 1, -EINVAL);
	apply_plan(&run);
	assert_int_equal(fake_count("unshare"), 2);
	assert_int_equal(fake_count("sched_setaffinity"), 3);
}

static void no_processor_has_a_higher_one(void **state)
{
	struct run run;

	(void)state;
	begin(&run, NS_MNT);
	number(50);
	number(10);
	number(10);
	fake_returns("unshare", 2, -ENOSPC);
	apply_plan(&run);
	/* Then the pin itself shows whether the order is right. */
	assert_int_equal(fake_count("unshare"), 2);
	assert_int_equal(run.end, FAKE_EXECUTED);
	begin(&run, NS_MNT);
	number(50);
	number(10);
	fake_returns("sched_getaffinity", 1, -EPERM);
	apply_plan(&run);
	assert_int_equal(fake_count("unshare"), 1);
}

static void kernel_that_does_not_tell(void **state)
{
	struct run run;

	(void)state;
	begin(&run, NS_MNT);
	fake_returns("ioctl", 1, -ENOTTY);
	apply_plan(&run);
	assert_int_equal(fake_count("unshare"), 1);
	assert_int_equal(fake_count("ioctl"), 1);
	begin(&run, NS_MNT);
	fake_remove("/proc/4242/ns/mnt");
	apply_plan(&run);
	assert_int_equal(fake_count("ioctl"), 0);
}

static void other_pins_ask_for_no_number(void **state)
{
	struct run run;

	(void)state;
	begin(&run, NS_NET);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_int_equal(fake_count("ioctl"), 0);
}

static void first_failure_is_told(void **state)
{
	struct run run;

	(void)state;
	begin(&run, NS_MNT);
	number(50);
	fake_returns("unshare", 1, -EPERM);
	apply_plan(&run);
	assert_failed(&run, "cannot create namespaces (mount, network): Operation not permitted");
	assert_int_equal(fake_count("unshare"), 1);
}

int main(void)
{
	setenv("PATH", "/bin", 1);
	UNIT_ADD(higher_number_is_good);
	UNIT_ADD(lower_number_is_made_again);
	UNIT_ADD(processor_that_is_not_ours_is_passed_over);
	UNIT_ADD(no_processor_has_a_higher_one);
	UNIT_ADD(kernel_that_does_not_tell);
	UNIT_ADD(other_pins_ask_for_no_number);
	UNIT_ADD(first_failure_is_told);
	return unit_run("apply_pin");
}
