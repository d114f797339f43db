/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that stays beside the program gives up its rights. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "apply_unit.h"
#include "kernel/sys.h"

/* apply_leave.c */
struct question {
	bool moves_root, moves;
	bool has_root, has_cwd;
};

static const struct sys_caps all = { .effective = 0xff, .permitted = 0xff };

static void begin(struct run *run, int flags)
{
	fake_reset();
	fake_hide("sigprocmask");
	fake_hide("sigaction");
	*run = (struct run){ .rc = 0 };
	add_step(&run->plan, (struct step){ .kind = STEP_FORK, .fork.flags = flags });
}

static char secret[] = "SECRET=1", token[] = "TOKEN=2";
static char *strings[] = { secret, token, NULL };

/* The parent, whose child asks and ends. It may wipe its environment. */
static void apply_parent(struct run *run, const struct question *question, const char *cwd)
{
	char **before = environ;

	add_exec(&run->plan);
	if (cwd)
		fake_input_fd("socket1", question, sizeof(*question), cwd);
	else
		fake_input("socket1", question, sizeof(*question));
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(101, EXITED(0));
	environ = strings;
	apply_plan(run);
	environ = before;
}

static const struct question same = { .moves = false };

/* From the question to the answer. */
static void assert_gives_up(const char *expected)
{
	char trace[2048];
	const char *from = strstr(fake_trace(), "recvmsg(<socket1>)\n");

	assert_non_null(from);
	snprintf(trace, sizeof(trace), "recvmsg(<socket1>)\n%sclose(<socket1>)\n", expected);
	if (strncmp(from, trace, strlen(trace)) != 0)
		fail_msg("wanted:\n%s\nbut there was:\n%s", trace, from);
}

#define QUESTIONS "prctl(PR_GET_PDEATHSIG)\nprctl(PR_GET_DUMPABLE)\ngetppid()\n"
#define CLOSES "close_range(3, <socket1>)\nclose_range(<socket1>, ~0)\n"

/* --- ids and capabilities ---------------------------------------------------------------------- */

static void takes_the_programs_ids(void **state)
{
	struct run run;

	(void)state;
	begin(&run, 0);
	add_step(&run.plan, (struct step){ .kind = STEP_DROP_GROUPS });
	add_step(&run.plan, (struct step){ .kind = STEP_SETGID, .setgid.gid = 7 });
	add_step(&run.plan, (struct step){ .kind = STEP_SETUID, .setuid.uid = 5 });
	apply_parent(&run, &same, NULL);
	/* It can be traced afterwards as before: a change of ids would end that (prctl(2)). */
	assert_gives_up(QUESTIONS "setgroups(0)\nsetresgid(7, 7, 7)\nsetresuid(5, 5, 5)\n"
				  "capget()\nprctl(PR_SET_DUMPABLE, 1)\n" CLOSES);
	assert_int_equal(run.rc, 0);
	fake_assert_closed();
}

static void stays_out_of_reach_if_it_was(void **state)
{
	struct run run;

	(void)state;
	for (int undumpable = 0; undumpable < 2; undumpable++) {
		begin(&run, FORK_INIT);
		run.plan.n = 0;
		if (undumpable)
			add_step(&run.plan, (struct step){ .kind = STEP_UNDUMPABLE });
		add_step(&run.plan, (struct step){ .kind = STEP_FORK, .fork.flags = FORK_INIT });
		add_step(&run.plan, (struct step){ .kind = STEP_SETUID, .setuid.uid = 5 });
		/* The first call of this name is the step's own. */
		fake_returns("prctl", undumpable ? 0 : 2, 0);
		apply_parent(&run, &same, NULL);
		assert_non_null(fake_find("setresuid(5, 5, 5)"));
		assert_null(fake_find("PR_SET_DUMPABLE, 1"));
	}
}

/* The program's exec takes them, for its user id is not 0. */
static void has_no_capability_that_exec_takes(void **state)
{
	static const struct sys_caps some = { .effective = 0xf,
					      .permitted = 0xff,
					      .inheritable = 0x6 };
	struct run run;

	(void)state;
	begin(&run, FORK_INIT);
	fake_input("capget", &all, sizeof(all));
	apply_parent(&run, &same, NULL);
	assert_gives_up(QUESTIONS "capget()\ngeteuid()\ngetuid()\ncapset(0, 0, 0)\n" CLOSES);
	/* Ambient ones stay. */
	begin(&run, FORK_INIT);
	fake_input("capget", &some, sizeof(some));
	fake_returns("prctl", 3, 1); /* the first two are questions, this is about capability 1 */
	apply_parent(&run, &same, NULL);
	assert_non_null(fake_find("capset(2, 2, 6)"));
}

static void keeps_what_root_keeps(void **state)
{
	static const struct {
		const char *call; /* that returns 0 */
		long securebits;
		bool keeps;
	} rows[] = { { "geteuid", 0, true },
		     { "getuid", 0, true },
		     { "geteuid", 1, false },
		     { "geteuid", -EINVAL, false },
		     { "geteuid", 2, true } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		begin(&run, FORK_INIT);
		fake_input("capget", &all, sizeof(all));
		fake_returns(rows[i].call, 1, 0);
		fake_returns("prctl", 3, rows[i].securebits);
		apply_parent(&run, &same, NULL);
		assert_int_equal(fake_count("capset"), !rows[i].keeps);
	}
}

/* Whether the program must not start before. */
static void memory_is_lent_to_equals_only(void **state)
{
	static const struct {
		struct step step;
		bool caps, root, equals;
	} rows[] = {
		{ { .kind = STEP_HOSTNAME, .hostname.name = "x" }, false, false, true },
		{ { .kind = STEP_HOSTNAME, .hostname.name = "x" }, true, true, true },
		{ { .kind = STEP_HOSTNAME, .hostname.name = "x" }, true, false, false },
		{ { .kind = STEP_CHROOT, .chroot.path = "/srv" }, false, false, false },
		{ { .kind = STEP_PIVOT, .pivot.path = "/srv" }, false, false, false },
		{ { .kind = STEP_CHDIR, .chdir.path = "/srv" }, false, false, false },
		{ { .kind = STEP_SETUID }, false, false, false },
		{ { .kind = STEP_SETGID }, false, false, false },
		{ { .kind = STEP_DROP_GROUPS }, false, false, false },
		{ { .kind = STEP_USER_GROUPS, .user_groups.user = "x" }, false, false, false },
		{ { .kind = STEP_ENVIRON, .environ.keep = "" }, false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		begin(&run, 0);
		add_step(&run.plan, rows[i].step);
		fake_dir("/srv");
		if (rows[i].caps)
			fake_input("capget", &all, sizeof(all));
		if (rows[i].root)
			fake_returns("geteuid", 0, 0);
		apply_parent(&run, &same, NULL);
		assert_int_equal(fake_find("fork(vfork)") != NULL, rows[i].equals);
		assert_int_equal(run.rc, 0);
	}
}

/* --- root and working directory ---------------------------------------------------------------- */

static void follows_the_program(void **state)
{
	static const struct question cwd = { .moves = true, .has_cwd = true };
	static const struct question root = { .moves = true, .moves_root = true, .has_root = true };
	struct run run;

	(void)state;
	begin(&run, FORK_INIT);
	apply_parent(&run, &cwd, "/srv/w");
	assert_gives_up(QUESTIONS "fchdir(</srv/w>)\ncapget()\nclose(</srv/w>)\n" CLOSES);
	/* Its working directory could not be opened. */
	begin(&run, FORK_INIT);
	fake_returns("fchdir", 2, -EBADF);
	apply_parent(&run, &root, "/srv");
	assert_non_null(strstr(fake_trace(), "fchdir(</srv>)\nchroot(.)\n"));
	assert_non_null(fake_find("chdir(/)"));
	fake_assert_closed();
}

static void program_sends_where_it_is(void **state)
{
	static const struct {
		struct step step;
		const char *opened;
	} rows[] = {
		{ { .kind = STEP_CHDIR, .chdir.path = "/srv" },
		  "openat(AT_FDCWD, \".\", O_DIRECTORY|O_PATH)\n" },
		{ { .kind = STEP_CHROOT, .chroot.path = "/srv" },
		  "openat(AT_FDCWD, \"/\", O_DIRECTORY|O_PATH)\n"
		  "openat(AT_FDCWD, \".\", O_DIRECTORY|O_PATH)\n" },
		/* pivot_root(2) has moved the parent's root, too. */
		{ { .kind = STEP_PIVOT, .pivot.path = "/srv" },
		  "openat(AT_FDCWD, \".\", O_DIRECTORY|O_PATH)\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		begin(&run, 0);
		fake_dir("/srv");
		fake_dir("/");
		add_step(&run.plan, rows[i].step);
		add_exec(&run.plan);
		fake_returns("fork", 1, 0);
		fake_input("socket1 other", NULL, 0);
		apply_plan(&run);
		assert_int_equal(run.end, FAKE_EXECUTED);
		assert_non_null(strstr(fake_trace(), rows[i].opened));
		assert_non_null(fake_find("sendmsg(<socket1 other>, "));
	}
}

/* --- what must not be lost --------------------------------------------------------------------- */

static void keeps_its_death_signal(void **state)
{
	struct run run;

	(void)state;
	begin(&run, 0);
	fake_death_signal = SIGTERM;
	add_step(&run.plan, (struct step){ .kind = STEP_SETUID, .setuid.uid = 5 });
	apply_parent(&run, &same, NULL);
	assert_non_null(strstr(fake_trace(), "setresuid(5, 5, 5)\ncapget()\n"
					     "prctl(PR_SET_PDEATHSIG, 15)\n"));
}

/* Our parent's signal did not reach us while our ids changed. */
static void program_does_not_outlive_our_parent(void **state)
{
	struct run run;

	(void)state;
	begin(&run, 0);
	fake_death_signal = SIGKILL;
	fake_returns("getppid", 2, 1);
	add_step(&run.plan, (struct step){ .kind = STEP_SETUID, .setuid.uid = 5 });
	apply_parent(&run, &same, NULL);
	assert_non_null(fake_find("sendmsg(<socket1>, "));
	assert_null(fake_find("close_range"));
}

static void environment_is_forgotten(void **state)
{
	struct run run;

	(void)state;
	for (int cleared = 0; cleared < 2; cleared++) {
		begin(&run, FORK_INIT);
		if (cleared)
			add_step(&run.plan, (struct step){ .kind = STEP_ENVIRON, .environ.keep = "" });
		memcpy(secret, "SECRET=1", sizeof(secret));
		memcpy(token, "TOKEN=2", sizeof(token));
		apply_parent(&run, &same, NULL);
		assert_int_equal(secret[0], cleared ? 0 : 'S');
		assert_int_equal(token[6], cleared ? 0 : '2');
	}
}

/* --- when it does not work --------------------------------------------------------------------- */

struct failure {
	const char *name, *call, *message;
};

static const struct failure failures[] = {
	{ "refused: the root", "chroot",
	  "cannot follow the program into its root directory: Operation not permitted" },
	{ "refused: the uid", "setresuid", "cannot become uid 5: Operation not permitted" },
	{ "refused: the capabilities", "capset",
	  "cannot give up the capabilities of the parent: Operation not permitted" },
	{ "refused: the question is lost", "recvmsg",
	  "cannot hear the child: Operation not permitted" },
};

/* The child hears why; the parent waits for it. */
static void program_does_not_start(void **state)
{
	static const struct question question = { .moves = true,
						  .moves_root = true,
						  .has_root = true };
	const struct failure *row = *state;
	const struct fake_call *sent;
	struct refusal {
		int rc;
		struct diag diag;
	} refusal;
	struct run run;

	begin(&run, 0);
	add_step(&run.plan, (struct step){ .kind = STEP_SETUID, .setuid.uid = 5 });
	fake_input("capget", &all, sizeof(all));
	fake_returns(row->call, 1, -EPERM);
	if (strcmp(row->call, "recvmsg") == 0)
		fake_hide("recvmsg");
	apply_parent(&run, &question, "/srv");
	sent = fake_find("sendmsg(<socket1>, ");
	assert_non_null(sent);
	assert_int_equal(sent->len, sizeof(refusal));
	memcpy(&refusal, sent->data, sizeof(refusal));
	assert_true(refusal.rc < 0);
	assert_message(&refusal.diag, row->message);
	assert_int_equal(run.rc, 0);
	fake_assert_closed();
	/* The child's reaction. */
	begin(&run, 0);
	add_step(&run.plan, (struct step){ .kind = STEP_SETUID, .setuid.uid = 5 });
	add_exec(&run.plan);
	fake_returns("fork", 1, 0);
	fake_input("socket1 other", &refusal, sizeof(refusal));
	apply_plan(&run);
	assert_failed(&run, row->message);
	fake_assert_closed();
}

static void dead_parent_holds_nothing(void **state)
{
	static const struct {
		const char *call;
		int err;
	} rows[] = { { "sendmsg", EPIPE }, { "recvmsg", ECONNRESET } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		begin(&run, 0);
		add_step(&run.plan, (struct step){ .kind = STEP_SETUID, .setuid.uid = 5 });
		add_exec(&run.plan);
		fake_returns("fork", 1, 0);
		fake_returns(rows[i].call, 1, -rows[i].err);
		apply_plan(&run);
		assert_int_equal(run.end, FAKE_EXECUTED);
	}
}

int main(void)
{
	UNIT_ADD(takes_the_programs_ids);
	UNIT_ADD(stays_out_of_reach_if_it_was);
	UNIT_ADD(has_no_capability_that_exec_takes);
	UNIT_ADD(keeps_what_root_keeps);
	UNIT_ADD(memory_is_lent_to_equals_only);
	UNIT_ADD(follows_the_program);
	UNIT_ADD(program_sends_where_it_is);
	UNIT_ADD(keeps_its_death_signal);
	UNIT_ADD(program_does_not_outlive_our_parent);
	UNIT_ADD(environment_is_forgotten);
	UNIT_ADD_ROWS(program_does_not_start, failures);
	UNIT_ADD(dead_parent_holds_nothing);
	return unit_run("apply_leave");
}
