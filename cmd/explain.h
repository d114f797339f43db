/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --explain: steps in plain words, or as JSON. Changes nothing. */
#ifndef XNS_EXPLAIN_H
#define XNS_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "output/json.h"

struct plan;

/* One line a step, its system call beside it, and the resulting id maps. 0 or -errno of a write. */
int explain_text(const struct plan *plan, FILE *out);

/*
 * {"steps": [{"step", "by", "action", "call"}...], "uid_map": [{"inner", "outer", "count"}...],
 * "gid_map": [...]}. by is "self", "helper", "child" or "init". 0 or -errno of a write.
 */
int explain_json(const struct plan *plan, FILE *out);

/* ---- steps of another kind ---- */

enum { EXPLAIN_TEXT = 1024 };

struct explanation {
	bool as_json;
	size_t n;
	struct json json; /* its stream is that of the text, too */
};

/* The same form for other steps: {"steps": [...]}. Returns 0 or -errno of a write. */
void explain_begin(struct explanation *explanation, bool json, FILE *out);
void explain_step(struct explanation *explanation, const char *name, const char *actor,
		  const char *words, const char *call);
int explain_end(struct explanation *explanation);

#endif
