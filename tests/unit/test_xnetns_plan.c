/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plans of exec. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "plan/step.h"
#include "xnetns/exec.h"
#include "xnetns/xnetns.h"

struct row {
	const char *name;
	int options[4];
	bool etc, user;
	const char *steps;
};

static const struct row rows[] = {
	{ "plain", { 0 }, false, false, "setns unshare propagation sysfs exec" },
	{ "files for /etc", { 0 }, true, false, "setns unshare propagation sysfs etc exec" },
	{ "no sysfs: no mount namespace", { OPT_NO_SYSFS }, false, false, "setns exec" },
	{ "no sysfs, files for /etc", { OPT_NO_SYSFS }, true, false,
	  "setns unshare propagation etc exec" },
	{ "a user", { OPT_NO_SYSFS }, false, true, "setns set-groups setgid setuid exec" },
	{ "all of it", { 0 }, true, true,
	  "setns unshare propagation sysfs etc set-groups setgid setuid exec" },
};

static void plan(void **state)
{
	static char program[] = "true", name[] = "tester";
	char *argv[] = { program, NULL };
	const struct row *row = *state;
	struct exec_user user = { .given = row->user, .name = name, .uid = 7, .gid = 8,
				  .n_groups = 2 };
	struct exec_facts facts = { .ns = 5, .path = "/run/netns/a", .user = &user };
	struct xnetns request = { .jobs = 1 };
	struct plan made = { .n = 0 };
	char text[256] = "";

	for (size_t i = 0; i < ARRAY_LEN(row->options); i++)
		if (row->options[i])
			opt_put(&request.given, row->options[i]);
	if (row->etc)
		snprintf(facts.etc, sizeof(facts.etc), "/etc/netns/a");
	exec_plan(&request, &facts, argv, &made);
	for (size_t i = 0; i < made.n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "",
			 step_name(made.steps[i].kind));
	assert_string_equal(text, row->steps);
	assert_int_equal(made.steps[0].fd, 5);
	assert_int_equal(made.steps[0].ns, NS_NET);
	assert_ptr_equal(made.steps[made.n - 1].argv, argv);
	if (row->user) {
		assert_int_equal(plan_find(&made, STEP_SETUID)->id, 7);
		assert_int_equal(plan_find(&made, STEP_SETGID)->id, 8);
		assert_int_equal(plan_find(&made, STEP_SET_GROUPS)->n_groups, 2);
	}
	plan_free(&made);
}

int main(void)
{
	UNIT_ADD_ROWS(plan, rows);
	return unit_run("xnetns_plan");
}
