/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "explain.h"

#include <string.h>

#include "base/escape.h"
#include "kernel/io.h"
#include "output/json.h"
#include "plan/step.h"

enum { LINE_MAX_LEN = 1024, CALL_COLUMN = 60 };

static void print_map(const char *what, const struct idmap *map, FILE *out)
{
	if (map->n == 0)
		return;
	fprintf(out, "%s map (inside, outside, count):\n", what);
	for (size_t i = 0; i < map->n; i++)
		fprintf(out, "  %10u %10u %10u\n", map->extents[i].inner, map->extents[i].outer,
			map->extents[i].count);
}

int explain_text(const struct plan *plan, FILE *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		char words[LINE_MAX_LEN], call[LINE_MAX_LEN];
		char safe_words[4 * LINE_MAX_LEN], safe_call[4 * LINE_MAX_LEN];

		step_describe(&plan->steps[i], words, sizeof(words));
		step_call(&plan->steps[i], call, sizeof(call));
		escape_text(words, strlen(words), safe_words, sizeof(safe_words));
		escape_text(call, strlen(call), safe_call, sizeof(safe_call));
		fprintf(out, "%2zu. %-6s  %-*s  %s\n", i + 1, step_actor(plan, i), CALL_COLUMN,
			safe_words, safe_call);
	}
	print_map("uid", &plan->uid_map, out);
	print_map("gid", &plan->gid_map, out);
	return io_flush(out);
}

static void json_map(struct json *json, const char *key, const struct idmap *map)
{
	json_open(json, key, '[');
	for (size_t i = 0; i < map->n; i++) {
		json_open(json, NULL, '{');
		json_number(json, "inner", map->extents[i].inner);
		json_number(json, "outer", map->extents[i].outer);
		json_number(json, "count", map->extents[i].count);
		json_close(json, '}');
	}
	json_close(json, ']');
}

int explain_json(const struct plan *plan, FILE *out)
{
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	json_open(&json, "steps", '[');
	for (size_t i = 0; i < plan->n; i++) {
		char text[LINE_MAX_LEN];

		json_open(&json, NULL, '{');
		json_string(&json, "step", step_name(plan->steps[i].kind));
		json_string(&json, "by", step_actor(plan, i));
		step_describe(&plan->steps[i], text, sizeof(text));
		json_string(&json, "action", text);
		step_call(&plan->steps[i], text, sizeof(text));
		json_string(&json, "call", text);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_map(&json, "uid_map", &plan->uid_map);
	json_map(&json, "gid_map", &plan->gid_map);
	json_close(&json, '}');
	return json_end(&json);
}
