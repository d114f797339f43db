/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose a process is: its unit, container and pod, from its cgroup and the files that runtimes leave. No
 * daemon is asked, and no engine's command is run.
 */
#ifndef XNS_WORKLOAD_H
#define XNS_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/lookup.h"
#include "workload/owners.h"
#include "workload/path.h"
#include "workload/state.h"

/* The workload of a cgroup. */
struct workload {
	char *cgroup;    /* the path in /proc/PID/cgroup; the names in "path" point into it */
	char *hierarchy; /* "name=systemd", or empty for cgroup2 */
	struct workload_path path;
	enum workload_engine engine;
	char unit[WORKLOAD_NAME];       /* empty: there is none, or it is nobody's */
	char id[WORKLOAD_NAME];         /* of the container, as its cgroup has it; or empty */
	char container[WORKLOAD_NAME];  /* its name, else its id, cut if it is a long one; or empty */
	char pod[2 * WORKLOAD_NAME];
	bool is_sandbox;                /* the container only holds the namespaces of a pod */
	bool is_by_hand;                /* crun or runc, which only the state file distinguishes */
	pid_t pid;                      /* what the state file says, if it is by hand */
	uint64_t start;
	char *file;                     /* the file that gave the name, or NULL */
};

struct workload_last;

/* Every cgroup is looked at once. All zero but for states: STATES_NONE. */
struct workloads {
	struct lookup cgroups, numbers;
	struct owners owners;
	struct states states;
	struct workload_last *last; /* the file that was read last */
};

#define WORKLOADS_NONE { .states = STATES_NONE }

/*
 * The workload of a process, by its directory below /proc, or by /proc and its PID. It stays until
 * workloads_free(). 0 or -errno: ESRCH or ENOENT if it has ended, ENODATA without cgroups,
 * ENAMETOOLONG or EFBIG if its path is longer than the kernel shows (PATH_MAX).
 */
int workload_of(struct workloads *workloads, int dir, const struct workload **ret);
int workload_of_pid(struct workloads *workloads, int proc, pid_t pid, const struct workload **ret);

/* The same; the processes with the same number "cgroups", if that is not 0, are in the same cgroups. */
int workload_of_one(struct workloads *workloads, int proc, pid_t pid, uint64_t cgroups,
		    const struct workload **ret);

/* The same for a line of /proc/PID/cgroup. 0, -ENOMEM or -ENAMETOOLONG. */
int workload_of_line(struct workloads *workloads, const struct cgroup_line *line,
		     const struct workload **ret);

void workloads_free(struct workloads *workloads);

#endif
