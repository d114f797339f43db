/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for a process: "unit:ssh.service", "container:web", "machine:NAME", "cgroup:/PATH". Pure. */
#ifndef XNS_WORKLOAD_SPEC_H
#define XNS_WORKLOAD_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workload/path.h"

struct diag;
struct workload;

enum spec_kind {
	SPEC_UNIT,
	SPEC_CONTAINER,
	SPEC_MACHINE,
	SPEC_CGROUP,
};

/* The name points into the text. */
struct spec {
	enum spec_kind kind;
	const char *name;
	char user[WORKLOAD_NAME]; /* of "container:USER/NAME"; or empty */
	/* The caller looks the user up and sets these. */
	uint32_t viewer; /* our effective user id */
	uint32_t owner;  /* the id of user; the viewer's if user is empty */
};

/* "unit", "container", ...; for messages. */
const char *spec_kind_name(enum spec_kind kind);

/* Whether a text that is no PID is meant as a name: it begins with "unit:" or another kind. */
bool spec_is(const char *text);

/* Takes such a text apart. 0, or -EINVAL with the diagnosis filled; ret's ids are the viewer's then. */
int spec_parse(const char *text, uint32_t viewer, struct spec *ret, struct diag *diag);

enum spec_match {
	MATCH_NONE,
	MATCH_OTHERS, /* a name of another user's, who has to be named */
	MATCH_UNSEEN, /* whose name it is cannot be seen */
	MATCH_ROOTS_PREFIX, /* an ordinary user means what is his own, and what is root's otherwise */
	MATCH_PREFIX, /* of a container's name or id */
	MATCH_ROOTS,
	MATCH_EXACT,
};

/* Whether the name means this workload; ret_end is set to the length of its cgroup's path then. */
enum spec_match spec_match(const struct spec *spec, const struct workload *workload, size_t *ret_end);

#endif
