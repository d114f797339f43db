/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply_walk.h"

#include <errno.h>
#include <linux/filter.h>
#include <signal.h>
#include <stdio.h>

#include "uplink/pasta.h"

struct reply {
	int rc;
	struct diag diag;
};

const char *const walk_sides[SIDES] = { "the only process", "the parent", "the child", "the init",
					"the init's child" };

bool walk_has_side(const struct plan *plan, enum side side)
{
	bool forks = plan_find(plan, STEP_FORK), init = plan_find(plan, STEP_INIT);

	switch (side) {
	case ALONE:
		return !forks;
	case PARENT:
		return forks;
	case CHILD:
		return forks && !init;
	default:
		return init;
	}
}

static void child_ends(pid_t pid)
{
	fake_signal(SIGCHLD, CLD_EXITED);
	fake_child(pid, EXITED(0));
}

static void make_directories(const char *path)
{
	char part[160];

	for (const char *end = path; *end;) {
		end += strspn(end, "/");
		end += strcspn(end, "/");
		snprintf(part, sizeof(part), "%.*s", (int)(end - path), path);
		if (strcmp(part, "/proc") != 0)
			fake_dir(part);
	}
}

/* A program that execvp(3) finds in PATH. */
static void make_program(const char *name)
{
	char file[160];

	snprintf(file, sizeof(file), "%s%s", *name == '/' ? "" : "/bin/", name);
	fake_file(file, "");
}

/*
 * Makes the files that the step requires: its row in plan/steps.def says what its call does with a
 * path.
 */
static void make_files(const struct step *step)
{
	static const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, 0x7fff0000);
	const member_PATH *path = step_value(step, MEMBER_PATH);
	const member_PROGRAM *program = step_value(step, MEMBER_PROGRAM);
	char call[512], file[160];

	if (program && *program)
		make_program(*program);
	if (step->kind == STEP_SETUP)
		fake_dir("/bin");
	if (step->kind == STEP_SETUP)
		fake_file("/bin/sh", "");
	if (step->kind == STEP_DISABLE_USERNS)
		fake_file("/proc/sys/user/max_user_namespaces", step->disable_userns.limit);
	if (!path || !*path)
		return;
	if (step->kind == STEP_SECCOMP) {
		fake_bytes(*path, &allow, sizeof(allow));
		return;
	}
	if (step->kind == STEP_PIN && step->pin.file)
		return; /* STEP_PIN_SET */
	step_call(step, call, sizeof(call));
	if (strncmp(call, "execvp(", 7) == 0) {
		make_program(*path);
	} else if (strstr(call, "renameat(") || step->kind == STEP_PIN_SET) {
		/* The directory of the file that is created. */
		snprintf(file, sizeof(file), "%.*s", (int)(strrchr(*path, '/') - *path), *path);
		make_directories(file);
		strcat(file, "/."); /* as it is opened */
		fake_dir(file);
	} else if (strstr(call, "MS_BIND")) {
		fake_file(*path, "");
	} else {
		make_directories(*path);
		if (sscanf(call, "write(%159[^,]", file) == 1)
			fake_file(file, "");
	}
}

/* Steps change the environment that we have ourselves, and wipe its strings. */
static void restore_environ(void)
{
	static char *first[512], *again[512], *copies[512];

	if (!*first)
		for (size_t n = 0; n < ARRAY_LEN(first) - 1 && environ[n]; n++)
			first[n] = environ[n];
	for (size_t n = 0; first[n]; n++) {
		free(copies[n]);
		copies[n] = strdup(first[n]);
		assert_non_null(copies[n]);
	}
	memcpy(again, copies, sizeof(copies));
	environ = again;
}

static unsigned count_setups(const struct plan *plan)
{
	unsigned n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += plan->steps[i].kind == STEP_SETUP;
	return n;
}

/* pasta knows the options, and /etc can be covered. */
static void make_uplink(void)
{
	char tried[32];

	make_program(PASTA_PATH);
	fake_child(FAKE_FIRST_CHILD, EXITED(0));
	snprintf(tried, sizeof(tried), "pidfd %d", FAKE_FIRST_CHILD);
	fake_input(tried, "x", 1);
	make_directories("/etc");
	make_directories("/tmp");
	fake_covered("/tmp", "tree");
	fake_dir("tree")->ino = fake_dir("/etc")->ino;
}

static void set_up(void *arg)
{
	static const struct reply done = { .rc = 0 };
	struct fault_run *walk = arg;
	/* moves, has_cwd: apply_leave.c */
	static const char question[4] = { 0, 1, 0, 1 };
	/* The helper is the first child, where there is one, and has the first socket. */
	unsigned setups = count_setups(walk->plan);
	char asks[32], of_setup[32];
	unsigned sockets = plan_find(walk->plan, STEP_HELPER) ? 2 : 1;
	/* Before it, pasta was tried. */
	unsigned forks = sockets + (plan_find(walk->plan, STEP_UPLINK) ? 1 : 0);

	/* Each set-up command has a socket between those two, at which its end is seen. */
	snprintf(walk->asked, sizeof(walk->asked), "socket%u",
		 walk->side == PARENT ? sockets : sockets + setups + 1);
	snprintf(asks, sizeof(asks), "socket%u other",
		 walk->side == INITS_CHILD ? sockets + setups + 1 : sockets);
	for (unsigned i = 1; walk->side >= CHILD && i <= setups; i++) {
		snprintf(of_setup, sizeof(of_setup), "socket%u", sockets + i);
		fake_answer(of_setup, NULL, 0);
	}

	restore_environ();
	walk->run = (struct run){ .rc = 1, .plan = *walk->plan };
	for (size_t i = 0; i < walk->plan->n; i++)
		make_files(&walk->plan->steps[i]);
	if (forks > sockets)
		make_uplink();
	fake_answer("socket1", &done, sizeof(done));
	fake_answer(asks, NULL, 0);
	if (walk->side == PARENT || walk->side == INIT)
		fake_input_fd(walk->asked, question, sizeof(question), "/w");
	if (walk->side == PARENT)
		child_ends(FAKE_FIRST_CHILD - 1 + (pid_t)forks);
	if (walk->side >= CHILD)
		fake_returns("fork", forks, 0);
	if (walk->side == INIT)
		child_ends(FAKE_FIRST_CHILD + (pid_t)forks);
	if (walk->side == INITS_CHILD)
		fake_returns("fork", forks + 1, 0);
}

static void run(void *arg)
{
	struct fault_run *walk = arg;

	run_apply(&walk->run);
}

static bool is_among(const char *name, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(*words, name) == 0)
			return true;
	return false;
}

/*
 * Calls without which all goes on: their failure could not be acted upon, or means nothing. The
 * kernel need not report the number of a mount.
 */
static bool may_fail(const struct fake_fault *fault)
{
	static const char *const names[] = { "sigprocmask", "sigaction", "exit", "mount_id",
					     "fchdir", "futex_wake", "getxattr", "getcwd", NULL };

	/* A program that cannot be read may still be one that can be run. */
	if (strstr(fault->call.text, "\"/bin/") && strcmp(fault->call.name, "openat") == 0)
		return true;
	if (strcmp(fault->call.name, "pread") == 0)
		return true;
	/* Those who stay go to the root directory if they cannot follow the program. */
	if (strcmp(fault->call.name, "openat") == 0)
		return strstr(fault->call.text, "\".\"") || strstr(fault->call.text, "/apparmor/");
	/* Asked whether the program will be our equal, and then it is taken for another; or asked by
	 * a process that nobody can use, after its equal has started. */
	if (strcmp(fault->call.name, "capget") == 0)
		return fault->call.nth == 1 || fake_find("fork(vfork)");
	/* Then the wait for a tried pasta looks again and again (kernel/reap.c). */
	if (strncmp(fault->call.text, "poll(<pidfd ", 12) == 0 ||
	    strncmp(fault->call.text, "pidfd_open(101, ", 16) == 0)
		return true;
	/* Without keyrings, or with a filter against the call, there are no keys to hide. */
	if (strcmp(fault->call.name, "join_session_keyring") == 0)
		return fault->err == ENOSYS || fault->err == EPERM;
	/* Questions about what a change of ids could take. */
	if (strncmp(fault->call.text, "prctl(PR_CAPBSET_READ, ", 23) == 0)
		return fault->err == EINVAL && atoi(fault->call.text + 23) > 37;
	if (strcmp(fault->call.name, "prctl") == 0)
		return strstr(fault->call.text, "PR_GET_") != NULL;
	/* An answer to "is it still there": the parent's wait is another matter. */
	if (strcmp(fault->call.name, "waitpid") == 0)
		return strstr(fault->call.text, "WNOHANG") == NULL;
	return is_among(fault->call.name, names);
}

/* Before unshare(2) only the number of our mount namespace is asked for; kernels need not tell. */
static bool asks_for_number(const struct fake_fault *fault)
{
	for (size_t i = 0; i < fault->index; i++)
		if (strcmp(fake_call(i)->name, "unshare") == 0)
			return false;
	return strstr(fault->call.text, "\"ns\"") || strstr(fault->call.text, "/ns");
}

/* A look for our own directory in /proc. */
static bool looks_for_us(const struct fake_fault *fault)
{
	static const char *const texts[] = { "openat(AT_FDCWD, \"/proc\", ", "fstatfs(</proc>)", "fstat(</proc>)",
					     "readlinkat(</proc>, \"self\")", "openat2(</proc>, \"4242\", " };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (strncmp(fault->call.text, texts[i], strlen(texts[i])) == 0)
			return true;
	return false;
}

/* After the failure only this is done. */
static void assert_nothing_more(const struct fake_fault *fault)
{
	static const char *const tidying[] = { "close", "note", "sendmsg", "recvmsg", "waitpid",
					       "sigprocmask", "sigaction", "exit", NULL };

	for (size_t i = fault->index + 1; i < fake_n_calls(); i++)
		/* Back to the working directory, after a mount on another one; or the directory that
		 * was mounted for resolv.conf goes. */
		if (!is_among(fake_call(i)->name, tidying) &&
		    strncmp(fake_call(i)->text, "umount2(self/fd/", 16) != 0 &&
		    strncmp(fake_call(i)->text, "fchdir(<.>)", 11) != 0)
			fail_msg("%s failed with %d, then came %s", fault->call.text, fault->err,
				 fake_call(i)->text);
}

/* A process that waits has told its child, which then fails. */
static bool has_refused(const struct fault_run *walk, const struct fake_fault *fault)
{
	char text[64];

	snprintf(text, sizeof(text), "sendmsg(<%s>, ", walk->asked);
	for (size_t i = fault->index + 1; i < fake_n_calls(); i++)
		if (strncmp(fake_call(i)->text, text, strlen(text)) == 0)
			return true;
	return false;
}

static void check(const struct fake_fault *fault, void *arg)
{
	struct fault_run *walk = arg;
	const struct run *done = &walk->run;
	/* EINVAL of the propagation is cured by making the place a mount. */
	bool retried = strstr(fault->call.text, "mount(none, ") && fault->err == EINVAL;
	/* Without /tmp the file resolv.conf is made in another directory. A file that was just
	 * removed from /etc is not shown. The host may have no resolver to hide. */
	bool elsewhere = (fault->err == ENOENT && (strncmp(fault->call.text, "openat(</>, \"tmp\", ", 19) == 0 ||
						   strcmp(fault->call.text, "fstat(</tmp>)") == 0 ||
						   strstr(fault->call.text, "tree") ||
						   strcmp(fault->call.name, "symlinkat") == 0)) ||
			 ((fault->err == ENOENT || fault->err == EACCES || fault->err == ENOTDIR) &&
			  strncmp(fault->call.text, "openat(</>, \"run\", ", 19) == 0);
	/* openat2() is replaced where it is missing, or seccomp says so. */
	bool replaced = strcmp(fault->call.name, "openat2") == 0 &&
			(fault->err == ENOSYS || fault->err == EPERM);

	/* The file that a step creates need not be there. */
	bool absent = fault->err == ENOENT && (strstr(fault->call.text, "openat(</run/.>, \"p\", O_NONBLOCK)") ||
					       strstr(fault->call.text, "openat(</run/.>, \"s\""));

	/* Without a /proc that shows us nothing tells which mounts are shared, and a mount is made as any other. */
	absent = absent || (fault->err == ENOENT && plan_find(walk->plan, STEP_MOUNT) && looks_for_us(fault));

	if (may_fail(fault) || asks_for_number(fault) || retried || elsewhere || replaced || absent)
		return;
	walk->run.end = fault->end;
	if ((walk->side == PARENT || walk->side == INIT) && has_refused(walk, fault)) {
		fake_assert_closed();
		return;
	}
	if (!has_failed(done))
		fail_msg("%s failed with %d, and nobody minded", fault->call.text, fault->err);
	if (!*done->diag.what)
		fail_msg("%s failed with %d, and nothing was said", fault->call.text, fault->err);
	if (done->diag.err && done->diag.err != fault->err)
		fail_msg("%s failed with %d, but what was said is: %s (%d)", fault->call.text,
			 fault->err, done->diag.what, done->diag.err);
	assert_nothing_more(fault);
	fake_assert_closed();
	/* The process that waits has left the helper to its child. Without a fork and pins the helper
	 * is gone before exec. */
	if (walk->side == ALONE && strcmp(fault->call.name, "execvp") == 0 &&
	    !plan_find(walk->plan, STEP_PIN))
		return;
	if (plan_find(walk->plan, STEP_HELPER) && walk->side != PARENT && walk->side != INIT &&
	    fake_find("sendmsg(<socket1>"))
		assert_non_null(fake_find("sendmsg(<socket1>, 1001)"));
}

size_t walk_faults(struct fault_run *walk)
{
	static const int errnos[] = { EPERM, EACCES, EINVAL, ENOENT, ENOMEM, EMFILE, ENOSYS, 0 };
	const struct fake_sweep sweep = {
		.set_up = set_up, .run = run, .check = check, .arg = walk, .errnos = errnos,
	};
	size_t n = fake_sweep(&sweep);

	restore_environ();
	return n;
}

void walk_without_faults(struct fault_run *walk)
{
	bool goes_on = walk->side == PARENT || walk->side == INIT;

	fake_reset();
	set_up(walk);
	assert_int_equal(fake_run(run, walk), goes_on ? FAKE_RETURNED : FAKE_EXECUTED);
	if (goes_on)
		assert_int_equal(walk->run.rc, 0);
	assert_null(fake_find("hint"));
	restore_environ();
}

