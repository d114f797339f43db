/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of apply/: the state of one run, and the action of each kind of step. */
#ifndef XNS_APPLY_INTERNAL_H
#define XNS_APPLY_INTERNAL_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "apply/apply.h"
#include "apply/guard.h"
#include "apply/pty.h"
#include "apply/uplink.h"
#include "apply/watch.h"
#include "base/macros.h"
#include "cgroup/tree.h"
#include "plan/step.h"

struct diag;
struct made_mount;
struct mounts;
struct sock_filter;

/* Descriptors, or -1. */
struct pin_set {
	int parent;    /* the directory of that of the set */
	int root;      /* the set's mount */
	int mark;      /* its file PIN_SET_UNFINISHED, locked */
	bool made_dir; /* its directory was not there before */
};

struct apply {
	const char *name;  /* of the applet, for the trampoline's messages */
	apply_fail *fail;  /* prints the diagnosis of a process that cannot return */
	const struct plan *plan;
	const struct action *actions; /* by kind of step */
	int proc;        /* /proc, opened when first needed; -1 before (owned) */
	/* The process that called apply(). The helper and the child of a fork are others. */
	int origin;       /* its directory in /proc (owned) */
	pid_t origin_pid; /* its PID there */
	int helper;      /* our end of the socket to the helper, -1 without a helper (owned) */
	pid_t helper_pid; /* 0 except in the helper's parent */
	bool helper_apart; /* it is nobody's child that we know, see do_helper() */
	int handed;      /* in the helper: the descriptor that came with the request, or -1 */
	ino_t *made;     /* in the helper: the inode that each step has pinned or created, or 0 */
	pid_t client;    /* in the helper: the PID of the process that has sent the request */
	int pidfile;     /* the directory of STEP_PIDFILE's file, or -1 (owned) */
	int watch;       /* inotify: reports the end of overlays whose WORK is locked; or -1 (owned) */
	struct uplink_run uplink; /* in the helper (owned) */
	struct helper_shared *shared; /* shared with a helper that stays; otherwise NULL */
	struct pin_set pins;       /* in the helper: the set of pins that it makes (owned) */
	struct cgroup_tree cgroup; /* in the helper: the cgroup that it has made (owned) */
	struct cgroup_toll toll;   /* in the helper, after end_cgroup(): what the limits did */
	size_t forked;   /* index of the step that forked */
	int parent_end;  /* reads end of file once the parent has died; in a helper that stays, the
			  * waiting process's pidfd; -1 if unused (owned) */
	int life;        /* the other end of that pipe, in the parent (owned) */
	int may_start;   /* asks the parent whether the program may start; -1: no need (owned) */
	int asked;       /* receives that question, or the PID of an heir, from a child (owned) */
	struct watch_report *report; /* the init's reports; NULL without an init */
	int outer_root;  /* for apply_mount_inside(), or -1 (owned) */
	int trampoline;  /* the image that will execute the program, or -1 (owned) */
	struct guard_heir heir; /* the process that becomes the program (report is owned) */
	int filters_file; /* of heir, or -1 (owned) */
	struct mounts *mounts; /* from STEP_OPEN_MOUNTS to STEP_CLOSE_MOUNTS (owned) */
	struct pty pty;  /* after STEP_PTY, in the proxy of the terminal */
	pid_t proxy_pid; /* the proxy, in its child; 0 without a proxy */
	bool signals_blocked;      /* the two members below are set */
	sigset_t signal_mask;      /* the caller's mask */
	struct sigaction child_action; /* the caller's action for SIGCHLD */
	struct sock_filter *filter; /* for the program, or NULL (owned) */
	size_t n_filter;
	bool filters;    /* after STEP_SECCOMP */
	bool leaving;    /* this process waits, and repeats steps of the program */
	bool undumpable; /* after STEP_UNDUMPABLE */
	bool hides;      /* this process waits, and the program may not trace it */
	int entered;     /* CLONE_NEW* of the namespaces entered so far */
	bool groups_dropped;
	int status;      /* after APPLY_DONE: the wait status to end with */
};

/* An action returns 0 to go on, -errno with the diagnosis filled, or APPLY_DONE. */
enum { APPLY_DONE = 1 }; /* this process has waited for the child that went on */

typedef int apply_action(struct apply *apply, const struct step *step, struct diag *diag);

/* How the program ended, as far as the helper can know. */
struct ending {
	bool started;
	bool known;  /* the process that waits has reported it */
	int status;  /* then the wait status (waitpid(2)) */
};

/* Takes back what a step did, or reports. The helper calls it, in the reverse order of the steps. */
typedef void apply_end(struct apply *apply, const struct step *step, const struct ending *ending);

/* Makes the mount of a step, detached, before the root changes. 0 or a descriptor, or -errno. */
typedef int apply_open(const struct apply *apply, struct made_mount *made, struct diag *diag);

/* Checks that a step had its effect, which a seccomp filter may pretend. 0, or -errno with a diagnosis. */
typedef int apply_verify(const struct step *step, struct diag *diag);

/* The functions of a row of plan/steps.def; all but run may be NULL. */
struct action {
	apply_action *check;
	apply_action *run;
	unsigned properties; /* enum step_properties */
	apply_end *end;
	apply_open *open;
	apply_verify *verify;
};

/* do_ID(), check_x(), end_x(), open_x() and verify_x() of each row. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wredundant-decls" /* rows may share one */
#define CHECK(name) apply_action check_##name;
#define NO_CHECK
#define END(name) apply_end end_##name;
#define OPENS(name) apply_open open_##name;
#define VERIFIES(name) apply_verify verify_##name;
#define NO_END
#define STEP(KIND, id, name, words, calls, members, check, properties, capabilities, causes, more) \
	apply_action do_##id;                                                                      \
	check more
#include "plan/steps.def"
#undef CHECK
#undef NO_CHECK
#undef END
#undef OPENS
#undef VERIFIES
#undef NO_END
#pragma GCC diagnostic pop

/* --- apply/state.c ----------------------------------------------------------------------------- */

/* Opens apply->proc and origin, unless they are open. 0, or -errno with the diagnosis filled. */
int apply_open_proc(struct apply *apply, struct diag *diag);
/* Closes all descriptors of the run. */
void apply_release(struct apply *apply);

/* --- apply/refuse.c ---------------------------------------------------------------------------- */

/* Adds the cause and the remedy of a failed step to its diagnosis, if they can be found. */
void apply_find_cause(const struct apply *apply, const struct step *failed, struct diag *diag);

/* --- apply/run.c ------------------------------------------------------------------------------- */

/* Runs the steps from index first on. 0, APPLY_DONE, or -errno after apply_give_up(). */
int apply_run(struct apply *apply, size_t first, struct diag *diag);
/* Runs a step in a process that waits for the program. 0, or -errno with the diagnosis filled. */
int apply_repeat(struct apply *apply, const struct step *step, struct diag *diag);
/* Takes the pins back, and searches for the cause unless failed is NULL. Returns rc. */
int apply_give_up(struct apply *apply, const struct step *failed, int rc, struct diag *diag);
/*
 * apply_run() in a process that cannot return: if a step fails, it prints the diagnosis and exits.
 */
NORETURN void apply_or_exit(struct apply *apply, size_t first, struct diag *diag);

/* --- apply/leave.c ----------------------------------------------------------------------------- */

/*
 * The program may trace a process of ours that waits beside it, and take its descriptors. So before
 * the program starts, such a process gives up every right that the program lacks.
 */

/* Whether the program, when it starts, will lack a right that this process has now. */
bool leave_differs(const struct apply *apply);

/* The program's root and working directory, for a process that waits. */
struct leave_place {
	bool moves_root, moves; /* the plan changes the root, or either directory */
	int root, cwd;          /* owned; -1 if unchanged or if it could not be opened */
};

/*
 * Takes the program's root, working directory, ids, groups and capabilities, wipes an environment
 * that the program does not get, and closes every descriptor but 0 to 2, may_start and asked. The
 * parent-death signal and dumpability stay as they are. Closes the descriptors of place.
 * 0, or -errno with the diagnosis filled.
 */
int leave_behind(struct apply *apply, struct leave_place *place, struct diag *diag);

/* Closes every descriptor but 0 to 2, asked and may_start. */
void leave_descriptors(struct apply *apply);
/* apply/leave_caps.c: the permitted capabilities of caps that exec would leave the program; and the
 * part of leave_behind() that gives the others up: 0, or -errno with the diagnosis filled. */
struct sys_caps;
uint64_t leave_kept_by_exec(const struct sys_caps *caps);
int leave_give_up_caps(struct diag *diag);

/* Called before a fork: makes apply->asked, and *ret_may_start for the child. 0 or -errno. */
int leave_prepare(struct apply *apply, int *ret_may_start);
/* Called in the child right before exec: returns once all waiting processes have given up their
 * rights. 0, or -errno with the diagnosis filled if one could not. */
int leave_ask(struct apply *apply, struct diag *diag);
/* Called in a process that waits, when its child asks. arg is the struct apply. Returns 0. */
pid_t leave_answer(void *arg);
/* Answers the child, now or when it asks, that the program must not start. */
void leave_refuse(const struct apply *apply, int rc, const struct diag *diag);

/* --- apply/fork.c ------------------------------------------------------------------------------ */

/* Restores the caller's signal mask and action for SIGCHLD, which a fork has changed. */
void apply_restore_signals(struct apply *apply);

/* --- apply/mount_lock.c: the locks of overlays' work directories --------------------------------- */

/* Before the fork of the helper: prepares to learn of the end of overlays, if the plan locks any. */
int lock_watch(struct apply *apply, struct diag *diag);
int lock_watch_mount(const struct apply *apply, int tree);
/* In the helper, after the program: a child keeps the locks as long as the overlays live. */
void lock_outlive(struct apply *apply);

/* --- apply/helper.c ---------------------------------------------------------------------------- */

/* Has the helper carry out the step. 0, or -errno with the helper's diagnosis. */
int helper_ask(struct apply *apply, size_t index, struct diag *diag);
/* Has the helper keep the pins. On -errno, diagnosis filled, it has taken them back, or will. */
int helper_commit(struct apply *apply, struct diag *diag);
/* Has the helper take the pins back, and then helper_finish(). */
void helper_undo(struct apply *apply);
/* Closes the socket, at which the helper ends, and reaps the helper if it is our child. */
void helper_finish(struct apply *apply);
/* Tells a helper that stays how the program ended; the caller then waits for it by helper_finish(). */
void helper_report(struct apply *apply, int wait_status);

/* --- apply/keeper.c ---------------------------------------------------------------------------- */

/* Memory that a helper that stays shares with the process that waits for the program. */
struct helper_shared {
	pid_t waiter; /* the process that waits, the helper's parent */
	struct watch_report report; /* the program's end, once */
};

/* Called in the helper's parent: closes the caller's descriptors that are for the helper only. */
void keeper_release(struct apply *apply);
/* Called in a helper that stays, before its first request. 0 or -errno. */
int keeper_prepare(struct apply *apply, int socket);
/*
 * Called once the program has started, with a pidfd of its process: waits until it has ended, and
 * until the process that waits has reported how, or has died.
 */
void keeper_wait(struct apply *apply, int program, struct ending *ret);

/* --- apply/status.c ---------------------------------------------------------------------------- */

/* Whether the descriptor that an option names is open, with the access mode that the option needs. */
int apply_check_fd(int fd, const char *option, int wrong, const char *purpose, struct diag *diag);

/* Reports that the program has started. program is its pidfd. */
void status_started(struct apply *apply, int program);

/* --- apply/pin.c ------------------------------------------------------------------------------- */

/* unshare(2), so that the mount namespace can be pinned if the plan does. 0 or -errno. */
int apply_unshare(struct apply *apply, int flags);
/* Opens our namespace that the step pins, for the helper; the caller owns the descriptor. */
int pin_open_ns(struct apply *apply, const struct step *step, struct diag *diag);

/* --- apply/pin_set.c --------------------------------------------------------------------------- */

/* Makes the file of a namespace in the set that this helper makes. The caller owns the descriptor. -errno. */
int pin_set_file(const struct apply *apply, const char *name);
void pin_set_release(struct pin_set *set);

/* --- apply/etc.c ------------------------------------------------------------------------------- */

/*
 * Shows the files of the directory in /etc, in this mount namespace. dir is that directory (O_PATH,
 * borrowed), and path leads to it. Afterwards the directory may be unmounted. in_proc: the working
 * directory is a proc that shows us, and /proc is not trusted. 0, or -errno with the diagnosis filled.
 */
int etc_show(int dir, const char *path, bool in_proc, struct diag *diag);

/* --- apply/fs.c, apply/mount_unseen.c, apply/enter.c -------------------------------------------- */

/*
 * mount(2) without source and data. If the plan leaves mounts shared and the directory lies in one,
 * its peers do not get the new mount. 0 or -errno.
 */
int apply_mount_unseen(const struct plan *plan, const char *type, const char *path, unsigned long flags);
/*
 * The same for the step, on target: a directory of a root that others may have prepared. For this
 * apply_keep_outer_root(), called before chroot is carried out, keeps the old root if it will be needed. 0 or -errno.
 */
int apply_mount_inside(struct apply *apply, const struct step *step, int target, unsigned long flags);
int apply_keep_outer_root(struct apply *apply, const struct step *chroot);
/* Whether the plan leaves mounts shared, and the directory lies in one. 1, 0 or -errno. */
int apply_is_shared(const struct plan *plan, int dir);
/* Sets the propagation of all mounts: MS_REC and one of MS_PRIVATE and the like. 0 or -errno. */
int apply_set_propagation(unsigned long flags);
/*
 * If the working directory lies at or below path, over which something was just mounted, enters the
 * directory of the same path in the new mount, so that relative and absolute paths agree. It stays
 * if the new mount has no such directory.
 */
void apply_follow_cwd(const char *path);
/* Whether the working directory lies below the root; if not, getcwd(2) prefixes "(unreachable)". */
bool apply_is_cwd_reachable(void);

#endif
