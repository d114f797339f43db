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

/* Each directory is asked once. */
struct owners {
	struct lookup trees; /* by hierarchy */
};

/*
 * Finds what owners_ask() wants: the tree of a hierarchy ("name=systemd", "" for cgroup2). It stays until
 * owners_free(). NULL: no memory.
 */
struct owners_tree *owners_tree(struct owners *owners, const char *hierarchy);

/* For workload_parse_path(), with a tree. Unknown: no tree is mounted, or its owner has no number here. */
workload_owner_fn owners_ask;

void owners_free(struct owners *owners);

#endif
