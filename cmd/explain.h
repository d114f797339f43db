/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --explain: prints the steps of a plan, in plain words or as JSON. */
#ifndef XNS_EXPLAIN_H
#define XNS_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "output/json.h"

struct plan;

/* Prints a line for each step, with its system calls, and the id maps. 0 or -errno of a write. */
int explain_text(const struct plan *plan, FILE *out);

/*
 * Prints {"steps": [{"step", "by", "action", "call"}...], "uid_map": [{"inner", "outer",
 * "count"}...], "gid_map": [...]}. by is a result of step_actor(). If the plan says how its target was
 * found, that comes first, with the key "target". 0 or -errno of a write.
 */
int explain_json(const struct plan *plan, FILE *out);

/* ---- steps that are not a plan's ---- */

enum { EXPLAIN_TEXT = 1024 };

struct explanation {
	bool as_json;
	size_t n;
	struct json json; /* json.out is the stream for text, too */
};

/*
 * Print other steps in the same form; as JSON {"steps": [...]}. target says how a target was found, or is
 * NULL. 0 or -errno of a write.
 */
void explain_begin(struct explanation *explanation, bool json, const char *target, FILE *out);
void explain_step(struct explanation *explanation, const char *name, const char *actor,
		  const char *words, const char *call);
int explain_end(struct explanation *explanation);

#endif
