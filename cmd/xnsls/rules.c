/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that options of xnsls imply and exclude. Pure. */
#include "xnsls/xnsls.h"

static const struct opt_rule rules[] = {
	{ OPT_JSON, RULE_EXCLUDES, OPT_RAW },
	{ OPT_RAW, RULE_IMPLIES, OPT_NOWRAP },
	{ OPT_PERSISTENT, RULE_EXCLUDES, OPT_TASK },
	{ OPT_DOT, RULE_EXCLUDES, OPT_JSON },
	{ OPT_DOT, RULE_EXCLUDES, OPT_RAW },
	{ OPT_DOT, RULE_EXCLUDES, OPT_LIST },
	{ OPT_DOT, RULE_EXCLUDES, OPT_TREE },
	{ OPT_DOT, RULE_EXCLUDES, OPT_OUTPUT },
	{ OPT_DOT, RULE_EXCLUDES, OPT_OUTPUT_ALL },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_DOT },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_LIST },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_TREE },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_OUTPUT },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_OUTPUT_ALL },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_TASK },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_PERSISTENT },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_FILTER },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_NO_FDS },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_DEEP },
	{ OPT_COMPARE, RULE_EXCLUDES, OPT_SCAN },
	{ 0 },
};

int xnsls_apply_rules(struct xnsls *request, struct diag *diag)
{
	return opt_apply_rules(xnsls_options, rules, &request->given, diag);
}
