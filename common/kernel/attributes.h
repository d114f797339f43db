/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attributes of a process besides its namespaces, as /proc shows them: ids, capabilities, limits and the like. */
#ifndef XNS_ATTRIBUTES_H
#define XNS_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct diag;

/* Real, effective, saved, and for files (proc_pid_status(5)). */
enum { ATTRIBUTE_IDS = 4 };

/* Ids are those of the reader's user namespace. All zero is an empty one. Owns its pointers. */
struct attributes {
	uint32_t uids[ATTRIBUTE_IDS], gids[ATTRIBUTE_IDS];
	gid_t *groups;
	size_t n_groups;
	/* Sets of capabilities, a bit for each. */
	uint64_t inheritable, permitted, effective, bounding, ambient;
	bool no_new_privs;
	int seccomp; /* SECCOMP_MODE_..., 0 without */
	struct rlimit limits[RLIM_NLIMITS];
	char *cgroups; /* the text of /proc/PID/cgroup */
	char *label;   /* of the security module; "" without one */
};

/*
 * Reads the attributes of the process with this directory in /proc. 0, or -errno with the diagnosis
 * filled; release ret in both cases.
 */
int attributes_read(int process_dir, struct attributes *ret, struct diag *diag);

void attributes_free(struct attributes *attributes);

/* The text of /proc/PID/status from the end of this label, such as "\nUid:"; "" without the label. Pure. */
const char *attributes_line(const char *status, const char *label);

/* Parses the next number of a line, after spaces and tabs; false at its end. Pure. */
bool attributes_next_id(const char **at, uint32_t *ret);

#endif
