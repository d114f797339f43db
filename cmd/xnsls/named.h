/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that are given by the name of a unit, container, machine or cgroup. */
#ifndef XNS_XNSLS_NAMED_H
#define XNS_XNSLS_NAMED_H

struct diag;
struct xnsls;

/*
 * Finds the processes of all names in the request, and fills in their PIDs. They stay open until
 * named_close(). 0 or -errno with the diagnosis filled.
 */
int named_open(struct xnsls *request, struct diag *diag);

/*
 * Whether they all still live: only then what was read by their PIDs is theirs. 0, or -ESRCH with the diagnosis
 * filled.
 */
int named_check(const struct xnsls *request, struct diag *diag);

/* Closes them. */
void named_close(struct xnsls *request);

#endif
