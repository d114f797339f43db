/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of xnsenter as a struct, and its pure half. */
#ifndef XNS_XNSENTER_H
#define XNS_XNSENTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/idmap.h"
#include "base/ns.h"
#include "base/user.h"
#include "kernel/attributes.h"
#include "kernel/filters.h"
#include "kernel/target.h"
#include "opt/opt.h"
#include "options.h"
#include "plan/rights.h"
#include "workload/find.h"

struct diag;
struct plan;

enum ns_source {
	FROM_NOWHERE, /* not entered: the program stays in ours */
	FROM_TARGET,  /* an option without argument, or --all */
	FROM_CHILDREN, /* the same with --children, if the target's children have one of their own */
	FROM_FILE,    /* path */
	FROM_ID,      /* id */
	FROM_SOCKET,  /* --net-socket */
	FROM_PARENT,  /* --user-parent */
	FROM_PINS,    /* --pins */
};

/* The namespace of a type that the options name. */
struct ns_choice {
	enum ns_source source;
	const char *path;
	uint64_t id;
};

/* The way in which --like-target treats seccomp filters of the target. */
enum like_filters {
	LIKE_FILTERS_REFUSED, /* without an argument: a target that has some is refused */
	LIKE_FILTERS_COPIED,
	LIKE_FILTERS_LEFT,
};

/* The command line. Strings are borrowed from argv. */
struct xnsenter {
	struct opt_set given;
	pid_t pid; /* 0 without --target, or if that is a name */
	const char *pins; /* --pins, or NULL */
	const char *target_name; /* "container:web"; NULL if it is a PID */
	uint64_t no_pid; /* the number given to --target, if that is too large for a process */
	bool has_inode;
	uint64_t inode;
	struct ns_choice choice[NS_COUNT];
	int socket;
	bool follow_uid, follow_gid;
	uint32_t uid, gid;
	const char *root, *wd, *wdns; /* NULL: the target's */
	struct rights rights;
	const char *run_as;
	const char *view; /* the directory of --view, or NULL */
	bool view_writable;
	const char *like_word; /* the argument of --like-target, or NULL */
	enum like_filters like_filters;
	bool all_env;
	uint64_t wait_ms; /* of --wait; UINT64_MAX: no limit */
	bool json;
	char **program;
	char **argv; /* the whole command line */
};

enum { ENTERED_IDS = 3 }; /* real, effective, saved */

/*
 * Our ids, and the maps of the user namespace to enter; read only if the program may keep some ids.
 * Outer ids are those of our own user namespace.
 */
struct entered_ids {
	bool is_examined;
	bool is_own;        /* our effective uid owns the user namespace */
	bool is_privileged; /* our effective uid is 0 */
	bool denies_setgroups;
	uint32_t owner;
	struct idmap uid_map, gid_map;
	uint32_t uids[ENTERED_IDS], gids[ENTERED_IDS];
	uint32_t *groups;
	size_t n_groups;
};

/* Whether the target's namespace of a type is also ours. */
enum ns_comparison {
	COMPARED_NEVER, /* not needed: see xnsenter_compared() */
	COMPARED_SAME,
	COMPARED_OTHER,
	COMPARED_NO_TYPE, /* this kernel lacks the type */
};

/* The choice made from the request and the comparison. */
struct xnsenter_choice {
	enum ns_source source[NS_COUNT]; /* how to enter the namespace of each type */
	int optional_flags;              /* CLONE_NEW* of types that the kernel may lack */
	/*
	 * --user-parent: the user namespace to enter is that which owns the namespace of this type,
	 * or its parent. NS_NONE without the option.
	 */
	enum ns_type parent_of;
	bool is_owner;
	bool keeps_ids; /* the program may keep outer ids in a user namespace: check them */
};

/* Of --like-target: the attributes of both processes. Owns its members. */
struct like {
	struct attributes ours, theirs;
	bool is_ns_known; /* the next four are about the target's user namespace, which is entered */
	struct idmap uid_map, gid_map;
	bool denies_setgroups;
	gid_t *inner_groups; /* the target's groups, as they are numbered there */
	bool is_initial;    /* our user namespace is the initial one */
	uint64_t all_caps;  /* that the kernel has */
	bool is_apparmor;   /* the label is a profile of AppArmor's */
	struct filters filters; /* copied ones */
};

/* All that is read and opened before the first effect. Owns its descriptors and memory. */
struct xnsenter_facts {
	struct target target;
	char how[WORKLOAD_HOW]; /* how the target's name became a process; or empty */
	bool privileged; /* effective uid 0 */
	bool has_image;  /* an image of its own executes the program (apply/guard.h) */
	enum ns_comparison compared[NS_COUNT];
	/*
	 * The text of the link ns/user of the target, or empty. It must be the same after the namespaces are entered.
	 * The kernel gives the number to no other namespace as long as this one is our own or user_ns holds it.
	 */
	char stays_in[64];
	int user_ns;          /* or -1 */
	int fds[NS_COUNT];    /* namespaces that are entered by a descriptor of their own, or -1 */
	bool own_net;         /* the network namespace has a name of an ordinary user, who is the caller */
	int root, wd, cgroup; /* or -1 */
	char *wdns;           /* the path of the target's working directory */
	char *environ_text;   /* /proc/PID/environ */
	char **environ;       /* pointers into environ_text, NULL-terminated; or NULL */
	char *context;        /* the security label, or NULL */
	int view_root, view_mounts; /* of --view, or -1 */
	pid_t init; /* of the target's pid namespace, as we see it; 0 if unknown, or if that is ours */
	char *etc, *resolv_conf, *hosts; /* of --etc: a directory, or texts of the target's files; or NULL */
	struct like like;
	char *shell;
	struct user user; /* of --run-as; all zero without */
	struct entered_ids ids;
	bool new_keyring; /* others rule the user namespace: the caller's keys stay outside */
};

int xnsenter_parse(int argc, char **argv, struct xnsenter *request, struct diag *diag);

/*
 * Adds implied options and checks the rules between options. Pure. 0, or -EINVAL with the diagnosis
 * filled.
 */
int xnsenter_apply_rules(struct xnsenter *request, struct diag *diag);

/* Whether any option is about the target. If none is, it is not even looked for, as by nsenter(1). Pure. */
bool xnsenter_needs_target(const struct xnsenter *request);

/*
 * Opens the target, and compares its namespaces with ours as far as the choice needs it. 0 or
 * -errno with the diagnosis filled; release facts in both cases.
 */
int xnsenter_facts_read(const struct xnsenter *request, struct xnsenter_facts *facts,
			struct diag *diag);

/* Whether an open namespace is ours. 1, 0 or -errno. */
int xnsenter_is_ours(int ns, enum ns_type type);

/* Compares the target's namespaces with ours, as far as it matters. 0 or -errno with the diagnosis filled. */
int xnsenter_compare(const struct xnsenter *request, struct xnsenter_facts *facts, struct diag *diag);

/*
 * Opens the namespaces in the set of --pins that no option names, and checks that root may trust the set. 0 or -errno
 * with the diagnosis filled; facts->fds owns the descriptors in both cases.
 */
int xnsenter_open_pins(const struct xnsenter *request, struct xnsenter_facts *facts, struct diag *diag);

/*
 * Opens the user namespace of the target, if it is entered and root relies on what is read of it: the target must
 * still be in it afterwards. 0 or -errno with the diagnosis filled; facts->user_ns owns the descriptor.
 */
int xnsenter_hold_user(const struct xnsenter *request, const struct xnsenter_choice *choice,
		       struct xnsenter_facts *facts, struct diag *diag);

/* Opens the chosen namespaces that are entered by a descriptor of their own. 0 or -errno with the diagnosis filled. */
int xnsenter_open_namespaces(const struct xnsenter *request, const struct xnsenter_choice *choice,
			     struct xnsenter_facts *facts, struct diag *diag);

/*
 * Opens the target by its name, if the owner of the name can be trusted with what is entered. 0 or
 * -errno with the diagnosis filled. For root, xnsenter_check_named() then refuses a target if
 * xnsenter_runs_theirs() is true. It keeps the mount namespace open that it has examined, because a
 * target with rights in a user namespace may move to another one. It is called again when the root of
 * the target is open: no process returns to a user namespace that it has left.
 */
int xnsenter_open_named(const struct xnsenter *request, struct xnsenter_facts *facts,
			struct diag *diag);
int xnsenter_check_named(const struct xnsenter *request, struct xnsenter_facts *facts, struct diag *diag);

/*
 * Opens --net=netns:NAME, before the choice, because an ordinary user enters a network of their own only with the
 * user namespace of the anchor. 0, also if there is no such option; or -errno with the diagnosis filled.
 */
int xnsenter_open_named_net(const struct xnsenter *request, struct xnsenter_facts *facts, struct diag *diag);

/*
 * Whether the program would run with our rights among files that another user namespace controls: it owns the
 * mount namespace, or a process in it may have changed its own root directory.
 */
bool xnsenter_runs_theirs(const struct xnsenter *request, const struct target *target);

/*
 * For --wait: waits until the requested namespaces of the target can be entered. 0 if they can, or if an
 * obstacle will stay, which a later call reports; -errno with the diagnosis filled: -ETIMEDOUT, -ESRCH.
 */
int xnsenter_wait(const struct xnsenter *request, const struct target *target, struct diag *diag);

/* The name in /proc/PID/ns of the target's namespace of a type, as --children wants it. Pure. */
const char *xnsenter_link(const struct xnsenter *request, enum ns_type type);

/* The types, as bits 1 << enum ns_type, of which a namespace of the target's is entered or used. Pure. */
unsigned xnsenter_target_kinds(const struct xnsenter *request);

/*
 * Opens the chosen namespaces, and reads all else that the plan needs. 0 or -errno with the
 * diagnosis filled; facts owns the results in both cases.
 */
int xnsenter_facts_open(const struct xnsenter *request, const struct xnsenter_choice *choice,
			struct xnsenter_facts *facts, struct diag *diag);

/*
 * Looks up the user of --run-as: in the files of the root that is entered, if one is. 0 or -errno
 * with the diagnosis filled; facts owns the result in both cases.
 */
int xnsenter_user_read(const struct xnsenter *request, const struct xnsenter_choice *choice,
		       struct xnsenter_facts *facts, struct diag *diag);

/*
 * Reads the target's resolv.conf and hosts, or finds the directory of a named network namespace. 0 or
 * -errno with the diagnosis filled; facts owns the results in both cases.
 */
int xnsenter_etc_read(const struct xnsenter *request, const struct xnsenter_choice *choice,
		      struct xnsenter_facts *facts, struct diag *diag);

/* Opens the root directory and the mount namespace of the target. 0 or -errno with the diagnosis filled. */
int xnsenter_view_read(struct xnsenter_facts *facts, struct diag *diag);

/*
 * Reads what --like-target compares, copies filters if asked, and opens the target's cgroup if it is
 * another one. 0 or -errno with the diagnosis filled; facts owns the results in both cases.
 */
int xnsenter_like_read(const struct xnsenter *request, const struct xnsenter_choice *choice,
		       struct xnsenter_facts *facts, struct diag *diag);

void like_free(struct like *like);

/*
 * Refuses --like-target, with a list of everything in which the program could not be like the target.
 * Pure. 0, or -EPERM with the diagnosis filled.
 */
int xnsenter_check_like(const struct xnsenter *request, const struct xnsenter_choice *choice,
			const struct xnsenter_facts *facts, struct diag *diag);

/* Add the steps of --like-target that precede the namespaces, and those for ids and capabilities. Pure. */
void like_add_before(const struct xnsenter_facts *facts, struct plan *plan);
void like_add_ids(const struct xnsenter_facts *facts, struct plan *plan);
/* Adds its last steps: limits and filters. */
void like_add_last(const struct xnsenter_facts *facts, struct plan *plan);

/* Whether the groups of the target are others than ours, and are set before the user namespace is entered. */
bool like_sets_groups_before(const struct xnsenter_facts *facts);

void xnsenter_facts_free(struct xnsenter_facts *facts);

/*
 * The types, as bits 1 << enum ns_type, for which xnsenter_choose() must know whether the target's
 * namespace is ours. Pure.
 */
unsigned xnsenter_compared(const struct xnsenter *request, bool privileged);

/*
 * Chooses the namespaces to enter and how, and the user namespace of --user-parent, from the
 * results of xnsenter_facts_read(). Pure.
 */
void xnsenter_choose(const struct xnsenter *request, const struct xnsenter_facts *facts,
		     struct xnsenter_choice *ret);

/*
 * Reads our ids and the maps of the user namespace to enter: facts->fds[NS_USER], or the target's.
 * Skips a namespace that cannot be entered. 0 or -errno with the diagnosis filled; release ret in
 * both cases.
 */
int xnsenter_ids_read(const struct xnsenter_facts *facts, struct entered_ids *ret,
		      struct diag *diag);

/*
 * Whether others rule the user namespace that is entered: it belongs to another user, or we are root,
 * who makes such namespaces for others. Also true if that cannot be found out.
 */
bool xnsenter_is_others_ns(const struct xnsenter_facts *facts);
void entered_ids_free(struct entered_ids *ids);

/*
 * Checks that the program may run with the outer ids that it would keep. Pure. 0, or -EINVAL with
 * the diagnosis filled.
 */
int xnsenter_check_ids(const struct xnsenter *request, const struct entered_ids *ids,
		       struct diag *diag);

/* Add the steps of --view, which precede the namespaces; of --etc, behind them; of --mount-proc, in the child. */
void xnsenter_add_view(const struct xnsenter *request, const struct xnsenter_facts *facts,
		       struct plan *plan);
void xnsenter_add_mounts(const struct xnsenter *request, const struct xnsenter_facts *facts,
			 struct plan *plan);
void xnsenter_add_proc(const struct xnsenter *request, struct plan *plan);

/* Makes the plan, which borrows from request and facts. Pure. */
void xnsenter_plan(const struct xnsenter *request, const struct xnsenter_choice *choice,
		   const struct xnsenter_facts *facts, struct plan *plan);

#endif
