/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cgroups that we make for one program:
 *
 *	PARENT/xns-PID-START           has the controllers
 *	PARENT/xns-PID-START/wait      our own processes, if they were in PARENT
 *	PARENT/xns-PID-START/limit     has the limits
 *	PARENT/xns-PID-START/limit/program
 *
 * The program is in the last one, which is the root of its cgroup namespace, so that it does not see
 * the files of its limits.
 */
#ifndef XNS_CGROUP_TREE_H
#define XNS_CGROUP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cgroup/limit.h"

struct diag;

enum { TREE_CONTROLLERS = 16 };

/* Descriptors are owned, and -1 if there is none. */
struct cgroup_tree {
	int parent, top, limit, program;
	int memory, pids;  /* memory.events and pids.events of limit, held to count what they did */
	char name[CGROUP_NAME];
	bool has_wait;     /* our processes are in wait */
	char enabled[TREE_CONTROLLERS][LIMIT_CONTROLLER]; /* in the parent, by us */
	size_t n_enabled;
};

/* The effects of the limits. */
struct cgroup_toll {
	uint64_t killed;  /* processes, for want of memory below our limit */
	uint64_t refused; /* forks */
};

/* An empty tree. */
void cgroup_init(struct cgroup_tree *tree);

/*
 * Makes the cgroups below parent, whose path it opens. movers are processes of ours to be moved into
 * wait, because they are in the parent. controllers ends with an empty name. On failure, diagnosis
 * filled, cgroup_end() takes back what was made.
 */
int cgroup_make(struct cgroup_tree *tree, const char *parent, const char *name,
		const pid_t *movers, size_t n_movers, char controllers[][LIMIT_CONTROLLER],
		struct diag *diag);

/* Writes a limit and reads it back. 0, or -errno with the diagnosis filled. */
int cgroup_set(struct cgroup_tree *tree, const char *file, const char *value, struct diag *diag);

/* Moves a process to where the program runs. 0, or -errno with the diagnosis filled. */
int cgroup_confine(struct cgroup_tree *tree, pid_t pid, struct diag *diag);

/*
 * Kills what is left of the program, waits until it is gone, at most some seconds, and removes all.
 * If the program has not started, our own process there first gets the time to say why. A
 * cgroup that cannot be removed is left to cgroup_remove_leftovers(). Fills the toll.
 */
void cgroup_end(struct cgroup_tree *tree, bool started, struct cgroup_toll *ret);

void cgroup_release(struct cgroup_tree *tree);

#endif
