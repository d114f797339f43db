/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps and plans. A plan is what an applet is going to do to the system, as data: made by a pure
 * function, printed by --explain, compared with golden texts by the tests, carried out by apply.c.
 */
#ifndef XNS_STEP_H
#define XNS_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/idmap.h"
#include "base/ns.h"

enum step_kind {
	STEP_HELPER,          /* start the helper that stays outside the new namespaces */
	STEP_OWNER,           /* id = uid, id2 = gid: become the owner of the new user namespace */
	STEP_UNSHARE,         /* flags = CLONE_NEW* */
	STEP_GUARD,           /* argv = our own command line */
	STEP_UNDUMPABLE,      /* nobody inside may trace us until exec */
	STEP_ENTER,           /* target; flags = CLONE_NEW*, optional = those the kernel may lack */
	STEP_SETNS,           /* fd; ns; path = where it came from */
	STEP_ROOT_FD,         /* fd; path; flags = 1: the working directory is set later */
	STEP_CHDIR_FD,        /* fd; path */
	STEP_JOIN_CGROUP,     /* fd of cgroup.procs; id = the target's PID */
	STEP_EXEC_CONTEXT,    /* text: SELinux context of the coming exec */
	STEP_SETGROUPS,       /* text = "allow" or "deny" */
	STEP_MAP,             /* text = "uid" or "gid"; map; program (or NULL) */
	STEP_CLOCK,           /* text = "monotonic" or "boottime"; seconds */
	STEP_ENTER_NEW,       /* ns: be in the new one, as children are */
	STEP_PIN,             /* ns; path */
	STEP_PTY,             /* open a pseudoterminal and go on in a child; the parent proxies it */
	STEP_FORK,            /* flags = enum fork_flags; what follows is done by the child */
	STEP_INIT,            /* become init, with the program as its child */
	STEP_PROPAGATION,     /* flags = MS_*; text = the option's word */
	STEP_LOOPBACK,        /* bring lo up */
	STEP_HOSTNAME,        /* text */
	STEP_PRIVATE_PROC,    /* path: keep the coming mount on it from other mount namespaces */
	STEP_MOUNT,           /* text = file system type; path */
	STEP_BINFMT_REGISTER, /* path = register file; text = the line */
	STEP_CHROOT,          /* path */
	STEP_PIVOT,           /* path */
	STEP_DETACH_ROOT,     /* after STEP_PIVOT */
	STEP_CHDIR,           /* path */
	STEP_SYSFS,           /* path: mount a sysfs over the one there, keep what is in that */
	STEP_ETC,             /* path = directory of files that take the place of those in /etc */
	STEP_DROP_GROUPS,     /* supplementary groups; flags = enum drop_groups_flags */
	STEP_SET_GROUPS,      /* supplementary groups; groups, n_groups; text = the user's name */
	STEP_SETGID,          /* id, or the target's */
	STEP_SETUID,          /* id, or the target's; flags = 1: keep the capabilities */
	STEP_AMBIENT_CAPS,    /* permitted capabilities become inheritable and ambient */
	STEP_ENVIRON,         /* text = comma list of the variables that stay, or "" */
	STEP_TAKE_ENVIRON,    /* argv = the new environment */
	STEP_DEATH_SIGNAL,    /* flags = signal */
	STEP_TERMINAL,        /* after STEP_PTY: have it as our terminal */
	STEP_EXEC,            /* argv; text = argv[0] if it is not path; path */
	STEP_KINDS,
};

enum fork_flags {
	FORK_FORWARD = 1,    /* pass every signal on, not only wait */
	FORK_INIT = 2,       /* the child is our init and reports the program's status */
	FORK_DEATH_CHECK = 4 /* the child will ask whether the parent is still there */
};

enum drop_groups_flags {
	DROP_GROUPS_TRY = 1,   /* a failure is ignored */
	DROP_GROUPS_AGAIN = 2, /* a failure is ignored if an earlier attempt succeeded */
};

struct target;

/*
 * One step. Which members mean something stands at its kind above. All pointers are borrowed: from
 * argv, from the options or from the facts.
 */
struct step {
	enum step_kind kind;
	bool by_helper;
	bool tentative; /* a failure is ignored: the step comes again later */
	bool inside;    /* path lies in a root that an earlier step entered, perhaps a stranger's */
	enum ns_kind ns;
	int flags, optional;
	int fd; /* borrowed */
	uint32_t id, id2;
	int64_t seconds;
	const char *path;
	const char *text;
	const char *program;
	const struct idmap *map;
	const struct target *target;
	pid_t pid; /* the target's, or 0 */
	char *const *argv;
	const gid_t *groups;
	size_t n_groups;
};

enum { PLAN_STEPS_MAX = 64 };

struct plan {
	struct step steps[PLAN_STEPS_MAX];
	size_t n;
	struct idmap uid_map, gid_map; /* owned by the plan; empty where none is written */
};

/*
 * Appends a step, all zero but its kind and inside, and returns it to be filled. No command line
 * gives more than PLAN_STEPS_MAX steps; the plan tests hold that, and more abort.
 */
struct step *plan_add(struct plan *plan, enum step_kind kind);

/* The first step of a kind, or NULL. */
const struct step *plan_find(const struct plan *plan, enum step_kind kind);

void plan_free(struct plan *plan);

/* What the step does, in plain words: "create namespaces: user, mount". */
void step_describe(const struct step *step, char *buf, size_t size);

/* Its main system call, as strace would show it: "unshare(CLONE_NEWUSER|CLONE_NEWNS)". */
void step_call(const struct step *step, char *buf, size_t size);

/*
 * Which process carries a step out: "self", "helper", or what follows a fork, "init" or "child".
 */
const char *step_actor(const struct plan *plan, size_t index);

/* The kind as a word for programs: "unshare", "map". */
const char *step_name(enum step_kind kind);

#endif
