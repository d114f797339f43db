/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --check: prints which namespaces the caller may create here, as a table or as JSON. */
#include "xunshare/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "base/escape.h"
#include "base/macros.h"
#include "cause/check.h"
#include "kernel/io.h"
#include "output/json.h"
#include "xunshare/xunshare.h"

static const char *const answers[] = {
	[CHECK_NO] = "no", [CHECK_WITH_USER] = "with --user", [CHECK_YES] = "yes",
};

static bool is_possible(const struct check_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		if (table->rows[i].asked && table->rows[i].answer == CHECK_NO)
			return false;
	return true;
}

static int print_json(const struct check_table *table)
{
	struct json json = { .out = stdout };

	json_begin(&json);
	json_bool(&json, "possible", is_possible(table));
	json_open(&json, "checks", '[');
	for (size_t i = 0; i < table->n; i++) {
		const struct check_row *row = &table->rows[i];
		const struct finding *finding = &row->finding;

		json_open(&json, NULL, '{');
		json_text(&json, "type", row->name);
		json_bool(&json, "asked", row->asked);
		json_bool(&json, "possible", row->answer != CHECK_NO);
		json_bool(&json, "needs_user", row->needs_user);
		json_text(&json, "cause", finding->cause[0] ? finding->cause : NULL);
		json_text(&json, "reason", finding->why[0] ? finding->why : NULL);
		json_text(&json, "remedy", finding->remedy[0] ? finding->remedy : NULL);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	return json_end(&json);
}

/* Escapes the text, because a reason may quote a file name; "-" if it is empty. */
static void escaped(const char *text, char *buf, size_t size)
{
	escape_text(*text ? text : "-", *text ? strlen(text) : 1, buf, size);
}

static int print_table(const struct check_table *table)
{
	char why[CHECK_ROWS][4 * FINDING_TEXT], remedy[4 * FINDING_TEXT];
	int width = (int)strlen("REASON");

	for (size_t i = 0; i < table->n; i++) {
		escaped(table->rows[i].finding.why, why[i], sizeof(why[i]));
		if ((int)strlen(why[i]) > width)
			width = (int)strlen(why[i]);
	}
	printf("%-14s  %-11s  %-*s  %s\n", "TYPE", "POSSIBLE", width, "REASON", "REMEDY");
	for (size_t i = 0; i < table->n; i++) {
		const struct check_row *row = &table->rows[i];

		escaped(row->finding.remedy, remedy, sizeof(remedy));
		printf("%-14s  %-11s  %-*s  %s\n", row->name, answers[row->answer], width, why[i],
		       remedy);
	}
	return io_flush(stdout);
}

/* Each form is tried as it was asked for. */
static enum check_map map_of(const struct xunshare *request)
{
	static const int maps[] = { OPT_MAP_AUTO,   OPT_MAP_CURRENT_USER, OPT_MAP_GROUP,
				    OPT_MAP_GROUPS, OPT_MAP_ROOT_USER,    OPT_MAP_SUBIDS,
				    OPT_MAP_USER,   OPT_MAP_USERS };

	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		if (opt_given(&request->given, maps[i]))
			return CHECK_MAP_NEEDED;
	return xunshare_flags(request) ? CHECK_MAP_NONE : CHECK_MAP_TRIED;
}

int xunshare_check(const struct xunshare *request)
{
	struct check_table table;
	int status;

	check_all(&(struct check_request){ .flags = xunshare_flags(request),
					   .map = map_of(request),
					   .users = &request->users,
					   .groups = &request->groups }, &table);
	mounts_check(request, &table);
	limits_check(request, &table);
	status = applet_written(request->json ? print_json(&table) : print_table(&table));
	return status ? status : is_possible(&table) ? EXIT_SUCCESS : EXIT_FAILURE;
}
