/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xnsenter's options, as the command line gives them, and its pure half. */
#ifndef XNS_XNSENTER_H
#define XNS_XNSENTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/idmap.h"
#include "base/ns.h"
#include "kernel/target.h"
#include "opt/opt.h"
#include "options.h"

struct diag;
struct plan;

enum ns_source {
	FROM_TARGET, /* the default of an option without argument */
	FROM_FILE,   /* path */
	FROM_ID,     /* id */
	FROM_SOCKET, /* --net-socket */
	FROM_PARENT, /* --user-parent */
};

/* Which namespace of a type; it means something where the option was given. */
struct ns_choice {
	enum ns_source source;
	const char *path;
	uint64_t id;
};

/* Strings are borrowed from argv. */
struct xnsenter {
	struct opt_set given;
	pid_t pid; /* 0 without --target */
	bool has_inode;
	uint64_t inode;
	struct ns_choice choice[NS_COUNT];
	int socket;
	bool follow_uid, follow_gid;
	uint32_t uid, gid;
	const char *root, *wd, *wdns; /* NULL: the target's */
	bool all_env;
	bool json;
	char **program;
	char **argv; /* the whole command line */
};

enum { ENTERED_IDS = 3 }; /* real, effective, saved */

/*
 * Our ids, and what the user namespace to enter makes of them. Read only if the program would keep
 * some. Numbers outside are those of our own user namespace.
 */
struct entered_ids {
	bool is_examined;
	bool is_own;        /* the owner is our effective uid */
	bool is_privileged; /* that is 0 */
	bool denies_setgroups;
	uint32_t owner;
	struct idmap uid_map, gid_map;
	uint32_t uids[ENTERED_IDS], gids[ENTERED_IDS];
	uint32_t *groups;
	size_t n_groups;
};

/* What was found and opened before anything is changed. Owns its descriptors and memory. */
struct xnsenter_facts {
	struct target target;
	bool privileged;         /* effective uid 0 */
	int fds[NS_COUNT];       /* namespaces that are entered by descriptor of their own, or -1 */
	int target_flags;        /* CLONE_NEW* of those that are entered as the target's */
	int optional_flags;      /* of these: those that the kernel may lack */
	int root, wd, cgroup;    /* or -1 */
	char *wdns;              /* the path of the target's working directory */
	char *environ_text;      /* /proc/PID/environ */
	char **environ;          /* pointers into it, NULL-terminated; or NULL */
	char *context;           /* SELinux, or NULL */
	char *shell;
	struct entered_ids ids;
};

int xnsenter_parse(int argc, char **argv, struct xnsenter *request, struct diag *diag);

/* Adds what options imply and checks the rules between them. Pure. 0 or -EINVAL. */
int xnsenter_apply_rules(struct xnsenter *request, struct diag *diag);

/* Opens and reads everything that the plan needs. 0 or -errno; release in both cases. */
int xnsenter_facts_read(const struct xnsenter *request, struct xnsenter_facts *facts,
			struct diag *diag);
void xnsenter_facts_free(struct xnsenter_facts *facts);

/*
 * What the user namespace to enter makes of our ids: the target's, or that of a descriptor of its own.
 * A namespace that cannot be entered is not examined. 0 or -errno; release in both cases.
 */
int xnsenter_ids_read(const struct xnsenter_facts *facts, struct entered_ids *ret,
		      struct diag *diag);
void entered_ids_free(struct entered_ids *ids);

/* Whether the program may run with the ids of outside that it would keep. Pure. 0 or -EINVAL. */
int xnsenter_check_ids(const struct xnsenter *request, const struct entered_ids *ids,
		       struct diag *diag);

/* The plan. Pure: no system call. It borrows from request and facts. */
void xnsenter_plan(const struct xnsenter *request, const struct xnsenter_facts *facts,
		   struct plan *plan);

#endif
