/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "explain.h"

#include <string.h>

#include "base/escape.h"
#include "kernel/io.h"
#include "plan/step.h"

enum { CALL_COLUMN = 60 };

static void print_map(const char *what, const struct idmap *map, FILE *out)
{
	if (map->n == 0)
		return;
	fprintf(out, "%s map (inside, outside, count):\n", what);
	for (size_t i = 0; i < map->n; i++)
		fprintf(out, "  %10u %10u %10u\n", map->extents[i].inner, map->extents[i].outer,
			map->extents[i].count);
}

void explain_begin(struct explanation *explanation, bool json, const char *target, FILE *out)
{
	*explanation = (struct explanation){ .as_json = json, .json = { .out = out } };
	if (!json && target) {
		escape_write(target, out);
		fputc('\n', out);
	}
	if (!json)
		return;
	json_begin(&explanation->json);
	if (target)
		json_text(&explanation->json, "target", target);
	json_open(&explanation->json, "steps", '[');
}

static void print_step(struct explanation *explanation, const char *actor, const char *words,
		       const char *call)
{
	char safe_words[4 * EXPLAIN_TEXT], safe_call[4 * EXPLAIN_TEXT];

	escape_text(words, strlen(words), safe_words, sizeof(safe_words));
	escape_text(call, strlen(call), safe_call, sizeof(safe_call));
	fprintf(explanation->json.out, "%2zu. %-6s  %-*s  %s\n", ++explanation->n, actor,
		CALL_COLUMN, safe_words, safe_call);
}

void explain_step(struct explanation *explanation, const char *name, const char *actor,
		  const char *words, const char *call)
{
	struct json *json = &explanation->json;

	if (!explanation->as_json) {
		print_step(explanation, actor, words, call);
		return;
	}
	json_open(json, NULL, '{');
	json_text(json, "step", name);
	json_text(json, "by", actor);
	json_text(json, "action", words);
	json_text(json, "call", call);
	json_close(json, '}');
}

int explain_end(struct explanation *explanation)
{
	if (!explanation->as_json)
		return io_flush(explanation->json.out);
	json_close(&explanation->json, ']');
	json_close(&explanation->json, '}');
	return json_end(&explanation->json);
}

static void explain_steps(struct explanation *explanation, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		char words[EXPLAIN_TEXT], call[EXPLAIN_TEXT];

		step_describe(&plan->steps[i], words, sizeof(words));
		step_call(&plan->steps[i], call, sizeof(call));
		explain_step(explanation, step_name(plan->steps[i].kind), step_actor(plan, i),
			     words, call);
	}
}

int explain_text(const struct plan *plan, FILE *out)
{
	struct explanation explanation;

	explain_begin(&explanation, false, plan->target, out);
	explain_steps(&explanation, plan);
	print_map("uid", &plan->uid_map, out);
	print_map("gid", &plan->gid_map, out);
	return explain_end(&explanation);
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
	struct explanation explanation;

	explain_begin(&explanation, true, plan->target, out);
	explain_steps(&explanation, plan);
	json_close(&explanation.json, ']');
	json_map(&explanation.json, "uid_map", &plan->uid_map);
	json_map(&explanation.json, "gid_map", &plan->gid_map);
	json_close(&explanation.json, '}');
	return json_end(&explanation.json);
}
