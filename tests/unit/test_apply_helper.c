/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The helper that stays outside: what it is asked and answers, its pins, and when it takes them back. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>

#include "apply_unit.h"
#include "kernel.h"

/* As in common/apply_helper.c: commands beside the numbers of steps, and the answer. */
enum { COMMIT = 1000, UNDO = 1001 };

struct reply {
	int rc;
	struct diag diag;
};

static const struct idmap block = { .extents = (struct extent[]){ { 0, 100000, 65536 } }, .n = 1 };

static const struct step map_step = { .kind = STEP_MAP, .by_helper = true, .text = "uid",
				      .map = &block };
static const struct step program_step = { .kind = STEP_MAP, .by_helper = true, .text = "uid",
					  .map = &block, .program = "/bin/newuidmap" };
static const struct step pin_step = { .kind = STEP_PIN, .by_helper = true, .ns = NS_NET,
				      .path = "/run/n" };
static const struct step pin2_step = { .kind = STEP_PIN, .by_helper = true, .ns = NS_UTS,
				       .path = "/run/u" };

/* A pin, once made, is a file of nsfs with the namespace's inode number. */
static void make_pin(const char *path, const char *ns)
{
	char file[64];
	struct fake_node *node = fake_file(path, "");

	snprintf(file, sizeof(file), "/proc/4242/ns/%s", ns);
	node->ino = fake_file(file, "")->ino;
	fake_mounted(path, NSFS_MAGIC);
}

static void begin(struct run *run, const struct step *steps[], size_t n)
{
	fake_reset();
	fake_file("/bin/newuidmap", "");
	fake_file("/usr/bin/prog", "#!/bin/sh\n");
	fake_file("/bin/sh", "");
	make_pin("/run/n", "net");
	make_pin("/run/u", "uts");
	fake_file("/proc/4242/uid_map", "         0     100000      65536\n");
	*run = (struct run){ .rc = 0 };
	plan_add(&run->plan, STEP_HELPER);
	for (size_t i = 0; i < n; i++)
		add_step(&run->plan, *steps[i]);
	add_exec(&run->plan);
}

#define BEGIN(run, ...)                                                            \
	begin(run, (const struct step *[]){ __VA_ARGS__ },                         \
	      ARRAY_LEN(((const struct step *[]){ __VA_ARGS__ })))

/* --- our side ---------------------------------------------------------------------------------- */

static void helper_succeeds(void)
{
	static const struct reply reply = { .rc = 0 };

	fake_answer("socket1", &reply, sizeof(reply));
}

static void asks_and_lets_it_go_before_exec(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	helper_succeeds();
	fake_hide("fstatfs");
	fake_hide("fstat");
	apply_plan(&run);
	fake_assert_trace("openat(AT_FDCWD, \"/proc\", O_DIRECTORY|O_PATH)\n"
			  "readlinkat(</proc>, \"self\")\n"
			  "openat2(</proc>, \"4242\", O_DIRECTORY|O_NOFOLLOW|O_PATH)\n"
			  "socketpair(SEQPACKET)\nfork()\nclose(<socket1 other>)\n"
			  "sendmsg(<socket1>, 1)\nrecvmsg(<socket1>)\n"
			  "close(<socket1>)\nwaitpid(101, 0)\n"
			  "execvp(prog: prog arg)\n");
}

static void refusal_is_told_as_the_helper_said_it(void **state)
{
	struct reply reply = { .rc = -EPERM };
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	diag_set(&reply.diag, EPERM, "the helper's words");
	diag_hint(&reply.diag, "the helper's hint");
	reply.diag.status = 77;
	fake_answer("socket1", &reply, sizeof(reply));
	apply_plan(&run);
	assert_failed(&run, "the helper's words: Operation not permitted");
	assert_string_equal(run.diag.hint, "the helper's hint");
	assert_int_equal(diag_status(&run.diag), 77);
	assert_null(fake_find("sendmsg(<socket1>, 1000)"));
	/* It has looked for the cause itself. */
	assert_non_null(strstr(fake_trace(), "sendmsg(<socket1>, 1001)\nclose(<socket1>)\n"
					     "waitpid(101, 0)\n"));
	assert_null(fake_find("hint"));
	fake_assert_closed();
}

static void helper_that_has_died(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	fake_input("socket1", NULL, 0);
	apply_plan(&run);
	assert_failed(&run, "the helper has died");
	BEGIN(&run, &map_step);
	fake_returns("sendmsg", 0, -EPIPE);
	apply_plan(&run);
	assert_failed(&run, "cannot reach the helper: Broken pipe");
	BEGIN(&run, &map_step);
	fake_returns("recvmsg", 1, -ECONNRESET);
	apply_plan(&run);
	assert_failed(&run, "cannot reach the helper: Connection reset by peer");
	fake_assert_closed();
}

static void helper_that_does_not_start(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	fake_returns("fork", 1, -EAGAIN);
	apply_plan(&run);
	assert_failed(&run, "cannot start the helper: Resource temporarily unavailable");
	assert_int_equal(fake_count("sendmsg"), 0);
	assert_int_equal(fake_count("waitpid"), 0);
	fake_assert_closed();
	BEGIN(&run, &map_step);
	fake_returns("socketpair", 1, -EMFILE);
	apply_plan(&run);
	assert_failed(&run, "cannot start the helper: Too many open files");
	fake_assert_closed();
	BEGIN(&run, &map_step);
	fake_returns("openat", 1, -ENOENT);
	apply_plan(&run);
	assert_failed(&run, "cannot open /proc: No such file or directory");
	assert_int_equal(fake_count("fork"), 0);
	fake_assert_closed();
}

static void namespace_is_handed_over(void **state)
{
	struct step children = pin_step;
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	helper_succeeds();
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(fake_find("sendmsg(<socket1>, 1, </proc/4242/ns/net>)"));
	assert_non_null(fake_find("close(</proc/4242/ns/net>)"));
	children.ns = NS_TIME;
	children.flags = 1;
	BEGIN(&run, &children);
	helper_succeeds();
	apply_plan(&run);
	assert_non_null(fake_find("sendmsg(<socket1>, 1, </proc/4242/ns/time_for_children>)"));
}

static void namespace_that_cannot_be_opened(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	fake_remove("/proc/4242/ns/net");
	apply_plan(&run);
	assert_failed(&run, "cannot open the new network namespace: No such file or directory");
	fake_assert_closed();
	BEGIN(&run, &pin_step);
	fake_returns("readlinkat", 2, -ENOENT);
	apply_plan(&run);
	assert_failed(&run, "/proc does not show this process");
	fake_assert_closed();
}

/* Without a fork nobody is left to see whether exec works, so the program is looked at first. */
static void pins_wait_for_a_program_that_can_run(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	helper_succeeds();
	fake_remove("/usr/bin/prog");
	apply_plan(&run);
	assert_failed(&run, "cannot run 'prog': No such file or directory");
	assert_int_equal(diag_status(&run.diag), 127);
	assert_null(fake_find("sendmsg(<socket1>, 1000)"));
	assert_non_null(fake_find("sendmsg(<socket1>, 1001)"));
	fake_assert_closed();
}

static void child_commits_and_takes_it_back_where_exec_fails(void **state)
{
	static const struct step fork_step = { .kind = STEP_FORK };
	struct run run;

	(void)state;
	BEGIN(&run, &fork_step, &pin_step);
	helper_succeeds();
	fake_returns("fork", 2, 0);
	fake_returns("execvp", 1, -ENOEXEC);
	fake_hide("close");
	apply_plan(&run);
	assert_failed(&run, "cannot run 'prog': Exec format error");
	assert_non_null(strstr(fake_trace(), "sendmsg(<socket1>, 1000)\nrecvmsg(<socket1>)\n"
					     "execvp(prog: prog arg) = ENOEXEC\n"
					     "sendmsg(<socket1>, 1001)\nhint\n"));
	/* It is not the child's to reap. */
	assert_int_equal(fake_count("waitpid"), 0);
	fake_assert_closed();
}

static void parent_leaves_the_helper_to_the_child(void **state)
{
	static const struct step fork_step = { .kind = STEP_FORK };
	struct run run;

	(void)state;
	BEGIN(&run, &fork_step, &pin_step);
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(102, EXITED(0));
	apply_plan(&run);
	assert_int_equal(run.rc, 0);
	/* Its end is closed before it waits, and the helper is reaped behind the child. */
	assert_non_null(strstr(fake_trace(), "fork(vfork)\nclose(<socket1>)\nsignalfd("));
	assert_non_null(strstr(fake_trace(), "close(<signals>)\nwaitpid(101, 0)\n"));
	assert_int_equal(fake_count("sendmsg"), 0);
	fake_assert_closed();
}

/* The commit has no answer: the helper has ended, and nobody knows what became of the pins. */
static void program_does_not_start_without_its_pins(void **state)
{
	static const struct reply reply = { .rc = 0 };
	static const struct step fork_step = { .kind = STEP_FORK };
	struct run run;

	(void)state;
	for (int forked = 0; forked < 2; forked++) {
		if (forked)
			BEGIN(&run, &fork_step, &pin_step);
		else
			BEGIN(&run, &pin_step);
		fake_returns("fork", 2, 0);
		fake_input("socket1", &reply, sizeof(reply));
		fake_input("socket1", NULL, 0);
		apply_plan(&run);
		assert_failed(&run, "the helper has died");
		assert_non_null(fake_find("sendmsg(<socket1>, 1000)"));
		fake_assert_closed();
	}
}

/* --- the helper's side ------------------------------------------------------------------------- */

static void ask(int number, const char *fd_path)
{
	if (fd_path)
		fake_input_fd("socket1 other", &number, sizeof(number), fd_path);
	else
		fake_input("socket1 other", &number, sizeof(number));
}

/* Lets it run until its other side is closed. */
static void help(struct run *run)
{
	fake_returns("fork", 1, 0);
	fake_input("socket1 other", NULL, 0);
	apply_plan(run);
	assert_int_equal(run->end, FAKE_EXITED);
}

/* The nth answer that it has given. */
static const struct reply *answer(unsigned nth)
{
	for (size_t i = 0; i < fake_n_calls(); i++)
		if (strcmp(fake_call(i)->name, "sendmsg") == 0 && fake_call(i)->nth == nth) {
			assert_int_equal(fake_call(i)->len, sizeof(struct reply));
			return (const void *)fake_call(i)->data;
		}
	fail_msg("there was no answer %u; trace:\n%s", nth, fake_trace());
	return NULL;
}

static void assert_answer(unsigned nth, int rc, const char *message)
{
	const struct reply *reply = answer(nth);

	assert_int_equal(reply->rc, rc);
	if (message)
		assert_message(&reply->diag, message);
}

static void helper_blocks_signals_and_ends_with_us(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	fake_hide("openat");
	fake_hide("openat2");
	fake_hide("fstat");
	fake_hide("fstatfs");
	fake_hide("readlinkat");
	help(&run);
	fake_assert_trace("socketpair(SEQPACKET)\nfork()\nclose(<socket1>)\n"
			  "sigprocmask(SETMASK, ~[])\nsigaction(CHLD, default)\n"
			  "recvmsg(<socket1 other>)\nclose(</proc>)\n"
			  "close(</proc/4242>)\nclose(<socket1 other>)\nexit(0)\n");
}

static void helper_writes_a_map(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	ask(1, NULL);
	help(&run);
	assert_answer(1, 0, NULL);
	assert_non_null(fake_find("write(</proc/4242/uid_map>, \"0 100000 65536\\n\")"));
	assert_null(fake_find("SIGPIPE"));
}

/* Who waits for the answer must see that the helper is gone. */
static void answer_that_is_lost(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	ask(1, NULL);
	ask(1, NULL);
	fake_returns("sendmsg", 1, -ENOBUFS);
	help(&run);
	assert_int_equal(fake_count("recvmsg"), 1);
}

static void helper_denies_setgroups(void **state)
{
	static const struct step step = { .kind = STEP_SETGROUPS, .by_helper = true,
					  .text = "deny" };
	struct run run;

	(void)state;
	BEGIN(&run, &step);
	ask(1, NULL);
	help(&run);
	assert_answer(1, 0, NULL);
	assert_non_null(fake_find("write(</proc/4242/setgroups>, \"deny\")"));
}

static void helper_tells_why_a_map_was_refused(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &map_step);
	ask(1, NULL);
	fake_returns("write", 1, -EPERM);
	help(&run);
	assert_answer(1, -EPERM, "cannot write the uid map '0 100000 65536' (/proc/4242/uid_map): "
				 "Operation not permitted");
	assert_string_equal(answer(1)->diag.hint, "the hint for map");
}

static void helper_does_only_its_own_steps(void **state)
{
	static const struct step step = { .kind = STEP_HOSTNAME, .text = "x" };
	struct run run;

	(void)state;
	BEGIN(&run, &step);
	ask(1, NULL);
	help(&run);
	assert_int_equal(answer(1)->rc, -ENOTSUP);
	assert_int_equal(fake_count("sethostname"), 0);
}

/* Somebody else on the socket: no answer, and the end. */
static void helper_leaves_at_nonsense(void **state)
{
	static const int numbers[] = { -1, 3, 999, 1002 };
	struct run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		BEGIN(&run, &map_step);
		ask(numbers[i], NULL);
		help(&run);
		assert_int_equal(fake_count("sendmsg"), 0);
		assert_int_equal(fake_count("recvmsg"), 1);
	}
	BEGIN(&run, &map_step);
	fake_input("socket1 other", "xy", 2);
	help(&run);
	assert_int_equal(fake_count("sendmsg"), 0);
}

/* It cannot know whether the pins should stay, so they go, and the commit gets no answer. */
static void helper_that_cannot_hear(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	fake_returns("recvmsg", 2, -ENOMEM);
	help(&run);
	assert_int_equal(fake_count("umount2"), 1);
}

static void helper_pins_what_it_is_handed(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	ask(COMMIT, NULL);
	help(&run);
	assert_answer(1, 0, NULL);
	assert_answer(2, 0, NULL);
	assert_non_null(fake_find("openat(AT_FDCWD, \"/run/n\", O_NOFOLLOW|O_PATH)"));
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
	help(&run);
	assert_int_equal(fake_count("umount2"), 2);
	second = strstr(fake_trace(), "openat(AT_FDCWD, \"/run/u\", O_NOFOLLOW|O_PATH)\numount2(");
	assert_non_null(second);
	first = strstr(second, "openat(AT_FDCWD, \"/run/n\", O_NOFOLLOW|O_PATH)\numount2(");
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
	help(&run);
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
	help(&run);
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
	help(&run);
	assert_int_equal(fake_count("umount2"), 1);
	/* Any other failure is no reason: it has been answered. */
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	ask(COMMIT, NULL);
	fake_returns("recvmsg", 3, -ENOMEM);
	help(&run);
	assert_int_equal(fake_count("umount2"), 0);
}

static void pins_of_others_are_left_alone(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	fake_file("/run/n", "")->ino = 5; /* another namespace by now */
	help(&run);
	assert_int_equal(fake_count("umount2"), 0);
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	fake_mounted("/run/n", 0x01021994); /* something else was mounted there */
	help(&run);
	assert_int_equal(fake_count("umount2"), 0);
	BEGIN(&run, &pin_step);
	ask(1, "/proc/4242/ns/net");
	/* openat: /proc, the check, the pin, and now taking it back: it is not there any more */
	fake_returns("openat", 4, -ENOENT);
	help(&run);
	assert_int_equal(fake_count("umount2"), 0);
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
		{ "openat", 3, ENOENT,
		  "cannot pin a namespace at '/run/n': No such file or directory" },
		{ "fstat", 3, EBADF, "cannot examine the namespace to pin: Bad file descriptor" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		BEGIN(&run, &pin_step);
		ask(1, "/proc/4242/ns/net");
		fake_returns(rows[i].call, rows[i].nth, -rows[i].err);
		help(&run);
		assert_answer(1, -rows[i].err, rows[i].message);
		/* What was not pinned is not taken back. */
		assert_int_equal(fake_count("umount2"), 0);
	}
}

/* --- newuidmap --------------------------------------------------------------------------------- */

static void program_is_run_with_the_map(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_returns("fork", 1, 0);
	fake_returns("fork", 2, 0);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXECUTED);
	assert_non_null(fake_find("execvp(/bin/newuidmap: /bin/newuidmap 4242 0 100000 65536)"));
	/* It gets no signals blocked from us. */
	assert_non_null(fake_find("sigprocmask(SETMASK, [])"));
}

static void program_that_cannot_be_run(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_returns("fork", 1, 0);
	fake_returns("fork", 2, 0);
	fake_returns("execvp", 1, -ENOENT);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXITED);
	assert_int_equal(fake_exit_status(), 127);
}

/* The helper, with a program that ends so. */
static void help_with_program(struct run *run, int status)
{
	BEGIN(run, &program_step);
	ask(1, NULL);
	fake_child(102, status);
	help(run);
}

static void program_that_succeeds(void **state)
{
	struct run run;

	(void)state;
	help_with_program(&run, EXITED(0));
	assert_answer(1, 0, NULL);
	assert_int_equal(fake_count("kill"), 0);
}

static void map_that_the_program_has_not_written(void **state)
{
	static const struct {
		const char *map, *message;
	} rows[] = {
		{ "", "cannot write the uid map: /bin/newuidmap has not written it" },
		{ "0 100001 65536\n", "cannot write the uid map: /bin/newuidmap has not written it" },
		{ "x\n", "cannot read the uid map that /bin/newuidmap has written: Invalid "
			 "argument" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		BEGIN(&run, &program_step);
		fake_file("/proc/4242/uid_map", rows[i].map);
		ask(1, NULL);
		fake_child(102, EXITED(0));
		fake_returns("poll", 0, 0);
		help(&run);
		assert_answer(1, i < 2 ? -EPERM : -EINVAL, rows[i].message);
	}
}

static void status_of_the_program_becomes_ours(void **state)
{
	struct run run;

	(void)state;
	help_with_program(&run, EXITED(3));
	assert_answer(1, -EPERM, "cannot write the uid map: /bin/newuidmap failed with status 3");
	assert_int_equal(diag_status(&answer(1)->diag), 3);
}

static void killed_program_is_a_failure(void **state)
{
	struct run run;

	(void)state;
	help_with_program(&run, KILLED(SIGKILL));
	assert_answer(1, -EINVAL, "/bin/newuidmap was killed by signal 9");
}

static void program_that_never_ends_is_killed(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	/* Reaped only after the kill: nothing is found while it is waited for. */
	fake_returns("poll", 0, 0);
	help(&run);
	assert_answer(1, -EINVAL, "/bin/newuidmap did not end within 60 s");
	assert_int_equal(fake_count("kill"), 1);
	assert_non_null(fake_find("kill(102, KILL)"));
	assert_non_null(fake_find("waitpid(102, 0)"));
	assert_in_range(fake_count("sigtimedwait"), 590, 610);
}

static void program_is_killed_when_we_die(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	help(&run); /* the end of file comes right behind the request */
	assert_non_null(fake_find("kill(102, KILL)"));
	assert_int_equal(fake_count("sigtimedwait"), 0);
}

static void program_that_is_waited_for_in_slices(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_child(0, 0);
	fake_child(0, 0);
	fake_child(102, EXITED(0));
	fake_returns("poll", 0, 0);
	help(&run);
	assert_answer(1, 0, NULL);
	assert_int_equal(fake_count("sigtimedwait"), 2);
	assert_non_null(fake_find("sigtimedwait([CHLD], 0.100 s)"));
}

static void program_that_does_not_start(void **state)
{
	struct run run;

	(void)state;
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_returns("fork", 2, -EAGAIN);
	help(&run);
	assert_answer(1, -EAGAIN,
		      "cannot start /bin/newuidmap: Resource temporarily unavailable");
	BEGIN(&run, &program_step);
	ask(1, NULL);
	fake_returns("waitpid", 1, -ECHILD);
	help(&run);
	assert_answer(1, -ECHILD, "cannot wait for /bin/newuidmap: No child processes");
}

int main(void)
{
	UNIT_ADD(asks_and_lets_it_go_before_exec);
	UNIT_ADD(refusal_is_told_as_the_helper_said_it);
	UNIT_ADD(helper_that_has_died);
	UNIT_ADD(helper_that_does_not_start);
	UNIT_ADD(namespace_is_handed_over);
	UNIT_ADD(namespace_that_cannot_be_opened);
	UNIT_ADD(pins_wait_for_a_program_that_can_run);
	UNIT_ADD(child_commits_and_takes_it_back_where_exec_fails);
	UNIT_ADD(parent_leaves_the_helper_to_the_child);
	UNIT_ADD(helper_blocks_signals_and_ends_with_us);
	UNIT_ADD(helper_writes_a_map);
	UNIT_ADD(answer_that_is_lost);
	UNIT_ADD(helper_denies_setgroups);
	UNIT_ADD(helper_tells_why_a_map_was_refused);
	UNIT_ADD(helper_does_only_its_own_steps);
	UNIT_ADD(helper_leaves_at_nonsense);
	UNIT_ADD(helper_that_cannot_hear);
	UNIT_ADD(program_does_not_start_without_its_pins);
	UNIT_ADD(helper_pins_what_it_is_handed);
	UNIT_ADD(pins_are_taken_back_in_reverse);
	UNIT_ADD(pins_are_taken_back_after_all);
	UNIT_ADD(pins_whose_commit_cannot_be_answered);
	UNIT_ADD(pins_whose_commit_is_answered_to_nobody);
	UNIT_ADD(pins_of_others_are_left_alone);
	UNIT_ADD(pin_that_fails);
	UNIT_ADD(program_is_run_with_the_map);
	UNIT_ADD(program_that_cannot_be_run);
	UNIT_ADD(program_that_succeeds);
	UNIT_ADD(map_that_the_program_has_not_written);
	UNIT_ADD(status_of_the_program_becomes_ours);
	UNIT_ADD(killed_program_is_a_failure);
	UNIT_ADD(program_that_never_ends_is_killed);
	UNIT_ADD(program_is_killed_when_we_die);
	UNIT_ADD(program_that_is_waited_for_in_slices);
	UNIT_ADD(program_that_does_not_start);
	return unit_run("apply_helper");
}
