/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans as the user and programs read them, and the JSON writer. */
#include "explain.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "output/json.h"
#include "plan/step.h"
#include "unit.h"

enum { ROOM = 16384 };

static char *program[] = { (char *)"prog", (char *)"\033[2J", NULL };

static void make_plan(struct plan *plan)
{
	struct step *step;

	*plan = (struct plan){ .n = 0 };
	idmap_add(&plan->uid_map, (struct extent){ 0, 1000, 1 });
	idmap_add(&plan->uid_map, (struct extent){ 1, 100000, 65535 });
	idmap_add(&plan->gid_map, (struct extent){ 0, 4294967294, 1 });
	plan_add(plan, STEP_UNSHARE)->unshare.flags = CLONE_NEWUSER | CLONE_NEWPID;
	step = plan_add(plan, STEP_MAP);
	step->by_helper = true;
	step->map.ids = "uid";
	step->map.map = &plan->uid_map;
	plan_add(plan, STEP_FORK)->fork.flags = FORK_INIT;
	plan_add(plan, STEP_LOOPBACK);
	plan_add(plan, STEP_INIT);
	step = plan_add(plan, STEP_EXEC);
	step->exec.path = "prog";
	step->exec.argv = program;
}

static const char text_of_it[] =
	" 1. self    create namespaces: pid, user                                  "
	"unshare(CLONE_NEWPID|CLONE_NEWUSER)\n"
	" 2. helper  write the uid map: 0 1000 1; 1 100000 65535                   "
	"write(/proc/PID/uid_map)\n"
	" 3. self    go on in a child; the parent waits for it                     fork()\n"
	" 4. init    bring the loopback device up                                  "
	"ioctl(SIOCSIFFLAGS, lo, IFF_UP)\n"
	" 5. init    become init, with the program as its child                    fork()\n"
	" 6. child   run prog '\\x1b[2J'                                            "
	"execvp(prog)\n"
	"uid map (inside, outside, count):\n"
	"           0       1000          1\n"
	"           1     100000      65535\n"
	"gid map (inside, outside, count):\n"
	"           0 4294967294          1\n";

static void in_words(void **state)
{
	char text[ROOM] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	struct plan plan;

	(void)state;
	make_plan(&plan);
	assert_int_equal(explain_text(&plan, out), 0);
	fclose(out);
	assert_string_equal(text, text_of_it);
	plan_free(&plan);
}

static void in_words_without_maps(void **state)
{
	struct plan plan = { .n = 0 };
	char text[ROOM] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	plan_add(&plan, STEP_FORK);
	plan_add(&plan, STEP_LOOPBACK);
	assert_int_equal(explain_text(&plan, out), 0);
	fclose(out);
	assert_null(strstr(text, "map"));
	assert_non_null(strstr(text, "\n 2. child "));
}

static void as_json(void **state)
{
	static const char expected[] =
		"{\n"
		"  \"version\": 1,\n"
		"  \"steps\": [\n"
		"    {\n"
		"      \"step\": \"exec\",\n"
		"      \"by\": \"self\",\n"
		"      \"action\": \"run prog '\\u001b[2J'\",\n"
		"      \"call\": \"execvp(prog)\"\n"
		"    }\n"
		"  ],\n"
		"  \"uid_map\": [\n"
		"    {\n"
		"      \"inner\": 0,\n"
		"      \"outer\": 1000,\n"
		"      \"count\": 1\n"
		"    }\n"
		"  ],\n"
		"  \"gid_map\": []\n"
		"}\n";
	struct plan plan = { .n = 0 };
	char text[ROOM] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	struct step *step = plan_add(&plan, STEP_EXEC);

	(void)state;
	step->exec.path = "prog";
	step->exec.argv = program;
	idmap_add(&plan.uid_map, (struct extent){ 0, 1000, 1 });
	assert_int_equal(explain_json(&plan, out), 0);
	fclose(out);
	assert_string_equal(text, expected);
	plan_free(&plan);
}

static void full_disk_is_told(void **state)
{
	struct plan plan;
	FILE *full = fopen("/dev/full", "we");

	(void)state;
	assert_non_null(full);
	make_plan(&plan);
	assert_int_equal(explain_text(&plan, full), -ENOSPC);
	fclose(full);
	full = fopen("/dev/full", "we");
	assert_int_equal(explain_json(&plan, full), -ENOSPC);
	fclose(full);
	plan_free(&plan);
}

/* A write that failed before the end, whose errno is long gone. */
static void earlier_failure_is_told(void **state)
{
	struct plan plan = { .n = 0 };
	struct json json = { .out = NULL };
	FILE *full = fopen("/dev/full", "we");

	(void)state;
	setvbuf(full, NULL, _IONBF, 0);
	fputc('x', full);
	assert_true(explain_text(&plan, full) < 0);
	json.out = full;
	assert_true(json_end(&json) < 0);
	fclose(full);
}

/* --- the writer -------------------------------------------------------------------------------- */

static void write_all(struct json *json)
{
	json_open(json, NULL, '{');
	json_text(json, "text", "a\"b\\\n");
	json_text(json, "none", NULL);
	json_number(json, "least", INT64_MIN);
	json_bool(json, "yes", true);
	json_bool(json, "no", false);
	json_open(json, "list", '[');
	json_number(json, NULL, 1);
	json_open(json, NULL, '[');
	json_close(json, ']');
	json_open(json, NULL, '{');
	json_close(json, '}');
	json_close(json, ']');
	json_close(json, '}');
}

static void json_is_written(void **state)
{
	char text[ROOM] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	struct json json = { .out = out };

	(void)state;
	write_all(&json);
	assert_int_equal(json_end(&json), 0);
	fclose(out);
	assert_string_equal(text, "{\n"
				  "  \"text\": \"a\\\"b\\\\\\n\",\n"
				  "  \"none\": null,\n"
				  "  \"least\": -9223372036854775808,\n"
				  "  \"yes\": true,\n"
				  "  \"no\": false,\n"
				  "  \"list\": [\n"
				  "    1,\n"
				  "    [],\n"
				  "    {}\n"
				  "  ]\n"
				  "}\n");
}

static void json_on_one_line(void **state)
{
	char text[ROOM] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	struct json json = { .out = out, .compact = true };

	(void)state;
	write_all(&json);
	assert_int_equal(json_end(&json), 0);
	fclose(out);
	assert_string_equal(text, "{\"text\":\"a\\\"b\\\\\\n\",\"none\":null,"
				  "\"least\":-9223372036854775808,\"yes\":true,\"no\":false,"
				  "\"list\":[1,[],{}]}\n");
}

int main(void)
{
	UNIT_ADD(in_words);
	UNIT_ADD(in_words_without_maps);
	UNIT_ADD(as_json);
	UNIT_ADD(full_disk_is_told);
	UNIT_ADD(earlier_failure_is_told);
	UNIT_ADD(json_is_written);
	UNIT_ADD(json_on_one_line);
	return unit_run("explain");
}
