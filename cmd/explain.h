/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --explain: a plan in plain words, or as JSON. Changes nothing. */
#ifndef XNS_EXPLAIN_H
#define XNS_EXPLAIN_H

#include <stdio.h>

struct plan;

/* One line a step, its system call beside it, and the resulting id maps. 0 or -errno of a write. */
int explain_text(const struct plan *plan, FILE *out);

/*
 * {"steps": [{"step", "by", "action", "call"}...], "uid_map": [{"inner", "outer", "count"}...],
 * "gid_map": [...]}. by is "self", "helper", "child" or "init". 0 or -errno of a write.
 */
int explain_json(const struct plan *plan, FILE *out);

#endif
