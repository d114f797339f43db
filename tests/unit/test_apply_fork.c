/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Forks, the init and the parent-death signal. */
#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "apply_unit.h"

#define TAKEN "[INT TERM CHLD TSTP TTIN TTOU]"

/* A process that stays makes these calls before it gives anything up. */
#define ASKS_ITSELF "prctl(PR_GET_PDEATHSIG)\nprctl(PR_GET_DUMPABLE)\ngetppid()\n"

static void begin(struct run *run, int flags)
{
	fake_reset();
	*run = (struct run){ .rc = 0 };
	add_step(&run->plan, (struct step){ .kind = STEP_FORK, .fork.flags = flags });
}

static void ends(pid_t pid, int status)
{
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(pid, status);
}

/* --- the parent -------------------------------------------------------------------------------- */

static void parent_waits_with_signals_kept(void **state)
{
	struct run run;

	(void)state;
	begin(&run, 0);
	add_exec(&run.plan);
	ends(101, EXITED(5));
	apply_plan(&run);
	fake_assert_trace("capget()\n"
			  "sigprocmask(BLOCK, " TAKEN ")\n"
			  "sigaction(CHLD, default)\n"
			  "fork(vfork)\n" ASKS_ITSELF "capget()\nclose_range(3, ~0)\n"
			  "sigwaitinfo(" TAKEN ")\n"
			  "waitpid(-1, WNOHANG|WUNTRACED)\n");
	assert_int_equal(run.rc, 0);
	assert_int_equal(run.status, EXITED(5));
	fake_assert_closed();
}

static void parent_does_nothing_of_what_follows(void **state)
{
	struct run run;

	(void)state;
	begin(&run, 0);
	add_step(&run.plan, (struct step){ .kind = STEP_HOSTNAME, .hostname.name = "inside" });
	add_exec(&run.plan);
	ends(101, KILLED(SIGTERM));
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_RETURNED);
	assert_int_equal(run.status, KILLED(SIGTERM));
	assert_int_equal(fake_count("sethostname"), 0);
}

static void parent_that_forwards_takes_every_signal(void **state)
{
	struct run run;

	(void)state;
	begin(&run, FORK_FORWARD);
	add_exec(&run.plan);
	fake_signal(SIGUSR2, SI_USER);
	ends(101, EXITED(0));
	apply_plan(&run);
	assert_non_null(fake_find("sigprocmask(BLOCK, ~[])"));
	assert_non_null(fake_find("sigwaitinfo(~[])"));
	assert_non_null(fake_find("kill(101, USR2)"));
}

/* An init wants all signals blocked before the fork; the parent leaves most to their actions. */
static void parent_of_an_init_unblocks_the_others(void **state)
{
	static const char question[4];
	struct run run;

	(void)state;
	begin(&run, FORK_INIT);
	add_step(&run.plan, (struct step){ .kind = STEP_INIT });
	add_exec(&run.plan);
	fake_input("socket1", question, sizeof(question));
	fake_report(EXITED(3));
	ends(101, EXITED(0));
	apply_plan(&run);
	assert_string_equal(fake_call(0)->text, "share_memory(12)");
	assert_string_equal(fake_call(2)->text, "sigprocmask(BLOCK, ~[])");
	assert_non_null(fake_find("sigprocmask(SETMASK, " TAKEN ")"));
	assert_int_equal(fake_count("fork"), 1);
	assert_int_equal(run.status, EXITED(3));
	fake_assert_closed();
}

/* The plan makes a child by this call, with these steps besides the fork. */
static void assert_forks(const char *call, int flags, struct step before, struct step after)
{
	struct run run;

	fake_reset();
	run = (struct run){ .rc = 0 };
	add_step(&run.plan, before);
	add_step(&run.plan, (struct step){ .kind = STEP_FORK, .fork.flags = flags });
	add_step(&run.plan, after);
	add_exec(&run.plan);
	ends(101, EXITED(0));
	apply_plan(&run);
	assert_int_equal(run.rc, 0);
	assert_non_null(fake_find(call));
	assert_int_equal(fake_count("fork"), 1);
}

static void memory_is_lent_where_nobody_notices(void **state)
{
	static const struct step uts = { .kind = STEP_UNSHARE, .unshare.flags = CLONE_NEWUTS };
	static const struct step time = { .kind = STEP_UNSHARE, .unshare.flags = CLONE_NEWTIME };
	static const struct step hidden = { .kind = STEP_UNDUMPABLE };
	static const struct step name = { .kind = STEP_HOSTNAME, .hostname.name = "inside" };
	static const struct step ids = { .kind = STEP_SETUID, .setuid.uid = 7 };
	static const struct step group = { .kind = STEP_SETGID, .setgid.gid = 7 };
	static const struct step init = { .kind = STEP_INIT };

	(void)state;
	assert_forks("fork(vfork)", 0, uts, name);
	assert_forks("fork(vfork)", 0, hidden, ids);
	/* The parent must not close its end of the pipe before the child has looked. */
	assert_forks("fork()", FORK_DEATH_CHECK, hidden, ids);
	assert_forks("fork()", 0, time, name);
	assert_forks("fork()", 0, uts, ids);
	assert_forks("fork()", 0, uts, group);
	assert_forks("fork()", FORK_INIT, uts, init);
}

static void parent_that_cannot_wait(void **state)
{
	struct run run;

	(void)state;
	begin(&run, FORK_INIT);
	add_step(&run.plan, (struct step){ .kind = STEP_INIT });
	add_exec(&run.plan);
	fake_returns("signalfd", 1, -EMFILE);
	apply_plan(&run);
	assert_failed(&run, "cannot wait for the child: Too many open files");
	fake_assert_closed();
}

static void fork_that_fails(void **state)
{
	struct run run;

	(void)state;
	begin(&run, FORK_DEATH_CHECK | FORK_INIT);
	add_exec(&run.plan);
	fake_returns("fork", 1, -EAGAIN);
	apply_plan(&run);
	assert_failed(&run, "cannot fork: Resource temporarily unavailable");
	/* As the caller had it. */
	assert_non_null(fake_find("sigaction(CHLD, ignore)"));
	assert_non_null(fake_find("sigprocmask(SETMASK, [])"));
	fake_assert_closed();
}

static void connection_that_fails(void **state)
{
	static const char *const rows[][2] = {
		{ "pipe2", "cannot create a pipe: Too many open files" },
		{ "share_memory", "cannot share memory with the init: Too many open files" },
		{ "socketpair", "cannot create a socket: Too many open files" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run;

		begin(&run, FORK_DEATH_CHECK | FORK_INIT);
		add_exec(&run.plan);
		fake_returns(rows[i][0], 1, -EMFILE);
		apply_plan(&run);
		assert_failed(&run, rows[i][1]);
		assert_int_equal(fake_count("fork"), 0);
		fake_assert_closed();
	}
}

/* --- the child --------------------------------------------------------------------------------- */

static void child_has_the_callers_signals(void **state)
{
	struct run run;

	(void)state;
	begin(&run, 0);
	add_exec(&run.plan);
	fake_returns("fork", 1, 0);
	apply_plan(&run);
	fake_assert_trace("capget()\n"
			  "sigprocmask(BLOCK, " TAKEN ")\n"
			  "sigaction(CHLD, default)\n"
			  "fork(vfork)\n"
			  "sigaction(CHLD, ignore)\n"
			  "sigprocmask(SETMASK, [])\n"
			  "execvp(prog: prog arg)\n");
}

/* With the memory of its parent it cannot return. */
static void child_that_fails_says_so_itself(void **state)
{
	struct run run;

	(void)state;
	begin(&run, 0);
	add_exec(&run.plan);
	fake_returns("fork", 1, 0);
	fake_returns("execvp", 1, -ENOENT);
	apply_plan(&run);
	assert_int_equal(run.end, FAKE_EXITED);
	assert_int_equal(fake_exit_status(), 127);
	assert_message(&run.diag, "cannot run 'prog': No such file or directory");
	fake_assert_closed();
}

static void death_signal_with_the_parent_alive(void **state)
{
	struct run run;

	(void)state;
	begin(&run, FORK_DEATH_CHECK);
	add_step(&run.plan, (struct step){ .kind = STEP_DEATH_SIGNAL, .death_signal.signal = SIGTERM });
	add_exec(&run.plan);
	fake_returns("fork", 1, 0);
	fake_hide("sigprocmask");
	fake_hide("sigaction");
	fake_input("socket1 other", NULL, 0);
	apply_plan(&run);
	fake_assert_trace("pipe2(O_RDONLY)\nsocketpair(SEQPACKET)\nfork()\n"
			  "close(<socket1>)\nclose(<pipe1 write>)\n"
			  "prctl(PR_SET_PDEATHSIG, 15)\npoll(<pipe1 read>, 0)\n"
			  "sendmsg(<socket1 other>, 0)\n"
			  "recvmsg(<socket1 other>)\nclose(<socket1 other>)\n"
			  "execvp(prog: prog arg)\n");
}

static void death_signal_with_the_parent_dead(void **state)
{
	struct run run;

	(void)state;
	begin(&run, FORK_DEATH_CHECK);
	add_step(&run.plan, (struct step){ .kind = STEP_DEATH_SIGNAL, .death_signal.signal = SIGTERM });
	add_exec(&run.plan);
	fake_returns("fork", 1, 0);
	fake_input("pipe1 read", NULL, 0);
	apply_plan(&run);
	assert_failed(&run, "the parent has died");
	fake_assert_closed();
}

static void death_signal_that_fails(void **state)
{
	static const char *const calls[][2] = {
		{ "prctl", "cannot set the parent-death signal: Invalid argument" },
		{ "poll", "cannot ask whether the parent lives: Invalid argument" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		struct run run;

		begin(&run, FORK_DEATH_CHECK);
		add_step(&run.plan, (struct step){ .kind = STEP_DEATH_SIGNAL, .death_signal.signal = SIGTERM });
		add_exec(&run.plan);
		fake_returns("fork", 1, 0);
		fake_returns(calls[i][0], 1, -EINVAL);
		apply_plan(&run);
		assert_failed(&run, calls[i][1]);
		fake_assert_closed();
	}
}

/* --- the init ---------------------------------------------------------------------------------- */

static void begin_init(struct run *run)
{
	begin(run, FORK_INIT);
	add_step(&run->plan, (struct step){ .kind = STEP_INIT });
	add_exec(&run->plan);
	fake_returns("fork", 1, 0);
}

static void init_waits_with_all_signals_and_reports(void **state)
{
	static const char question[4];
	struct run run;

	(void)state;
	begin_init(&run);
	fake_input("socket2", question, sizeof(question));
	fake_input("socket1 other", NULL, 0);
	ends(102, EXITED(6));
	apply_plan(&run);
	fake_assert_trace("share_memory(12)\nsocketpair(SEQPACKET)\n"
			  "sigprocmask(BLOCK, ~[])\nsigaction(CHLD, default)\n"
			  "fork()\nclose(<socket1>)\n"
			  "socketpair(SEQPACKET)\nfork()\nclose(<socket2 other>)\n"
			  "signalfd(~[])\npoll(<signals>, <socket2>, -1)\nclose(<signals>)\n"
			  "recvmsg(<socket2>)\n" ASKS_ITSELF "capget()\n"
			  /* It goes on to ask its own parent. */
			  "close_range(3, <socket1 other>)\n"
			  "close_range(<socket2>, ~0)\n"
			  "sendmsg(<socket1 other>, 0)\n"
			  "recvmsg(<socket1 other>)\nclose(<socket1 other>)\n"
			  "close(<socket2>)\n"
			  "sigwaitinfo(~[])\n"
			  "waitpid(-1, WNOHANG|WUNTRACED)\nfutex_wake()\n");
	assert_int_equal(run.status, EXITED(6));
	fake_assert_closed();
}

static void program_of_an_init_has_the_callers_signals(void **state)
{
	struct run run;

	(void)state;
	begin_init(&run);
	fake_returns("fork", 2, 0);
	fake_input("socket2 other", NULL, 0);
	apply_plan(&run);
	fake_assert_trace("share_memory(12)\nsocketpair(SEQPACKET)\n"
			  "sigprocmask(BLOCK, ~[])\nsigaction(CHLD, default)\n"
			  "fork()\nclose(<socket1>)\n"
			  "socketpair(SEQPACKET)\nfork()\n"
			  "close(<socket2>)\nclose(<socket1 other>)\n"
			  "sigaction(CHLD, ignore)\nsigprocmask(SETMASK, [])\n"
			  "sendmsg(<socket2 other>, 0)\n"
			  "recvmsg(<socket2 other>)\nclose(<socket2 other>)\n"
			  "execvp(prog: prog arg)\n");
}

static void init_that_cannot_fork(void **state)
{
	struct run run;

	(void)state;
	begin_init(&run);
	fake_returns("fork", 2, -ENOMEM);
	apply_plan(&run);
	assert_failed(&run, "cannot fork: Cannot allocate memory");
	fake_assert_closed();
}

int main(void)
{
	UNIT_ADD(parent_waits_with_signals_kept);
	UNIT_ADD(parent_does_nothing_of_what_follows);
	UNIT_ADD(parent_that_forwards_takes_every_signal);
	UNIT_ADD(parent_of_an_init_unblocks_the_others);
	UNIT_ADD(memory_is_lent_where_nobody_notices);
	UNIT_ADD(parent_that_cannot_wait);
	UNIT_ADD(fork_that_fails);
	UNIT_ADD(connection_that_fails);
	UNIT_ADD(child_has_the_callers_signals);
	UNIT_ADD(child_that_fails_says_so_itself);
	UNIT_ADD(death_signal_with_the_parent_alive);
	UNIT_ADD(death_signal_with_the_parent_dead);
	UNIT_ADD(death_signal_that_fails);
	UNIT_ADD(init_waits_with_all_signals_and_reports);
	UNIT_ADD(program_of_an_init_has_the_callers_signals);
	UNIT_ADD(init_that_cannot_fork);
	return unit_run("apply_fork");
}
