/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of options, and the rules between them. */
#include "opt_unit.h"

#include <errno.h>

static void a_set_holds_each_id_by_itself(void **state)
{
	(void)state;
	for (int id = 1; id < OPT_ID_MAX; id++) {
		struct opt_set set = { 0 };

		opt_put(&set, id);
		opt_put(&set, id);
		for (int other = 1; other < OPT_ID_MAX; other++)
			assert_int_equal(opt_given(&set, other), other == id);
	}
}

static void row_finds_every_id(void **state)
{
	(void)state;
	assert_string_equal(opt_row(table, ID_MOUNT)->name, "mount");
	assert_string_equal(opt_row(table, ID_OLD)->name, "old");
	assert_string_equal(opt_row(table, ID_LAST)->name, "last");
}

static const struct opt_rule rules[] = {
	/* A chain against the order of the table needs several rounds. */
	{ ID_FORK, RULE_IMPLIES, ID_LAST },
	{ ID_KILL_CHILD, RULE_IMPLIES, ID_FORK },
	{ ID_MAP_USER, RULE_IMPLIES, ID_USER },
	{ ID_MAP_USERS, RULE_IMPLIES, ID_USER },
	{ ID_MONOTONIC, RULE_NEEDS, ID_TIME },
	{ ID_OLD, RULE_EXCLUDES, ID_NET },
	{ ID_SETUID, RULE_EXCLUDES, ID_FORK },
	{ ID_OLD, RULE_NEEDS, ID_USER },
	{ 0 },
};

struct rule_row {
	const char *name;
	int given[4];
	int result[5];
	const char *message;
};

static const struct rule_row rule_rows[] = {
	{ "rule: nothing given", { 0 }, { 0 }, NULL },
	{ "rule: no rule touches it", { ID_MOUNT }, { ID_MOUNT }, NULL },
	{ "rule: implies", { ID_MAP_USER }, { ID_MAP_USER, ID_USER }, NULL },
	{ "rule: implies what is given", { ID_MAP_USER, ID_USER }, { ID_MAP_USER, ID_USER }, NULL },
	{ "rule: implied by two", { ID_MAP_USER, ID_MAP_USERS },
	  { ID_MAP_USER, ID_MAP_USERS, ID_USER }, NULL },
	{ "rule: is not implied backwards", { ID_USER }, { ID_USER }, NULL },
	{ "rule: implies in a chain", { ID_KILL_CHILD },
	  { ID_KILL_CHILD, ID_FORK, ID_LAST }, NULL },
	{ "rule: has what it needs", { ID_MONOTONIC, ID_TIME }, { ID_MONOTONIC, ID_TIME }, NULL },
	{ "rule: lacks what it needs", { ID_MONOTONIC }, { ID_MONOTONIC },
	  "option '--monotonic' needs '--time'" },
	{ "rule: what it needs is implied", { ID_OLD, ID_MAP_USER },
	  { ID_OLD, ID_MAP_USER, ID_USER }, NULL },
	{ "rule: excludes, one alone", { ID_NET }, { ID_NET }, NULL },
	{ "rule: excludes, both given", { ID_OLD, ID_NET, ID_USER }, { ID_OLD, ID_NET, ID_USER },
	  "options '--old' and '--net' exclude each other" },
	{ "rule: excludes what is implied", { ID_SETUID, ID_KILL_CHILD },
	  { ID_SETUID, ID_KILL_CHILD, ID_FORK, ID_LAST },
	  "options '--setuid' and '--fork' (implied by '--kill-child') exclude each other" },
	{ "rule: given and implied counts as given", { ID_SETUID, ID_KILL_CHILD, ID_FORK },
	  { ID_SETUID, ID_KILL_CHILD, ID_FORK, ID_LAST },
	  "options '--setuid' and '--fork' exclude each other" },
	{ "rule: the first broken one is told", { ID_OLD, ID_NET }, { ID_OLD, ID_NET },
	  "options '--old' and '--net' exclude each other" },
};

static void rule(void **state)
{
	const struct rule_row *row = *state;
	struct opt_set set = { 0 }, expected = { 0 };
	struct diag diag = { 0 };
	int rc;

	for (size_t i = 0; i < ARRAY_LEN(row->given) && row->given[i]; i++)
		opt_put(&set, row->given[i]);
	for (size_t i = 0; i < ARRAY_LEN(row->result) && row->result[i]; i++)
		opt_put(&expected, row->result[i]);
	rc = opt_apply_rules(table, rules, &set, &diag);
	assert_string_equal(diag.what, row->message ? row->message : "");
	assert_int_equal(rc, row->message ? -EINVAL : 0);
	assert_int_equal(diag.usage, row->message != NULL);
	assert_memory_equal(&set, &expected, sizeof(set));
}

static void rules_in_a_circle_come_to_an_end(void **state)
{
	static const struct opt_rule circle[] = {
		{ ID_MOUNT, RULE_IMPLIES, ID_NET },
		{ ID_NET, RULE_IMPLIES, ID_USER },
		{ ID_USER, RULE_IMPLIES, ID_MOUNT },
		{ 0 },
	};
	struct opt_set set = { 0 };
	struct diag diag = { 0 };

	(void)state;
	opt_put(&set, ID_USER);
	assert_int_equal(opt_apply_rules(table, circle, &set, &diag), 0);
	assert_true(opt_given(&set, ID_MOUNT) && opt_given(&set, ID_NET));
}

static void no_rules_change_nothing(void **state)
{
	static const struct opt_rule none[] = { { 0 } };
	struct opt_set set = { 0 };
	struct diag diag = { 0 };

	(void)state;
	opt_put(&set, ID_LAST);
	assert_int_equal(opt_apply_rules(table, none, &set, &diag), 0);
	assert_true(opt_given(&set, ID_LAST));
}

int main(void)
{
	UNIT_ADD(a_set_holds_each_id_by_itself);
	UNIT_ADD(row_finds_every_id);
	UNIT_ADD_ROWS(rule, rule_rows);
	UNIT_ADD(rules_in_a_circle_come_to_an_end);
	UNIT_ADD(no_rules_change_nothing);
	return unit_run("opt_rules");
}
