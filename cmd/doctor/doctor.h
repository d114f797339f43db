/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xns doctor: one page about this host for its administrator. Each finding comes from what the
 * applets know already, xunshare's check, xnsls's model and xnetns's store, and has its remedy.
 */
#ifndef XNS_DOCTOR_H
#define XNS_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "inventory/scan.h"

struct model;

enum doctor_state { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_PROBLEM };

enum doctor_section {
	SECTION_SYSTEM,
	SECTION_LIMITS,
	SECTION_RIGHTS,
	SECTION_IDS,
	SECTION_SECURITY,
	SECTION_NAMES,
	SECTION_COUNT,
};

struct doctor_finding {
	enum doctor_section section;
	enum doctor_state state;
	char subject[64];
	char *text;
	char *remedy;         /* or NULL */
	int64_t limit, taken; /* of a limit, or -1 */
};

/* The findings, in the order in which they were made: section by section. Owns them. */
struct doctor {
	int proc; /* from proc_open_root(), or -1 */
	struct doctor_finding *findings;
	size_t n, room;
	bool no_memory;
	struct scan_silent silent;
};

/* Adds a finding. */
void doctor_say(struct doctor *doctor, enum doctor_section section, enum doctor_state state,
		const char *subject, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Adds the remedy to the last finding. */
void doctor_remedy(struct doctor *doctor, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* doctor/system.c: the kernel, who may create what, subordinate ids, security modules */
void doctor_look_at_system(struct doctor *doctor);
void doctor_look_at_rights(struct doctor *doctor);
void doctor_look_at_security(struct doctor *doctor);

/* doctor/namespaces.c: limits and their use, stale names, and the next one */
void doctor_look_at_namespaces(struct doctor *doctor);

/* doctor/held.c: namespaces that only mounts and descriptors hold */
void doctor_look_at_held(struct doctor *doctor, const struct model *model);

#endif
