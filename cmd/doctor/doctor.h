/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xns doctor: a report of one page about this host for its administrator. The findings come from the
 * parts that the applets use too: cause/check.h, the inventory and the store of network namespaces.
 */
#ifndef XNS_DOCTOR_H
#define XNS_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/remedy.h"
#include "inventory/scan.h"

struct model;

enum doctor_state { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_PROBLEM };

enum doctor_section {
	SECTION_SYSTEM,
	SECTION_LIMITS,
	SECTION_RIGHTS,
	SECTION_IDS,
	SECTION_SECURITY,
	SECTION_MOUNTS,
	SECTION_NAMES,
	SECTION_CGROUPS,
	SECTION_COUNT,
};

struct doctor_finding {
	enum doctor_section section;
	enum doctor_state state;
	char subject[64];
	char *text;
	char *remedy;         /* or NULL */
	int64_t limit, taken; /* of SECTION_LIMITS, or -1 */
};

/* One run. Owns its findings, which are sorted by section because the examinations run in that order. */
struct doctor {
	int proc; /* from proc_open_root(), or -1 */
	struct doctor_finding *findings;
	size_t n, room;
	bool no_memory;
	struct scan_silent silent;
};

/* ---- findings.c ---- */

/* Adds a finding. May set no_memory. */
void doctor_say(struct doctor *doctor, enum doctor_section section, enum doctor_state state,
		const char *subject, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Adds the remedy to the last finding. A command is one of REMEDY_*. */
void doctor_remedy(struct doctor *doctor, const char *fmt, ...) PRINTF_LIKE(2, 3);
void doctor_command(struct doctor *doctor, enum remedy_who who, enum remedy_programs programs,
		    const char *words, ...) PRINTF_LIKE(4, 5);

/* The number of findings in this state. */
int64_t doctor_count(const struct doctor *doctor, enum doctor_state state);

/* Releases the findings. */
void doctor_free(struct doctor *doctor);

/* ---- the examinations; each adds findings ---- */

/* system.c: the kernel; permissions and subordinate ids; security modules */
void doctor_examine_system(struct doctor *doctor);
void doctor_examine_rights(struct doctor *doctor);
void doctor_examine_security(struct doctor *doctor);

/* mounts.c: mount options and filters */
void doctor_examine_mounts(struct doctor *doctor);

/* namespaces.c: limits and their use, stale names, and doctor_examine_held() */
void doctor_examine_namespaces(struct doctor *doctor);

/* uplinks.c: whether uplinks would work, and those of named networks */
void doctor_examine_uplinks(struct doctor *doctor);

/* cgroups.c: limits that could be set, and leftovers, which it removes if they are empty */
void doctor_examine_cgroups(struct doctor *doctor);

/* held.c: namespaces that only mounts and descriptors keep alive */
void doctor_examine_held(struct doctor *doctor, const struct model *model);

#endif
