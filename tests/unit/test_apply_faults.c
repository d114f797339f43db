/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every call of several whole plans fails in turn, in every process that a plan has. Whatever fails:
 * the program does not start, the diagnosis says what was tried, no descriptor is lost, pins are not
 * kept, and nothing is done to the system afterwards.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>

#include "apply_unit.h"

struct reply {
	int rc;
	struct diag diag;
};

enum side { ALONE, PARENT, CHILD, INIT, INITS_CHILD };

struct subject {
	const char *name;
	enum side side;
	bool pins;
	struct run run;
};

static const struct idmap block = { .extents = (struct extent[]){ { 0, 100000, 65536 } }, .n = 1 };
static const struct idmap single = { .extents = (struct extent[]){ { 0, 1000, 1 } }, .n = 1 };

static void make_plan(const struct subject *subject, struct plan *plan)
{
	bool init = subject->side >= INIT;

	if (subject->pins)
		plan_add(plan, STEP_HELPER);
	add_step(plan, (struct step){ .kind = STEP_UNSHARE,
				      .flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET });
	add_step(plan, (struct step){ .kind = STEP_SETGROUPS, .text = "deny" });
	if (subject->pins)
		add_step(plan, (struct step){ .kind = STEP_MAP, .by_helper = true, .text = "uid",
					      .map = &block });
	add_step(plan, (struct step){ .kind = STEP_MAP, .text = "gid", .map = &single });
	add_step(plan, (struct step){ .kind = STEP_CLOCK, .text = "boottime", .seconds = 1 });
	if (subject->side != ALONE)
		add_step(plan, (struct step){ .kind = STEP_FORK,
					      .flags = FORK_DEATH_CHECK | (init ? FORK_INIT : 0) });
	if (subject->pins)
		add_step(plan, (struct step){ .kind = STEP_PIN, .by_helper = true, .ns = NS_NET,
					      .path = "/run/n" });
	plan_add(plan, STEP_LOOPBACK);
	add_step(plan, (struct step){ .kind = STEP_HOSTNAME, .text = "box" });
	add_step(plan, (struct step){ .kind = STEP_PROPAGATION, .flags = MS_PRIVATE,
				      .text = "private" });
	add_step(plan, (struct step){ .kind = STEP_PIVOT, .path = "/srv" });
	add_step(plan, (struct step){ .kind = STEP_CHDIR, .path = "/w" });
	add_step(plan, (struct step){ .kind = STEP_MOUNT, .text = "proc", .path = "/proc" });
	plan_add(plan, STEP_DETACH_ROOT);
	if (init)
		plan_add(plan, STEP_INIT);
	plan_add(plan, STEP_DROP_GROUPS);
	add_step(plan, (struct step){ .kind = STEP_SETGID, .id = 5 });
	add_step(plan, (struct step){ .kind = STEP_SETUID, .id = 5, .flags = 1 });
	plan_add(plan, STEP_AMBIENT_CAPS);
	if (subject->side == CHILD)
		add_step(plan, (struct step){ .kind = STEP_DEATH_SIGNAL, .flags = SIGKILL });
	add_exec(plan);
}

static void child_ends(pid_t pid)
{
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(pid, EXITED(0));
}

static void set_up(void *arg)
{
	static const struct reply done = { .rc = 0 };
	struct subject *subject = arg;
	/* The helper is the first child, where there is one. */
	unsigned forks = subject->pins ? 2 : 1;

	subject->run = (struct run){ .rc = 1 };
	make_plan(subject, &subject->run.plan);
	fake_dir("/srv");
	fake_file("/run/n", "");
	fake_file("/bin/prog", "");
	fake_answer("socket1", &done, sizeof(done));
	if (subject->side == PARENT)
		child_ends(FAKE_FIRST_CHILD - 1 + (pid_t)forks);
	if (subject->side >= CHILD)
		fake_returns("fork", forks, 0);
	if (subject->side == INIT)
		child_ends(FAKE_FIRST_CHILD + (pid_t)forks);
	if (subject->side == INITS_CHILD)
		fake_returns("fork", forks + 1, 0);
}

static void run(void *arg)
{
	struct subject *subject = arg;

	run_apply(&subject->run);
}

static bool is_among(const char *name, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(*words, name) == 0)
			return true;
	return false;
}

/* Calls without which all goes on: their failure could not be acted upon, or means nothing. */
static bool may_fail(const struct fake_fault *fault)
{
	static const char *const names[] = { "sigprocmask", "sigaction", "exit", NULL };

	/* A program that cannot be read may still be one that can be run. */
	if (strstr(fault->call.text, "/bin/prog") && strcmp(fault->call.name, "openat") == 0)
		return true;
	if (strcmp(fault->call.name, "pread") == 0)
		return true;
	if (strcmp(fault->call.name, "write") == 0)
		return strstr(fault->call.text, "<pipe") != NULL; /* the init's report */
	/* An answer to "is it still there": the parent's wait is another matter. */
	if (strcmp(fault->call.name, "waitpid") == 0)
		return strstr(fault->call.text, "WNOHANG") == NULL;
	return is_among(fault->call.name, names);
}

/* After the failure only this is done. */
static void assert_nothing_more(const struct fake_fault *fault)
{
	static const char *const tidying[] = { "close", "note", "sendmsg", "waitpid",
					       "sigprocmask", "sigaction", "exit", NULL };

	for (size_t i = fault->index + 1; i < fake_n_calls(); i++)
		if (!is_among(fake_call(i)->name, tidying))
			fail_msg("%s failed with %d, then came %s", fault->call.text, fault->err,
				 fake_call(i)->text);
}

static void check(const struct fake_fault *fault, void *arg)
{
	struct subject *subject = arg;
	const struct run *done = &subject->run;
	/* EINVAL of the propagation is cured by making the root a mount. */
	bool retried = strstr(fault->call.text, "mount(none, /,") && fault->err == EINVAL;
	/* openat2() is replaced where it is missing, or seccomp says so. */
	bool replaced = strcmp(fault->call.name, "openat2") == 0 &&
			(fault->err == ENOSYS || fault->err == EPERM);


	if (may_fail(fault) || retried || replaced)
		return;
	subject->run.end = fault->end;
	if (!has_failed(done))
		fail_msg("%s failed with %d, and nobody minded", fault->call.text, fault->err);
	if (!*done->diag.what)
		fail_msg("%s failed with %d, and nothing was said", fault->call.text, fault->err);
	if (done->diag.err && done->diag.err != fault->err)
		fail_msg("%s failed with %d, but what was said is: %s (%d)", fault->call.text,
			 fault->err, done->diag.what, done->diag.err);
	assert_nothing_more(fault);
	fake_assert_closed();
	/* Who waits has left the helper to who goes on. Without a fork it is gone before exec, and
	 * the program was looked at first. */
	if (subject->side == ALONE && strcmp(fault->call.name, "execvp") == 0)
		return;
	if (subject->pins && subject->side != PARENT && subject->side != INIT &&
	    fake_find("sendmsg(<socket1>"))
		assert_non_null(fake_find("sendmsg(<socket1>, 1001)"));
}

static void every_call_fails(void **state)
{
	static const int errnos[] = { EPERM, EACCES, EINVAL, ENOENT, ENOMEM, EMFILE, ENOSYS, 0 };
	const struct fake_sweep sweep = {
		.set_up = set_up, .run = run, .check = check, .arg = *state, .errnos = errnos,
	};

	assert_in_range(fake_sweep(&sweep), 100, 2000);
}

static void nothing_fails(void **state)
{
	struct subject *subject = *state;
	bool goes_on = subject->side == PARENT || subject->side == INIT;

	fake_reset();
	set_up(subject);
	assert_int_equal(fake_run(run, subject), goes_on ? FAKE_RETURNED : FAKE_EXECUTED);
	if (goes_on)
		assert_int_equal(subject->run.rc, 0);
	assert_null(fake_find("hint"));
}

int main(void)
{
	static struct subject subjects[] = {
		{ .name = "the only process", .side = ALONE },
		{ .name = "the only process, with a helper", .side = ALONE, .pins = true },
		{ .name = "the parent", .side = PARENT },
		{ .name = "the parent, with a helper", .side = PARENT, .pins = true },
		{ .name = "the child", .side = CHILD },
		{ .name = "the child, with a helper", .side = CHILD, .pins = true },
		{ .name = "the init", .side = INIT },
		{ .name = "the init, with a helper", .side = INIT, .pins = true },
		{ .name = "the init's child", .side = INITS_CHILD },
		{ .name = "the init's child, with a helper", .side = INITS_CHILD, .pins = true },
	};
	char names[ARRAY_LEN(subjects)][2][80];

	setenv("PATH", "/bin", 1);
	for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
		snprintf(names[i][0], sizeof(names[i][0]), "nothing fails: %s", subjects[i].name);
		unit_add(names[i][0], nothing_fails, &subjects[i]);
		snprintf(names[i][1], sizeof(names[i][1]), "every call fails: %s", subjects[i].name);
		unit_add(names[i][1], every_call_fails, &subjects[i]);
	}
	return unit_run("apply_faults");
}
