/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/macros.h"
#include "xnsls/filter_internal.h"
#include "xnsls/filter_lex.h"

enum {
	NESTING_MAX = 100, /* parentheses and negations; each is a few calls deep */
	GROUPS_MAX = 200,  /* in a pattern: regcomp(3) recurses for each, until the stack ends */
	NODES_MAX = 10000, /* a chain of "or" is evaluated by recursion, as deep as it is long */
};

struct parser {
	const char *text;
	filter_name *name;
	struct token token; /* the next token */
	unsigned nesting, nodes;
	size_t fault;
	struct diag *diag;
};

static struct filter_node *parse_or(struct parser *parser);

static void free_node(struct filter_node *node)
{
	/* Chains are deep only on their left side, which needs no recursion. */
	while (node) {
		struct filter_node *left = node->left;

		free_node(node->right);
		if (node->op == OP_MATCH || node->op == OP_NO_MATCH)
			regfree(&node->pattern);
		free(node->text);
		free(node);
		node = left;
	}
}

void filter_free(struct filter *filter)
{
	if (filter)
		free_node(filter->root);
	free(filter);
}

static int advance(struct parser *parser)
{
	int rc = filter_lex(parser->text, parser->token.at + parser->token.len, &parser->token,
			    parser->diag);

	if (rc < 0)
		parser->fault = parser->token.at;
	return rc;
}

/* Records the position of the fault whose diagnosis has been filled. */
static struct filter_node *fail_at(struct parser *parser, size_t at)
{
	parser->fault = at;
	return NULL;
}

/* Takes the ownership of both branches, even on failure. */
static struct filter_node *make_node(struct parser *parser, enum filter_op op,
				     struct filter_node *left, struct filter_node *right)
{
	struct filter_node *node = NULL;

	if (++parser->nodes > NODES_MAX)
		diag_usage(parser->diag, "filter: the expression is too long");
	else if (!(node = calloc(1, sizeof(*node))))
		diag_set(parser->diag, ENOMEM, "filter");
	if (!node) {
		free_node(left);
		free_node(right);
		return fail_at(parser, parser->token.at);
	}
	node->op = op;
	node->left = left;
	node->right = right;
	return node;
}

static struct filter_node *unexpected(struct parser *parser, const char *wanted)
{
	const struct token *token = &parser->token;

	if (token->kind == TOKEN_END)
		diag_usage(parser->diag, "filter: %s is missing at the end", wanted);
	else
		diag_usage(parser->diag, "filter: %s expected, not '%.*s'", wanted, (int)token->len,
			   parser->text + token->at);
	return fail_at(parser, token->at);
}

static struct filter_node *parse_name(struct parser *parser)
{
	const struct token *token = &parser->token;
	int name = parser->name(parser->text + token->at, token->len);
	struct filter_node *node;

	if (name < 0) {
		diag_usage(parser->diag, "filter: there is no column '%.*s'", (int)token->len,
			   parser->text + token->at);
		diag_hint(parser->diag, "put a string in quotation marks; --list-columns lists the "
					"columns");
		return fail_at(parser, token->at);
	}
	node = make_node(parser, OP_NAME, NULL, NULL);
	if (node)
		node->name = name;
	return node;
}

static struct filter_node *parse_text(struct parser *parser)
{
	struct filter_node *node = make_node(parser, OP_TEXT, NULL, NULL);

	if (!node)
		return NULL;
	node->text = filter_unquote(parser->text, &parser->token);
	if (node->text)
		return node;
	free_node(node);
	diag_set(parser->diag, ENOMEM, "filter");
	return fail_at(parser, parser->token.at);
}

static struct filter_node *parse_value(struct parser *parser)
{
	struct filter_node *node = NULL;

	switch (parser->token.kind) {
	case TOKEN_NAME:
		node = parse_name(parser);
		break;
	case TOKEN_NUMBER:
		node = make_node(parser, OP_NUMBER, NULL, NULL);
		if (node)
			node->number = parser->token.number;
		break;
	case TOKEN_TEXT:
		node = parse_text(parser);
		break;
	default:
		return unexpected(parser, "a column, a number or a string");
	}
	if (node && advance(parser) < 0) {
		free_node(node);
		return NULL;
	}
	return node;
}

/* An upper bound: "(" within brackets is counted too. */
static bool has_many_groups(const char *pattern)
{
	unsigned groups = 0;

	for (; *pattern; pattern++)
		if (*pattern == '\\' && pattern[1])
			pattern++;
		else
			groups += *pattern == '(';
	return groups > GROUPS_MAX;
}

/* Compiles the pattern of "=~" and "!~", which is at this position in the text. */
static struct filter_node *compile(struct parser *parser, struct filter_node *node, size_t at)
{
	enum filter_op op = node->op;
	char reason[128];
	int err;

	node->op = OP_NOT; /* OP_MATCH would make free_node() call regfree() */
	if (node->right->op != OP_TEXT) {
		diag_usage(parser->diag, "filter: '%s' wants a regular expression in quotation marks",
			   op == OP_MATCH ? "=~" : "!~");
		free_node(node);
		return fail_at(parser, at);
	}
	if (has_many_groups(node->right->text)) {
		diag_usage(parser->diag, "filter: more than %d groups in a regular expression",
			   GROUPS_MAX);
		free_node(node);
		return fail_at(parser, at);
	}
	err = regcomp(&node->pattern, node->right->text, REG_EXTENDED | REG_NOSUB);
	if (err) {
		regerror(err, &node->pattern, reason, sizeof(reason));
		diag_usage(parser->diag, "filter: bad regular expression: %s", reason);
		free_node(node);
		return fail_at(parser, at);
	}
	node->op = op;
	return node;
}

static bool is_comparison(const struct token *token)
{
	return token->kind == TOKEN_OP && token->op >= OP_EQ && token->op <= OP_NO_MATCH;
}

static struct filter_node *parse_comparison(struct parser *parser)
{
	struct filter_node *left = parse_value(parser), *right, *node;
	enum filter_op op = parser->token.op;
	size_t at;

	if (!left || !is_comparison(&parser->token))
		return left;
	right = advance(parser) < 0 ? NULL : (at = parser->token.at, parse_value(parser));
	if (!right) {
		free_node(left);
		return NULL;
	}
	node = make_node(parser, op, left, right);
	if (node && (op == OP_MATCH || op == OP_NO_MATCH))
		return compile(parser, node, at);
	return node;
}

static struct filter_node *parse_parentheses(struct parser *parser)
{
	struct filter_node *node = advance(parser) < 0 ? NULL : parse_or(parser);

	if (node && parser->token.kind != TOKEN_CLOSE) {
		free_node(node);
		return unexpected(parser, "')'");
	}
	if (node && advance(parser) < 0) {
		free_node(node);
		return NULL;
	}
	return node;
}

static struct filter_node *parse_not(struct parser *parser)
{
	bool negated = parser->token.kind == TOKEN_OP && parser->token.op == OP_NOT;
	struct filter_node *node = NULL;

	if (!negated && parser->token.kind != TOKEN_OPEN)
		return parse_comparison(parser);
	if (++parser->nesting > NESTING_MAX) {
		diag_usage(parser->diag, "filter: more than %d levels", NESTING_MAX);
		return fail_at(parser, parser->token.at);
	}
	if (!negated)
		node = parse_parentheses(parser);
	else if (advance(parser) == 0)
		node = parse_not(parser);
	parser->nesting--;
	return node && negated ? make_node(parser, OP_NOT, node, NULL) : node;
}

/* operand { op operand } */
static struct filter_node *parse_chain(struct parser *parser, enum filter_op op,
				       struct filter_node *(*operand)(struct parser *parser))
{
	struct filter_node *node = operand(parser);

	while (node && parser->token.kind == TOKEN_OP && parser->token.op == op) {
		struct filter_node *right = advance(parser) < 0 ? NULL : operand(parser);

		if (!right) {
			free_node(node);
			return NULL;
		}
		node = make_node(parser, op, node, right);
	}
	return node;
}

static struct filter_node *parse_and(struct parser *parser)
{
	return parse_chain(parser, OP_AND, parse_not);
}

static struct filter_node *parse_or(struct parser *parser)
{
	return parse_chain(parser, OP_OR, parse_and);
}

int filter_parse(const char *text, filter_name *name, struct filter **ret, size_t *ret_at,
		 struct diag *diag)
{
	struct parser parser = { .text = text, .name = name, .diag = diag };
	struct filter *filter = calloc(1, sizeof(*filter));

	if (!filter)
		return diag_set(diag, ENOMEM, "filter");
	if (advance(&parser) == 0)
		filter->root = parse_or(&parser);
	if (filter->root && parser.token.kind != TOKEN_END) {
		free_node(filter->root);
		filter->root = unexpected(&parser, "'and', 'or' or the end");
	}
	if (!filter->root) {
		free(filter);
		*ret_at = parser.fault;
		return diag->err ? -diag->err : -EINVAL;
	}
	*ret = filter;
	return 0;
}
