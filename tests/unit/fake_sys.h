/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A system that is not there: all functions of common/kernel/sys.h, for tests that are linked with this in
 * place of common/kernel/sys.o (and with WRAP_CLOSE, so that lost and twice closed descriptors are found,
 * and directories can be read). Every call is recorded in readable form, and does what a small
 * imagined system would do, or what the test says:
 *
 *	fake_reset();
 *	fake_returns("mount", 2, -EPERM);        the second mount() fails
 *	fake_returns("fork", 1, 0);              fork() is seen from the child
 *	fake_file("/etc/subuid", "a:1:2\n");     a file
 *	fake_run(run, &arg);                     ends where run() returns, executes or exits
 *	fake_assert_trace("unshare(CLONE_NEWNS)\n...");
 *
 * Descriptors appear in the trace by what they were opened for: read(</proc/self>). The system has a
 * /proc, in which the caller is process 4242; children are 101, 102...; files are read as they were
 * made, and what is written is only recorded.
 */
#ifndef XNS_UNIT_FAKE_SYS_H
#define XNS_UNIT_FAKE_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { FAKE_PID = 4242, FAKE_FIRST_CHILD = 101 };

/* Forgets all: the trace, the programmed results, the files. Then sets the small system up. */
void fake_reset(void);

/* --- what calls return ------------------------------------------------------------------------- */

/* The nth call of this name (from 1; 0 for every one) does nothing and returns result. */
void fake_returns(const char *name, unsigned nth, long result);

/*
 * What there will be to read or receive from the descriptor of this name ("signals", "pipe1 read",
 * "socket1"), in this order over all descriptors: poll() reports one at a time. n = 0 is the end of
 * file, and stays. "ioctl NS_GET_ID" is what an ioctl() of that request fills in.
 */
void fake_input(const char *descriptor, const void *data, size_t n);

/* The same with a descriptor passed along, for a file of that path. */
void fake_input_fd(const char *descriptor, const void *data, size_t n, const char *path);

/* Sets what every receive gets when no input is left. */
void fake_answer(const char *descriptor, const void *data, size_t n);

/* A signal for the descriptor "signals", with its si_code. */
void fake_signal(int sig, int code);
void fake_signal_from(pid_t pid, int sig, int code);

/* The parent-death signal that the process has (prctl(2)). */
extern int fake_death_signal;

/* The bounding set, all after fake_reset(), and the ambient set, a bit for each capability. */
extern uint64_t fake_bounding, fake_ambient;
extern bool fake_no_new_privs;

/* Every limit that it has (prlimit(2)); none after fake_reset(). */
extern struct rlimit fake_limit;

/* Adds the next report of an init, in the order of signals. */
void fake_report(int status);

/* Adds the next result of waitpid(); pid 0: no child has ended yet. Without any, a wait that blocks succeeds. */
void fake_child(pid_t pid, int status);

/* --- files ------------------------------------------------------------------------------------- */

struct fake_node {
	char path[160];
	mode_t mode; /* with S_IFMT */
	ino_t ino;
	char *text; /* of a file or a symbolic link */
	size_t len;
	bool absent;
};

/* Makes a file, a directory or a symbolic link; replaces what is there. fake_bytes() for NULs. */
struct fake_node *fake_file(const char *path, const char *text);
struct fake_node *fake_bytes(const char *path, const void *data, size_t n);
struct fake_node *fake_dir(const char *path);
struct fake_node *fake_link(const char *path, const char *target);
void fake_remove(const char *path);

/* A namespace file. */
struct fake_node *fake_ns(const char *path);

/* Puts path and all below it on a file system of its own, with this magic number (statfs(2)). */
void fake_mounted(const char *path, long magic);

/* Once something has been mounted on path, what is opened there is the other one. */
void fake_covered(const char *path, const char *other);

/* Files that were not made are taken from below this directory of the real system; NULL: none. */
void fake_tree(const char *root);

/* --- running and looking back ------------------------------------------------------------------ */

enum fake_end { FAKE_RETURNED, FAKE_EXECUTED, FAKE_EXITED };

/* Runs function until it returns, or calls execvp() or exit() with success. */
enum fake_end fake_run(void (*function)(void *arg), void *arg);

/* The status that was given to exit(). */
int fake_exit_status(void);

struct fake_call {
	const char *name; /* "mount" */
	unsigned nth;     /* counted by name, from 1 */
	char *text;       /* "mount(none, /, ..." with " = ENOENT" if it failed */
	char *data;       /* what was written or sent */
	size_t len;
	long result;
};

/* The calls so far. */
size_t fake_n_calls(void);
const struct fake_call *fake_call(size_t i);

/* How often a call of this name was made, and the last one whose text contains this, or NULL. */
unsigned fake_count(const char *name);
const struct fake_call *fake_find(const char *text);

/* Leaves calls of this name out of the trace (not out of the counts). */
void fake_hide(const char *name);

/* A line of the test's own in the trace. */
void fake_note(const char *text);

/* All texts that are not hidden, a line each; valid until the next call of this. */
const char *fake_trace(void);

/* Fails with both where they differ. */
void fake_assert_trace(const char *expected);

/* Fails unless every descriptor of the fake system has been closed, and none twice. */
void fake_assert_closed(void);

/* --- the fault sweep --------------------------------------------------------------------------- */

struct fake_fault {
	struct fake_call call; /* that failed (text: without the fault) */
	int err;
	enum fake_end end; /* how the run ended with it */
	size_t index;      /* of the failed call in the trace of that run */
};

struct fake_sweep {
	void (*set_up)(void *arg); /* after each fake_reset() */
	void (*run)(void *arg);
	void (*check)(const struct fake_fault *fault, void *arg);
	void *arg;
	const int *errnos; /* ends with 0 */
};

/*
 * Runs once to learn the calls; then, for every call that can fail and every errno, once more with
 * that call failing, and has the result checked. Returns the number of faults.
 */
size_t fake_sweep(const struct fake_sweep *sweep);

#endif
