/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A wait for a short-lived child has a limit, whoever stops or traces it. */
#include "kernel/reap.h"

#include <errno.h>
#include <stdio.h>

#include "apply_unit.h"

enum { CHILD = FAKE_FIRST_CHILD };

static void begin(bool pidfd)
{
	char name[32];

	fake_reset();
	snprintf(name, sizeof(name), "pidfd %d", CHILD);
	if (pidfd)
		fake_input(name, "x", 1);
	else
		fake_returns("pidfd_open", 0, -ENOSYS);
}

static void child_that_ends(void **state)
{
	(void)state;
	for (int pidfd = 0; pidfd < 2; pidfd++) {
		int status = 0;

		begin(pidfd);
		fake_child(CHILD, EXITED(3));
		assert_int_equal(reap_child(CHILD, &status), 0);
		assert_int_equal(status, EXITED(3));
		assert_int_equal(fake_count("nanosleep"), 0);
		assert_int_equal(fake_count("kill"), 0);
		fake_assert_closed();
	}
}

/* It is killed; without pidfds after as long as with them. */
static void child_that_is_stopped(void **state)
{
	int status = 0;

	(void)state;
	begin(false);
	assert_int_equal(reap_child(CHILD, &status), -ETIMEDOUT);
	assert_non_null(fake_find("kill(101, KILL)"));
	assert_true(fake_count("nanosleep") > REAP_SECONDS * 1000 / 32);
	assert_null(fake_find("waitpid(101, 0"));
	fake_reset();
	assert_int_equal(reap_child(CHILD, &status), -ETIMEDOUT);
	assert_non_null(fake_find("poll(<pidfd 101>, 10000)"));
	assert_non_null(fake_find("kill(101, KILL)"));
	fake_assert_closed();
}

/* The kernel keeps it for the tracer. */
static void child_that_has_ended_and_is_traced(void **state)
{
	int status = 0;

	(void)state;
	begin(true);
	assert_int_equal(reap_child(CHILD, &status), -ETIMEDOUT);
	assert_null(fake_find("waitpid(101, 0"));
	fake_assert_closed();
}

static void child_of_nobody(void **state)
{
	int status = 0;

	(void)state;
	begin(true);
	fake_returns("waitpid", 1, -ECHILD);
	assert_int_equal(reap_child(CHILD, &status), -ECHILD);
	assert_int_equal(fake_count("kill"), 0);
}

int main(void)
{
	UNIT_ADD(child_that_ends);
	UNIT_ADD(child_that_is_stopped);
	UNIT_ADD(child_that_has_ended_and_is_traced);
	UNIT_ADD(child_of_nobody);
	return unit_run("reap");
}
