/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan lists the steps by which an applet will change the system. A pure function makes it,
 * --explain prints it, tests compare it with golden texts, and apply() carries it out. The kinds of
 * steps are the rows of plan/steps.def.
 */
#ifndef XNS_STEP_H
#define XNS_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/idmap.h"
#include "base/ns.h"

struct filters;
struct rlimit;
struct target;
struct uplink;

enum step_kind {
#define STEP(KIND, ...) STEP_##KIND,
#include "plan/steps.def"
	STEP_KINDS,
};

enum step_properties {
	PROP_ENTERS_ROOT = 1 << 0, /* changes the root directory */
	PROP_ENTERS_NS = 1 << 1,   /* enters existing namespaces; a mount namespace has its root */
	PROP_LOOKS_UP = 1 << 2,    /* looks its path up in the root that an earlier step entered */
	PROP_FORKS = 1 << 3,       /* a child carries out the steps that follow */
	PROP_HELPER_CAN = 1 << 4,  /* the helper can carry it out: struct step, by_helper */
	PROP_HANDS_NS = 1 << 5,    /* the helper needs a descriptor of our namespace for it */
	PROP_CHANGES_RIGHTS = 1 << 6, /* changes the ids or capabilities of the process */
	/* A process that waits beside the program does this before the program starts. */
	PROP_WAITER_REPEATS = 1 << 7,      /* carries out the same step */
	PROP_WAITER_FOLLOWS = 1 << 8,      /* enters the program's working directory */
	PROP_WAITER_FOLLOWS_ROOT = 1 << 9, /* and its root directory; pivot_root(2) moves both */
	PROP_WAITER_FORGETS = 1 << 10,     /* wipes its environment */
	PROP_MOUNTS = 1 << 11, /* a mount that STEP_OPEN_MOUNTS prepares as a descriptor */
	PROP_WAITER_HIDES = 1 << 12,       /* becomes impossible to trace: it is not confined so */
};

/* The flags of STEP_FORK. */
enum fork_flags {
	FORK_FORWARD = 1,     /* the parent forwards every signal to the child */
	FORK_INIT = 2,        /* the child is the init, and reports the program's wait status */
	FORK_DEATH_CHECK = 4, /* the child will check whether the parent is still alive */
	FORK_OUTSIDE = 8, /* the child enters, and makes the program as a child of the parent */
};

/* The flags of STEP_DROP_GROUPS. */
enum drop_groups_flags {
	DROP_GROUPS_TRY = 1,   /* a failure is ignored */
	DROP_GROUPS_AGAIN = 2, /* a failure is ignored if an earlier attempt succeeded */
};

/* The types of members in plan/steps.def, and their types in C. */
#define MEMBER_TYPES(TYPE)                                              \
	TYPE(PATH, const char *)                                        \
	TYPE(WORD, const char *)                                        \
	TYPE(PROGRAM, const char *) /* carries the step out; or NULL */ \
	TYPE(ARGV, char *const *)                                       \
	TYPE(NS, enum ns_type)                                          \
	TYPE(NS_FLAGS, int)   /* CLONE_NEW* */                          \
	TYPE(FORK_FLAGS, int) /* enum fork_flags */                     \
	TYPE(MOUNT_FLAG, int) /* MS_PRIVATE, MS_SHARED, MS_SLAVE */     \
	TYPE(SIGNAL, int)                                               \
	TYPE(SWITCH, bool)                                              \
	TYPE(FD, int) /* not owned */                                   \
	TYPE(CALLERS_FD, int) /* a descriptor whose number the user gave */ \
	TYPE(UID, uint32_t)                                             \
	TYPE(GID, uint32_t)                                             \
	TYPE(PID, pid_t) /* or 0 */                                     \
	TYPE(CAP_SET, uint64_t) /* a bit for each capability */         \
	TYPE(SECONDS, int64_t)                                          \
	TYPE(MAP, const struct idmap *)                                 \
	TYPE(TARGET, const struct target *)

#define TYPE(NAME, c_type) MEMBER_##NAME,
enum member_type { MEMBER_TYPES(TYPE) };
#undef TYPE

#define TYPE(NAME, c_type) typedef c_type member_##NAME;
MEMBER_TYPES(TYPE)
#undef TYPE

/* Pointers lead into argv, the request or the caller's facts, which must outlive the step. */
struct step {
	enum step_kind kind;
	bool by_helper;
	bool tentative; /* a failure is ignored, because a later step tries again */
	bool inside;    /* an earlier step entered another root, which others may have prepared */
	union {
#define MEMBERS(...) __VA_ARGS__
#define MEMBER(TYPE, id, name) member_##TYPE name;
#define HIDDEN(c_type, name) c_type name;
#define STEP(KIND, id, name, words, calls, members, ...) \
	struct {                                         \
		members                                  \
	} id;
#include "plan/steps.def"
#undef MEMBERS
#undef MEMBER
#undef HIDDEN
	};
};

enum { PLAN_STEPS_FEW = 64 };

struct plan {
	struct step *steps; /* few, or owned if there are more; NULL before the first step */
	struct step few[PLAN_STEPS_FEW]; /* so that most plans need no heap */
	size_t n, room;
	struct idmap uid_map, gid_map; /* owned by the plan; empty if no map is written */
	const char *target; /* how the target of a name was found, for --explain; or NULL (borrowed) */
	char **command; /* of STEP_UPLINK, one block (owned); or NULL */
};

/*
 * Appends a step, sets its kind and inside, and returns it to be filled; the pointer is valid until
 * the next step is added. Aborts without memory.
 */
struct step *plan_add(struct plan *plan, enum step_kind kind);

/* The first step of a kind, or NULL. */
const struct step *plan_find(const struct plan *plan, enum step_kind kind);

/* Frees the maps and removes all steps. */
void plan_free(struct plan *plan);

/* Describes the step for people: "create namespaces: user, mount". */
void step_describe(const struct step *step, char *buf, size_t size);

/* The same for "cannot ...", without optional parts: "bind '/a' at '/b'". Returns buf. */
const char *step_operation(const struct step *step, char *buf, size_t size);

/* Renders its main system call as strace(1) shows it: "unshare(CLONE_NEWUSER|CLONE_NEWNS)". */
void step_call(const struct step *step, char *buf, size_t size);

/* The process that carries the step out: "self", "helper", or after a fork "init" or "child". */
const char *step_actor(const struct plan *plan, size_t index);

/* The kind's name for programs: "unshare", "map". */
const char *step_name(enum step_kind kind);

/* enum step_properties */
unsigned step_properties(enum step_kind kind);

/* --- members of any step ----------------------------------------------------------------------- */

struct step_member {
	char name[14];
	unsigned char kind; /* of steps that have this member */
	unsigned char type;
	unsigned short offset; /* in struct step */
};

/* In the order of plan/steps.def. */
extern const struct step_member step_members[];
extern const size_t step_n_members;

/* A pointer to the step's first member of this type, or NULL if its kind has none. */
const void *step_value(const struct step *step, enum member_type type);

/* The CLONE_NEW* flags of the step's members. */
int step_ns_flags(const struct step *step);

/* Renders the member in words, or as a system call's argument; "" if it is 0, NULL or "". */
void step_render(const struct step *step, const struct step_member *member, bool as_argument,
		 char *buf, size_t size);

#endif
