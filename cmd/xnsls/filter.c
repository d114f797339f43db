/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Evaluates a filter expression. */
#include "xnsls/filter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/parse.h"
#include "base/text.h"
#include "xnsls/filter_internal.h"

struct evaluation {
	filter_lookup *lookup;
	void *state;
};

/* Has a copy of the text, because lookup() overwrites its own if the other side is a name too. */
struct value {
	struct filter_value value;
	char *copy;
};

static void get(const struct evaluation *eval, const struct filter_node *node, struct value *ret)
{
	*ret = (struct value){ .value = { .number = node->number, .text = node->text } };
	switch (node->op) {
	case OP_NUMBER:
		ret->value.kind = FILTER_NUMBER;
		break;
	case OP_TEXT:
		ret->value.kind = FILTER_TEXT;
		break;
	default:
		eval->lookup(eval->state, node->name, &ret->value);
		if (ret->value.kind != FILTER_TEXT && ret->value.kind != FILTER_SET)
			return;
		ret->value.text = ret->copy = strdup(ret->value.text);
		if (!ret->copy)
			ret->value.kind = FILTER_MISSING;
	}
}

static bool as_number(const struct filter_value *value, uint64_t *ret)
{
	if (value->kind == FILTER_NUMBER)
		*ret = value->number;
	return value->kind == FILTER_NUMBER ||
	       (value->kind == FILTER_TEXT && parse_u64(value->text, UINT64_MAX, ret) == 0);
}

/*
 * Beside a string literal, and on the right of a column of text, a number is text, as lsns(8) compares it:
 * PID < "9" is true of 10.
 */
static void number_to_text(struct filter_value *value, char *buf, size_t size)
{
	if (value->kind != FILTER_NUMBER)
		return;
	snprintf(buf, size, "%" PRIu64, value->number);
	*value = (struct filter_value){ .kind = FILTER_TEXT, .text = buf };
}

/* Sets *ret_order like strcmp(3). False: the values cannot be compared. */
static bool compare(const struct filter_value *a, const struct filter_value *b, int *ret_order)
{
	uint64_t left, right;

	if (a->kind == FILTER_MISSING || b->kind == FILTER_MISSING)
		return false;
	if (a->kind == FILTER_TEXT && b->kind == FILTER_TEXT) {
		*ret_order = strcmp(a->text, b->text);
		return true;
	}
	if (!as_number(a, &left) || !as_number(b, &right))
		return false;
	*ret_order = (left > right) - (left < right);
	return true;
}

static bool holds(enum filter_op op, bool comparable, int order)
{
	switch (op) {
	case OP_EQ:
		return comparable && order == 0;
	case OP_LT:
		return comparable && order < 0;
	case OP_LE:
		return comparable && order <= 0;
	case OP_GT:
		return comparable && order > 0;
	default:
		return comparable && order >= 0;
	}
}

static bool matches(const struct filter_node *node, const struct filter_value *value)
{
	char digits[24];
	const char *text = value->text;

	if (value->kind == FILTER_MISSING)
		return false;
	if (value->kind == FILTER_NUMBER) {
		snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value->number);
		text = digits;
	}
	return regexec(&node->pattern, text, 0, NULL, 0) == 0;
}

static bool is_true(const struct filter_value *value)
{
	if (value->kind == FILTER_NUMBER)
		return value->number != 0;
	return value->kind != FILTER_MISSING && value->text[0];
}

/* Compares two values, neither of which is a set. */
static bool compare_by(const struct filter_node *node, enum filter_op op, struct filter_value left,
		       struct filter_value right)
{
	char digits[2][24];
	bool comparable;
	int order = 0;

	if (op == OP_MATCH)
		return matches(node, &left);
	if (node->right->op == OP_TEXT)
		number_to_text(&left, digits[0], sizeof(digits[0]));
	if (node->left->op == OP_TEXT ||
	    (left.kind == FILTER_TEXT && node->left->op == OP_NAME && node->right->op == OP_NAME))
		number_to_text(&right, digits[1], sizeof(digits[1]));
	comparable = compare(&left, &right, &order);
	return holds(op, comparable, order);
}

/* The members of a set, each whole, and then its first word if it has several. */
struct members {
	const char *next; /* NULL after the last one */
	bool word; /* the first word of the member that was returned last comes next */
	char *last; /* owned */
};

static bool next_member(struct members *members, struct filter_value *ret)
{
	size_t len;

	if (members->word) {
		members->word = false;
		members->last[strcspn(members->last, " ")] = '\0';
	} else {
		if (!members->next || !*members->next)
			return false;
		len = strcspn(members->next, "\n");
		free(members->last);
		members->last = text_copy(members->next, len);
		if (!members->last)
			return false;
		members->next += len + (members->next[len] == '\n');
		members->word = strchr(members->last, ' ') != NULL;
	}
	*ret = (struct filter_value){ .kind = FILTER_TEXT, .text = members->last };
	return true;
}

static bool compare_right(const struct filter_node *node, enum filter_op op,
			  const struct filter_value *left, const struct filter_value *right)
{
	struct members members = { .next = right->text };
	struct filter_value member;
	bool result = false;

	if (right->kind != FILTER_SET)
		return compare_by(node, op, *left, *right);
	while (!result && next_member(&members, &member))
		result = compare_by(node, op, *left, member);
	free(members.last);
	return result;
}

static bool compare_any(const struct filter_node *node, enum filter_op op,
			const struct filter_value *left, const struct filter_value *right)
{
	struct members members = { .next = left->text };
	struct filter_value member;
	bool result = false;

	if (left->kind != FILTER_SET)
		return compare_right(node, op, left, right);
	while (!result && next_member(&members, &member))
		result = compare_right(node, op, &member, right);
	free(members.last);
	return result;
}

static bool eval_value(const struct evaluation *eval, const struct filter_node *node)
{
	struct value left, right = { .copy = NULL };
	bool result;

	get(eval, node->op < OP_EQ ? node : node->left, &left);
	if (node->op < OP_EQ) {
		result = is_true(&left.value);
	} else if (node->op == OP_MATCH || node->op == OP_NO_MATCH) {
		result = compare_any(node, OP_MATCH, &left.value, &right.value) == (node->op == OP_MATCH);
	} else {
		get(eval, node->right, &right);
		if (node->op == OP_NE)
			result = !compare_any(node, OP_EQ, &left.value, &right.value);
		else
			result = compare_any(node, node->op, &left.value, &right.value);
	}
	free(left.copy);
	free(right.copy);
	return result;
}

/* The parser limits the depth of the recursion. */
static bool eval_node(const struct evaluation *eval, const struct filter_node *node)
{
	switch (node->op) {
	case OP_NOT:
		return !eval_node(eval, node->left);
	case OP_AND:
		return eval_node(eval, node->left) && eval_node(eval, node->right);
	case OP_OR:
		return eval_node(eval, node->left) || eval_node(eval, node->right);
	default:
		return eval_value(eval, node);
	}
}

bool filter_match(const struct filter *filter, filter_lookup *lookup, void *state)
{
	const struct evaluation eval = { .lookup = lookup, .state = state };

	return eval_node(&eval, filter->root);
}

static void names_of(const struct filter_node *node, void (*take)(void *state, int name),
		     void *state)
{
	if (!node)
		return;
	if (node->op == OP_NAME)
		take(state, node->name);
	names_of(node->left, take, state);
	names_of(node->right, take, state);
}

void filter_names(const struct filter *filter, void (*take)(void *state, int name), void *state)
{
	names_of(filter->root, take, state);
}
