/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The owners of cgroups' directories, in the hierarchy that a line of /proc/PID/cgroup is about, as far as
 * that is mounted here.
 */
#ifndef XNS_WORKLOAD_OWNERS_H
#define XNS_WORKLOAD_OWNERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/lookup.h"
#include "workload/path.h"

struct owners_tree;

/* The owners that were found. Each directory is looked up only once. */
struct owners {
	struct lookup trees; /* by hierarchy */
};

/*
 * Finds the tree of a hierarchy ("name=systemd", "" for cgroup2), which owners_ask() takes as arg.
 * owners_free() releases it. NULL if there is no memory.
 */
struct owners_tree *owners_tree(struct owners *owners, const char *hierarchy);

/*
 * Finds the owner of a directory for workload_parse_path(); arg is its tree. The owner is unknown
 * if the tree is not mounted, or if the owner has no id in our user namespace.
 */
workload_owner_fn owners_ask;

void owners_free(struct owners *owners);

#endif
