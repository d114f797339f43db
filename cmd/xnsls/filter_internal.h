/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of an expression, which the parser makes and the evaluation reads. */
#ifndef XNS_XNSLS_FILTER_INTERNAL_H
#define XNS_XNSLS_FILTER_INTERNAL_H

#include <regex.h>

#include "xnsls/filter.h"

enum filter_op {
	/* values */
	OP_NAME,
	OP_NUMBER,
	OP_TEXT,
	/* comparisons of left with right */
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_MATCH, /* right is an OP_TEXT; pattern is compiled */
	OP_NO_MATCH,
	/* logic */
	OP_NOT, /* left */
	OP_AND,
	OP_OR,
};

struct filter_node {
	enum filter_op op;
	int name;
	uint64_t number;
	char *text;
	struct filter_node *left, *right;
	regex_t pattern;
};

struct filter {
	struct filter_node *root;
};

#endif
