/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The helper's pins: made of what it is handed, and when it takes them back. */
#include <errno.h>
#include <sched.h>

#include "helper_unit.h"

static const struct step pin2_step = { .kind = STEP_PIN, .by_helper = true, .pin.ns = NS_UTS,
				       .pin.path = "/run/u" };

/* The helper is the child of a child, which has ended. */
static void help_apart(struct run *run)
{
	fake_returns("fork", 2, 0);
	help(run);
}

/* It cannot know whether the pins should stay, so they go, and the commit gets no answer. */
static void helper_that_cannot_hear(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	fake_returns("recvmsg", 2, -ENOMEM);
	help_apart(&run);
	assert_int_equal(fake_count("umount2"), 1);
}

static void helper_pins_what_it_is_handed(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	ask(COMMIT, NULL);
	help_apart(&run);
	assert_answer(1, 0, NULL);
	assert_answer(2, 0, NULL);
	assert_non_null(fake_find("openat2(AT_FDCWD, \"/run/n\", O_NOFOLLOW|O_PATH)"));
	assert_non_null(fake_find(", NULL, MS_BIND, NULL)"));
	assert_non_null(fake_find("close(</proc/4242/ns/net>)"));
	assert_int_equal(fake_count("umount2"), 0);
}

static void pins_are_taken_back_in_reverse(void **state)
{
	struct run run;
	const char *second, *first;

	(void)state;
	BEGIN(&run, &pin_step, &pin2_step);
	ask(1, "/proc/4242/ns/net");
	ask(2, "/proc/4242/ns/uts");
	fake_hide("fstat");
	fake_hide("fstatfs");
	help_apart(&run);
	assert_int_equal(fake_count("umount2"), 2);
	second = strstr(fake_trace(), "openat2(AT_FDCWD, \"/run/u\", O_NOFOLLOW|O_PATH)\numount2(");
	assert_non_null(second);
	first = strstr(second, "openat2(AT_FDCWD, \"/run/n\", O_NOFOLLOW|O_PATH)\numount2(");
	assert_non_null(first);
}

static void pins_are_taken_back_after_all(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	ask(COMMIT, NULL);
	ask(UNDO, NULL);
	help_apart(&run);
	assert_int_equal(fake_count("umount2"), 1);
	assert_non_null(fake_find(", MNT_DETACH)"));
}

/* The commit was heard, but who asked cannot know that. */
static void pins_whose_commit_cannot_be_answered(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	ask(COMMIT, NULL);
	fake_returns("sendmsg", 2, -ENOBUFS);
	help_apart(&run);
	assert_int_equal(fake_count("umount2"), 1);
}

static void pins_whose_commit_is_answered_to_nobody(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	ask(COMMIT, NULL);
	fake_returns("recvmsg", 3, -ECONNRESET);
	help_apart(&run);
	assert_int_equal(fake_count("umount2"), 1);
	/* Any other failure is no reason: it has been answered. */
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	ask(COMMIT, NULL);
	fake_returns("recvmsg", 3, -ENOMEM);
	help_apart(&run);
	assert_int_equal(fake_count("umount2"), 0);
}

static void pins_of_others_are_left_alone(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	fake_file("/run/n", "")->ino = 5; /* another namespace by now */
	help_apart(&run);
	assert_int_equal(fake_count("umount2"), 0);
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	/* openat2: the check, /proc, the pin, whether it is there, and now taking it back */
	fake_returns("openat2", 5, -ENOENT);
	help_apart(&run);
	assert_int_equal(fake_count("umount2"), 0);
}

/* The file was renamed while the pin was mounted on it, and another one has its name. */
static void pin_that_is_not_where_it_should_be(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	fake_mounted("/run/n", TMPFS_MAGIC);
	help_apart(&run);
	assert_answer(1, -ESTALE, "cannot pin the network namespace at '/run/n': the file was "
				  "replaced meanwhile");
	assert_int_equal(fake_count("umount2"), 1);
	assert_non_null(fake_find("umount2(/proc/self/fd/"));
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	fake_returns("openat2", 4, -ENOENT);
	help_apart(&run);
	assert_answer(1, -ENOENT, "cannot pin the network namespace at '/run/n': No such file or "
				  "directory");
	assert_int_equal(fake_count("umount2"), 1);
}

static void pin_that_fails(void **state)
{
	static const struct {
		const char *call;
		unsigned nth;
		int err;
		const char *message;
	} rows[] = {
		{ "mount", 1, EINVAL,
		  "cannot pin the network namespace at '/run/n': Invalid argument" },
		{ "openat2", 3, ENOENT,
		  "cannot pin a namespace at '/run/n': No such file or directory" },
		{ "stat_known", 1, EBADF, "cannot examine the namespace to pin: Bad file descriptor" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		BEGIN(&run, &pin_step);
		ask(1, "/proc/4242/ns/net");
		fake_returns(rows[i].call, rows[i].nth, -rows[i].err);
		help_apart(&run);
		assert_answer(1, -rows[i].err, rows[i].message);
		/* Only pins that were made are taken back. */
		assert_int_equal(fake_count("umount2"), 0);
	}
}

/* A program inside may speak to the helper in our place. */
static void pins_what_it_should_and_once(void **state)
{
	static const struct {
		const char *handed, *message;
	} rows[] = {
		{ "/bin/sh", "cannot pin the network namespace: an ordinary file was handed over" },
		{ "/proc", "cannot pin the network namespace: a directory was handed over" },
		{ "/proc/4242/ns/uts",
		  "cannot pin the network namespace: one of another type was handed over" },
	};
	struct run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		BEGIN(&run, &pin_step);
		fake_returns("ioctl", 0, CLONE_NEWUTS);
		ask(1, rows[i].handed);
		help_apart(&run);
		assert_answer(1, -EINVAL, rows[i].message);
		assert_int_equal(fake_count("mount"), 0);
	}
	BEGIN(&run, &pin_step);
	fake_returns("ioctl", 0, CLONE_NEWNET);
	ask(1, "/proc/4242/ns/net");
	ask(1, "/proc/4242/ns/net");
	help_apart(&run);
	assert_answer(1, 0, NULL);
	assert_answer(2, -EALREADY, "the helper has been asked for step 2 before: Operation already in "
				    "progress");
	assert_int_equal(fake_count("mount"), 1);
}

int main(void)
{
	UNIT_ADD(pins_what_it_should_and_once);
	UNIT_ADD(helper_that_cannot_hear);
	UNIT_ADD(helper_pins_what_it_is_handed);
	UNIT_ADD(pins_are_taken_back_in_reverse);
	UNIT_ADD(pins_are_taken_back_after_all);
	UNIT_ADD(pins_whose_commit_cannot_be_answered);
	UNIT_ADD(pins_whose_commit_is_answered_to_nobody);
	UNIT_ADD(pins_of_others_are_left_alone);
	UNIT_ADD(pin_that_is_not_where_it_should_be);
	UNIT_ADD(pin_that_fails);
	return unit_run("apply_helper_pins");
}
