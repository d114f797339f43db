/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnsls/filter_lex.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"

/*
 * Longer operators come first: "<=" before "<". An operator that is a word ends where a name would
 * end.
 */
static const struct {
	const char *text;
	enum token_kind kind;
	enum filter_op op;
} fixed[] = {
	{ "==", TOKEN_OP, OP_EQ },  { "!=", TOKEN_OP, OP_NE },	  { "<=", TOKEN_OP, OP_LE },
	{ ">=", TOKEN_OP, OP_GE },  { "=~", TOKEN_OP, OP_MATCH }, { "!~", TOKEN_OP, OP_NO_MATCH },
	{ "&&", TOKEN_OP, OP_AND }, { "||", TOKEN_OP, OP_OR },	  { "<", TOKEN_OP, OP_LT },
	{ ">", TOKEN_OP, OP_GT },   { "!", TOKEN_OP, OP_NOT },	  { "(", TOKEN_OPEN, OP_NOT },
	{ ")", TOKEN_CLOSE, OP_NOT },
};

static const struct {
	const char *text;
	enum token_kind kind;
	enum filter_op op;
	uint64_t number;
} words[] = {
	{ "eq", TOKEN_OP, OP_EQ, 0 },	      { "ne", TOKEN_OP, OP_NE, 0 },
	{ "lt", TOKEN_OP, OP_LT, 0 },	      { "le", TOKEN_OP, OP_LE, 0 },
	{ "gt", TOKEN_OP, OP_GT, 0 },	      { "ge", TOKEN_OP, OP_GE, 0 },
	{ "and", TOKEN_OP, OP_AND, 0 },	      { "or", TOKEN_OP, OP_OR, 0 },
	{ "not", TOKEN_OP, OP_NOT, 0 },	      { "true", TOKEN_NUMBER, OP_NUMBER, 1 },
	{ "false", TOKEN_NUMBER, OP_NUMBER, 0 },
};

/* Independent of the locale, unlike <ctype.h>. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t word_length(const char *text)
{
	size_t len = 0;

	while (is_word(text[len]))
		len++;
	return len;
}

/* K and KiB are 1024, KB is 1000; and so on by thousands. */
static int apply_suffix(const char *suffix, size_t len, uint64_t *number)
{
	static const char letters[] = "KMGTPE";
	const char *letter = len ? strchr(letters, *suffix & ~0x20) : NULL;
	uint64_t unit = 1024;

	if (len == 0)
		return 0;
	if (!letter)
		return -EINVAL;
	if (len == 2 && (suffix[1] & ~0x20) == 'B')
		unit = 1000;
	else if (len != 1 && !(len == 3 && strncasecmp(suffix + 1, "iB", 2) == 0))
		return -EINVAL;
	for (const char *l = letters; l <= letter; l++)
		if (__builtin_mul_overflow(*number, unit, number))
			return -ERANGE;
	return 0;
}

static int lex_number(const char *text, struct token *token, struct diag *diag)
{
	const char *start = text + token->at;
	size_t digits = 0;
	int rc;

	token->kind = TOKEN_NUMBER;
	token->len = word_length(start);
	while (is_digit(start[digits]))
		digits++;
	rc = parse_digits(start, digits, UINT64_MAX, &token->number);
	if (rc == 0)
		rc = apply_suffix(start + digits, token->len - digits, &token->number);
	if (rc == 0)
		return 0;
	return diag_usage(diag, "filter: '%.*s' is %s", (int)token->len, start,
			  rc == -ERANGE ? "too large a number" : "not a number");
}

static int lex_string(const char *text, struct token *token, struct diag *diag)
{
	const char *start = text + token->at;
	size_t len = 1;

	token->kind = TOKEN_TEXT;
	for (; start[len] && start[len] != *start; len++)
		if (start[len] == '\\' && start[len + 1])
			len++;
	if (!start[len])
		return diag_usage(diag, "filter: the string that begins here does not end");
	token->len = len + 1;
	return 0;
}

static void lex_word(const char *text, struct token *token)
{
	token->kind = TOKEN_NAME;
	token->len = word_length(text + token->at);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i].text) == token->len &&
		    strncasecmp(words[i].text, text + token->at, token->len) == 0) {
			token->kind = words[i].kind;
			token->op = words[i].op;
			token->number = words[i].number;
		}
}

int filter_lex(const char *text, size_t from, struct token *ret, struct diag *diag)
{
	*ret = (struct token){ .at = from + strspn(text + from, " \t\n\r") };
	if (!text[ret->at])
		return 0;
	if (is_digit(text[ret->at]))
		return lex_number(text, ret, diag);
	if (text[ret->at] == '"' || text[ret->at] == '\'')
		return lex_string(text, ret, diag);
	if (is_word(text[ret->at])) {
		lex_word(text, ret);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
		size_t len = strlen(fixed[i].text);

		if (strncmp(fixed[i].text, text + ret->at, len) != 0)
			continue;
		ret->kind = fixed[i].kind;
		ret->op = fixed[i].op;
		ret->len = len;
		return 0;
	}
	if (text[ret->at] == '=')
		return diag_usage(diag, "filter: '=' is no operator; use '=='");
	return diag_usage(diag, "filter: unexpected character");
}

char *filter_unquote(const char *text, const struct token *token)
{
	const char *from = text + token->at + 1, *end = text + token->at + token->len - 1;
	char *value = malloc(token->len), *to = value;

	if (!value)
		return NULL;
	while (from < end) {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\'' || from[1] == '\\'))
			from++;
		*to++ = *from++;
	}
	*to = '\0';
	return value;
}
