/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of --check about limits. */
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "cause/check.h"
#include "cgroup/try.h"
#include "xunshare/check.h"
#include "xunshare/xunshare.h"

static void add_row(const struct limits *limits, const char *controller, bool asked,
		    struct check_table *table)
{
	struct check_row *row = &table->rows[table->n++];
	char how[CGROUP_HOW];
	struct diag diag = { .err = 0 };

	*row = (struct check_row){ .asked = asked };
	snprintf(row->own_name, sizeof(row->own_name), "%s", controller);
	row->name = row->own_name;
	if (cgroup_try(limits->given, controller, how, &diag) == 0) {
		row->answer = CHECK_YES;
		snprintf(row->finding.why, FINDING_TEXT, "%s", how);
		return;
	}
	snprintf(row->finding.cause, sizeof(row->finding.cause), "cgroup");
	diag_render(&diag, row->finding.why, FINDING_TEXT);
	snprintf(row->finding.remedy, FINDING_TEXT, "%.*s", FINDING_TEXT - 1, diag.hint);
}

static bool has_row(const struct check_table *table, size_t first, const char *controller)
{
	for (size_t i = first; i < table->n; i++)
		if (strcmp(table->rows[i].name, controller) == 0)
			return true;
	return false;
}

void limits_check(const struct xunshare *request, struct check_table *table)
{
	const struct limits *limits = &request->limits;
	size_t first = table->n;

	for (size_t i = 0; i < limits->n; i++) {
		char controller[LIMIT_CONTROLLER];

		if (limit_controller(limits->list[i].file, controller) &&
		    !has_row(table, first, controller))
			add_row(limits, controller, true, table);
	}
	for (size_t i = 0; !xunshare_flags(request) && cgroup_usual[i]; i++)
		if (!has_row(table, first, cgroup_usual[i]))
			add_row(limits, cgroup_usual[i], false, table);
}
