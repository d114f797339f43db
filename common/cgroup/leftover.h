/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cgroups of ours whose processes have been killed before they could remove them. */
#ifndef XNS_CGROUP_LEFTOVER_H
#define XNS_CGROUP_LEFTOVER_H

#include <stddef.h>

#include "cgroup/limit.h"

/* The name for a cgroup of this process. 0 or -errno. */
int cgroup_own_name(char buf[CGROUP_NAME]);

/*
 * Removes what earlier runs have left below a cgroup, if it is empty; never kills. Judges only names
 * that were made in our pid namespace. Returns how many are left that have no process of ours.
 */
size_t cgroup_remove_leftovers(int parent);

/* Does that at and below a cgroup, to a limited depth. *ret_removed counts those that are gone. */
size_t cgroup_remove_all_leftovers(int top, size_t *ret_removed);

#endif
