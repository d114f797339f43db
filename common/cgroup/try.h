/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a limit could be set here, for a run and for those who only ask. */
#ifndef XNS_CGROUP_TRY_H
#define XNS_CGROUP_TRY_H

#include "cgroup/place.h"

/* Whether the controller can be used in the chosen place. 0, or -errno with the diagnosis filled. */
int cgroup_can_use(const struct cgroup_facts *facts, enum cgroup_where where, const char *controller,
		   struct diag *diag);

/*
 * Whether this process could use the controller, and below which cgroup, in words: how, of
 * CGROUP_HOW bytes. given as for cgroup_read_facts(). 0, or -errno with the diagnosis filled.
 */
enum { CGROUP_HOW = 256 };
int cgroup_try(const char *given, const char *controller, char *how, struct diag *diag);

/* The controllers that the options are for, of which a report speaks; ends with NULL. */
extern const char *const cgroup_usual[];

#endif
