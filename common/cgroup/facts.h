/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the facts from which cgroup/place.h decides. */
#ifndef XNS_CGROUP_FACTS_H
#define XNS_CGROUP_FACTS_H

#include "cgroup/place.h"

/* given: the argument of --cgroup-parent, or NULL. 0, or -errno with the diagnosis filled. */
int cgroup_read_facts(const char *given, struct cgroup_facts *ret, struct diag *diag);

/* Fills a controller whose name is set: whether it is available and enabled in parent. */
void cgroup_read_controller(const struct cgroup_facts *facts, const struct cgroup_dir *parent,
			    struct controller *controller);

/* Whether systemd-run knows this option. Runs it, which changes nothing. */
bool cgroup_run_knows(const char *option);

#endif
