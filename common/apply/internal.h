/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of apply/ share: the state of one run, and the action of every kind of step. */
#ifndef XNS_APPLY_INTERNAL_H
#define XNS_APPLY_INTERNAL_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "apply/apply.h"
#include "apply/pty.h"
#include "base/macros.h"
#include "plan/step.h"

struct diag;
struct watch_report;

struct apply {
	const char *name;  /* the applet's, for the messages of the trampoline */
	apply_fail *fail;  /* prints the diagnosis of a process that cannot return */
	const struct plan *plan;
	const struct action *actions; /* by kind of step */
	int proc;        /* /proc, opened when first needed; -1 before (owned) */
	/* Of the process that apply() was called in: in the helper and after a fork it is another. */
	int origin;       /* its directory in /proc (owned) */
	pid_t origin_pid; /* its PID there */
	int helper;      /* our end of the socket to the helper, -1 if there is none (owned) */
	pid_t helper_pid; /* in the process whose child it is, 0 elsewhere */
	int handed;      /* in the helper: the descriptor that came with the request, or -1 */
	ino_t *pinned;   /* in the helper: what each step has pinned, 0 for nothing */
	size_t forked;   /* the step after which this process or its parent waits */
	int parent_end;  /* end of file here: the parent is gone; -1 if nobody asks (owned) */
	int life;        /* the other end, in the parent (owned) */
	int may_start;   /* here we ask the parent before the program starts; -1: no need (owned) */
	int asked;       /* here a child asks us (owned) */
	struct watch_report *report; /* the init says here what the program does; NULL: no init */
	int trampoline;  /* what executes the program in our place; -1: we do (owned) */
	struct pty pty;  /* after STEP_PTY, in the process that proxies the terminal */
	pid_t proxy_pid; /* that process, in its child; 0: there is none */
	bool signals_kept;         /* the members below are set */
	sigset_t signal_mask;      /* as we were started with */
	struct sigaction child_action; /* the caller's SIGCHLD */
	bool undumpable; /* after STEP_UNDUMPABLE */
	int entered;     /* CLONE_NEW* of the namespaces that were entered */
	bool groups_dropped;
	int status;      /* the wait status to end with, where an action returned APPLY_DONE */
};

/* An action's results: 0 to go on, -errno with the diagnosis filled, or APPLY_DONE. */
enum { APPLY_DONE = 1 }; /* this process has waited for the one that went on */

typedef int apply_action(struct apply *apply, const struct step *step, struct diag *diag);

struct action {
	apply_action *check; /* or NULL */
	apply_action *run;
	unsigned properties; /* enum step_properties */
};

/* do_ID() and check_x() of every row. They stand in the file of their theme. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wredundant-decls" /* rows may share one */
#define CHECK(name) apply_action check_##name;
#define NO_CHECK
#define STEP(KIND, id, name, words, calls, members, check, ...) apply_action do_##id; check
#include "plan/steps.def"
#undef CHECK
#undef NO_CHECK
#pragma GCC diagnostic pop

/* --- apply/state.c ----------------------------------------------------------------------------- */

/* Opens apply->proc and apply->origin, if they are not open yet. 0 or -errno, diagnosis filled. */
int apply_open_proc(struct apply *apply, struct diag *diag);
/* Closes what is open. */
void apply_release(struct apply *apply);

/* --- apply/refuse.c ---------------------------------------------------------------------------- */

/* Adds the cause and the remedy of a failed step to its diagnosis, as far as they can be found. */
void apply_find_cause(const struct apply *apply, const struct step *failed, struct diag *diag);

/* --- apply/run.c ------------------------------------------------------------------------------- */

/* Runs the steps from the first on. 0, APPLY_DONE, or -errno; then it has given up. */
int apply_run(struct apply *apply, size_t first, struct diag *diag);
/* One step, in a process that stays beside the program. 0, or -errno with the diagnosis filled. */
int apply_repeat(struct apply *apply, const struct step *step, struct diag *diag);
/* Takes back what others can see, and finds the cause unless failed is NULL. Returns rc. */
int apply_give_up(struct apply *apply, const struct step *failed, int rc, struct diag *diag);
/*
 * apply_run() in a process that cannot return: if a step fails, it prints the diagnosis and exits.
 */
NORETURN void apply_or_exit(struct apply *apply, size_t first, struct diag *diag);

/* --- apply/leave.c ----------------------------------------------------------------------------- */

/*
 * A process of ours that waits stays beside the program. The program may trace it
 * and take its descriptors, so before the program starts it gives up what the program lacks.
 */

/* Whether the program, when it starts, will lack anything that this process has now. */
bool leave_differs(const struct apply *apply);

/* The directories of the program, for a process that stays. */
struct leave_place {
	bool moves_root, moves; /* the plan has changed them */
	int root, cwd;          /* owned; -1: it could not be opened, or is as it was */
};

/*
 * Gives up: the root and the working directory (for those of the program), ids, groups,
 * capabilities, an environment that the program has not, and every descriptor but 0 to 2 and those
 * by which we ask and are asked. The parent-death signal stays, and so does whether others may
 * trace us. Closes what place holds. 0, or -errno with the diagnosis filled.
 */
int leave_behind(struct apply *apply, struct leave_place *place, struct diag *diag);

/* Before a fork: the sockets by which the child asks. *ret_may_start is the child's. 0 or -errno. */
int leave_prepare(struct apply *apply, int *ret_may_start);
/* In a child that has may_start, right before exec: returns when all who stay have done it. */
int leave_ask(struct apply *apply, struct diag *diag);
/* In a process that waits, when its child asks. The argument is the struct apply. */
void leave_answer(void *arg);

/* --- apply/helper.c ---------------------------------------------------------------------------- */

int helper_ask(struct apply *apply, size_t index, struct diag *diag);
/* Tells it to keep the pins. -errno with the diagnosis filled: it has taken them back, or will. */
int helper_commit(struct apply *apply, struct diag *diag);
void helper_undo(struct apply *apply);
/* Lets the helper end, and reaps it where it is our child. */
void helper_finish(struct apply *apply);

/* --- apply/pin.c ------------------------------------------------------------------------------- */

/* unshare(2), so that what the plan pins can be pinned. 0 or -errno. */
int apply_unshare(struct apply *apply, int flags);
/* A descriptor of our namespace that the step is about, for the helper. */
int pin_open_ns(struct apply *apply, const struct step *step, struct diag *diag);
void pin_undo(const struct step *step, ino_t ns_ino);

/* --- apply/fs.c, apply/enter.c ----------------------------------------------------------------- */

/*
 * The working directory once more by its name, where it lies in what was just mounted over at path:
 * a relative path is to lead where the absolute one does. One that is missing there stays as it
 * was.
 */
void apply_follow_cwd(const char *path);
/* Whether the working directory lies under the root: getcwd(2) says "(unreachable)" if not. */
bool apply_is_cwd_reachable(void);

#endif
