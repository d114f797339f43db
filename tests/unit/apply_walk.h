/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every call of a whole plan fails in turn, in one of the processes that the plan has. Whatever fails:
 * the program does not start, the diagnosis says what was tried, no descriptor is lost, pins are not
 * kept, and nothing is done to the system afterwards.
 */
#ifndef XNS_UNIT_APPLY_WALK_H
#define XNS_UNIT_APPLY_WALK_H

#include "apply_unit.h"

enum side { ALONE, PARENT, CHILD, INIT, INITS_CHILD, SIDES };

struct fault_run {
	enum side side;
	const struct plan *plan;
	struct run run;
	char asked[32]; /* the socket on which the child asks (apply_leave.c) */
};

extern const char *const walk_sides[SIDES];

/* Whether the plan has such a process. */
bool walk_has_side(const struct plan *plan, enum side side);

/* Each call fails with each of several errno values. The number of faults. */
size_t walk_faults(struct fault_run *walk);

/* Without a fault the process does what it is there for. */
void walk_without_faults(struct fault_run *walk);

#endif
