/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the name of a unit, container, machine or cgroup to a process. The PID comes from the kernel alone,
 * which says of each process in which cgroup it is, and is asked again once the process has been opened.
 */
#ifndef XNS_WORKLOAD_FIND_H
#define XNS_WORKLOAD_FIND_H

#include <stdbool.h>

struct diag;
struct target;

enum { WORKLOAD_HOW = 1024 };

/*
 * Opens the process that the name (spec_is()) means: of a container or machine the first process of its pid
 * namespace, else its oldest; of a unit the oldest. types has the bits 1 << enum ns_type of the
 * namespaces that will be entered: in what is root's, a process with one that another user namespace owns is
 * passed over.
 * how is set to words that say how the name became a PID. The caller closes the target. -errno with the
 * diagnosis filled: nothing is opened if the name fits several, or nothing that can be believed.
 */
int workload_open_target(const char *name, unsigned types, struct target *ret, char how[WORKLOAD_HOW],
			 struct diag *diag);

#endif
