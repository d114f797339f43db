/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by find.c and pick.c: the processes that a name may mean. */
#ifndef XNS_WORKLOAD_FIND_INTERNAL_H
#define XNS_WORKLOAD_FIND_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "workload/find.h"
#include "workload/spec.h"
#include "workload/workload.h"

struct target;

/* A cgroup that the name fits. */
struct find_group {
	const struct workload *workload; /* of one of its processes */
	size_t end;                      /* its path is workload->cgroup[0..end) */
	enum spec_match match;
};

struct find_member {
	pid_t pid;
	uint32_t group;
	const struct workload *workload;
	uint64_t start; /* 0: unknown */
	bool is_leader; /* the first process of its pid namespace */
	bool is_own;    /* in the group's own cgroup, and not below it */
};

struct find {
	struct spec spec;
	const char *text; /* the whole name, for messages */
	unsigned types; /* whose namespaces will be entered: bits 1 << enum ns_type */
	int proc;
	struct workloads workloads;
	struct find_group *groups;
	size_t n_groups, groups_room;
	struct find_member *members;
	size_t n_members, members_room;
	uint32_t others; /* a user who has one of that name, or WORKLOAD_ANY_OWNER */
	bool has_unseen;
	pid_t too_long; /* a process whose cgroup cannot be read for that; 0: none */
};

/*
 * Whether the result of a read is what the process itself can bring about: any user may nest cgroups until the path
 * is longer than the kernel shows.
 */
bool find_is_their_doing(int rc);

/*
 * Opens the member of the group that the name means, and says how in find->how. The members of other groups are
 * ignored. -errno with the diagnosis filled.
 */
int find_pick(struct find *find, uint32_t group, struct target *ret, char how[WORKLOAD_HOW],
	      struct diag *diag);

#endif
